/* Which paths a scope covers, which scopes meet; the latter also by brute force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/scope.h"

static struct scope *
one(const char *pattern)
{
	char *copy = str_dup(pattern), *list[] = { copy, NULL };
	struct scope *scope = scope_new(list);

	free(copy);
	return scope;
}

static void
test_covers(void **state)
{
	static const struct { const char *pattern, *path; bool covers; } cases[] = {
		{ "src/parser/**", "src/parser/a.c", true },
		{ "src/parser/**", "src/parser/x/y/a.c", true },
		{ "src/parser/**", "src/parser", false },
		{ "src/parser/**", "src/parserx/a", false },
		{ "README.md", "README.md", true }, { "README.md", "a/README.md", false },
		{ "src/", "src/a", true }, { "src", "src/a/b", true }, { "src", "srcx", false },
		{ "*", "a", true }, { "*", "a/b", true }, { "*.c", "a.c", true },
		{ "*.c", "a/a.c", false }, { "**/*.c", "a.c", true },
		{ "**/*.c", "a/b/c.c", true }, { "**/*.c", "a/b/c.h", false },
		{ "a/**/b", "a/b", true }, { "a/**/b", "a/x/y/b", true },
		{ "a/**/b", "a/x/y/bc", false }, { "a/**/b/c", "a/b/b/c", true },
		{ "[a-c]x", "bx", true }, { "[a-c]x", "dx", false }, { "[!a-c]x", "dx", true },
		{ "[]]", "]", true }, { "[a", "[a", true }, { "a\\*", "a*", true },
		{ "a\\*", "ab", false }, { "?", "\xc3\xa4", true }, { "?", "ab", false },
		{ "[\xc3\xa4-\xc3\xbc]", "\xc3\xb6", true }, { "a?c", "a\xff" "c", true },
		{ "./src//x", "src/x", true }, { ".", "any/thing", true },
		{ "a*b*c", "aXbXc", true }, { "a*b*c", "aXbX", false }, { "**", "a/b", true },
	};
	struct scope *scope;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		scope = one(cases[i].pattern);
		if (scope_covers(scope, cases[i].path) != cases[i].covers)
			fail_msg("%s and %s", cases[i].pattern, cases[i].path);
		scope_free(scope);
	}
}

static void
test_overlap(void **state)
{
	static const struct { const char *a, *b; bool overlap; } cases[] = {
		{ "src", "src/a", true }, { "src/", "src/**", true }, { "src", "lib", false },
		{ "src/a", "src/b", false }, { "src/*.c", "src/a.*", true },
		{ "src/*.c", "src/*.h", false }, { "src/*.c", "src/a.h", false },
		{ "**/x", "src/parser", true }, { "a*", "*b", true },
		{ "[ab]", "[bc]", true }, { "[ab]", "[cd]", false }, { "[!a]", "a", false },
		{ "a/**/b", "a/c/d", true }, { "a/b/c/d", "a/b/c/e", false },
		{ "a/b/c/d", "a/b", true }, { "README.md", "README", false },
		{ "?", "ab", false }, { "*a", "*b", false }, { "*a/x", "*b/x", false },
	};
	struct scope *a, *b;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		a = one(cases[i].a);
		b = one(cases[i].b);
		if (scope_overlap(a, b) != cases[i].overlap ||
		    scope_overlap(b, a) != cases[i].overlap)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		scope_free(a);
		scope_free(b);
	}
}

static void
test_anywhere(void **state)
{
	struct scope *anywhere = scope_new(NULL), *all = one("**");

	(void)state;
	assert_true(scope_anywhere(anywhere));
	assert_false(scope_anywhere(all));
	assert_true(scope_covers(anywhere, "a/b"));
	assert_false(scope_overlap(anywhere, all));
	assert_false(scope_overlap(anywhere, anywhere));
	assert_true(scope_overlap(all, all));
	scope_free(anywhere);
	scope_free(all);
	scope_free(NULL);
}

/* Some names of letters a, b and c, and all paths of 1 to 4 of them. */
static char paths[20000][24];
static size_t path_count;

static void
make_paths(void)
{
	static const char *const names[] = { "a", "b", "c", "ab", "ba", "bb", "aab", "abc" };
	size_t i, k, from = 0, to = 0;
	unsigned depth;

	for (i = 0; i < COUNT(names); i++)
		strcpy(paths[path_count++], names[i]);
	for (depth = 2; depth <= 4; depth++) {
		from = to;
		to = path_count;
		for (i = from; i < to; i++)
			for (k = 0; k < COUNT(names); k++)
				snprintf(paths[path_count++], sizeof(paths[0]), "%.15s/%s",
				    paths[i], names[k]);
	}
}

static unsigned
roll(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

static void
random_pattern(unsigned *seed, unsigned count, char *pattern)
{
	static const char *const parts[] = { "a", "b", "c", "*", "?", "a*", "*b", "[ab]",
	    "[!a]", "**", "?b", "ab", "*a*", "[a-b]?", "**", "a*b" };
	unsigned i;

	pattern[0] = '\0';
	for (i = 0; i < count; i++) {
		strcat(pattern, i == 0 ? "" : "/");
		strcat(pattern, parts[roll(seed, COUNT(parts))]);
	}
}

static void
test_brute_force(void **state)
{
	char left[32], right[32];
	unsigned seed = 42, round, meets = 0, count;
	struct scope *a, *b;
	size_t i;

	(void)state;
	make_paths();
	for (round = 0; round < 3000; round++) {
		/* Four components in all: if two can meet, four are deep enough. */
		count = 1 + roll(&seed, 3);
		random_pattern(&seed, count, left);
		random_pattern(&seed, 1 + roll(&seed, 4 - count), right);
		a = one(left);
		b = one(right);
		for (i = 0; i < path_count; i++)
			if (scope_covers(a, paths[i]) && scope_covers(b, paths[i]))
				break;
		if (scope_overlap(a, b) != (i < path_count) ||
		    scope_overlap(b, a) != (i < path_count))
			fail_msg("%s and %s: %s", left, right,
			    i < path_count ? paths[i] : "no path");
		meets += i < path_count;
		scope_free(a);
		scope_free(b);
	}
	assert_in_range(meets, 300, 2900);
}

static void
test_no_explosion(void **state)
{
	char stars[2001], pattern[4001], path[4001];
	struct scope *a, *b;
	size_t i;

	(void)state;
	for (i = 0; i + 1 < sizeof(stars); i += 2)
		memcpy(stars + i, "*a", 3);
	snprintf(pattern, sizeof(pattern), "**/**/x/**/**/y/**/%s", stars);
	a = one(pattern);
	stars[1999] = 'b';
	snprintf(pattern, sizeof(pattern), "**/x/**/x/**/**/%s/y", stars);
	b = one(pattern);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (i = 1; i < 3000; i += 2)
		path[i] = '/';
	scope_covers(a, path);
	scope_overlap(a, b);
	memset(path, 'a', sizeof(path) - 1);
	scope_free(a);
	a = one(stars);
	assert_false(scope_covers(a, path));
	scope_free(a);
	scope_free(b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covers), cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_anywhere), cmocka_unit_test(test_brute_force),
		cmocka_unit_test(test_no_explosion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
