/* A result that came as plain files: see files.h. */
#include "commitd/files.h"

#include <string.h>

#include "protocol/frame.h"
#include "protocol/git_path.h"
#include "protocol/mem.h"
#include "protocol/reader.h"
#include "protocol/valid.h"

#define DATE_DIGITS	18u	/* a date that every reader can hold */

/* The order of the paths: by their bytes. */
static int
compare(const struct data *a, const struct data *b)
{
	int order = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);

	return order != 0 ? order : a->len < b->len ? -1 : a->len > b->len;
}

/* Texts of a commit end where a NUL is. */
static bool
has_nul(const struct data *data)
{
	return memchr(data->bytes, '\0', data->len) != NULL;
}

/* "Name <mail> 1700000000 +0100", by the rules of git fsck. */
static bool
who_valid(const struct data *who)
{
	const char *at = (const char *)who->bytes, *start = at;
	size_t digits;

	if (has_nul(who))
		return false;
	at += strcspn(at, "<>\n");
	if (*at != '<' || at == start || at[-1] != ' ')
		return false;
	at++;
	at += strcspn(at, "<>\n");
	if (*at != '>' || at[1] != ' ')
		return false;
	at += 2;
	digits = strspn(at, "0123456789");
	if (digits == 0 || digits > DATE_DIGITS || (*at == '0' && digits > 1) || at[digits] != ' ')
		return false;
	at += digits + 1;
	return (*at == '+' || *at == '-') && strspn(at + 1, "0123456789") == 4 && at[5] == '\0';
}

static enum error
check_commit(const struct record_result_files *files, struct buffer *why)
{
	const struct data *encoding = &files->encoding;

	if (!who_valid(&files->author))
		buffer_add_text(why, "its author is not one that Git takes");
	else if (!who_valid(&files->committer))
		buffer_add_text(why, "its committer is not one that Git takes");
	else if (encoding->len > 0 && (has_nul(encoding) ||
	    memchr(encoding->bytes, '\n', encoding->len) != NULL))
		buffer_add_text(why, "its encoding is not one line");
	else if (has_nul(&files->message))
		buffer_add_text(why, "its message has a NUL in it");
	else
		return ERROR_NONE;
	return ERROR_INVALID;
}

/* One path on its own. */
static enum error
check_file(const struct record_result_file *file, struct buffer *why)
{
	const char *path = (const char *)file->path.bytes, *content = (const char *)file->content.bytes;
	const char *wrong = NULL;

	if (!git_path_plain(path, file->path.len))
		wrong = "is no path that may come this way";
	else if (file->mode != FILE_GONE && file->mode != FILE_PLAIN && file->mode != FILE_PROGRAM &&
	    file->mode != FILE_LINK && file->mode != FILE_SUBMODULE)
		wrong = "has a mode that Git does not know";
	else if (file->mode == FILE_GONE && file->content.len > 0)
		wrong = "is gone and has content";
	else if (file->mode == FILE_SUBMODULE && (file->content.len != 40 || !oid_valid(content) ||
	    strspn(content, "0") == 40))
		wrong = "is a submodule without a commit";
	else if (file->mode == FILE_LINK)
		wrong = git_link_wrong(content, file->content.len);
	if (wrong == NULL)
		return ERROR_NONE;
	buffer_format(why, "'%.*s' %s", (int)strnlen(path, 200), path, wrong);
	return ERROR_INVALID;
}

/* Is there a file below this one? They come in order; between them may be others. */
static bool
is_folder_too(const struct record_result_file *file, const struct record_result_file *end)
{
	const struct record_result_file *other = file + 1;
	size_t len = file->path.len;

	for (; other < end && other->path.len > len &&
	    memcmp(other->path.bytes, file->path.bytes, len) == 0; other++)
		if (other->mode != FILE_GONE && other->path.bytes[len] == '/')
			return true;
	return false;
}

static enum error
check_files(const struct record_result_files *files, struct buffer *why)
{
	const struct record_result_file *first = files->files.items, *file;
	const struct record_result_file *end = first + files->files.count;
	uint64_t bytes = files->message.len;
	const size_t said = why->len;

	if (first == end)
		buffer_add_text(why, "nothing in it changes");
	for (file = first; file < end && why->len == said; file++) {
		bytes += file->content.len;
		if (check_file(file, why) != ERROR_NONE)
			break;
		if (file > first && compare(&file[-1].path, &file->path) >= 0)
			buffer_format(why, "'%.200s' is not in order, or there twice",
			    (const char *)file->path.bytes);
		else if (file->mode != FILE_GONE && is_folder_too(file, end))
			buffer_format(why, "'%.200s' is a file and a folder",
			    (const char *)file->path.bytes);
		else if (bytes > RESULT_BYTES_MAX)
			buffer_format(why, "more than %u bytes", RESULT_BYTES_MAX);
	}
	return why->len > said ? ERROR_INVALID : ERROR_NONE;
}

enum error
files_read(const unsigned char *bytes, size_t len, struct arena *arena,
    struct record_result_files *files, struct buffer *why)
{
	const char *wrong = "not one map of MessagePack";
	struct reader *reader = NULL;
	struct frame frame;
	const void *params;
	size_t whole;
	enum error error = ERROR_PROTOCOL;

	frame_init(&frame);
	if (frame_scan(&frame, bytes, len, &whole) == FRAME_WHOLE && whole == len)
		reader = reader_map(bytes, len, &params);
	if (reader != NULL)
		error = fields_get(record_result_files(), params, files, arena, NULL, NULL, &wrong);
	reader_free(reader);
	if (error != ERROR_NONE) {
		buffer_format(why, "what came are no files of a result: %s", wrong);
		return ERROR_INVALID;
	}
	if (files->version != RESULT_VERSION) {
		buffer_format(why, "files of a result of version %ju, which is not known here",
		    (uintmax_t)files->version);
		return ERROR_INVALID;
	}
	error = check_commit(files, why);
	return error != ERROR_NONE ? error : check_files(files, why);
}
