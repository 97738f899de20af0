/* Results as plain files: what is read, and every attack by its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "commitd/files.h"
#include "protocol/mem.h"
#include "protocol/put.h"

#define BASE	"0123456789012345678901234567890123456789"
#define ANN	"Ann <ann@x> 1700000000 +0100"
#define BLOB	"hello\n"

/* One path; all texts are C strings here. */
struct row { const char *path; unsigned mode; const char *content; };

#define ROWS	4u

static struct data
text(const char *text)
{
	return (struct data){ (const unsigned char *)text, text == NULL ? 0 : strlen(text) };
}

static struct record_result_files
result(struct record_result_file *list, const struct row *rows)
{
	struct record_result_files files = { .version = 1, .base = BASE, .author = text(ANN),
	    .committer = text("Bob <> 0 -0000"), .message = text("Words\n") };
	size_t count = 0;

	for (; count < ROWS && rows[count].path != NULL; count++)
		list[count] = (struct record_result_file){ text(rows[count].path), rows[count].mode,
		    text(rows[count].content) };
	files.files = (struct records){ list, count };
	return files;
}

/* Writes it, reads it again; the words of a refusal, or NULL. Good until the next call. */
static const char *
reread(const struct record_result_files *files)
{
	static struct buffer why;
	struct record_result_files again;
	struct buffer bytes;
	struct arena arena;
	enum error error;

	buffer_release(&why);
	buffer_init(&why);
	buffer_init(&bytes);
	arena_init(&arena);
	put_map(&bytes, record_result_files(), files);
	error = files_read(bytes.bytes, bytes.len, &arena, &again, &why);
	assert_int_equal(error == ERROR_NONE, why.len == 0);
	assert_true(error == ERROR_NONE || error == ERROR_INVALID);
	if (error == ERROR_NONE)
		assert_int_equal(again.files.count, files->files.count);
	arena_release(&arena);
	buffer_release(&bytes);
	return error == ERROR_NONE ? NULL : buffer_text(&why);
}

static void
paths(void **state)
{
	static const struct { const char *name; struct row rows[ROWS]; const char *why; } cases[] = {
		{ "one", { { "a", FILE_PLAIN, BLOB } }, NULL },
		{ "all kinds", { { "a", FILE_PLAIN, BLOB }, { "b", FILE_PROGRAM, "" },
		    { "c/d", FILE_LINK, "../x" }, { "e", FILE_SUBMODULE, BASE } }, NULL },
		{ "a file that is a folder now", { { "a", FILE_GONE, NULL },
		    { "a/b", FILE_PLAIN, BLOB } }, NULL },
		{ "a folder that is a file now", { { "a", FILE_PLAIN, BLOB },
		    { "a.b", FILE_PLAIN, BLOB }, { "a/b", FILE_GONE, NULL } }, NULL },
		{ "nothing", { { NULL, 0, NULL } }, "nothing" },
		{ "twice", { { "a", FILE_PLAIN, BLOB }, { "a", FILE_PLAIN, "x" } }, "order" },
		{ "out of order", { { "b", FILE_PLAIN, BLOB }, { "a", FILE_PLAIN, BLOB } }, "order" },
		{ "Git's order of folders", { { "a.b", FILE_PLAIN, BLOB },
		    { "a", FILE_PLAIN, BLOB } }, "order" },
		{ "a file and a folder", { { "a", FILE_PLAIN, BLOB },
		    { "a/b", FILE_PLAIN, BLOB } }, "folder" },
		{ "the same behind others", { { "a", FILE_LINK, "/etc" }, { "a-", FILE_PLAIN, BLOB },
		    { "a.b", FILE_PLAIN, BLOB }, { "a/passwd", FILE_PLAIN, BLOB } }, "folder" },
		{ "into .git", { { ".git/hooks/post-checkout", FILE_PROGRAM, BLOB } }, "path" },
		{ "into .GIT", { { ".GIT/config", FILE_PLAIN, BLOB } }, "path" },
		{ "into git~1", { { "git~1/config", FILE_PLAIN, BLOB } }, "path" },
		{ "outside", { { "../x", FILE_PLAIN, BLOB } }, "path" },
		{ "from the root", { { "/etc/passwd", FILE_PLAIN, BLOB } }, "path" },
		{ "no name", { { "", FILE_PLAIN, BLOB } }, "path" },
		{ "a submodule's address", { { ".gitmodules", FILE_PLAIN,
		    "[submodule \"x\"]\n\turl = -u./payload\n" } }, "path" },
		{ "a link in the place of .gitmodules", { { ".gitmodules", FILE_LINK, "x" } }, "path" },
		{ "removing .gitmodules", { { "a/.gitmodules", FILE_GONE, NULL } }, "path" },
		{ "a folder as a file", { { "a", 040000, BLOB } }, "mode" },
		{ "rights of others", { { "a", 0100666, BLOB } }, "mode" },
		{ "a program with the right of its owner", { { "a", 0104755, BLOB } }, "mode" },
		{ "content of what is gone", { { "a", FILE_GONE, BLOB } }, "gone" },
		{ "half a submodule", { { "a", FILE_SUBMODULE, "0123" } }, "submodule" },
		{ "a submodule of nothing", { { "a", FILE_SUBMODULE,
		    "0000000000000000000000000000000000000000" } }, "submodule" },
	};
	struct record_result_file list[ROWS];
	struct record_result_files files;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		files = result(list, cases[i].rows);
		why = reread(&files);
		if ((why == NULL) != (cases[i].why == NULL) ||
		    (why != NULL && strstr(why, cases[i].why) == NULL))
			fail_msg("%s: %s", cases[i].name, why ? why : "accepted");
	}
}

