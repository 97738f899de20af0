/* Which paths a scope covers, which scopes meet; the latter also by brute force. */
#include <fnmatch.h>
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
	struct scope *scope = scope_new(list, false);

	free(copy);
	return scope;
}

/* A list written with blanks between its patterns. */
static struct scope *
listed_by(const char *patterns, bool ignore_case)
{
	char *copy = str_dup(patterns), *list[100] = { NULL }, *rest = copy;
	struct scope *scope;
	size_t count = 0;

	while ((list[count] = strsep(&rest, " ")) != NULL)
		count++;
	scope = scope_new(list, ignore_case);
	free(copy);
	return scope;
}

static struct scope *
listed(const char *patterns)
{
	return listed_by(patterns, false);
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
		{ "[[:digit:]]", "7", true }, { "[[:digit:]]", "a", false }, { "[![:digit:]]", "a", true },
		{ "[[:digit:]-]", "-", true }, { "[[:upper:]]", "a", false }, { "[[:none:]a]", "a", false },
		{ "[![:none:]]", "a", false }, { "[[:alpha]", ":", true }, { "\\[a\\]", "[a]", true },
		{ "a/***/b", "a/x/y/b", true }, { "a/***b", "a/x/b", false },
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
		/* No name is of what is between b and a. */
		{ "[b-a]", "*", false }, { "x/[b-a]y", "x", false }, { "[!b-a]", "a", true },
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

/* `!` takes out, and the last pattern that matches counts. */
static void
test_covers_list(void **state)
{
	static const struct { const char *list, *path; bool covers; } cases[] = {
		{ "src/** !src/gen/**", "src/a.c", true }, { "src/** !src/gen/**", "src/gen/a.c", false },
		{ "src/** !src/gen/**", "src/gen", true }, { "src/** !src/gen", "src/gen", false },
		{ "src/** !src/gen", "src/gen/x", false }, { "src/** !src/gen", "src/general", true },
		{ "src/** !src/gen/** src/gen/keep", "src/gen/keep/x", true },
		{ "src/** !src/gen/** src/gen/keep", "src/gen/other", false },
		{ "src/gen/keep src/** !src/gen/**", "src/gen/keep", false },
		{ "** !**/*.lock", "a/b.lock", false }, { "** !**/*.lock", "a/b.lock/c", false },
		{ "** !**/*.lock", "a/b.c", true }, { "lib !lib", "lib", false }, { "lib !.", "lib", false },
		{ "lib !src", "src", false }, { "\\!a", "!a", true }, { "** !\\!a", "!a", false },
		{ "** !\\!a", "a", true }, { "[!a]", "!", true }, { "a !b", "a", true },
		{ "x/!a", "x/!a", true }, { "!lib", "src", false }, { "!lib", "lib", false },
	};
	struct scope *scope;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		scope = listed(cases[i].list);
		if (scope_covers(scope, cases[i].path) != cases[i].covers)
			fail_msg("%s and %s", cases[i].list, cases[i].path);
		scope_free(scope);
	}
}

static void
test_overlap_list(void **state)
{
	static const struct { const char *a, *b; size_t a_meets, b_meets; } cases[] = {
		{ "src/** !src/gen/**", "src/gen/**", SCOPE_NONE, SCOPE_NONE },
		{ "src/** !src/gen/**", "src/gen", 0, 0 },
		{ "src/** !src/gen", "src/gen", SCOPE_NONE, SCOPE_NONE },
		{ "src/** !src/gen/** src/gen/a", "src/gen/**", 2, 0 },
		{ "src/** !src/gen/**", "lib src/gen/a src/parser", 0, 2 },
		{ "src/** !src/gen/**", "src/**/x.c", 0, 0 },
		{ "src/** !src/**/*.c", "**/*.c", SCOPE_NONE, SCOPE_NONE },
		{ "src/** !src/*.c", "**/*.c", 0, 0 },
		{ "src/*.c !src/**", "**", SCOPE_NONE, SCOPE_NONE },
		{ "** !a", "** !b", 0, 0 }, { "** !a*", "** ![!a]*", SCOPE_NONE, SCOPE_NONE },
		{ "** !a*", "a* !ab*", SCOPE_NONE, SCOPE_NONE }, { "a* !ab*", "a* !a[!b]*", 0, 0 },
		{ "a? !ab", "a* !a[!b]*", SCOPE_NONE, SCOPE_NONE },
		/* One name of two characters, and longer ones: all are taken out, or not. */
		{ "x/* !x/?", "x/* !x/??*", SCOPE_NONE, SCOPE_NONE }, { "x/* !x/?", "x/* !x/???*", 0, 0 },
		{ "a !a", "**", SCOPE_NONE, SCOPE_NONE }, { "a !a a", "**", 2, 0 },
		{ "!a", "a", SCOPE_NONE, SCOPE_NONE }, { "\\!a", "[!b]a", 0, 0 },
		{ "** ![^x]", "x y", 0, 0 }, { "** !**/?", "x/y", SCOPE_NONE, SCOPE_NONE },
	};
	struct scope *a, *b;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		a = listed(cases[i].a);
		b = listed(cases[i].b);
		if (scope_meets(a, b) != cases[i].b_meets || scope_meets(b, a) != cases[i].a_meets)
			fail_msg("%s and %s: %zu, %zu", cases[i].a, cases[i].b, scope_meets(b, a),
			    scope_meets(a, b));
		scope_free(a);
		scope_free(b);
	}
}

