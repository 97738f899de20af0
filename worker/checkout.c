/*
 * A checkout as a workspace: see checkout.h. Git runs here on a repository of
 * our own (slot/reset.git); what the agent left in `.git` is removed first and
 * never read.
 */
#include "checkout.h"

#include <errno.h>
#include <fts.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/files.h"
#include "worker/git.h"
#include "worker/texts.h"
#include "worker/workspace.h"

#define LISTING_MAX	(256u << 20)	/* of the index */

/*
 * Our own repository beside the tree, made once. It compares all that stat(2) says:
 * what ran in the tree can set any time of a file but ctime.
 */
static int
make_repository(const struct workspace *workspace, const char *git)
{
	char *info = str_format("%s/objects/info", git), *refs = str_format("%s/refs", git);
	char *alternates = str_format("%s/alternates", info), *head = str_format("%s/HEAD", git);
	char *config = str_format("%s/config", git), *objects = str_format("%s\n", workspace->objects);
	static const char text[] = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
	    "\tlogAllRefUpdates = false\n\thooksPath = /dev/null\n\tfsmonitor = false\n"
	    "[checkout]\n\tworkers = 1\n";
	int result = -1;

	if (files_folder(info, 0700) == 0 && files_folder(refs, 0700) == 0 &&
	    files_write(alternates, objects, strlen(objects)) == 0 &&
	    files_write(config, text, sizeof(text) - 1) == 0)
		result = files_write(head, "ref: " AGENT_BRANCH "\n", strlen("ref: " AGENT_BRANCH "\n"));
	free(objects);
	free(config);
	free(head);
	free(alternates);
	free(refs);
	free(info);
	return result;
}

/* What Git cannot clean (an agent may take rights away) is removed whole. */
static bool
start_over(const struct workspace *workspace)
{
	return files_remove(workspace->root, SIZE_MAX) && files_folder(workspace->root, 0755) == 0 &&
	    (unlink(workspace->index) == 0 || errno == ENOENT);
}

/*
 * Are the attributes those that the files were written with? Git writes only
 * what differs by name or content, whatever a .gitattributes now says of it.
 */
static bool
same_attributes(char *git_dir, char *wanted)
{
	char *compare[] = { str_dup("git"), git_dir, str_dup("diff-index"), str_dup("--cached"),
	    str_dup("--quiet"), wanted, str_dup("--"), str_dup(":(glob)**/.gitattributes"), NULL };
	struct buffer said;
	bool same;

	buffer_init(&said);
	same = git_run(compare, &said, GIT_TOLD_MAX) == 0;
	buffer_release(&said);
	free(compare[0]);
	free(compare[2]);
	free(compare[3]);
	free(compare[4]);
	free(compare[6]);
	free(compare[7]);
	return same;
}

/*
 * Takes away each `.git` that the agent made, at the top and below: in a folder that
 * is tracked Git leaves it, and takes the folder for another repository's. Opens folders
 * that it has closed.
 */
static bool
remove_repositories(const struct workspace *workspace)
{
	char *roots[] = { workspace->root, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	bool done = walk != NULL;
	FTSENT *entry;

	while (done && (errno = 0, entry = fts_read(walk)) != NULL) {
		if (entry->fts_level > 0 && entry->fts_info != FTS_DP && str_same(entry->fts_name, ".git")) {
			done = files_remove(entry->fts_path, SIZE_MAX);
			fts_set(walk, entry, FTS_SKIP);
		} else if (entry->fts_info == FTS_D && (entry->fts_statp->st_mode & 07777) != 0755) {
			/* Git resets no rights of a folder, and cannot clean one that is closed. */
			files_open_up(entry->fts_path);
		} else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
			done = false;
		}
	}
	done = done && errno == 0;
	if (walk != NULL)
		fts_close(walk);
	return done;
}

/* Git cleans no folder of a submodule, checked out or not: it is made anew, empty. */
static bool
empty_submodules(const struct workspace *workspace, char *git_dir)
{
	char *list[] = { str_dup("git"), git_dir, str_dup("ls-files"), str_dup("-s"), str_dup("-z"), NULL };
	const char *entry, *end, *name;
	struct buffer out;
	bool done;
	char *path;

	buffer_init(&out);
	done = git_run(list, &out, LISTING_MAX) == 0 && out.len < LISTING_MAX;
	buffer_text(&out);
	end = (const char *)out.bytes + out.len;
	for (entry = (const char *)out.bytes; done && entry < end; entry += strlen(entry) + 1) {
		if (strncmp(entry, "160000 ", 7) != 0 || (name = strchr(entry, '\t')) == NULL)
			continue;
		path = str_format("%s/%s", workspace->root, name + 1);
		done = files_remove(path, SIZE_MAX) && files_folder(path, 0755) == 0;
		free(path);
	}
	buffer_release(&out);
	free(list[0]);
	free(list[2]);
	free(list[3]);
	free(list[4]);
	return done;
}