static void
headers(void **state)
{
	static const struct { const char *name, *author; bool taken; } cases[] = {
		{ "whole", ANN, true }, { "no mail", "Ann <> 1 +0000", true },
		{ "no name", " <a@x> 1 +0000", true }, { "the beginning of time", "A <a> 0 +0000", true },
		{ "bytes", "\xff\xfe <a@x> 1 -1200", true },
		{ "empty", "", false }, { "only a name", "Ann", false }, { "a name at once", "<a> 1 +0000", false },
		{ "a mail without an end", "Ann <a 1 +0000", false },
		{ "two mails", "Ann <a> <b> 1 +0000", false }, { "an end too many", "A> <a> 1 +0000", false },
		{ "no room before the mail", "Ann<a> 1 +0000", false },
		{ "no room before the date", "Ann <a>1 +0000", false },
		{ "no date", "Ann <a>  +0000", false }, { "a date with zeros", "Ann <a> 01 +0000", false },
		{ "a date of words", "Ann <a> now +0000", false },
		{ "a date after all dates", "Ann <a> 18446744073709551616 +0000", false },
		{ "a date before", "Ann <a> -1 +0000", false },
		{ "no zone", "Ann <a> 1", false }, { "half a zone", "Ann <a> 1 +00", false },
		{ "a zone and more", "Ann <a> 1 +0000 x", false },
		{ "a second line", "Ann <a> 1 +0000\nparent " BASE, false },
		{ "a line in the name", "Ann\nparent x <a> 1 +0000", false },
	};
	static const struct row one[ROWS] = { { "a", FILE_PLAIN, BLOB } };
	struct record_result_file list[ROWS];
	struct record_result_files files;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		files = result(list, one);
		files.author = text(cases[i].author);
		if ((reread(&files) == NULL) != cases[i].taken)
			fail_msg("author: %s", cases[i].name);
		files = result(list, one);
		files.committer = text(cases[i].author);
		if ((reread(&files) == NULL) != cases[i].taken)
			fail_msg("committer: %s", cases[i].name);
	}
	files = result(list, one);
	files.encoding = text("ISO-8859-1");
	assert_null(reread(&files));
	files.encoding = text("x\ngpgsig y");
	assert_non_null(reread(&files));
	files = result(list, one);
	files.author = (struct data){ (const unsigned char *)"A <a> 1 +0000\0x", 15 };
	assert_non_null(reread(&files));
	files = result(list, one);
	files.message = (struct data){ (const unsigned char *)"a\0b", 3 };
	assert_non_null(strstr(reread(&files), "NUL"));
	files = result(list, one);
	files.message = text("");
	assert_null(reread(&files));
}

