/* The table of messages: complete, and every row survives the way out and in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "protocol/permit.h"
#include "protocol/put.h"
#include "protocol/wire.h"

static int
take_fd(void *context)
{
	(void)context;
	return 7;
}

/* One struct filled so that every field is there. */
static void
fill(const struct record *record, void *out, struct arena *arena)
{
	static char *texts[] = { NULL, NULL };
	static char word[] = "word";
	size_t i;

	texts[0] = word;
	for (i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		void *slot = (char *)out + field->offset;
		struct records *records;

		switch (field->kind) {
		case FIELD_u64: *(uint64_t *)slot = 1; break;
		case FIELD_flag: *(bool *)slot = true; break;
		case FIELD_real: *(double *)slot = 1.5; break;
		case FIELD_fd: *(int *)slot = 5; break;
		case FIELD_data: *(struct data *)slot = (struct data){ (const unsigned char *)"ab", 2 }; break;
		case FIELD_texts: *(char ***)slot = texts; break;
		case FIELD_text: case FIELD_name: *(const char **)slot = word; break;
		case FIELD_oid: *(const char **)slot = "0123456789012345678901234567890123456789"; break;
		case FIELD_records:
			records = slot;
			records->items = arena_zero(arena, 1, field->record()->size);
			records->count = 1;
			fill(field->record(), records->items, arena);
			break;
		}
	}
}

/* Out, in, out again: the same bytes; every prefix is refused. */
static void
test_round_trip(void **state)
{
	size_t id;

	(void)state;
	for (id = 0; id < MSG_LIMIT; id++) {
		const struct message_row *row = &message_rows[id];
		struct arena arena;
		struct buffer first, second;
		struct envelope envelope;
		struct reader *reader;
		void *in = mem_zero(1, row->record()->size), *out = mem_zero(1, row->record()->size);
		const char *why = NULL;

		arena_init(&arena);
		buffer_init(&first);
		buffer_init(&second);
		fill(row->record(), in, &arena);
		put_notification(&first, row->method, row->record(), in);
		reader = reader_new(first.bytes, first.len, &envelope);
		assert_non_null(reader);
		assert_string_equal(envelope.method, row->method);
		if (fields_get(row->record(), envelope.params, out, &arena, take_fd, NULL, &why) != ERROR_NONE)
			fail_msg("%s: %s", row->method, why);
		put_notification(&second, row->method, row->record(), out);
		assert_int_equal(first.len, second.len);
		assert_memory_equal(first.bytes, second.bytes, first.len);
		reader_free(reader);
		for (size_t cut = 0; cut < first.len; cut++)
			assert_null(reader_new(first.bytes, cut, &envelope));
		arena_release(&arena);
		buffer_release(&first);
		buffer_release(&second);
		free(in);
		free(out);
	}
}

/* What must be there is missed by name. */
static void
test_missing(void **state)
{
	size_t id;

	(void)state;
	for (id = 0; id < MSG_LIMIT; id++) {
		const struct record *record = message_rows[id].record();
		void *out = mem_zero(1, record->size);
		struct arena arena;
		const char *why = NULL;
		bool required = false;
		size_t i;

		for (i = 0; i < record->count; i++)
			required |= !record->fields[i].optional;
		arena_init(&arena);
		if (required) {
			assert_int_equal(fields_get(record, NULL, out, &arena, NULL, NULL, &why), ERROR_PROTOCOL);
			assert_non_null(why);
		}
		arena_release(&arena);
		free(out);
	}
}

