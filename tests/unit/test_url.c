/* Addresses of repositories: folders, and URLs with somebody's password in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "protocol/url.h"

static void
test_folder(void **state)
{
	static const struct { const char *url, *folder; } rows[] = {
		{ "/srv/a.git", "/srv/a.git" }, { "file:///srv/a.git", "/srv/a.git" },
		{ "file://host/a.git", NULL }, { "http://host/a.git", NULL }, { "host:a.git", NULL },
		{ "a.git", NULL }, { "", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (!str_same(url_folder(rows[i].url), rows[i].folder))
			fail_msg("%s", rows[i].url);
}

static void
test_login(void **state)
{
	static const struct { const char *url, *shown, *login; } rows[] = {
		{ "http://robot:token@host:80/a.git", "http://host:80/a.git", "robot:token" },
		{ "HTTPS://token@host", "HTTPS://host", "token" },
		{ "https://robot:to@ken@host/a", "https://host/a", "robot:to@ken" },
		{ "https://@host/a", "https://host/a", "" },
		{ "https://robot:@host?a@b", "https://host?a@b", "robot:" },
		{ "https://host/@scope/a.git", "https://host/@scope/a.git", NULL },
		{ "https://host/a.git", "https://host/a.git", NULL },
		{ "ssh://git@host/a.git", "ssh://git@host/a.git", NULL },
		{ "ssh://git:word@host/a.git", "ssh://git@host/a.git", NULL },
		{ "git@host:a.git", "git@host:a.git", NULL },
		{ "/srv/a:b@c.git", "/srv/a:b@c.git", NULL }, { "", "", NULL },
	};
	char *url, *login;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		url = str_dup(rows[i].url);
		login = url_take_login(url);
		if (!str_same(url, rows[i].shown) || !str_same(login, rows[i].login))
			fail_msg("%s: %s and %s", rows[i].url, url, login ? login : "nothing");
		free(url);
		free(login);
	}
}

static void
test_decode(void **state)
{
	static const struct { const char *text, *decoded; } rows[] = {
		{ "abc", "abc" }, { "a%40b", "a@b" }, { "%3a%3A", "::" }, { "%", "%" }, { "%4", "%4" },
		{ "%4g", "%4g" }, { "%2541", "%41" }, { "a%0Ab%00%0d", "a%0Ab%00%0d" }, { "", "" },
	};
	char *decoded;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		decoded = url_decode(rows[i].text, strlen(rows[i].text));
		assert_string_equal(decoded, rows[i].decoded);
		free(decoded);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
