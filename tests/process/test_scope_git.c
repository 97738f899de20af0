/*
 * One pattern against Git's own: random ones, written into its ignore file for the
 * root, cover what `git check-ignore` says of as many random paths, with and without
 * core.ignoreCase. (Lists are another matter: Git lets nothing in again below a
 * folder that was taken out.)
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "tasks/scope.h"

#define PATTERNS	250
#define PATHS		400

static char paths[PATHS][40];

static unsigned
roll(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

static void
make_paths(unsigned *seed)
{
	static const char *const names[] = { "a", "A", "b", "B", "ab", "aB", "Ab", "bb", "_", "a.c", "A.C", "z",
	    "Z", "K", "k", "^", "-", "]", "!a", "[a", "*", "\\", "aaa", "AbA", "bab", ".a", "k9" };
	size_t i;
	unsigned depth;

	for (i = 0; i < PATHS; i++) {
		paths[i][0] = '\0';
		for (depth = 1 + roll(seed, 4); depth > 0; depth--) {
			strcat(paths[i], names[roll(seed, COUNT(names))]);
			strcat(paths[i], depth > 1 ? "/" : "");
		}
	}
}

/* Git folds no single capital of a class and none behind a backslash: there are none. */
static char *
make_pattern(unsigned *seed)
{
	static const char *const parts[] = { "a", "A", "b", "B", "ab", "Ab", "*", "?", "**", "a*", "*B", "[a-b]",
	    "[A-B]", "[!a-k]", "[^A-K]", "[Z-a]", "[a-zA-K]?", "[]-a]", "[!]a-]", "?B", "*.c", "*.C", "a*b", "**a", "\\*", "\\!a",
	    "!a", "\\[a", "[\\]-^]", "*a*", "***", "[k9_-]*", "a?*", "[[:upper:]]*",
	    "[[:lower:]]?", "[![:alpha:]]*", "[[:digit:][:punct:]]*", "*[[:alnum:]]", "[[:xdigit:]-]*", "[[:nil:]a]",
	    "[![:nil:]]", "[[:a]", "[[:alpha]*", "[a-[:alpha:]]", "[[:space:]A-B]", "[[:graph:]]", "[^[:cntrl:]]?",
	    "[[:]*", "[[:]]", "[[::]]", "[:alpha:]", "[[:print:]]a", "\\[\\a", "\\a\\b" };
	unsigned count = 1 + roll(seed, 3), i;
	char pattern[64] = "";

	for (i = 0; i < count; i++) {
		strcat(pattern, i > 0 ? "/" : "");
		strcat(pattern, parts[roll(seed, COUNT(parts))]);
	}
	return str_dup(pattern);
}

static void
write_to(const char *directory, const char *name, const char *bytes, size_t len)
{
	char *path = str_format("%s/%s", directory, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* What Git says of all paths: those that match, with a NUL behind each. */
static size_t
ask_git(const char *directory, bool ignore_case, char *answer, size_t size)
{
	char *command = str_format("cd %s && HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 git -c core.ignoreCase=%s "
	    "check-ignore --no-index --stdin -z <paths", directory, ignore_case ? "true" : "false");
	FILE *pipe = popen(command, "r");
	size_t len;

	assert_non_null(pipe);
	len = fread(answer, 1, size, pipe);
	assert_in_range(pclose(pipe) >> 8, 0, 1);
	free(command);
	return len;
}

static size_t
compare(const char *directory, char *pattern, bool ignore_case)
{
	static char answer[sizeof(paths)];
	size_t len = ask_git(directory, ignore_case, answer, sizeof(answer)), at = 0, i, covered = 0;
	/* Without the '/' that binds it to the root. */
	char *list[] = { pattern + 1, NULL };
	struct scope *scope = scope_new(list, ignore_case);
	bool git;

	for (i = 0; i < PATHS; i++) {
		git = at < len && strcmp(answer + at, paths[i]) == 0;
		if (git)
			at += strlen(paths[i]) + 1;
		if (scope_covers(scope, paths[i]) != git)
			fail_msg("%s and %s, case %s: Git says %d", pattern, paths[i],
			    ignore_case ? "ignored" : "kept", git);
		covered += git;
	}
	assert_int_equal(at, len);
	scope_free(scope);
	return covered;
}

static void
as_git(void **state)
{
	char directory[] = "/tmp/test-scope.XXXXXX", list[sizeof(paths)], *command, *made, *pattern;
	unsigned seed = 3, round;
	size_t i, len = 0, exact = 0, any = 0;

	(void)state;
	assert_non_null(mkdtemp(directory));
	command = str_format("HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 git init -q %s && mkdir -p %s/.git/info",
	    directory, directory);
	assert_int_equal(system(command), 0);
	free(command);
	make_paths(&seed);
	for (i = 0; i < PATHS; i++) {
		strcpy(list + len, paths[i]);
		len += strlen(paths[i]) + 1;
	}
	write_to(directory, "paths", list, len);
	for (round = 0; round < PATTERNS; round++) {
		made = make_pattern(&seed);
		/* What begins with '!' is a name here, and not the start of what takes out. */
		pattern = str_format("/%s%s", made[0] == '!' ? "\\" : "", made);
		write_to(directory, ".git/info/exclude", pattern, strlen(pattern));
		exact += compare(directory, pattern, false);
		any += compare(directory, pattern, true);
		free(pattern);
		free(made);
	}
	assert_in_range(exact, PATTERNS, PATTERNS * PATHS / 2);
	assert_in_range(any, exact + PATTERNS, PATTERNS * PATHS);
	command = str_format("rm -rf %s", directory);
	assert_int_equal(system(command), 0);
	free(command);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(as_git) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