/* Sorted, but not where the order counts. */
static void
test_text(void **state)
{
	struct scope *a = listed("b a"), *b = listed("b a !b/c"), *c = scope_new(NULL, false);

	(void)state;
	assert_string_equal(scope_text(a), "a\nb\n");
	assert_string_equal(scope_text(b), "b\na\n!b/c\n");
	assert_string_equal(scope_text(c), "");
	assert_false(scope_takes_out(b, 1));
	assert_true(scope_takes_out(b, 2));
	scope_free(a);
	scope_free(b);
	scope_free(c);
}

/* As with core.ignoreCase: letters of ASCII alone. */
static void
test_covers_any_case(void **state)
{
	static const struct { const char *list, *path; bool exact, covers; } cases[] = {
		{ "Src/**", "src/a", false, true }, { "src", "SRC/a", false, true },
		{ "src", "srcx", false, false }, { "SRC", "SRC", true, true },
		{ "*.C", "a.c", false, true }, { "*.c", "A.C", false, true }, { "[a-c]", "B", false, true },
		{ "[A-C]", "b", false, true }, { "[A-C]", "d", false, false }, { "[!a-c]", "B", true, false },
		{ "[!A-C]", "b", true, false }, { "[!a-c]", "D", true, true }, { "[Z-a]", "z", false, true },
		{ "[Z-a]", "_", true, true }, { "[Z-a]", "b", false, false }, { "[@-B]", "b", false, true },
		{ "[[:upper:]]", "a", false, true }, { "[[:lower:]]", "A", false, true },
		{ "[![:upper:]]", "a", true, false }, { "\\[A\\]", "[a]", false, true },
		{ "[0-9]", "P", false, false }, { "[\x01-\x02]", "A", false, false },
		{ "\\A?", "ab", false, true }, { "\\A?", "bb", false, false },
		/* A with dots, and the long s and the sign that are no letters of ASCII. */
		{ "\xc3\x84", "\xc3\xa4", false, false }, { "s", "\xc5\xbf", false, false },
		{ "k", "\xe2\x84\xaa", false, false }, { "[\xc3\x84]", "\xc3\xa4", false, false },
		{ "src !src/Gen", "src/gEN/a", true, false }, { "src !src/Gen", "SRC/gem", false, true },
	};
	struct scope *exact, *any;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		exact = listed(cases[i].list);
		any = listed_by(cases[i].list, true);
		if (scope_covers(exact, cases[i].path) != cases[i].exact ||
		    scope_covers(any, cases[i].path) != cases[i].covers)
			fail_msg("%s and %s", cases[i].list, cases[i].path);
		scope_free(exact);
		scope_free(any);
	}
}

static void
test_overlap_any_case(void **state)
{
	static const struct { const char *a, *b; bool exact, any; } cases[] = {
		{ "src/a", "SRC", false, true }, { "Src/*.c", "sRC/a.*", false, true },
		{ "A/b/c", "a/B/d", false, false }, { "[a-c]", "B", false, true },
		{ "[!a-c]", "B", true, false }, { "[A-C]x", "[b-d]X", false, true }, { "A*", "*b", true, true },
		{ "src !SRC/gen", "src/Gen", true, false }, { "src !src/[G]*", "src/gen/**", true, false },
		{ "** !**/*A*", "[!b]a", true, false }, { "[A-Z] !a", "[a-z] !B", false, true },
		{ "[A-B] !a", "[a-b] !B", false, false }, { "[A-Z]? ![a-y]?", "[A-Y]?", true, false },
		{ "? ![@-[]", "A", false, false }, { "? ![@-[]", "a", true, false },
	};
	struct scope *a, *b;
	size_t i, any;

	(void)state;
	for (i = 0; i < 2 * COUNT(cases); i++) {
		any = i % 2;
		a = listed_by(cases[i / 2].a, any);
		b = listed_by(cases[i / 2].b, any);
		if (scope_overlap(a, b) != (any ? cases[i / 2].any : cases[i / 2].exact) ||
		    scope_overlap(b, a) != scope_overlap(a, b))
			fail_msg("%s and %s: %d", cases[i / 2].a, cases[i / 2].b, scope_overlap(a, b));
		scope_free(a);
		scope_free(b);
	}
}

