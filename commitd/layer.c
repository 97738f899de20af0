/* Prepared files: see layer.h. */
#include "commitd/layer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "commitd/plain.h"
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
	char **files;		/* that it holds */
	size_t count;
	struct tree_entry *entries;	/* what they are; no more when files are added to these */
	char **folders;		/* "a/b/": where a .gitattributes differs */
	size_t folder_count;
	struct index *index;	/* of the whole */
	int root;		/* its folder */
	struct buffer *why;
};

/* Runs git with this index and this folder as its work tree. */
static enum error
git_here(const struct layer *layer, const char *const *arguments, const char *index_name,
    int input, struct buffer *why)
{
	char *index = str_format("GIT_INDEX_FILE=%s/.git/%s", layer->path, index_name);
	char *work = str_format("GIT_WORK_TREE=%s", layer->path);
	struct git_call call = { .arguments = arguments, .input = input, .problem = why,
	    .environment = GIT_LIST(index, work), .seconds = GIT_NETWORK_SECONDS };
	enum error error = git_run(layer->git, &call);

	free(index);
	free(work);
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
	char *path = str_format("%s/.git/index", layer->path);
	struct index *index = NULL;
	enum error error = ERROR_NONE;
	int root = -1;

	if (!disk_make(layer->path) || !make_private(layer->path)) {
		buffer_format(why, "%s: %s", layer->path, strerror(errno));
		error = error_from_errno(errno);
	}
	if (error == ERROR_NONE)
		error = git_here(layer, GIT_LIST("git", "-c", "checkout.workers=0", "read-tree",
		    "-m", "-u", tree), "index", -1, why);
	if (error == ERROR_NONE) {
		root = open(layer->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		index = index_open(path);
		error = root == -1 || index == NULL ? ERROR_SYSTEM :
		    index_age(index, root, NULL, time(NULL) - BASE_AGE);
	}
	if (error == ERROR_NONE)
		error = index_write(index);
	/* Now it knows the trees of its folders: else every first commit had to make them all. */
	if (error == ERROR_NONE)
		error = git_here(layer, GIT_LIST("git", "write-tree", "--missing-ok"), "index", -1,
		    why);
	index_free(index);
	if (root != -1)
		close(root);
	free(path);
	return error;
}

/* Takes `text` over. */
static void
add_text(char ***list, size_t *count, char *text)
{
	if ((*count & (*count + 1)) == 0)
		*list = mem_resize(*list, 2 * *count + 3, sizeof(char *));
	(*list)[(*count)++] = text;
	(*list)[*count] = NULL;
}

static void
add_file(void *context, const char *path)
{
	struct changes *changes = context;

	add_text(&changes->files, &changes->count, str_dup(path));
}

/* A .gitattributes differs: the files below its folder may look different, too. */
static void
note_attributes(struct changes *changes, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;

	if (str_same(name, ".gitattributes"))
		add_text(&changes->folders, &changes->folder_count,
		    str_format("%.*s", (int)(name - path), path));
}

/* First pass: keeps what is there, and takes what is gone out of the index. */
static enum error
visit_change(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct changes *changes = context;
	size_t count = changes->count;

	note_attributes(changes, path);
	if (new == NULL) {
		index_remove(changes->index, path, old->mode == MODE_TREE);
		*enter = false;
	} else if (new->mode != MODE_TREE) {
		if ((count & (count + 1)) == 0)
			changes->entries = mem_resize(changes->entries, 2 * count + 2,
			    sizeof(*changes->entries));
		changes->entries[count] = *new;
		add_file(changes, path);
	}
	return ERROR_NONE;
}

/* A folder of files became a submodule: an empty folder, through which they would be seen. */
static bool
is_submodule_now(int root, const char *path, const struct tree_entry *old)
{
	struct stat st;

	return old->mode == MODE_TREE && fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

/*
 * Last pass: a path that is gone is covered by a device 0:0. What is there
 * already is a file that became a folder, or the other way round. In the folder of a
 * submodule, what the layers below have in theirs is covered name by name.
 */
static enum error
visit_gone(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	const struct changes *changes = context;
	enum error error = ERROR_NONE;
	char *copy, *slash;

	if (new != NULL)
		return ERROR_NONE;
	*enter = is_submodule_now(changes->root, path, old);
	if (*enter)
		return ERROR_NONE;
	/* Below the layer: with the way to it, a path of an agent's can be too long. */
	copy = str_dup(path);
	for (slash = strchr(copy, '/'); error == ERROR_NONE && slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		/* Else what follows would fail for the want of it, as if for its name. */
		if (mkdirat(changes->root, copy, 0755) == -1 && errno != EEXIST)
			error = plain_failed(path, changes->why);
		*slash = '/';
	}
	if (error == ERROR_NONE && mknodat(changes->root, path, S_IFCHR | 0600, makedev(0, 0)) == -1 &&
	    errno != EEXIST)
		error = plain_failed(path, changes->why);
	free(copy);
	return error;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds the files that only look different, because of the attributes above them. */
static void
add_affected(struct changes *changes)
{
	const char *last = NULL, *folder;
	size_t i, kept = 0;

	if (changes->folder_count == 0)
		return;
	qsort(changes->folders, changes->folder_count, sizeof(char *), compare_paths);
	for (i = 0; i < changes->folder_count; i++) {
		folder = changes->folders[i];
		if (last == NULL || strncmp(folder, last, strlen(last)) != 0)
			index_each(changes->index, last = folder, add_file, changes);
	}
	if (changes->count == 0)
		return;
	qsort(changes->files, changes->count, sizeof(char *), compare_paths);
	for (i = 1; i < changes->count; i++)
		if (str_same(changes->files[i], changes->files[kept]))
			free(changes->files[i]);
		else
			changes->files[++kept] = changes->files[i];
	changes->count = kept + 1;
	changes->files[changes->count] = NULL;
}

/* The .gitattributes that can say something about a path. */
static void
copy_attributes(struct index *small, const struct index *whole, const char *path)
{
	const char *slash;
	char *name;

	index_copy(small, whole, ".gitattributes");
	for (slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		name = str_format("%.*s/.gitattributes", (int)(slash - path), path);
		index_copy(small, whole, name);
		free(name);
	}
}

/* What git has to write, since attributes or the size say so. */
struct rest {
	struct index *small;	/* holds only these, and the attributes that matter */
	int list;		/* their paths, each with a NUL */
	size_t count;
};

static enum error
leave_to_git(struct rest *rest, const struct changes *changes, const char *path)
{
	if (write(rest->list, path, strlen(path) + 1) == -1)
		return error_from_errno(errno);
	index_copy(rest->small, changes->index, path);
	copy_attributes(rest->small, changes->index, path);
	rest->count++;
	return ERROR_NONE;
}

/* One file of the layer, or one for git. No attribute says anything of what is no file. */
static enum error
write_one(const struct layer *layer, const struct changes *changes, const char *path,
    struct rest *rest, struct buffer *why)
{
	struct tree_entry entry;
	enum error error = ERROR_TOO_LARGE;

	if (index_get(changes->index, path, &entry.mode, entry.oid) &&
	    (!S_ISREG(entry.mode) || plain_is(changes->index, path)))
		error = plain_write(layer->repository, changes->root, path, &entry, why);
	return error == ERROR_TOO_LARGE ? leave_to_git(rest, changes, path) : error;
}

/*
 * Writes the files. Work grows with what changed, and what only looks different
 * since a .gitattributes changed.
 */
static enum error
write_files(const struct layer *layer, struct changes *changes, struct buffer *why)
{
	char *path = str_format("%s/.git/small", layer->path);
	struct rest rest = { index_open(path), memfd_create("paths", MFD_CLOEXEC), 0 };
	enum error error = rest.small == NULL || rest.list == -1 ? ERROR_SYSTEM : ERROR_NONE;
	size_t i;

	for (i = 0; error == ERROR_NONE && i < changes->count; i++)
		error = index_set(changes->index, changes->files[i], changes->entries[i].mode,
		    changes->entries[i].oid);
	if (error == ERROR_NONE)
		add_affected(changes);
	for (i = 0; error == ERROR_NONE && i < changes->count; i++)
		error = write_one(layer, changes, changes->files[i], &rest, why);
	if (error == ERROR_NONE && rest.count > 0) {
		error = index_write(rest.small);
		if (error == ERROR_NONE && lseek(rest.list, 0, SEEK_SET) == -1)
			error = ERROR_SYSTEM;
		if (error == ERROR_NONE)
			error = git_here(layer, GIT_LIST("git", "checkout-index", "-f", "-q", "-z",
			    "--stdin"), "small", rest.list, why);
		unlink(path);
	}
	index_free(rest.small);
	if (rest.list != -1)
		close(rest.list);
	free(path);
	return error;
}

/* Fills the folder and the index from what differs. */
static enum error
fill(const struct layer *layer, struct changes *changes, const char *old, const char *new,
    struct buffer *why)
{
	struct buffer where;
	enum error error;
	size_t i;

	buffer_init(&where);
	changes->why = why;
	changes->root = open(layer->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = changes->root == -1 ? error_from_errno(errno) :
	    walk_trees(layer->repository, old, new, visit_change, changes, &where);
	if (error == ERROR_NONE)
		error = write_files(layer, changes, why);
	for (i = 0; error == ERROR_NONE && i < changes->count; i++)
		error = index_age(changes->index, changes->root, changes->files[i],
		    time(NULL) - LAYER_AGE);
	if (error == ERROR_NONE)
		error = walk_trees(layer->repository, old, new, visit_gone, changes, &where);
	if (error != ERROR_NONE && why->len == 0)
		buffer_add_text(why, buffer_text(&where));
	if (changes->root != -1)
		close(changes->root);
	buffer_release(&where);
	return error;
}

enum error
layer_make(const struct layer *layer, struct index *index, const char *old, const char *new,
    struct buffer *why)
{
	struct changes changes = { .index = index };
	char *folder = str_format("%s/.git", layer->path);
	char *path = str_format("%s/index", folder);
	enum error error = ERROR_NONE;

	if (!disk_make(folder)) {
		buffer_format(why, "%s: %s", folder, strerror(errno));
		error = error_from_errno(errno);
	}
	if (error == ERROR_NONE)
		error = fill(layer, &changes, old, new, why);
	if (error == ERROR_NONE)
		error = index_write_to(index, path);
	strs_free(changes.files);
	strs_free(changes.folders);
	free(changes.entries);
	free(folder);
	free(path);
	return error;
}