enum error
checkout_reset(const struct workspace *workspace, struct buffer *why)
{
	char *git = str_format("%s/reset.git", workspace->slot);
	char *git_dir = str_format("--git-dir=%s", git);
	char *work_tree = str_format("--work-tree=%s", workspace->root);
	char *inner = str_format("%s/.git", workspace->root), *lock = str_format("%s/index.lock", git);
	char *wanted = str_dup(workspace->tree != NULL ? workspace->tree : workspace->tip);
	char *reset[] = { str_dup("git"), git_dir, work_tree, str_dup("read-tree"), str_dup("-u"),
	    str_dup("--reset"), wanted, NULL };
	char *clean[] = { reset[0], git_dir, work_tree, str_dup("clean"), str_dup("-ffdxq"), NULL };
	enum error error = ERROR_NONE;

	unlink(lock);
	files_open_up(workspace->root);
	files_open_up(inner);
	if (make_repository(workspace, git) == -1 || files_folder(workspace->root, 0755) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "cannot make %s: %s", git, strerror(errno));
	} else if (!files_remove(inner, SIZE_MAX)) {
		error = ERROR_SYSTEM;
		buffer_format(why, "cannot remove what is left in %s", inner);
	} else if (((!(same_attributes(git_dir, wanted) && remove_repositories(workspace)) &&
	    !start_over(workspace)) ||
	    git_run(reset, why, GIT_TOLD_MAX) != 0 || git_run(clean, why, GIT_TOLD_MAX) != 0 ||
	    !empty_submodules(workspace, git_dir)) &&
	    (!start_over(workspace) || git_run(reset, why, GIT_TOLD_MAX) != 0)) {
		error = ERROR_GIT;
		buffer_format(why, " (resetting %s)", workspace->root);
	} else {
		why->len = 0;
	}
	free(clean[3]);
	free(clean[4]);
	free(reset[0]);
	free(reset[3]);
	free(reset[4]);
	free(reset[5]);
	free(wanted);
	free(lock);
	free(inner);
	free(work_tree);
	free(git_dir);
	free(git);
	return error;
}

/* Runs Git; does it find nothing to say? */
static bool
is_silent(const struct texts *command, struct buffer *why)
{
	return git_run(command->items, why, GIT_TOLD_MAX) == 0 && why->len == 0;
}

enum error
checkout_check(const struct workspace *workspace, struct buffer *why)
{
	char *git_dir = str_format("--git-dir=%s/reset.git", workspace->slot);
	char *work_tree = str_format("--work-tree=%s", workspace->root);
	struct texts differ, others;
	enum error error = ERROR_NONE;

	texts_init(&differ);
	texts_init(&others);
	texts_add(&differ, "git", git_dir, work_tree, "diff-index", "--name-only",
	    "--ignore-submodules=all", workspace->tree, "--", NULL);
	texts_add(&others, "git", git_dir, work_tree, "ls-files", "--others", NULL);
	if (!is_silent(&differ, why) || !is_silent(&others, why)) {
		error = ERROR_GIT;
		buffer_format(why, " (%s is not the tree %s)", workspace->root, workspace->tree);
	}
	texts_release(&others);
	texts_release(&differ);
	free(work_tree);
	free(git_dir);
	return error;
}

enum error
checkout_tracked(const struct workspace *workspace, struct buffer *out, struct buffer *why)
{
	char *git = str_format("%s/reset.git", workspace->slot);
	char *git_dir = str_format("--git-dir=%s", git);
	char *index = str_format("GIT_INDEX_FILE=%s", workspace->index), *more[] = { index, NULL };
	char *list[] = { str_dup("git"), git_dir, str_dup("ls-files"), str_dup("-s"), str_dup("-z"), NULL };
	enum error error = ERROR_NONE;

	if (make_repository(workspace, git) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "cannot make %s: %s", git, strerror(errno));
	} else if (git_run_on(list, -1, more, out, LISTING_MAX) != 0 || out->len >= LISTING_MAX) {
		error = ERROR_GIT;
		buffer_format(why, "%.200s (listing %s)", buffer_text(out), workspace->index);
	}
	free(list[0]);
	free(list[2]);
	free(list[3]);
	free(list[4]);
	free(index);
	free(git_dir);
	free(git);
	return error;
}
