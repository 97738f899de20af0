/* A prepared layer that is used: see layer.h. Follows no link that an agent could have left. */
#include "layer.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/below.h"
#include "worker/files.h"

#define EXCLUDE_MAX	(1u << 20)	/* bytes of names that the agent's Git is told */
#define CHUNK		(1u << 30)	/* bytes copied by one call */

char *
layer_files(const char *layer)
{
	return str_format("%s/files", layer);
}

void
layer_exclude(struct buffer *out, const char *path, bool folder)
{
	const char *at;

	if (out->len > EXCLUDE_MAX || strchr(path, '\n') != NULL)
		return;
	buffer_add(out, "/", 1);
	for (at = path; *at != '\0'; at++) {
		if (strchr("\\*?[ ", *at) != NULL)
			buffer_add(out, "\\", 1);
		buffer_add(out, at, 1);
	}
	buffer_add_text(out, folder ? "/\n" : "\n");
}

int
layer_tell_git(const char *layer, const char *git)
{
	char *info = str_format("%s/info", git), *to = str_format("%s/exclude", info);
	char *from = str_format("%s/exclude", layer);
	int result = files_folder(info, 0755);

	if (result == 0)
		result = files_copy(from, to);
	free(from);
	free(to);
	free(info);
	return result;
}

/* The bytes of one file, shared with the first where the file system can do that. */
static int
copy_bytes(int from, int to, off_t size)
{
	ssize_t len = 1;

	if (size == 0 || ioctl(to, FICLONE, from) == 0)
		return 0;
	while (len > 0)
		if ((len = copy_file_range(from, NULL, to, NULL, CHUNK, 0)) == -1 && errno == EXDEV)
			len = sendfile(to, from, NULL, CHUNK);
	return len == 0 ? 0 : -1;
}

/* One file, with mode and times: by them is told later what nobody has touched. */
static int
copy_file(const char *path, const struct stat *st, int parent, const char *name)
{
	const struct timespec times[] = { st->st_atim, st->st_mtim };
	int from = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), to = -1, result = -1, saved;

	if (from != -1)
		to = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to != -1 && copy_bytes(from, to, st->st_size) == 0 && fchmod(to, st->st_mode & 07777) == 0)
		result = futimens(to, times);
	saved = errno;
	if (to != -1)
		close(to);
	if (from != -1)
		close(from);
	errno = saved;
	return result;
}

static int
copy_link(const char *path, int parent, const char *name)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);

	if (len == -1)
		return -1;
	target[len] = '\0';
	return symlinkat(target, parent, name);
}

/* One entry of the layer; what the tree has there counts. -1 with errno. */
static int
copy_entry(FTS *walk, FTSENT *entry, int root, const char *relative)
{
	const struct stat *st = entry->fts_statp;
	const char *name;
	int parent = below_parent(root, relative, false, &name), result, saved;
	struct stat there;

	if (parent == -1)
		return -1;
	if (entry->fts_info == FTS_D)
		result = mkdirat(parent, name, (st->st_mode & 0777) | 0700);
	else
		result = S_ISLNK(st->st_mode) ? copy_link(entry->fts_path, parent, name) :
		    copy_file(entry->fts_path, st, parent, name);
	if (result == -1 && errno == EEXIST && fstatat(parent, name, &there, AT_SYMLINK_NOFOLLOW) == 0) {
		if (entry->fts_info == FTS_D && !S_ISDIR(there.st_mode))
			fts_set(walk, entry, FTS_SKIP);
		result = 0;
	}
	saved = errno;
	close(parent);
	errno = saved;
	return result;
}

/*
 * Each entry of a layer: a folder before what is in it or, with `after`,
 * behind it. A visitor returns 0, or -1 with errno, which ends it.
 */
static bool
each_entry(const char *files, const char *tree, bool after,
    int (*visit)(FTS *walk, FTSENT *entry, int root, const char *relative))
{
	char *path = str_dup(files), *roots[] = { path, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int root = open(tree, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), saved;
	size_t len = strlen(files);
	bool fine = walk != NULL && root != -1;
	FTSENT *entry;

	while (fine && (errno = 0, entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS)
			fine = false;
		else if (entry->fts_level > 0 && entry->fts_info != (after ? FTS_D : FTS_DP))
			fine = visit(walk, entry, root, entry->fts_path + len + 1) == 0;
	}
	fine = fine && errno == 0;
	saved = errno;
	if (walk != NULL)
		fts_close(walk);
	if (root != -1)
		close(root);
	free(path);
	errno = saved;
	return fine;
}

enum error
layer_copy(const char *layer, const char *tree, struct buffer *why)
{
	char *files = layer_files(layer);
	bool fine = each_entry(files, tree, false, copy_entry);

	if (!fine)
		buffer_format(why, "what setup made cannot be copied from %s to %s: %s", files, tree,
		    strerror(errno));
	free(files);
	return fine ? ERROR_NONE : ERROR_SYSTEM;
}

/* Are both the same, as far as their times tell, or by where they lead? */
static bool
is_same(const struct stat *made, const char *path, int fd, const char *name)
{
	char a[PATH_MAX], b[PATH_MAX];
	struct stat st;
	ssize_t len;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    (st.st_mode & S_IFMT) != (made->st_mode & S_IFMT))
		return false;
	if (S_ISLNK(st.st_mode)) {
		len = readlink(path, a, sizeof(a));
		return len > 0 && readlinkat(fd, name, b, sizeof(b)) == len && memcmp(a, b, (size_t)len) == 0;
	}
	return st.st_mode == made->st_mode && st.st_size == made->st_size &&
	    st.st_mtim.tv_sec == made->st_mtim.tv_sec && st.st_mtim.tv_nsec == made->st_mtim.tv_nsec;
}

/* One entry of the layer, at its place in the tree. */
static int
take_back(FTS *walk, FTSENT *entry, int root, const char *relative)
{
	const char *name;
	int parent = below_parent(root, relative, false, &name);

	(void)walk;
	if (parent == -1)
		return 0;
	if (entry->fts_info == FTS_DP)
		unlinkat(parent, name, AT_REMOVEDIR);
	else if (is_same(entry->fts_statp, entry->fts_path, parent, name))
		unlinkat(parent, name, 0);
	close(parent);
	return 0;
}

enum error
layer_take_back(const char *layer, const char *tree, struct buffer *why)
{
	char *files = layer_files(layer);
	bool fine = each_entry(files, tree, true, take_back);

	if (!fine)
		buffer_format(why, "%s cannot be compared with %s: %s", tree, files, strerror(errno));
	free(files);
	return fine ? ERROR_NONE : ERROR_SYSTEM;
}
