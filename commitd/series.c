/* The agent's own commits: see series.h. */
#include "commitd/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/draft.h"
#include "commitd/trailers.h"
#include "commitd/walk.h"
#include "protocol/mem.h"

void
series_release(struct series *series)
{
	free(series->commits);
	*series = (struct series){ 0 };
}

static void
reverse(struct series *series)
{
	char keep[OID_TEXT];
	size_t i;

	for (i = 0; i < series->count / 2; i++) {
		memcpy(keep, series->commits[i], OID_TEXT);
		memcpy(series->commits[i], series->commits[series->count - 1 - i], OID_TEXT);
		memcpy(series->commits[series->count - 1 - i], keep, OID_TEXT);
	}
}

enum error
series_read(struct repository *repository, const char *base, const char *commit,
    struct series *series)
{
	enum error error = ERROR_NONE;
	char at[OID_TEXT];
	struct commit read;
	bool ends = false;

	*series = (struct series){ 0 };
	snprintf(at, sizeof(at), "%s", commit);
	while (error == ERROR_NONE && !ends && strcmp(at, base) != 0) {
		error = commit_read(repository, at, &read);
		ends = error != ERROR_NONE || read.parents == NULL || read.parents[0] == NULL ||
		    strlen(read.parents[0]) >= OID_TEXT || series->count == SERIES_MOST;
		if (!ends) {
			if ((series->count & (series->count + 1)) == 0)
				series->commits = mem_resize(series->commits, 2 * series->count + 2, OID_TEXT);
			memcpy(series->commits[series->count++], at, OID_TEXT);
			strcpy(at, read.parents[0]);
		}
		commit_release(&read);
	}
	if (ends || error != ERROR_NONE)
		series_release(series);
	reverse(series);
	return error;
}

/* One commit on another first parent, without our trailers; `same` when nothing changes. */
static enum error
strip_one(struct repository *repository, const char *parent, char oid[OID_TEXT], bool *same)
{
	struct commit commit;
	struct draft draft;
	struct buffer message;
	enum error error = commit_read(repository, oid, &commit);

	buffer_init(&message);
	if (error == ERROR_NONE) {
		*same = !trailers_strip(&message, commit.message, commit.message_len) &&
		    strcmp(commit.parents[0], parent) == 0;
		/* More than two parents are not worth keeping in a commit that we change. */
		draft = (struct draft){ commit.tree, { parent, commit.parents[1] }, commit.author,
		    commit.committer, commit.encoding, (const char *)message.bytes, message.len };
		if (!*same)
			error = draft_write(repository, NULL, NULL, &draft, oid);
	}
	buffer_release(&message);
	commit_release(&commit);
	return error;
}

enum error
series_strip(struct repository *repository, struct series *series)
{
	struct commit first;
	enum error error;
	char *parent = NULL;
	bool same;
	size_t i;

	if (series->count == 0)
		return ERROR_NONE;
	error = commit_read(repository, series->commits[0], &first);
	if (error == ERROR_NONE)
		parent = str_dup(first.parents[0]);
	commit_release(&first);
	for (i = 0; error == ERROR_NONE && i < series->count; i++) {
		error = strip_one(repository, parent, series->commits[i], &same);
		str_set(&parent, series->commits[i]);
	}
	free(parent);
	return error;
}
