/* Copies of untracked files: see copies.h. */
#include "copies.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/below.h"
#include "worker/files.h"
#include "worker/layer.h"

#define EXCLUDE_MAX	(4u << 20)	/* bytes of the agent's exclude file */
#define COPY_MAX	(16u << 20)	/* bytes of one file */

/* Where the workspace keeps what is written. */
static const char *
written(const struct worker *worker)
{
	const struct workspace *workspace = &worker->workspace;

	return workspace->kind == WORKSPACE_OVERLAY ? workspace->upper : workspace->root;
}

/* Does one of the trees have something at this path, or a file on the way to it? */
static bool
tree_has(const char *tree, const char *path, bool *gone)
{
	size_t len = 0;
	struct stat st;
	bool folder = true;
	char *full;

	*gone = false;
	while (folder && path[len] != '\0') {
		len += path[len] == '/';
		len += strcspn(path + len, "/");
		full = str_format("%s/%.*s", tree, (int)len, path);
		folder = lstat(full, &st) == 0;
		free(full);
		if (!folder)
			return false;
		/* A whiteout: what is below has it no more. */
		*gone = S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0);
		folder = S_ISDIR(st.st_mode);
	}
	return !*gone;
}

/* Has the tip this path itself? Then a copy would be a change. */
static bool
is_tracked(const struct worker *worker, const char *path)
{
	const struct workspace *workspace = &worker->workspace;
	bool gone = false, has = false;
	size_t i;

	if (workspace->kind == WORKSPACE_CHECKOUT)
		return tree_has(workspace->root, path, &gone);
	for (i = 0; workspace->trees[i] != NULL && !has && !gone; i++)
		has = tree_has(workspace->trees[i], path, &gone);
	return has;
}

/*
 * Reads one: a plain file of who owns the folder it is from, reached by no link, for as
 * root we may read what that person may not.
 */
static int
read_one(int from, const char *path, struct buffer *out)
{
	struct stat root, st;
	const char *name;
	int parent = below_parent(from, path, false, &name), fd = -1, result = -1, saved;
	ssize_t len = 1;

	if (parent != -1)
		fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd != -1 && fstat(from, &root) == 0 && fstat(fd, &st) == 0) {
		if (!S_ISREG(st.st_mode))
			errno = EINVAL;
		else if (st.st_uid != root.st_uid)
			errno = EPERM;
		else
			result = 0;
	}
	while (result == 0 && len > 0 && out->len <= COPY_MAX) {
		len = read(fd, buffer_reserve(out, 65536), 65536);
		if (len > 0)
			out->len += (size_t)len;
	}
	if (result == 0 && (len == -1 || out->len > COPY_MAX)) {
		if (len != -1)
			errno = EFBIG;
		result = -1;
	}
	saved = errno;
	if (fd != -1)
		close(fd);
	if (parent != -1)
		close(parent);
	errno = saved;
	return result;
}

static int
write_one(int to, const char *path, const struct buffer *bytes)
{
	const char *name;
	int parent = below_parent(to, path, true, &name), fd = -1, result = -1, saved;
	size_t done = 0;
	ssize_t len = 0;

	if (parent != -1)
		fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	while (fd != -1 && done < bytes->len &&
	    (len = write(fd, bytes->bytes + done, bytes->len - done)) > 0)
		done += (size_t)len;
	if (fd != -1 && done == bytes->len)
		result = 0;
	saved = errno;
	if (fd != -1)
		close(fd);
	if (parent != -1)
		close(parent);
	errno = saved;
	return result;
}

static enum error
put(struct worker *worker, int from, int to, const char *path, struct buffer *why)
{
	const char *place = worker->job.copy_from;
	struct buffer bytes;
	enum error error = ERROR_NONE;

	if (is_tracked(worker, path)) {
		buffer_format(why, "copy: %s: the branch has it; only untracked files are copied", path);
		return ERROR_INVALID;
	}
	buffer_init(&bytes);
	if (read_one(from, path, &bytes) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "copy: %s/%s: %s", place, path, errno == EINVAL ? "it is no plain file" :
		    errno == EPERM ? "it belongs to somebody else than the folder" : strerror(errno));
	} else if (write_one(to, path, &bytes) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "copy: %s cannot be written to the workspace: %s", path, strerror(errno));
	}
	if (bytes.bytes != NULL)
		explicit_bzero(bytes.bytes, bytes.len);
	buffer_release(&bytes);
	return error;
}

/* The agent's own Git takes them for ignored: no `git add -A` of its takes one by accident. */
static int
tell_git(const struct worker *worker)
{
	char *info = str_format("%s/.git/info", written(worker)), *path = str_format("%s/exclude", info);
	struct buffer lines;
	size_t i;
	int result;

	buffer_init(&lines);
	/* What the layer says is kept. */
	if (files_read(path, EXCLUDE_MAX, &lines) == -1)
		lines.len = 0;
	for (i = 0; i < strs_count(worker->job.copy); i++)
		layer_exclude(&lines, worker->job.copy[i], false);
	result = files_folder(info, 0755);
	if (result == 0)
		result = files_write(path, lines.bytes, lines.len);
	buffer_release(&lines);
	free(path);
	free(info);
	return result;
}

enum error
copies_put(struct worker *worker, struct buffer *why)
{
	const struct msg_job_start *job = &worker->job;
	size_t count = strs_count(job->copy), i;
	enum error error = ERROR_NONE;
	int from, to;

	if (count == 0 || job->copy_from == NULL)
		return ERROR_NONE;
	from = open(job->copy_from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	to = open(written(worker), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (from == -1 || to == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "copy: %s: %s", from == -1 ? job->copy_from : written(worker),
		    strerror(errno));
	}
	for (i = 0; error == ERROR_NONE && i < count; i++)
		error = put(worker, from, to, job->copy[i], why);
	if (error == ERROR_NONE && tell_git(worker) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "copy: the workspace's .git/info/exclude: %s", strerror(errno));
	}
	if (from != -1)
		close(from);
	if (to != -1)
		close(to);
	return error;
}

/* Whatever stands there now. False with errno: it still does. */
static bool
remove_one(int root, const char *path)
{
	const char *name;
	int parent = below_parent(root, path, false, &name), result, saved;
	char *folder;

	/* An agent may have put something else in the way: then it is not there. */
	if (parent == -1)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
	result = unlinkat(parent, name, 0);
	if (result == -1 && errno == EISDIR) {
		folder = str_format("/proc/self/fd/%d/%s", parent, name);
		result = files_remove(folder, SIZE_MAX) ? 0 : -1;
		free(folder);
	}
	saved = errno;
	close(parent);
	errno = saved;
	return result == 0 || saved == ENOENT;
}

enum error
copies_remove(struct worker *worker, const char *folder, struct buffer *why)
{
	size_t count = strs_count(worker->job.copy), i;
	enum error error = ERROR_NONE;
	int root;

	if (count == 0)
		return ERROR_NONE;
	root = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	for (i = 0; error == ERROR_NONE && i < count; i++)
		if (root == -1 || !remove_one(root, worker->job.copy[i])) {
			error = ERROR_SYSTEM;
			buffer_format(why, "the copy %s/%s cannot be taken away: %s", folder,
			    worker->job.copy[i], strerror(errno));
		}
	if (root != -1)
		close(root);
	return error;
}

enum error
copies_take_back(struct worker *worker, struct buffer *why)
{
	return copies_remove(worker, written(worker), why);
}
