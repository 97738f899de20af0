/*
 * Brings an index to what `git add -A` would have staged in the agent's
 * repository. The agent's own `.git` is asked for one thing, its HEAD.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/git.h"
#include "collect/inside.h"
#include "collect/place.h"
#include "protocol/mem.h"

#define HOSTILE_SECONDS	60u	/* for what reads the agent's own repository */
#define AGENT_GIT	"/workspace/.git"
#define AGENT_INDEX	AGENT_GIT "/index"
#define NAMES_MAX	(64u << 20)
#define NEVER_MOST	64u	/* paths, as job.start bounds them */

/* Lines of Git's, in the order of their bytes. */
struct names { const char **items; size_t count; };

/* Git opens what is there and would wait for ever for the other end of a pipe. */
static bool
may_be_read(const char *path)
{
	struct stat st;

	return stat(place(path), &st) == -1 || S_ISREG(st.st_mode);
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

/* Has one of the agent's commits a path that none may have, a person's file? */
static bool
has_what_never(const char *range)
{
	const char *words[NEVER_MOST + 7] = { "--literal-pathspecs", "--git-dir=" COLLECT_GIT, "rev-list",
	    "--full-history", "-1", range, "--" };
	struct buffer paths, found;
	struct git_call call = { .output = &found, .output_max = 128, .seconds = HOSTILE_SECONDS };
	int fd = open(COLLECT_GIT "/" COLLECT_NEVER, O_RDONLY | O_CLOEXEC);
	size_t at, count = 7;
	ssize_t len = 1;
	bool has = false;

	buffer_init(&paths);
	buffer_init(&found);
	while (fd != -1 && len > 0)
		if ((len = read(fd, buffer_reserve(&paths, 4096), 4096)) > 0)
			paths.len += (size_t)len;
	if (fd != -1)
		close(fd);
	buffer_text(&paths);
	for (at = 0; at < paths.len && count < COUNT(words) - 1; at += strlen(words[count++]) + 1)
		words[count] = (const char *)paths.bytes + at;
	if (count > 7)
		has = git_run(&call, words) != 0 || found.len > 0;
	buffer_release(&found);
	buffer_release(&paths);
	return has;
}

/*
 * What is staged starts from the agent's HEAD when it goes on from the tip: a
 * file that it committed although it is ignored is tracked.
 */
void
stage_head(struct collect *collect)
{
	const char *const ask[] = { place("--git-dir=" AGENT_GIT), "rev-parse", "--verify", "--quiet", "HEAD^{commit}", NULL };
	struct git_call call = { .seconds = HOSTILE_SECONDS };
	struct buffer count;

	if (!collect->committed || !may_be_read(AGENT_GIT "/HEAD") ||
	    !may_be_read(AGENT_GIT "/config") || !may_be_read(AGENT_GIT "/packed-refs") ||
	    !may_be_read(AGENT_GIT "/refs/heads/orch"))
		return;
	/* Its objects, seen through our own object folder. */
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", place(AGENT_GIT "/objects"), 1);
	collect->head = git_oid(&call, ask);
	if (collect->head == NULL || strcmp(collect->head, collect->tip) == 0) {
		stage_forget_head(collect);
		return;
	}
	const char *const ancestor[] = { place("--git-dir=" COLLECT_GIT), "merge-base", "--is-ancestor",
	    collect->tip, collect->head, NULL };
	char *range = str_format("%s..%s", collect->tip, collect->head);
	const char *const number[] = { place("--git-dir=" COLLECT_GIT), "rev-list", "--count", range,
	    NULL };

	buffer_init(&count);
	call.output = &count;
	call.output_max = 64;
	if (git_run(&call, ancestor) == 0 && git_run(&call, number) == 0)
		collect->commits = strtoul(buffer_text(&count), NULL, 10);
	call.output = NULL;
	if (collect->commits == 0 || has_what_never(range) || !add_committed_paths(collect))
		stage_forget_head(collect);
	buffer_release(&count);
	free(range);
}

/* Is the agent's index the one it was given? */
static bool
index_untouched(void)
{
	struct stat given, found;

	return stat(place(COLLECT_TIP_INDEX), &given) == 0 && lstat(place(AGENT_INDEX), &found) == 0 &&
	    given.st_size == found.st_size && given.st_mtim.tv_sec == found.st_mtim.tv_sec &&
	    given.st_mtim.tv_nsec == found.st_mtim.tv_nsec;
}

/*
 * One line of what differs between the start's tree and the agent's index, ":mode mode
 * oid oid X". What the index has no longer is not tracked, wherever it lies; what it
 * has besides is, though it may be ignored. A repository inside is tracked by its
 * commit, or the files in it are: both as the index has it.
 */
static void
take_entry(struct collect *collect, const char *line, const char *path)
{
	const char *mode = strchr(line, ' ') + 1, *oid = strchr(strchr(mode, ' ') + 1, ' ') + 1;
	const char *status = strchr(oid, ' ') + 1;
	bool submodule = strncmp(line + 1, "160000", 6) == 0 || strncmp(mode, "160000", 6) == 0;

	if (*status == 'U' || !(*status == 'A' || *status == 'D' || submodule) ||
	    !paths_inside(path))
		return;
	paths_add(collect, path);
	if (*status == 'D')
		buffer_format(&collect->untracked, "0 %s\t%s", collect->tip, path);
	else
		buffer_format(&collect->tracked, "%.6s %.*s\t%s", mode,
		    (int)strcspn(oid, " "), oid, path);
	buffer_add(*status == 'D' ? &collect->untracked : &collect->tracked, "", 1);
}

/*
 * The index decides what is tracked. Nothing else of it counts, for what is staged
 * next is what the files are.
 */
void
stage_index(struct collect *collect)
{
	const char *const ask[] = { "diff-index", "--cached", "--raw", "--no-abbrev", "--no-renames",
	    "-z", collect->head != NULL ? collect->head : collect->tip, NULL };
	struct buffer out;
	struct git_call call = { .output = &out, .output_max = NAMES_MAX,
	    .seconds = HOSTILE_SECONDS };
	const char *line, *path, *end;

	if (index_untouched() || !may_be_read(AGENT_INDEX))
		return;
	buffer_init(&out);
	setenv("GIT_INDEX_FILE", place(AGENT_INDEX), 1);
	if (git_run(&call, ask) != 0 || out.len >= NAMES_MAX)
		out.len = 0;
	unsetenv("GIT_INDEX_FILE");
	buffer_text(&out);
	end = (const char *)out.bytes + out.len;
	for (line = (const char *)out.bytes; line < end; line = path + strlen(path) + 1) {
		path = line + strlen(line) + 1;
		if (path >= end)
			break;
		take_entry(collect, line, path);
	}
	buffer_release(&out);
}

/* The index gets what the agent's tracks, and no content: Git reads each file that is there. */
static int
track(struct collect *collect)
{
	static const char *const update[] = { "update-index", "-z", "--index-info", NULL };
	struct git_call call = { 0 };
	struct buffer lines;
	int status = 0;

	/* What goes makes room for what comes: a folder where there was a file. */
	buffer_init(&lines);
	buffer_add(&lines, collect->untracked.bytes, collect->untracked.len);
	buffer_add(&lines, collect->tracked.bytes, collect->tracked.len);
	call.input = lines.bytes;
	call.input_len = lines.len;
	if (lines.len > 0)
		status = git_run(&call, update);
	buffer_release(&lines);
	return status;
}

/* Has the index (its names in order) this path, or something below it? */
static bool
index_has(const struct names *names, const char *path)
{
	char *folder = str_format("%s/", path);
	const char *const wanted[] = { path, folder };
	size_t i, low, high, middle;
	bool has = false;

	for (i = 0; i < COUNT(wanted) && !has; i++) {
		for (low = 0, high = names->count; low < high;) {
			middle = low + (high - low) / 2;
			if (strcmp(names->items[middle], wanted[i]) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		has = low < names->count && (i == 0 ? strcmp(names->items[low], path) == 0 :
		    strncmp(names->items[low], folder, strlen(folder)) == 0);
	}
	free(folder);
	return has;
}

/* The missing paths that the index has: Git refuses to be asked for one that nobody has. */
static int
add_missing(const struct collect *collect, struct buffer *paths)
{
	static const char *const list[] = { "ls-files", "-z", NULL };
	const char *path = (const char *)collect->missing.bytes, *end = path + collect->missing.len;
	struct names names = { 0 };
	struct buffer listing;
	struct git_call call = { .output = &listing, .output_max = SIZE_MAX };
	size_t at;
	int status = 0;

	buffer_init(&listing);
	if (collect->missing.len > 0 && (status = git_run(&call, list)) == 0) {
		buffer_text(&listing);
		for (at = 0; at < listing.len; at++)
			names.count += listing.bytes[at] == '\0';
		names.items = mem_zero(names.count + 1, sizeof(*names.items));
		names.count = 0;
		for (at = 0; at < listing.len; at += strlen(names.items[names.count++]) + 1)
			names.items[names.count] = (const char *)listing.bytes + at;
		for (; path < end; path += strlen(path) + 1)
			if (index_has(&names, path))
				buffer_add(paths, path, strlen(path) + 1);
		free(names.items);
	}
	buffer_release(&listing);
	return status;
}

/*
 * All in one go, as in a plain checkout: whether a folder with a `.git` in it is a
 * repository of its own, and which attributes hold, depends on what the index still has.
 */
bool
stage_paths(struct collect *collect)
{
	static const char *const add[] = { "--literal-pathspecs", "add", "-A", "--ignore-errors",
	    "--pathspec-from-file=-", "--pathspec-file-nul", NULL };
	struct git_call call = { 0 };
	int status = track(collect);
	struct buffer paths;

	buffer_init(&paths);
	buffer_add(&paths, collect->present.bytes, collect->present.len);
	if (status == 0)
		status = add_missing(collect, &paths);
	call.input = paths.bytes;
	call.input_len = paths.len;
	/* 1 says that something was ignored or could not be read; the rest is staged. */
	if (status == 0 && paths.len > 0 && (status = git_run(&call, add)) == 1 &&
	    paths_make_readable(collect))
		status = git_run(&call, add);
	collect->plain = status == 0 && collect->missing.len == 0 && collect->tracked.len == 0 &&
	    collect->untracked.len == 0;
	buffer_release(&paths);
	return (unsigned)status <= 1;
}

void
stage_everything(const struct collect *collect)
{
	static const char *const add[] = { "add", "-A", "--ignore-errors", "--", ".", NULL };

	if ((unsigned)git_run(&(struct git_call){ 0 }, add) > 1)
		fail(collect, "git add failed");
}
