/*
 * Results as plain files: whatever comes, what is accepted has plain paths in
 * order, a header of one line each, and is within its limits.
 */
#include <string.h>

#include "commitd/files.h"
#include "fuzz.h"
#include "protocol/git_path.h"
#include "protocol/mem.h"
#include "protocol/put.h"

const char *const fuzz_words[] = { "\xdd\xff\xff\xff\xff", "\xdf\x7f\xff\xff\xff", "\xc6\x02\x01\x01\x01",
    "\x91", "\x81", "\xa4path", "\xa4mode", "\xa7" "content", "\xa5" "files", "\xcd\x81\xa4", "\xcd\xa0\x01", ".git",
    "git~1", "/", "..", "\xe2\x80\x8c", "\n", "<", ">", " +0000", NULL };

static struct data
text(const char *text)
{
	return (struct data){ (const unsigned char *)text, strlen(text) };
}

void
fuzz_seed(struct buffer *out)
{
	static const char *const paths[] = { "a", "a-", "a.b", "a/b", "a/b/c", "b", "c\\d", "\xc3\xa4", "z/.x" };
	static const unsigned modes[] = { FILE_GONE, FILE_PLAIN, FILE_PROGRAM, FILE_LINK, FILE_SUBMODULE };
	struct record_result_file list[COUNT(paths)] = { 0 };
	struct record_result_files files = { .version = RESULT_VERSION,
	    .base = "0123456789012345678901234567890123456789", .author = text("A <a> 1 +0000"),
	    .committer = text("B <b> 1 +0000"), .message = text("words\n") };
	size_t i, count = 0;

	for (i = 0; i < COUNT(paths); i++) {
		if (fuzz_below(3) > 0)
			continue;
		list[count].path = text(paths[i]);
		list[count].mode = modes[fuzz_below(COUNT(modes))];
		if (list[count].mode == FILE_SUBMODULE)
			list[count].content = text(files.base);
		else if (list[count].mode != FILE_GONE)
			list[count].content = text("bytes");
		count++;
	}
	files.files = (struct records){ list, count };
	put_map(out, record_result_files(), &files);
}

void
fuzz_run(const unsigned char *bytes, size_t len)
{
	const struct record_result_file *file, *before = NULL;
	struct record_result_files files;
	struct buffer why;
	struct arena arena;
	uint64_t all;
	size_t i;

	buffer_init(&why);
	arena_init(&arena);
	if (files_read(bytes, len, &arena, &files, &why) == ERROR_NONE) {
		fuzz_check(why.len == 0 && files.files.count > 0 && files.files.count <= RESULT_FILES_MAX);
		fuzz_check(memchr(files.author.bytes, '\n', files.author.len) == NULL);
		fuzz_check(memchr(files.committer.bytes, '\n', files.committer.len) == NULL);
		fuzz_check(strlen((const char *)files.message.bytes) == files.message.len);
		all = files.message.len;
		for (i = 0; i < files.files.count; i++, before = file) {
			file = (const struct record_result_file *)files.files.items + i;
			fuzz_check(git_path_plain((const char *)file->path.bytes, file->path.len));
			fuzz_check(before == NULL || strcmp((const char *)before->path.bytes,
			    (const char *)file->path.bytes) < 0);
			all += file->content.len;
		}
		fuzz_check(all <= RESULT_BYTES_MAX);
	} else {
		fuzz_check(why.len > 0);
	}
	arena_release(&arena);
	buffer_release(&why);
}
