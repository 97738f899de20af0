/* Where one object ends: whole ones, every prefix, and the hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/frame.h"
#include "protocol/mem.h"

struct row { const char *name; const char *bytes; size_t len; enum frame_result result; };

#define ROW(name, bytes, result) { name, bytes, sizeof(bytes) - 1, result }

static const struct row rows[] = {
	ROW("nil", "\xc0", FRAME_WHOLE),
	ROW("small integer", "\x07", FRAME_WHOLE),
	ROW("negative integer", "\xe0", FRAME_WHOLE),
	ROW("unsigned 64", "\xcf\x00\x00\x00\x00\x00\x00\x00\x01", FRAME_WHOLE),
	ROW("text", "\xa3" "abc", FRAME_WHOLE),
	ROW("text 8", "\xd9\x03" "abc", FRAME_WHOLE),
	ROW("bytes 16", "\xc5\x00\x02" "ab", FRAME_WHOLE),
	ROW("extension", "\xd4\x01\x02", FRAME_WHOLE),
	ROW("extension 8", "\xc7\x02\x01" "ab", FRAME_WHOLE),
	ROW("empty array", "\x90", FRAME_WHOLE),
	ROW("array in map in array", "\x92\x81\xa1" "k\x91\x01\xc3", FRAME_WHOLE),
	ROW("a notification", "\x93\x02\xa5" "hello\x81\xa1" "a\x01", FRAME_WHOLE),
	ROW("never used byte", "\xc1", FRAME_BAD),
	ROW("array of four billion", "\xdd\xff\xff\xff\xff", FRAME_BAD),
	ROW("map of four billion", "\xdf\xff\xff\xff\xff", FRAME_BAD),
	ROW("text of four gigabytes", "\xdb\xff\xff\xff\xff", FRAME_BAD),
	ROW("bytes of four gigabytes", "\xc6\xff\xff\xff\xff", FRAME_BAD),
	ROW("extension of four gigabytes", "\xc9\xff\xff\xff\xff", FRAME_BAD),
	ROW("not all there", "\xa3" "ab", FRAME_MORE),
	ROW("length not all there", "\xdb\xff", FRAME_MORE),
};

static void
test_rows(void **state)
{
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct frame frame;
		enum frame_result result;

		frame_init(&frame);
		result = frame_scan(&frame, (const unsigned char *)rows[i].bytes, rows[i].len, &len);
		if (result != rows[i].result)
			fail_msg("%s: %d instead of %d", rows[i].name, result, rows[i].result);
		if (result == FRAME_WHOLE)
			assert_int_equal(len, rows[i].len);
	}
}

/* Byte by byte: every prefix wants more, and no byte is looked at twice. */
static void
test_prefixes(void **state)
{
	size_t i, have, len;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct frame frame;

		if (rows[i].result != FRAME_WHOLE)
			continue;
		frame_init(&frame);
		for (have = 0; have < rows[i].len; have++) {
			size_t before = frame.at;

			assert_int_equal(frame_scan(&frame, (const unsigned char *)rows[i].bytes, have, &len),
			    FRAME_MORE);
			assert_true(frame.at >= before);
		}
		assert_int_equal(frame_scan(&frame, (const unsigned char *)rows[i].bytes, have, &len), FRAME_WHOLE);
	}
}

static void
test_depth(void **state)
{
	unsigned char deep[10000];
	struct frame frame;
	size_t len;

	(void)state;
	memset(deep, 0x91, sizeof(deep));
	frame_init(&frame);
	assert_int_equal(frame_scan(&frame, deep, sizeof(deep), &len), FRAME_BAD);
	assert_true(frame.at <= FRAME_DEPTH + 1);
}

/* Nested arrays that each announce as much as fits must not add up to more. */
static void
test_many_values(void **state)
{
	struct frame frame;
	size_t len, size = FRAME_VALUES + 16;
	unsigned char *bytes = mem_zero(size, 1);

	(void)state;
	memcpy(bytes, "\xdd\x00\x20\x00\x01", 5);
	frame_init(&frame);
	assert_int_equal(frame_scan(&frame, bytes, size, &len), FRAME_BAD);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_many_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
