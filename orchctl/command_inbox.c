/* orchctl inbox: all that waits for a person, the oldest first. */
#include <stdlib.h>
#include <string.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/process.h"
#include "orchctl/session.h"

#define CHANGES_MOST	1000u	/* paths of one result */

/* One line of git diff --numstat: ADDED TAB REMOVED TAB PATH. */
static bool
take_line(const char *line, size_t len, struct record_changed_row *row, struct arena *arena)
{
	const char *removed = memchr(line, '\t', len), *path;

	path = removed != NULL ? memchr(removed + 1, '\t', len - (size_t)(removed + 1 - line)) : NULL;
	if (path == NULL)
		return false;
	path++;
	/* "-": Git takes it for binary. */
	*row = (struct record_changed_row){ .path = arena_copy(arena, path, len - (size_t)(path - line)),
	    .kind = "changed", .added = strtoull(line, NULL, 10),
	    .removed = strtoull(removed + 1, NULL, 10), .uncounted = line[0] == '-' };
	return true;
}

/* What it would land, where nobody has counted that yet and the repository may be read by us. */
static void
count_changes(struct record_inbox_row *row, struct arena *arena)
{
	char *git[] = { (char[]){ "git" }, (char[]){ "--git-dir" }, (char *)(uintptr_t)row->repository,
	    (char[]){ "diff" }, (char[]){ "--numstat" }, (char[]){ "--no-renames" },
	    (char[]){ "--no-ext-diff" }, (char[]){ "--no-textconv" }, (char *)(uintptr_t)row->base,
	    (char *)(uintptr_t)row->commit, (char[]){ "--" }, NULL };
	struct record_changed_row *rows;
	char *output = NULL, *line;
	size_t count = 0;

	if (row->changes.count > 0 || row->repository == NULL || row->base == NULL || row->commit == NULL ||
	    process_run(git, &output, true) != 0 || output == NULL) {
		free(output);
		return;
	}
	rows = arena_zero(arena, CHANGES_MOST, sizeof(*rows));
	for (line = output; *line != '\0' && count < CHANGES_MOST;) {
		size_t len = strcspn(line, "\n");

		if (take_line(line, len, &rows[count], arena))
			count++;
		line += len + (line[len] == '\n');
	}
	row->changes = (struct records){ rows, count };
	free(output);
}

int
command_inbox(struct context *context, int argc, char **argv)
{
	struct msg_inbox_list ask = { 0 };
	struct reply_inbox_list reply;
	struct arena arena;
	int status;
	size_t i;

	if (!options_project(context, argc, argv, 0, 0, &ask.project, &status))
		return status;
	context->looks = true;
	arena_init(&arena);
	status = session_once(context, MSG_inbox_list, &ask, &reply, &arena);
	for (i = 0; status == EXIT_DONE && i < reply.rows.count; i++)
		count_changes(&((struct record_inbox_row *)reply.rows.items)[i], &arena);
	if (status == EXIT_DONE)
		context->printer->reply(MSG_inbox_list, &reply);
	arena_release(&arena);
	return status;
}
