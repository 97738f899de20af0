/*
 * Messages: a stream from a peer of any role. What is accepted keeps the limits
 * of messages.def, and written out it is accepted again, with the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "protocol/frame.h"
#include "protocol/mem.h"
#include "protocol/put.h"
#include "protocol/valid.h"
#include "protocol/wire.h"

const char *const fuzz_words[] = { "\xc0", "\xc2", "\xc3", "\xca\x7f\xc0", "\xa5tasks", "\xa2id",
    "\xa7" "attempt", "\xa5" "fence", "\xc3\xa4", "\xed\xa0\x80", "\xdd\xff\xff\xff\xff", "\xcf\xff\xff\xff\xff",
    "\xde\xff\xff", "\x91", "\x94", NULL };

/* A text of letters, now and then with others in it. */
static const char *
text(struct arena *arena, bool letters)
{
	static const char *const pieces[] = { "a", "Zz", "0", ".", "\xc3\xa4", " ", "\n", "/", "-" };
	size_t count = 1 + fuzz_below(12), i;
	struct buffer out;
	const char *copy;

	buffer_init(&out);
	buffer_add_text(&out, "x");
	for (i = 0; i < count; i++)
		buffer_add_text(&out, pieces[fuzz_below(letters ? 3 : COUNT(pieces))]);
	copy = arena_copy(arena, out.bytes, out.len);
	buffer_release(&out);
	return copy;
}

/* A struct in which most fields are there. */
static void
fill(const struct record *record, void *out, struct arena *arena)
{
	const struct field *field;

	for (field = record->fields; field < record->fields + record->count; field++) {
		void *slot = (char *)out + field->offset;
		struct records *records = slot;
		char **texts;
		size_t i;

		if (field->kind == FIELD_fd)
			*(int *)slot = -1;
		if (field->optional && fuzz_below(4) == 0)
			continue;
		switch (field->kind) {
		case FIELD_u64: *(uint64_t *)slot = fuzz_random() >> fuzz_below(64); break;
		case FIELD_flag: *(bool *)slot = true; break;
		case FIELD_real:
			/* 0 / 0 and 1 / 0 among them. */
			*(double *)slot = (double)fuzz_below(1000) / (double)fuzz_below(8);
			break;
		case FIELD_fd: *(int *)slot = 5; break;
		case FIELD_data: *(struct data *)slot = (struct data){ (const unsigned char *)"\0\xff", 2 }; break;
		case FIELD_text: *(const char **)slot = text(arena, false); break;
		case FIELD_name: *(const char **)slot = text(arena, true); break;
		case FIELD_oid: *(const char **)slot = "0123456789abcdef012345678901234567890123"; break;
		case FIELD_texts:
			texts = arena_zero(arena, 4, sizeof(*texts));
			for (i = fuzz_below(4); i > 0; i--)
				texts[i - 1] = arena_copy(arena, "abc", fuzz_below(4));
			*(char ***)slot = texts;
			break;
		case FIELD_records:
			records->count = fuzz_below(3);
			records->items = arena_zero(arena, records->count, field->record()->size);
			for (i = 0; i < records->count; i++)
				fill(field->record(), (char *)records->items + i * field->record()->size, arena);
			break;
		}
	}
}

/* The first byte says who speaks; hello, then a few messages of any row. */
void
fuzz_seed(struct buffer *out)
{
	unsigned char who = (unsigned char)fuzz_random();
	size_t count = fuzz_below(4), i;

	buffer_add(out, &who, 1);
	for (i = 0; i <= count; i++) {
		enum message_id id = i == 0 && fuzz_below(8) > 0 ? MSG_hello :
		    (enum message_id)fuzz_below(MSG_LIMIT);
		const struct message_row *row = &message_rows[id];
		struct message message = { 0 };
		struct arena arena;

		arena_init(&arena);
		fill(row->record(), &message.hello, &arena);
		if (id == MSG_hello)
			message.hello.version = PROTOCOL_VERSION;
		if ((who & 3) == 0)
			put_request(out, i, row->method, row->record(), &message.hello);
		else
			put_notification(out, row->method, row->record(), &message.hello);
		arena_release(&arena);
	}
}

