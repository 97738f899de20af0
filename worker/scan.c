/*
 * Reads an upper layer: see scan.h. Names a path whenever it could matter to
 * `git add -A`; whether it does is Git's decision, in the collector.
 */
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/files.h"
#include "worker/workspace.h"

#define PATHS_SINGLE	400	/* with more, one walk over everything is cheaper */
#define DEPTH_MAX	200	/* folders open at once; below it a folder stands for all in it */

void
scan_init(struct scan *scan)
{
	*scan = (struct scan){ 0 };
	buffer_init(&scan->paths);
}

void
scan_release(struct scan *scan)
{
	buffer_release(&scan->paths);
}

static void
add(struct scan *scan, const struct buffer *path)
{
	if (path->len == 0)
		buffer_add(&scan->paths, ".", 2);
	else {
		buffer_add(&scan->paths, path->bytes, path->len);
		buffer_add(&scan->paths, "", 1);
	}
	scan->count++;
}

/* One that stands for all below it. */
static void
add_folder(struct scan *scan, const struct buffer *path)
{
	add(scan, path);
	scan->bytes = UINT64_MAX;
}

static void
add_file(struct scan *scan, const struct buffer *path, const struct stat *st)
{
	add(scan, path);
	if (S_ISDIR(st->st_mode) || (uint64_t)st->st_size > UINT64_MAX - scan->bytes)
		scan->bytes = UINT64_MAX;
	else
		scan->bytes += (uint64_t)st->st_size;
}

/* Does the folder stand for itself: emptied, replaced or moved here? */
static bool
has_mark(int fd)
{
	static const char *const names[] = { "trusted.overlay.opaque", "trusted.overlay.redirect",
	    "user.overlay.opaque", "user.overlay.redirect" };
	bool root = geteuid() == 0;
	size_t i, from = root ? 0 : 2;
	char value[2];

	for (i = from; i < from + 2; i++) {
		ssize_t len = fgetxattr(fd, names[i], value, sizeof(value));

		/* "x" says only that there are whiteouts of another form in it. */
		if ((len > 0 && value[0] != 'x') || (len == -1 && errno == ERANGE))
			return true;
	}
	return false;
}

/* A changed .gitignore or a repository of its own: the whole folder is looked at. */
static bool
has_own_rules(int fd, bool top)
{
	struct stat st;

	return fstatat(fd, ".gitignore", &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    (!top && fstatat(fd, ".git", &st, AT_SYMLINK_NOFOLLOW) == 0);
}

/* Opens a folder; gives back the right to read what its owner may not. */
static int
open_below(int fd, const char *name, mode_t mode)
{
	const mode_t needed = S_ISDIR(mode) ? 0700 : 0400;

	if (!S_ISDIR(mode) && !S_ISREG(mode))
		return -1;
	if ((mode & needed) != needed && fchmodat(fd, name, (mode & 07777) | needed, 0) == -1)
		return -1;
	if (!S_ISDIR(mode))
		return -1;
	return openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Names what is in an open folder at `path`; takes over `fd`. */
static void
scan_folder(struct scan *scan, int fd, struct buffer *path, unsigned depth)
{
	size_t len = path->len;
	struct dirent *entry;
	DIR *folder;

	/* The top of the upper layer carries marks of the overlay's own. */
	if (depth >= DEPTH_MAX || has_own_rules(fd, depth == 0) || (depth > 0 && has_mark(fd)) ||
	    (folder = fdopendir(fd)) == NULL) {
		add_folder(scan, path);
		close(fd);
		return;
	}
	while ((entry = readdir(folder)) != NULL && scan->count <= PATHS_SINGLE) {
		const char *name = entry->d_name;
		struct stat st = { 0 };
		int below = -1;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    (depth == 0 && strcmp(name, ".git") == 0))
			continue;
		if (len > 0)
			buffer_add(path, "/", 1);
		buffer_add_text(path, name);
		if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			below = open_below(fd, name, st.st_mode);
		if (below != -1)
			scan_folder(scan, below, path, depth + 1);
		else
			add_file(scan, path, &st);
		path->len = len;
	}
	closedir(folder);
}

/* Is the file exactly this text? Not being there, or no file, is not. */
static bool
file_is(const char *folder, const char *name, const char *text)
{
	char *path = str_format("%s/.git/%s", folder, name);
	struct buffer bytes;
	bool same;

	buffer_init(&bytes);
	same = files_read(path, 4096, &bytes) == 0 && strcmp(buffer_text(&bytes), text) == 0 &&
	    bytes.len == strlen(text);
	buffer_release(&bytes);
	free(path);
	return same;
}

/* Does HEAD of the agent's repository stand where we put it? Only compared, never followed. */
static bool
has_committed(const struct workspace *workspace, const char *folder)
{
	char *tip = str_format("%s\n", workspace->tip), *git = str_format("%s/.git", folder);
	struct stat st;
	bool committed;

	committed = lstat(git, &st) == 0 && S_ISDIR(st.st_mode) &&
	    !(file_is(folder, "HEAD", "ref: " AGENT_BRANCH "\n") &&
	    file_is(folder, AGENT_BRANCH, tip));
	free(git);
	free(tip);
	return committed;
}

int
scan_workspace(struct scan *scan, const struct workspace *workspace)
{
	struct buffer path;
	int fd;

	if (workspace->kind == WORKSPACE_CHECKOUT) {
		scan->committed = has_committed(workspace, workspace->root);
		buffer_init(&path);
		add_folder(scan, &path);
		return 0;
	}
	fd = open(workspace->upper, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	scan->committed = has_committed(workspace, workspace->upper);
	buffer_init(&path);
	scan_folder(scan, fd, &path, 0);
	if (scan->count > PATHS_SINGLE) {
		scan->paths.len = 0;
		path.len = 0;
		scan->count = 0;
		add_folder(scan, &path);
	}
	buffer_release(&path);
	return 0;
}