static void
sizes(void **state)
{
	struct record_result_file *list = mem_zero(RESULT_FILES_MAX + 1, sizeof(*list));
	char *bytes = mem_zero(RESULT_BYTES_MAX + 1, 1), name[8];
	static const struct row none[ROWS] = { { NULL, 0, NULL } };
	struct record_result_files files = result(list, none);
	size_t i;

	(void)state;
	for (i = 0; i <= RESULT_FILES_MAX; i++) {
		snprintf(name, sizeof(name), "f%04zu", i);
		list[i] = (struct record_result_file){ text(str_dup(name)), FILE_PLAIN, text("x") };
	}
	files.files.count = RESULT_FILES_MAX;
	assert_null(reread(&files));
	files.files.count++;
	assert_non_null(strstr(reread(&files), "files"));
	/* Each is small enough; together they are not. */
	files.files.count = 2;
	list[0].content = (struct data){ (unsigned char *)bytes, RESULT_BYTES_MAX / 2 };
	list[1].content = (struct data){ (unsigned char *)bytes, RESULT_BYTES_MAX / 2 -
	    files.message.len };
	assert_null(reread(&files));
	list[1].content.len++;
	assert_non_null(strstr(reread(&files), "more than"));
	for (i = 0; i <= RESULT_FILES_MAX; i++)
		free((char *)(uintptr_t)list[i].path.bytes);
	free(bytes);
	free(list);
}

/* Bytes that are no result at all. */
static void
rubbish(void **state)
{
	static const struct row one[ROWS] = { { "a", FILE_PLAIN, BLOB } };
	static const struct { const char *name, *bytes; size_t len; } cases[] = {
		{ "nothing", "", 0 }, { "a pack", "PACK\0\0\0\2\0\0\0\0", 12 }, { "a number", "\x07", 1 },
		{ "an empty map", "\x80", 1 }, { "a list", "\x91\x80", 2 },
		{ "a list without end", "\xdd\xff\xff\xff\xff", 5 },
		{ "depth", "\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91", 18 },
		{ "a map of what is not there", "\xdf\xff\xff\xff\xff", 5 },
		{ "bytes that are not there", "\x81\xa7version\xc6\xff\xff\xff\xff", 14 },
	};
	struct record_result_file list[ROWS];
	struct record_result_files files = result(list, one), again;
	struct buffer bytes, why;
	struct arena arena;
	size_t i;

	(void)state;
	buffer_init(&why);
	arena_init(&arena);
	for (i = 0; i < COUNT(cases); i++) {
		why.len = 0;
		if (files_read((const unsigned char *)cases[i].bytes, cases[i].len, &arena, &again,
		    &why) != ERROR_INVALID || why.len == 0)
			fail_msg("%s", cases[i].name);
	}
	/* Cut off anywhere, or with something behind it. */
	buffer_init(&bytes);
	put_map(&bytes, record_result_files(), &files);
	for (i = 0; i < bytes.len; i++)
		assert_int_equal(files_read(bytes.bytes, i, &arena, &again, &why), ERROR_INVALID);
	assert_int_equal(files_read(bytes.bytes, bytes.len, &arena, &again, &why), ERROR_NONE);
	buffer_add(&bytes, "\x80", 1);
	assert_int_equal(files_read(bytes.bytes, bytes.len, &arena, &again, &why), ERROR_INVALID);
	files.version = 2;
	assert_non_null(strstr(reread(&files), "version 2"));
	arena_release(&arena);
	buffer_release(&bytes);
	buffer_release(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths), cmocka_unit_test(headers), cmocka_unit_test(sizes),
		cmocka_unit_test(rubbish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