static int
take_fd(void *context)
{
	(void)context;
	return 5;
}

/* Are all values of an accepted struct within the limits of their rows? */
static void
check_fields(const struct record *record, const void *in)
{
	const struct field *field;

	for (field = record->fields; field < record->fields + record->count; field++) {
		const void *slot = (const char *)in + field->offset;
		const struct records *records = slot;
		const char *word = NULL;
		size_t i;

		switch (field->kind) {
		case FIELD_u64: fuzz_check(*(const uint64_t *)slot <= field->limit); break;
		case FIELD_data: fuzz_check(((const struct data *)slot)->len <= field->limit); break;
		case FIELD_texts: fuzz_check(strs_count(*(char *const *const *)slot) <= field->limit); break;
		case FIELD_real: fuzz_check(*(const double *)slot - *(const double *)slot == 0); break;
		case FIELD_text: case FIELD_name: case FIELD_oid: word = *(const char *const *)slot; break;
		case FIELD_flag: case FIELD_fd: break;
		case FIELD_records:
			fuzz_check(records->count <= field->limit);
			for (i = 0; i < records->count; i++)
				check_fields(field->record(), (const char *)records->items +
				    i * field->record()->size);
			break;
		}
		if (word == NULL)
			continue;
		fuzz_check(utf8_valid(word, strlen(word)));
		fuzz_check(field->kind != FIELD_name || name_valid(word));
		fuzz_check(field->kind != FIELD_oid || oid_valid(word));
		fuzz_check(field->kind == FIELD_oid || strlen(word) <= field->limit);
	}
}

/* Written and read again it is the same. */
static void
check_again(const struct record *record, const void *in)
{
	void *out = mem_zero(1, record->size);
	struct buffer first, second, line;
	struct reader *reader;
	struct arena arena;
	const void *params;
	const char *why = NULL;

	arena_init(&arena);
	buffer_init(&first);
	buffer_init(&second);
	buffer_init(&line);
	put_map(&first, record, in);
	reader = reader_map(first.bytes, first.len, &params);
	fuzz_check(reader != NULL);
	fuzz_check(fields_get(record, params, out, &arena, take_fd, NULL, &why) == ERROR_NONE);
	put_map(&second, record, out);
	fuzz_check(first.len == second.len && memcmp(first.bytes, second.bytes, first.len) == 0);
	fields_trace(&line, record, out);
	fuzz_check(strchr(buffer_text(&line), '\n') == NULL);
	reader_free(reader);
	arena_release(&arena);
	buffer_release(&first);
	buffer_release(&second);
	buffer_release(&line);
	free(out);
}

void
fuzz_run(const unsigned char *bytes, size_t len)
{
	static const enum role roles[] = { ROLE_CLIENT, ROLE_WORKER, ROLE_COMMITD, ROLE_SUPERVISOR };
	struct wire wire = { .self = ROLE_SUPERVISOR, .name = "fuzz", .take_fd = take_fd };
	struct frame frame;
	size_t whole;

	if (len == 0)
		return;
	wire.other = roles[bytes[0] & 3];
	if (wire.other == ROLE_SUPERVISOR)
		wire.self = bytes[0] & 4 ? ROLE_WORKER : bytes[0] & 8 ? ROLE_COMMITD : ROLE_CLIENT;
	bytes++;
	len--;
	frame_init(&frame);
	while (frame_scan(&frame, bytes, len, &whole) == FRAME_WHOLE) {
		struct incoming in;

		if (incoming_read(&wire, &in, bytes, whole) == ERROR_NONE && in.envelope.rpc != RPC_RESPONSE) {
			const struct record *record = message_rows[in.message.id].record();

			check_fields(record, &in.message.hello);
			check_again(record, &in.message.hello);
		}
		incoming_release(&in);
		bytes += whole;
		len -= whole;
	}
}
