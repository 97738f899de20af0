/*
 * A small result as plain files: what each changed path holds now, as Git would
 * store it, and the words of the commit. The trees and the commit itself are made
 * by who owns the repository. See collect.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/git.h"
#include "collect/inside.h"
#include "collect/place.h"
#include "protocol/mem.h"
#include "protocol/message.h"
#include "protocol/put.h"

#define MODE_SUBMODULE	0160000u

/* ---- the words of the commit ---- */

/* "\nNAME value\n" at *at; what follows goes to *at. */
static bool
take_line(const char **at, const char *name, struct data *value)
{
	size_t len = strlen(name);

	if (strncmp(*at, name, len) != 0 || (*at)[len] != ' ')
		return false;
	value->bytes = (const unsigned char *)*at + len + 1;
	value->len = strcspn(*at + len + 1, "\n");
	*at += len + 1 + value->len;
	if (**at != '\n')
		return false;
	(*at)++;
	return true;
}

/*
 * Those of the agent's only commit. False when it has other lines, a signature or a
 * second parent perhaps: it is kept as it is then.
 */
static bool
agents_words(const struct collect *collect, struct buffer *old, struct record_result_files *files)
{
	const char *const show[] = { "cat-file", "commit", collect->head, NULL };
	struct git_call call = { .output = old, .output_max = RESULT_BYTES_MAX };
	const char *at;
	struct data tree, parent;

	if (git_run(&call, show) != 0 || old->len >= RESULT_BYTES_MAX)
		return false;
	at = buffer_text(old);
	if (!take_line(&at, "tree", &tree) || !take_line(&at, "parent", &parent) ||
	    parent.len != strlen(collect->tip) ||
	    memcmp(parent.bytes, collect->tip, parent.len) != 0 ||
	    !take_line(&at, "author", &files->author) ||
	    !take_line(&at, "committer", &files->committer))
		return false;
	take_line(&at, "encoding", &files->encoding);
	if (*at != '\n')
		return false;
	at++;
	files->message = (struct data){ (const unsigned char *)at,
	    old->len - (size_t)(at - (const char *)old->bytes) };
	return files->author.len <= RESULT_WHO_MAX && files->committer.len <= RESULT_WHO_MAX &&
	    files->encoding.len <= RESULT_WHO_MAX;
}

/* Ours: the agent's name, the title. */
static void
own_words(const struct collect *collect, struct buffer *text, struct record_result_files *files)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = time(NULL);
	char zone[8] = "+0000";
	struct tm local;
	size_t len;

	if (epoch != NULL && *epoch != '\0' && strspn(epoch, "0123456789") == strlen(epoch))
		now = (time_t)strtoll(epoch, NULL, 10);
	else if (localtime_r(&now, &local) != NULL)
		strftime(zone, sizeof(zone), "%z", &local);
	buffer_format(text, "%s <orch@localhost> %lld %s", collect->agent, (long long)now, zone);
	len = text->len;
	buffer_format(text, "%s\n", collect->title);
	files->author = files->committer = (struct data){ text->bytes, len };
	files->message = (struct data){ text->bytes + len, text->len - len };
}

/* ---- the contents ---- */

/* By their paths and what the files have now, which is about what Git stores. */
static bool
is_small(const struct collect *collect)
{
	uint64_t bytes = 0;
	struct stat st;
	size_t i;

	if (collect->change_count > RESULT_FILES_MAX)
		return false;
	for (i = 0; i < collect->change_count; i++) {
		const struct change *change = &collect->changes[i];

		if (!git_path_plain(change->path, strlen(change->path)))
			return false;
		if (change->mode != 0 && lstat(change->path, &st) == 0 && S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size;
	}
	return bytes <= RESULT_BYTES_MAX;
}

static bool
has_blob(const struct change *change)
{
	return change->mode != 0 && change->mode != MODE_SUBMODULE;
}

/* The blobs' bytes: Git is asked for those that it has not told before. */
static bool
read_blobs(const struct collect *collect, struct buffer *blobs, struct record_result_file *files)
{
	struct buffer ask;
	struct data oid;
	const char *at;
	bool fine, known = collect->contents.len > 0;
	size_t i;

	for (i = 0; known && i < collect->change_count; i++)
		known = !has_blob(&collect->changes[i]) ||
		    few_content(collect, collect->changes[i].oid, &files[i].content);
	if (known)
		return true;
	buffer_init(&ask);
	for (i = 0; i < collect->change_count; i++)
		if (has_blob(&collect->changes[i]))
			buffer_format(&ask, "%s\n", collect->changes[i].oid);
	fine = blobs_read(&ask, blobs);
	buffer_release(&ask);
	at = (const char *)blobs->bytes;
	for (i = 0; fine && i < collect->change_count; i++)
		if (has_blob(&collect->changes[i]))
			fine = (at = blobs_next(at, blobs, &oid, &files[i].content)) != NULL;
	return fine;
}

static bool
write_changes(struct collect *collect, struct record_result_files *files)
{
	struct record_result_file *list = mem_zero(collect->change_count, sizeof(*list));
	uint64_t bytes = files->message.len;
	struct buffer blobs, out, names;
	bool fine;
	size_t i;

	buffer_init(&blobs);
	buffer_init(&out);
	buffer_init(&names);
	fine = read_blobs(collect, &blobs, list);
	for (i = 0; i < collect->change_count; i++) {
		const struct change *change = &collect->changes[i];

		list[i].path = (struct data){ (const unsigned char *)change->path,
		    strlen(change->path) };
		list[i].mode = change->mode;
		if (change->mode == MODE_SUBMODULE)
			list[i].content = (struct data){ (const unsigned char *)change->oid,
			    strlen(change->oid) };
		bytes += list[i].content.len;
		buffer_add(&names, change->path, strlen(change->path) + 1);
	}
	files->files = (struct records){ list, collect->change_count };
	if (fine && bytes <= RESULT_BYTES_MAX)
		put_map(&out, record_result_files(), files);
	fine = out.len > 0 && out.len <= RESULT_FILE_MAX;
	if (fine) {
		outbox_write(place(COLLECT_OUTBOX "/files"), out.bytes, out.len);
		outbox_write_paths(&names);
		collect->bytes = out.len;
		collect->form = FORM_FILES;
	}
	buffer_release(&names);
	buffer_release(&out);
	buffer_release(&blobs);
	free(list);
	return fine;
}

bool
files_write(struct collect *collect)
{
	struct record_result_files files = { .version = RESULT_VERSION, .base = collect->tip };
	struct buffer words;
	bool fine = true;

	/* Commits that come to nothing are no change. */
	if (collect->change_count == 0)
		return true;
	if (collect->commits > 1 || !is_small(collect))
		return false;
	buffer_init(&words);
	if (collect->commits == 1)
		fine = agents_words(collect, &words, &files);
	else
		own_words(collect, &words, &files);
	fine = fine && write_changes(collect, &files);
	buffer_release(&words);
	return fine;
}
