/* What a text from outside may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "protocol/valid.h"

#define SIXTY_FOUR "0123456789012345678901234567890123456789012345678901234567890123"

static void
test_utf8(void **state)
{
	static const struct { const char *bytes; size_t len, used; } rows[] = {
		{ "a", 1, 1 }, { "\0", 1, 1 }, { "\x7f", 1, 1 }, { "\x80", 1, 0 }, { "\xbf", 1, 0 },
		{ "\xc1\xbf", 2, 0 }, { "\xc2\x80", 2, 2 }, { "\xdf\xbf!", 3, 2 }, { "\xc2", 1, 0 },
		{ "\xc2!", 2, 0 }, { "\xe0\x9f\xbf", 3, 0 }, { "\xe0\xa0\x80", 3, 3 },
		{ "\xed\x9f\xbf", 3, 3 }, { "\xed\xa0\x80", 3, 0 }, { "\xee\x80\x80", 3, 3 },
		{ "\xef\xbf\xbf", 3, 3 }, { "\xef\xbf", 2, 0 }, { "\xef\xbf!", 3, 0 },
		{ "\xf0\x8f\xbf\xbf", 4, 0 }, { "\xf0\x90\x80\x80", 4, 4 },
		{ "\xf4\x8f\xbf\xbf", 4, 4 }, { "\xf4\x90\x80\x80", 4, 0 }, { "\xf5\x80\x80\x80", 4, 0 },
		{ "\xff", 1, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (utf8_length((const unsigned char *)rows[i].bytes, rows[i].len) != rows[i].used)
			fail_msg("row %zu", i);
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("\xc3\xa4 \xf0\x9f\x98\x80", 7));
	assert_false(utf8_valid("a\0b", 3));
	assert_false(utf8_valid("a\xc3", 2));
}

static void
test_text(void **state)
{
	static const struct { const char *bytes; size_t len; const char *text; } cases[] = {
		{ "", 0, "" }, { "plain", 5, "plain" }, { "\xc3\xa4", 2, "\xc3\xa4" },
		{ "caf\xe9", 4, "caf?" }, { "\xc3", 1, "?" }, { "a\0b", 3, "a?b" },
		{ "\xed\xa0\x80", 3, "???" }, { "\xff\xc3\xa4\xff", 4, "?\xc3\xa4?" },
	};
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		text = utf8_repair(cases[i].bytes, cases[i].len);
		assert_string_equal(text, cases[i].text);
		assert_true(utf8_valid(text, strlen(text)));
		free(text);
	}
}

static void
test_names(void **state)
{
	static const struct { const char *name; bool valid; } cases[] = {
		{ "a", true }, { "parser-1", true }, { "A.b_c-9", true },
		{ SIXTY_FOUR, true }, { SIXTY_FOUR "4", false }, { "", false },
		{ ".a", false }, { "-a", false }, { "a.", false }, { "a..b", false },
		{ "a.lock", false }, { "a.lock.b", true }, { ".lock", false },
		{ "a b", false }, { "a/b", false }, { "a\n", false }, { "\xc3\xa4", false },
		{ "a~", false }, { "a@{", false }, { "_", true }, { "lock", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (name_valid(cases[i].name) != cases[i].valid)
			fail_msg("'%s'", cases[i].name);
}

static void
test_oids(void **state)
{
	(void)state;
	assert_true(oid_valid("0123456789abcdef0123456789abcdef01234567"));
	assert_false(oid_valid("0123456789ABCDEF0123456789abcdef01234567"));
	assert_false(oid_valid("0123456789abcdef0123456789abcdef0123456"));
	assert_true(oid_valid("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8), cmocka_unit_test(test_text), cmocka_unit_test(test_names),
		cmocka_unit_test(test_oids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
