/* Destinations: what is one, and which address stands for it inside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/destination.h"
#include "protocol/mem.h"

#define LONG63	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* host NULL: refused; "": a socket, whose path is `path`. */
static const struct { const char *text, *host; uint16_t port; const char *path; } cases[] = {
	{ "api.example.org:443", "api.example.org", 443, "" },
	{ "10.1.2.3:65535", "10.1.2.3", 65535, "" },
	{ "a_b-c:1", "a_b-c", 1, "" },
	{ "unix:/run/x.sock", "", 0, "/run/x.sock" },
	{ "", NULL, 0, NULL }, { "a", NULL, 0, NULL }, { ":80", NULL, 0, NULL }, { "a:", NULL, 0, NULL },
	{ "a:0", NULL, 0, NULL }, { "a:65536", NULL, 0, NULL }, { "a:8x", NULL, 0, NULL },
	{ "a:-1", NULL, 0, NULL }, { "a: 80", NULL, 0, NULL }, { "a:+80", NULL, 0, NULL },
	{ "a:99999999999999999999", NULL, 0, NULL },
	{ "-a:80", NULL, 0, NULL }, { ".a:80", NULL, 0, NULL }, { "a b:80", NULL, 0, NULL },
	{ "a\nb:80", NULL, 0, NULL }, { "::1:80", NULL, 0, NULL }, { "[::1]:80", NULL, 0, NULL },
	{ "http://a:80", NULL, 0, NULL },
	{ LONG63 LONG63 LONG63 LONG63 "ab:80", NULL, 0, NULL },
	{ "unix:", NULL, 0, NULL }, { "unix:x", NULL, 0, NULL }, { "unix:/a/../b", NULL, 0, NULL },
	{ "unix:/a/..", NULL, 0, NULL }, { "unix:/a//b", NULL, 0, NULL }, { "unix:/a/", NULL, 0, NULL },
	{ "unix:/" LONG63 LONG63, NULL, 0, NULL },
};

static void
parses(void **state)
{
	struct destination destination;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		why = destination_parse(cases[i].text, &destination);
		if (cases[i].host == NULL) {
			assert_non_null(why);
			continue;
		}
		assert_null(why);
		assert_string_equal(destination.host, cases[i].host);
		assert_string_equal(destination.path, cases[i].path);
		assert_int_equal(destination.port, cases[i].port);
	}
}

/* Two hosts may have the same port, and a host several. */
static void
has_an_address(void **state)
{
	static const struct { const char *text; uint32_t address; } rows[] = {
		{ "a.example:443", 0x7f000002 }, { "unix:/run/x", 0 }, { "b.example:443", 0x7f000003 },
		{ "A.example:80", 0x7f000002 }, { "10.1.2.3:443", 0x0a010203 },
		{ "LOCALHOST:443", 0x7f000001 }, { "c:1", 0x7f000004 }, { "b.example:80", 0x7f000003 },
	};
	char *list[COUNT(rows) + 1] = { NULL };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		list[i] = str_dup(rows[i].text);
	for (i = 0; i < COUNT(rows); i++)
		assert_int_equal(destination_inside(list, i), rows[i].address);
	for (i = 0; i < COUNT(rows); i++)
		free(list[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(has_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
