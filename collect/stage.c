/*
 * Brings an index to what `git add -A` would have staged in the agent's
 * repository. The agent's own `.git` is asked for one thing, its HEAD.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/git.h"
#include "collect/inside.h"
#include "protocol/mem.h"

#define HOSTILE_SECONDS	60u	/* for what reads the agent's own repository */
#define AGENT_GIT	"/workspace/.git"
#define AGENT_INDEX	AGENT_GIT "/index"
#define NAMES_MAX	(64u << 20)

/* Git opens what is there and would wait for ever for the other end of a pipe. */
static bool
may_be_read(const char *path)
{
	struct stat st;

	return stat(path, &st) == -1 || S_ISREG(st.st_mode);
}

void
stage_forget_head(struct collect *collect)
{
	free(collect->head);
	collect->head = NULL;
	collect->commits = 0;
	unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
}

/* What differs between the tip and the agent's HEAD may differ from the workspace too. */
static bool
add_committed_paths(struct collect *collect)
{
	const char *const list[] = { "diff-tree", "-r", "--name-only", "--no-renames", "-z",
	    collect->tip, collect->head, NULL };
	struct buffer names;
	struct git_call call = { .output = &names, .output_max = NAMES_MAX,
	    .seconds = HOSTILE_SECONDS };
	bool fine;
	size_t at;

	buffer_init(&names);
	fine = git_run(&call, list) == 0 && names.len < NAMES_MAX;
	buffer_text(&names);
	for (at = 0; fine && at < names.len; at += strlen((char *)names.bytes + at) + 1)
		paths_add(collect, (char *)names.bytes + at);
	buffer_release(&names);
	return fine;
}

/*
 * What is staged starts from the agent's HEAD when it goes on from the tip: a
 * file that it committed although it is ignored is tracked.
 */
void
stage_head(struct collect *collect)
{
	const char *const ask[] = { "--git-dir=" AGENT_GIT, "rev-parse", "--verify", "--quiet",
	    "HEAD^{commit}", NULL };
	struct git_call call = { .seconds = HOSTILE_SECONDS };
	struct buffer count;

	if (!collect->committed || !may_be_read(AGENT_GIT "/HEAD") ||
	    !may_be_read(AGENT_GIT "/config") || !may_be_read(AGENT_GIT "/packed-refs") ||
	    !may_be_read(AGENT_GIT "/refs/heads/orch"))
		return;
	/* Its objects, seen through our own object folder. */
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/workspace/.git/objects", 1);
	collect->head = git_oid(&call, ask);
	if (collect->head == NULL || strcmp(collect->head, collect->tip) == 0) {
		stage_forget_head(collect);
		return;
	}
	const char *const ancestor[] = { "--git-dir=" COLLECT_GIT, "merge-base", "--is-ancestor",
	    collect->tip, collect->head, NULL };
	char *range = str_format("%s..%s", collect->tip, collect->head);
	const char *const number[] = { "--git-dir=" COLLECT_GIT, "rev-list", "--count", range, NULL };

	buffer_init(&count);
	call.output = &count;
	call.output_max = 64;
	if (git_run(&call, ancestor) == 0 && git_run(&call, number) == 0)
		collect->commits = strtoul(buffer_text(&count), NULL, 10);
	call.output = NULL;
	if (collect->commits == 0 || !add_committed_paths(collect))
		stage_forget_head(collect);
	buffer_release(&count);
	free(range);
}

/* Is the agent's index the one it was given? */
static bool
index_untouched(void)
{
	struct stat given, found;

	return stat(COLLECT_TIP_INDEX, &given) == 0 && lstat(AGENT_INDEX, &found) == 0 &&
	    given.st_size == found.st_size && given.st_mtim.tv_sec == found.st_mtim.tv_sec &&
	    given.st_mtim.tv_nsec == found.st_mtim.tv_nsec;
}

/*
 * The index decides about ignored files: one that the agent staged is in, one
 * that it took out is not. Nothing else of it counts, for what is staged next is
 * what the files are.
 */
void
stage_index(struct collect *collect)
{
	const char *const ask[] = { "diff-index", "--cached", "--name-status", "--no-renames", "-z",
	    collect->head != NULL ? collect->head : collect->tip, NULL };
	struct buffer out;
	struct git_call call = { .output = &out, .output_max = NAMES_MAX,
	    .seconds = HOSTILE_SECONDS };
	const char *status, *path, *end;

	if (index_untouched() || !may_be_read(AGENT_INDEX))
		return;
	buffer_init(&out);
	setenv("GIT_INDEX_FILE", AGENT_INDEX, 1);
	if (git_run(&call, ask) != 0 || out.len >= NAMES_MAX)
		out.len = 0;
	unsetenv("GIT_INDEX_FILE");
	buffer_text(&out);
	end = (const char *)out.bytes + out.len;
	for (status = (const char *)out.bytes; status < end; status = path + strlen(path) + 1) {
		path = status + strlen(status) + 1;
		if (path >= end)
			break;
		if (*status == 'A' && paths_add(collect, path))
			buffer_add(&collect->forced, path, strlen(path) + 1);
		else if (*status == 'D' && paths_add(collect, path))
			buffer_add(&collect->missing, path, strlen(path) + 1);
	}
	buffer_release(&out);
}

bool
stage_paths(struct collect *collect)
{
	static const char *const add[] = { "--literal-pathspecs", "add", "-A", "--ignore-errors",
	    "--pathspec-from-file=-", "--pathspec-file-nul", NULL };
	static const char *const force[] = { "--literal-pathspecs", "add", "-f", "--ignore-errors",
	    "--pathspec-from-file=-", "--pathspec-file-nul", NULL };
	static const char *const gone[] = { "--literal-pathspecs", "rm", "-r", "-q", "-f", "--cached",
	    "--ignore-unmatch", "--pathspec-from-file=-", "--pathspec-file-nul", NULL };
	struct git_call call = { .input = collect->missing.bytes, .input_len = collect->missing.len };
	int status = 0;

	if (collect->missing.len > 0)
		status = git_run(&call, gone);
	call.input = collect->present.bytes;
	call.input_len = collect->present.len;
	/* 1 says that something was ignored or could not be read; the rest is staged. */
	if (status == 0 && collect->present.len > 0 && (status = git_run(&call, add)) == 1 &&
	    paths_make_readable(collect))
		status = git_run(&call, add);
	call.input = collect->forced.bytes;
	call.input_len = collect->forced.len;
	if ((unsigned)status <= 1 && collect->forced.len > 0)
		status = git_run(&call, force);
	return (unsigned)status <= 1;
}

void
stage_everything(const struct collect *collect)
{
	static const char *const add[] = { "add", "-A", "--ignore-errors", "--", ".", NULL };

	if ((unsigned)git_run(&(struct git_call){ 0 }, add) > 1)
		fail(collect, "git add failed");
}
