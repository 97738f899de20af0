/* Takes in a result that came as plain files: see take_files.h. */
#include "commitd/take_files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "commitd/build.h"
#include "commitd/files.h"

#define READ_BYTES	(64u << 10)

/* A private copy of what came as plain files; larger than it may be is not read to the end. */
static enum error
read_files(int from, struct buffer *bytes)
{
	ssize_t len = 1;

	while (len > 0 && bytes->len <= RESULT_FILE_MAX) {
		len = pread(from, buffer_reserve(bytes, READ_BYTES), READ_BYTES, (off_t)bytes->len);
		if (len == -1)
			return error_from_errno(errno);
		bytes->len += (size_t)len;
	}
	return bytes->len > RESULT_FILE_MAX ? ERROR_INVALID : ERROR_NONE;
}

/* The limits of a pack hold for what comes as files, too. */
static enum error
check_limits(const struct limits *limits, const struct record_result_files *files, size_t bytes,
    struct buffer *why)
{
	const struct record_result_file *file = files->files.items;
	size_t i;

	if (bytes > limits->pack) {
		buffer_format(why, "its files are larger than the %ju bytes that limits.pack allows",
		    (uintmax_t)limits->pack);
		return ERROR_INVALID;
	}
	for (i = 0; i < files->files.count; i++)
		if (file[i].content.len > limits->object) {
			buffer_format(why, "an object of %zu bytes; limits.object allows %ju",
			    (size_t)file[i].content.len, (uintmax_t)limits->object);
			return ERROR_INVALID;
		}
	return ERROR_NONE;
}

enum error
take_files(struct commitd *commitd, const struct msg_result_accept *message,
    char commit[OID_TEXT], struct buffer *why)
{
	struct record_result_files files;
	struct buffer bytes;
	struct arena arena;
	enum error error;

	if (!repository_is_ancestor(commitd->repository, message->base, commitd->tip)) {
		buffer_format(why, "its base %.12s is not on branch '%s'", message->base,
		    commitd->branch);
		return ERROR_INVALID;
	}
	buffer_init(&bytes);
	arena_init(&arena);
	error = read_files(message->pack, &bytes);
	if (error == ERROR_INVALID)
		buffer_format(why, "its files are larger than %u bytes", RESULT_FILE_MAX);
	if (error == ERROR_NONE)
		error = files_read(bytes.bytes, bytes.len, &arena, &files, why);
	if (error == ERROR_NONE)
		error = check_limits(&commitd->limits, &files, bytes.len, why);
	if (error == ERROR_NONE && strcmp(files.base, message->base) != 0) {
		buffer_add_text(why, "its files are of another base");
		error = ERROR_INVALID;
	}
	if (error == ERROR_NONE)
		error = build_commit(commitd->repository, &files, commit, why);
	arena_release(&arena);
	buffer_release(&bytes);
	return error;
}
