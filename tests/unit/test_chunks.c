/*
 * A pack in chunks: what is new, what was here, what is refused; and that never more is on
 * its way than the window, whatever the other side says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/chunks.h"
#include "protocol/mem.h"
#include "protocol/message.h"

#define MOST	1000u

/* Rows that follow on each other; before all nothing is here. */
static void
test_take(void **state)
{
	static const struct {
		uint64_t offset; size_t len; uint64_t total; enum chunk is; size_t skip;
	} rows[] = {
		{ 0, 10, 0, CHUNK_WRONG, 0 }, { 0, 10, MOST + 1, CHUNK_WRONG, 0 },
		{ 0, 10, UINT64_MAX, CHUNK_WRONG, 0 },
		{ 10, 10, 100, CHUNK_EARLY, 0 }, { 0, 0, 100, CHUNK_KNOWN, 0 },
		{ 0, 101, 100, CHUNK_WRONG, 0 }, { 101, 0, 100, CHUNK_WRONG, 0 },
		{ UINT64_MAX, 10, 100, CHUNK_WRONG, 0 }, { UINT64_MAX - 5, 10, 100, CHUNK_WRONG, 0 },
		{ 0, 40, 100, CHUNK_NEW, 0 }, { 0, 40, 100, CHUNK_KNOWN, 0 }, { 10, 30, 100, CHUNK_KNOWN, 0 },
		{ 0, 41, 100, CHUNK_NEW, 40 }, { 41, 1, 99, CHUNK_WRONG, 0 }, { 42, 1, 100, CHUNK_EARLY, 0 },
		{ 41, 60, 100, CHUNK_WRONG, 0 }, { 30, 70, 100, CHUNK_NEW, 11 },
		{ 0, 100, 100, CHUNK_KNOWN, 0 }, { 100, 0, 100, CHUNK_KNOWN, 0 }, { 100, 1, 100, CHUNK_WRONG, 0 },
	};
	struct chunks_in in = { 0 };
	const char *why;
	size_t i, skip;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		why = NULL;
		if (chunks_take(&in, MOST, rows[i].offset, rows[i].len, rows[i].total, &skip, &why) !=
		    rows[i].is || skip != rows[i].skip)
			fail_msg("row %zu: skip %zu, %s", i, skip, why ? why : "-");
		assert_true((why != NULL) == (rows[i].is == CHUNK_WRONG));
		if (rows[i].is == CHUNK_NEW)
			in.have += rows[i].len - skip;
	}
	assert_int_equal(in.have, 100);
}

/* Sends what is due, and counts. */
static uint64_t
send_all(struct chunks_out *out)
{
	uint64_t from = out->sent;
	size_t len;

	while ((len = chunks_due(out)) > 0) {
		assert_true(len <= PACK_CHUNK_MAX);
		out->sent += len;
		assert_true(out->sent - out->told <= PACK_WINDOW && out->sent <= out->total);
	}
	return out->sent - from;
}

static void
test_send(void **state)
{
	struct chunks_out out = { .total = 3ull * PACK_WINDOW + 5 };

	(void)state;
	assert_true(chunks_wanted(&out, 0));
	assert_int_equal(send_all(&out), PACK_WINDOW);
	/* What was taken makes room for as much. */
	assert_true(chunks_wanted(&out, PACK_CHUNK_MAX));
	assert_int_equal(send_all(&out), PACK_CHUNK_MAX);
	/* The same again: what is behind it was lost. */
	assert_true(chunks_wanted(&out, PACK_CHUNK_MAX));
	assert_int_equal(send_all(&out), PACK_WINDOW);
	assert_true(chunks_wanted(&out, 7));
	assert_int_equal(out.sent, 7);
	/* Somebody who has the most of it already. */
	assert_true(chunks_wanted(&out, out.total - 3));
	assert_int_equal(send_all(&out), 3);
	assert_true(chunks_wanted(&out, out.total));
	assert_int_equal(send_all(&out), 0);
	assert_false(chunks_wanted(&out, out.total + 1));
	assert_false(chunks_wanted(&out, UINT64_MAX));
	assert_int_equal(send_all(&out), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
