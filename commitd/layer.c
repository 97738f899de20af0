/* Prepared files: see layer.h. */
#include "commitd/layer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

/*
 * git takes a file for changed without looking when its time is not older
 * than the index; so files are made a little older than they are.
 */
#define BASE_AGE	10
#define LAYER_AGE	2

/* What a layer changes. */
struct changes {
	const char *path;	/* of the layer */
	char **files;		/* that it holds */
	size_t count;
};

/* Runs git with this index and this folder as its work tree. */
static enum error
git_here(const struct layer *layer, const char *const *arguments, struct buffer *why)
{
	char *index = str_format("GIT_INDEX_FILE=%s/.git/index", layer->path);
	char *work = str_format("GIT_WORK_TREE=%s", layer->path);
	struct git_call call = { .arguments = arguments, .input = -1, .problem = why,
	    .environment = GIT_LIST(index, work), .seconds = GIT_NETWORK_SECONDS };
	enum error error = git_run(layer->git, &call);

	free(index);
	free(work);
	return error;
}

static enum error
age(const struct layer *layer, char *const *paths, int seconds)
{
	char *index = str_format("%s/.git/index", layer->path);
	enum error error = repository_index_age(index, layer->path, paths,
	    time(NULL) - seconds);

	free(index);
	return error;
}

/* .git with its alternates; what is private to a workspace comes above it. */
static bool
make_private(const char *path)
{
	static const char *const folders[] = { ".git/objects/info", ".git/objects/pack",
	    ".git/refs" };
	static const char alternates[] = LAYER_OBJECTS "\n";
	bool made = true;
	char *name;
	size_t i;
	int fd;

	for (i = 0; made && i < COUNT(folders); i++) {
		name = str_format("%s/%s", path, folders[i]);
		made = disk_make(name);
		free(name);
	}
	name = str_format("%s/.git/objects/info/alternates", path);
	fd = made ? open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) : -1;
	made = fd != -1 &&
	    write(fd, alternates, sizeof(alternates) - 1) == (ssize_t)sizeof(alternates) - 1;
	if (fd != -1)
		close(fd);
	free(name);
	return made;
}

enum error
layer_make_base(const struct layer *layer, const char *tree, struct buffer *why)
{
	enum error error;

	if (!disk_make(layer->path) || !make_private(layer->path)) {
		buffer_format(why, "%s: %s", layer->path, strerror(errno));
		return error_from_errno(errno);
	}
	error = git_here(layer, GIT_LIST("git", "-c", "checkout.workers=0", "read-tree", "-m",
	    "-u", tree), why);
	return error == ERROR_NONE ? age(layer, NULL, BASE_AGE) : error;
}

static bool
copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	ssize_t len = in == -1 || out == -1 ? -1 : 1;

	while (len > 0)
		len = copy_file_range(in, NULL, out, NULL, 1u << 30, 0);
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	return len == 0;
}

/* A path that is gone is covered by a device 0:0; git has made all that is there. */
static enum error
visit_change(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct changes *changes = context;
	enum error error = ERROR_NONE;
	char *full, *slash;

	(void)old;
	if (new != NULL) {
		if (new->mode != MODE_TREE && new->mode != MODE_GITLINK) {
			changes->files = mem_resize(changes->files, changes->count + 2,
			    sizeof(char *));
			changes->files[changes->count++] = str_dup(path);
			changes->files[changes->count] = NULL;
		}
		return ERROR_NONE;
	}
	*enter = false;
	full = str_format("%s/%s", changes->path, path);
	if (mknod(full, S_IFCHR | 0600, makedev(0, 0)) == -1 && errno == ENOENT) {
		slash = strrchr(full, '/');
		*slash = '\0';
		disk_make(full);
		*slash = '/';
		mknod(full, S_IFCHR | 0600, makedev(0, 0));
	}
	/* There already: a file became a folder, or the other way round. */
	if (!disk_exists(full)) {
		log_warn("path=%s event=whiteout", full);
		error = error_from_errno(errno);
	}
	free(full);
	return error;
}

enum error
layer_make(const struct layer *layer, const char *index, const char *old, const char *new,
    struct buffer *why)
{
	static char *none[] = { NULL };
	struct changes changes = { .path = layer->path };
	char *folder = str_format("%s/.git", layer->path);
	char *copy = str_format("%s/index", folder);
	enum error error = ERROR_NONE;

	if (!disk_make(folder) || !copy_file(index, copy)) {
		buffer_format(why, "%s: %s", copy, strerror(errno));
		error = error_from_errno(errno);
	}
	if (error == ERROR_NONE)
		error = git_here(layer, GIT_LIST("git", "read-tree", "-m", "-u", old, new), why);
	if (error == ERROR_NONE)
		error = walk_trees(layer->repository, old, new, visit_change, &changes, why);
	if (error == ERROR_NONE)
		error = age(layer, changes.files ? changes.files : none, LAYER_AGE);
	strs_free(changes.files);
	free(folder);
	free(copy);
	return error;
}
