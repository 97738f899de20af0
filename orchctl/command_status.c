/* orchctl status: the supervisor, its project and how many tasks are where. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/process.h"
#include "orchctl/session.h"
#include "protocol/mem.h"

/* Is this branch at this commit, by what git for-each-ref has told? */
static bool
is_at(const char *told, const char *ref, const char *commit)
{
	char *line = str_format("%s %s", ref, commit);
	bool is = strstr(told, line) != NULL;

	free(line);
	return is;
}

/* Does packed-refs of this repository have this name? Where that cannot be told: perhaps. */
static bool
is_packed(const char *folder, const char *ref)
{
	char *path = str_format("%s/packed-refs", folder), *line = NULL;
	FILE *packed = fopen(path, "re");
	bool is = packed == NULL && errno != ENOENT;
	size_t room = 0;

	while (packed != NULL && !is && getline(&line, &room, packed) != -1)
		is = strstr(line, ref) != NULL;
	if (packed != NULL)
		fclose(packed);
	free(line);
	free(path);
	return is;
}

/*
 * May there be this branch? Told by the files alone, so that no program is run where nothing
 * ever landed; a repository that keeps its references otherwise has no such folder.
 */
static bool
may_have(const char *folder, const char *ref)
{
	char *heads = str_format("%s/refs/heads", folder), *path = str_format("%s/%s", folder, ref);
	struct stat st;
	bool may = lstat(heads, &st) == -1 || !S_ISDIR(st.st_mode) || access(path, F_OK) == 0 ||
	    is_packed(folder, ref);

	free(path);
	free(heads);
	return may;
}

/*
 * Where what has landed is in an upstream that is somebody's checkout of the branch: on
 * orch/BRANCH, while the branch itself is behind. Only what we may read ourselves is looked at.
 */
static void
look_aside(struct record_project_row *row, struct arena *arena)
{
	char *own = str_format("refs/heads/%s", row->branch), *beside = str_format("refs/heads/orch/%s",
	    row->branch), *folder = str_format("%s/.git", row->upstream), *told = NULL;
	char *git[] = { (char[]){ "git" }, (char[]){ "-C" }, (char *)(uintptr_t)row->upstream,
	    (char[]){ "for-each-ref" }, (char[]){ "--format=%(refname) %(objectname)" }, own, beside, NULL };

	if (row->tip != NULL && row->upstream[0] == '/' && access(folder, F_OK) == 0 &&
	    may_have(folder, beside) && process_run(git, &told, true) == 0 && told != NULL && is_at(told, beside, row->tip) &&
	    !is_at(told, own, row->tip))
		row->aside = arena_copy(arena, beside + strlen("refs/heads/"), strlen(beside) -
		    strlen("refs/heads/"));
	free(told);
	free(folder);
	free(beside);
	free(own);
}

int
command_status(struct context *context, int argc, char **argv)
{
	struct msg_status ask = { .all = true };
	struct reply_status reply;
	struct arena arena;
	int status;
	size_t i;

	if (!options_project(context, argc, argv, 0, 0, &ask.project, &status))
		return status;
	arena_init(&arena);
	status = session_once(context, MSG_status, &ask, &reply, &arena);
	for (i = 0; status == EXIT_DONE && i < reply.projects.count; i++)
		look_aside(&((struct record_project_row *)reply.projects.items)[i], &arena);
	if (status == EXIT_DONE)
		context->printer->status(&reply);
	arena_release(&arena);
	return status;
}
