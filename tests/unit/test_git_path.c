/* Paths that mean the same everywhere, and each way of being another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/git_path.h"
#include "protocol/mem.h"

static const struct { const char *path; bool plain; } rows[] = {
	{ "a", true }, { "a/b", true }, { "a b", true }, { "-rf", true }, { "new\nline", true },
	{ "back\\slash", true }, { "a\\", true }, { "\\\\", true }, { "\xff\xfe", true },
	{ "\xc3\xa9/\xe2\x82\xac", true }, { "...", true }, { "a..b", true }, { ".a", true },
	{ ".gitignore", true }, { ".github/x", true }, { ".gitlab-ci.yml", true }, { ".git_x", true },
	{ ".gitmodule", true }, { "git", true }, { "x.git", true }, { "git~", false }, { "x~", true },
	{ "gi", true }, { "gitmodules", true }, { "*", true }, { "C:x", true },
	/* No path at all. */
	{ "", false }, { "/", false }, { "/a", false }, { "a/", false }, { "a//b", false },
	/* Up, and round about. */
	{ ".", false }, { "..", false }, { "a/..", false }, { "../a", false }, { "a/./b", false },
	/* .git, also in other letters. */
	{ ".git", false }, { "a/.git/hooks/x", false }, { ".GIT", false }, { ".gIt/config", false },
	/* As NTFS would read it. */
	{ ".git ", false }, { ".git.", false }, { ".git . .", false }, { ".git::$INDEX", false },
	{ "git~1", false }, { "GIT~1/x", false }, { "a\\.git", false }, { "a\\git~1\\x", false },
	{ ".git\\config", false },
	/* As HFS+ would. */
	{ ".g\xe2\x80\x8cit", false }, { "\xe2\x80\xaa.git", false }, { ".git\xe2\x81\xaa", false },
	{ ".gi\xef\xbb\xbft", false }, { ".git\xff", false }, { "x\xe2\x80\x8e", false },
	/* What Git reads by itself. */
	{ ".gitmodules", false }, { "a/.gitmodules", false }, { ".GITMODULES", false },
	{ ".gitmodules ", false }, { ".gitmodules::x", false }, { "gitmod~1", false },
	{ "GI7EBA~1", false }, { ".gitattributes", false }, { ".gitAttributes.", false },
	{ "gitatt~2", false }, { "gi7d29~1", false }, { "a\\.gitmodules", false },
};

static void
by_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (git_path_plain(rows[i].path, strlen(rows[i].path)) != rows[i].plain)
			fail_msg("'%s'", rows[i].path);
}

static void
length(void **state)
{
	char *path = mem_zero(GIT_PATH_MOST + 2, 1);

	(void)state;
	memset(path, 'a', GIT_PATH_MOST + 1);
	assert_true(git_path_plain(path, GIT_PATH_MOST));
	assert_false(git_path_plain(path, GIT_PATH_MOST + 1));
	free(path);
}

static void
nul(void **state)
{
	(void)state;
	assert_false(git_path_plain("a\0b", 3));
	assert_false(git_path_plain("a\0", 2));
}

static void
links(void **state)
{
	char long_link[GIT_LINK_MOST + 1];

	(void)state;
	memset(long_link, 'l', sizeof(long_link));
	assert_null(git_link_wrong("../up", 5));
	assert_null(git_link_wrong("caf\xe9\n", 5));
	assert_null(git_link_wrong(long_link, GIT_LINK_MOST));
	assert_non_null(git_link_wrong(long_link, GIT_LINK_MOST + 1));
	assert_non_null(git_link_wrong(NULL, SIZE_MAX));
	assert_non_null(git_link_wrong("", 0));
	assert_non_null(git_link_wrong("\0", 1));
	assert_non_null(git_link_wrong("a\0b", 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_table), cmocka_unit_test(length), cmocka_unit_test(nul),
		cmocka_unit_test(links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