static void
test_anywhere(void **state)
{
	struct scope *anywhere = scope_new(NULL, false), *all = one("**");

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

/* Lists of up to three patterns, of which some take out, of at most `most` components. */
static void
random_list(unsigned *seed, unsigned most, char *list)
{
	char pattern[32];
	unsigned count = 1 + roll(seed, 3), i;

	list[0] = '\0';
	for (i = 0; i < count; i++) {
		/* Of the paths' letters c stands for all others. */
		do
			random_pattern(seed, 1 + roll(seed, most), pattern);
		while (strchr(pattern, 'c') != NULL);
		strcat(list, i == 0 ? "" : roll(seed, 3) == 0 ? " " : " !");
		strcat(list, pattern);
	}
}

/* All names of 1 to 3 letters a, b and c, and all paths of 1 or 2 of them, or 3 with one long one at most. */
static void
make_more_paths(void)
{
	char names[39][4];
	size_t count = 0, i, k, m;

	for (i = 0; i < 3; i++)
		snprintf(names[count++], sizeof(names[0]), "%c", (char)('a' + i));
	for (i = 0; i < 12; i++)
		for (k = 0; k < 3; k++)
			snprintf(names[count++], sizeof(names[0]), "%.2s%c", names[i], (char)('a' + k));
	path_count = 0;
	for (i = 0; i < count; i++) {
		strcpy(paths[path_count++], names[i]);
		for (k = 0; k < count; k++) {
			snprintf(paths[path_count++], sizeof(paths[0]), "%.3s/%.3s", names[i], names[k]);
			for (m = 0; (i < 12 || k < 12) && m < 12; m++)
				snprintf(paths[path_count++], sizeof(paths[0]), "%.3s/%.3s/%.3s", names[i],
				    names[k], names[m]);
		}
	}
}

/* Some letters of a list large, but of ranges: where case is ignored it is the same list. */
static void
enlarge(unsigned *seed, char *list)
{
	size_t i;

	for (i = 0; list[i] != '\0'; i++)
		if (list[i] >= 'a' && list[i] <= 'z' && list[i + 1] != '-' &&
		    (i == 0 || list[i - 1] != '-') && roll(seed, 2) == 0)
			list[i] = (char)(list[i] - 'a' + 'A');
}

static void
test_brute_force_lists(void **state)
{
	char left[128], right[128];
	unsigned seed = 7, round, meets = 0, apart = 0;
	struct scope *a, *b;
	size_t i;

	(void)state;
	make_more_paths();
	for (round = 0; round < 6000; round++) {
		random_list(&seed, 2, left);
		random_list(&seed, 2, right);
		if (round % 2 == 1) {
			enlarge(&seed, left);
			enlarge(&seed, right);
		}
		a = listed_by(left, round % 2);
		b = listed_by(right, round % 2);
		for (i = 0; i < path_count; i++)
			if (scope_covers(a, paths[i]) && scope_covers(b, paths[i]))
				break;
		if (scope_overlap(a, b) != (i < path_count) || scope_overlap(b, a) != (i < path_count))
			fail_msg("%s and %s: %s", left, right, i < path_count ? paths[i] : "no path");
		meets += i < path_count;
		apart += i == path_count && strchr(left, '!') != NULL;
		scope_free(a);
		scope_free(b);
	}
	assert_in_range(meets, 1000, 5000);
	assert_in_range(apart, 500, 5000);
}

/* Does the path match from here on, name by name? Slow, and of another make. */
static bool
plainly_matches(const char *pattern, const char *path)
{
	size_t of_pattern = strcspn(pattern, "/"), of_path = strcspn(path, "/");
	const char *rest = pattern + of_pattern + (pattern[of_pattern] == '/');
	const char *beneath = path + of_path + (path[of_path] == '/');
	char one[64], name[64];

	if (*pattern == '\0')
		return true;
	if (*path == '\0')
		return false;
	if (strncmp(pattern, "**", 2) == 0 && of_pattern == 2)
		return *rest == '\0' || plainly_matches(rest, path) || plainly_matches(pattern, beneath);
	snprintf(one, sizeof(one), "%.*s", (int)of_pattern, pattern);
	snprintf(name, sizeof(name), "%.*s", (int)of_path, path);
	return fnmatch(one, name, 0) == 0 && plainly_matches(rest, beneath);
}

static bool
plainly_covers(const char *list, const char *path)
{
	char *copy = str_dup(list), *rest = copy, *pattern;
	bool covers = false;

	while ((pattern = strsep(&rest, " ")) != NULL)
		if (plainly_matches(pattern + (pattern[0] == '!'), path))
			covers = pattern[0] != '!';
	free(copy);
	return covers;
}

/* Files of a tree, deeper than those above and with longer names. */
static void
make_tree(unsigned *seed)
{
	size_t i, len;

	for (path_count = 0; path_count < 60; path_count++) {
		len = 1 + roll(seed, sizeof(paths[0]) - 2);
		for (i = 0; i < len; i++)
			paths[path_count][i] = roll(seed, 4) == 0 && i > 0 && i + 1 < len &&
			    paths[path_count][i - 1] != '/' ? '/' : "aabbc"[roll(seed, 5)];
		paths[path_count][len] = '\0';
	}
}

static void
test_random_trees(void **state)
{
	char left[128], right[128];
	unsigned seed = 11, round, shared = 0;
	struct scope *a, *b;
	bool both;
	size_t i;

	(void)state;
	for (round = 0; round < 8000; round++) {
		if (round % 20 == 0)
			make_tree(&seed);
		random_list(&seed, 4, left);
		random_list(&seed, 4, right);
		a = listed(left);
		b = listed(right);
		for (both = false, i = 0; i < path_count; i++) {
			if (scope_covers(a, paths[i]) != plainly_covers(left, paths[i]))
				fail_msg("%s covers %s: %d", left, paths[i], scope_covers(a, paths[i]));
			both |= scope_covers(a, paths[i]) && scope_covers(b, paths[i]);
		}
		if (both && (!scope_overlap(a, b) || !scope_overlap(b, a)))
			fail_msg("%s and %s", left, right);
		shared += both;
		scope_free(a);
		scope_free(b);
	}
	assert_in_range(shared, 500, 7500);
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

/* What is taken out is all there is; the walk has as many states as are seen in so many letters. */
static void
test_gives_up(void **state)
{
	static const struct { unsigned letters; bool overlap; } cases[] = { { 3, false }, { 8, false }, { 30, true } };
	char any[32] = "", *list;
	struct scope *a, *b = one("x");
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(any, '?', cases[i].letters);
		list = str_format("x/*a?%s !x/*aa%s !x/*a[!a]%s", any, any, any);
		a = listed(list);
		if (scope_overlap(a, b) != cases[i].overlap || scope_overlap(b, a) != cases[i].overlap)
			fail_msg("%s", list);
		free(list);
		scope_free(a);
	}
	scope_free(b);
}

/* What covers one path covers no other, whatever is in its name. */
static void
test_pattern(void **state)
{
	static const struct { const char *path, *pattern, *other; } rows[] = {
		{ "src/a.c", "src/a.c", "src/b.c" },
		{ "*.c", "\\*.c", "a.c" },
		{ "a?", "a\\?", "ab" },
		{ "[ab]/**", "\\[ab\\]/\\*\\*", "a/x" },
		{ "!a", "\\!a", "b" },
		{ "a\\b", "a\\\\b", "ab" },
		{ "caf\xe9/x", "caf?/x", "cafe/y" },
		{ "caf\xc3\xa9", "caf\xc3\xa9", "cafe" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *pattern = scope_pattern(rows[i].path);
		struct scope *scope = one(pattern);

		assert_string_equal(pattern, rows[i].pattern);
		assert_true(scope_covers(scope, rows[i].path));
		assert_false(scope_covers(scope, rows[i].other));
		scope_free(scope);
		free(pattern);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covers), cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_anywhere), cmocka_unit_test(test_brute_force),
		cmocka_unit_test(test_covers_list), cmocka_unit_test(test_overlap_list),
		cmocka_unit_test(test_covers_any_case), cmocka_unit_test(test_overlap_any_case),
		cmocka_unit_test(test_text), cmocka_unit_test(test_brute_force_lists), cmocka_unit_test(test_random_trees),
		cmocka_unit_test(test_no_explosion), cmocka_unit_test(test_gives_up), cmocka_unit_test(test_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