/* Each row: its sender may, every other may not; a request is a client's. */
static void
test_permit(void **state)
{
	static const enum role roles[] = { ROLE_CLIENT, ROLE_SUPERVISOR, ROLE_WORKER, ROLE_COMMITD };
	size_t id, from, to;

	(void)state;
	for (id = 0; id < MSG_LIMIT; id++)
		for (from = 0; from < COUNT(roles); from++)
			for (to = 0; to < COUNT(roles); to++) {
				const struct message_row *row = &message_rows[id];
				bool legal = (row->from & roles[from]) && (row->to & roles[to]);
				bool hello = row->when == WHEN_FIRST;
				enum error error = permit((enum message_id)id, roles[from], roles[to], !hello,
				    roles[from] == ROLE_CLIENT);

				assert_int_equal(error, legal ? ERROR_NONE : ERROR_PERMISSION);
				if (legal)
					assert_int_equal(permit((enum message_id)id, roles[from], roles[to], hello,
					    roles[from] == ROLE_CLIENT), ERROR_PROTOCOL);
			}
}

/* params as MessagePack-RPC clients send them: a map, or an array of one map. */
static void
test_params_in_array(void **state)
{
	static const unsigned char frame[] = "\x94\x00\x05\xa6status\x91\x81\xa3" "all\xc3";
	struct envelope envelope;
	struct reader *reader = reader_new(frame, sizeof(frame) - 1, &envelope);
	struct msg_status status;
	struct arena arena;
	const char *why;

	(void)state;
	assert_non_null(reader);
	assert_int_equal(envelope.id, 5);
	arena_init(&arena);
	assert_int_equal(fields_get(message_rows[MSG_status].record(), envelope.params, &status, &arena,
	    NULL, NULL, &why), ERROR_NONE);
	assert_true(status.all);
	arena_release(&arena);
	reader_free(reader);
}

/* Values past their limits, of the wrong kind, with NUL, not UTF-8. */
static void
test_hostile_values(void **state)
{
	static const struct { const char *bytes; size_t len; } maps[] = {
#define MAP(bytes) { bytes, sizeof(bytes) - 1 }
		MAP("\x81\xa4task\xa3" "a/b"),
		MAP("\x81\xa4task\xa2.."),
		MAP("\x81\xa4task\xa2-x"),
		MAP("\x81\xa4task\xa3" "a\0b"),
		MAP("\x81\xa4task\xa2\xc3\x28"),
		MAP("\x81\xa4task\x01"),
		MAP("\x81\xa4task\xa0"),
		MAP("\x82\xa4task\xa1" "a\xa4task\xa1" "b"),
#undef MAP
	};
	struct msg_task_show show;
	struct arena arena;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(maps); i++) {
		const void *params;
		struct reader *reader = reader_map((const unsigned char *)maps[i].bytes, maps[i].len, &params);

		assert_non_null(reader);
		arena_init(&arena);
		assert_int_equal(fields_get(message_rows[MSG_task_show].record(), params, &show, &arena,
		    NULL, NULL, &why), ERROR_PROTOCOL);
		assert_string_equal(why, "task");
		arena_release(&arena);
		reader_free(reader);
	}
}

/* Numbers that are none: a quiet one, infinity, as eight bytes and as four. */
static void
test_not_finite(void **state)
{
	static const char *const maps[] = { "\x82\xa2id\x01\xa4time\xcb\x7f\xf8\0\0\0\0\0\0",
	    "\x82\xa2id\x01\xa4time\xcb\xff\xf0\0\0\0\0\0\0", "\x82\xa2id\x01\xa4time\xca\x7f\xc0\0\0" };
	static const size_t lens[] = { 19, 19, 15 };
	struct msg_event event;
	struct arena arena;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(maps); i++) {
		const void *params;
		struct reader *reader = reader_map((const unsigned char *)maps[i], lens[i], &params);

		assert_non_null(reader);
		arena_init(&arena);
		assert_int_equal(fields_get(message_rows[MSG_event].record(), params, &event, &arena, NULL,
		    NULL, &why), ERROR_PROTOCOL);
		assert_string_equal(why, "time");
		arena_release(&arena);
		reader_free(reader);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_permit),
		cmocka_unit_test(test_params_in_array),
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_not_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
