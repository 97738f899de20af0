/*
 * A prepared layer is made: see layer_make.h. Setup is a project's own program and may be
 * an agent's by then: names and links in what it left are taken for hostile.
 */
#include "layer_make.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/below.h"
#include "worker/checkout.h"
#include "worker/copies.h"
#include "worker/files.h"
#include "worker/layer.h"

#define NAMES_MAX	(64u << 10)	/* bytes of extended attributes' names */

/* Of what there is. */
struct counted { uint64_t bytes, entries; struct buffer *exclude; };

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folders that have tracked files, in order: what setup made besides them is its own. */
struct folders { char **items; size_t count; };

static void
folders_release(struct folders *folders)
{
	size_t i;

	for (i = 0; i < folders->count; i++)
		free(folders->items[i]);
	free(folders->items);
}

/* Those on the way to a path; Git lists paths in order, so the last one that was added tells. */
static void
folders_add(struct folders *folders, const char *path)
{
	const char *slash;
	char *folder;

	for (slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		folder = mem_copy(path, (size_t)(slash - path));
		if (folders->count > 0 && str_same(folders->items[folders->count - 1], folder)) {
			free(folder);
			continue;
		}
		if ((folders->count & (folders->count + 1)) == 0)
			folders->items = mem_resize(folders->items, 2 * folders->count + 2, sizeof(char *));
		folders->items[folders->count++] = folder;
	}
}

static bool
folders_have(const struct folders *folders, const char *path)
{
	return folders->count > 0 && bsearch(&path, folders->items, folders->count, sizeof(char *),
	    compare_texts) != NULL;
}

/* Takes away one tracked file, and the folders that are empty then. */
static void
drop_tracked(int root, char *path, bool submodule)
{
	const char *name;
	int parent = below_parent(root, path, false, &name), inner;
	char *slash;

	if (parent == -1)
		return;
	if (submodule) {
		/* What is in it stays; its `.git` leads to a repository that does not. */
		inner = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (inner != -1) {
			unlinkat(inner, ".git", 0);
			close(inner);
		}
	} else {
		unlinkat(parent, name, 0);
	}
	close(parent);
	while ((slash = strrchr(path, '/')) != NULL) {
		*slash = '\0';
		if ((parent = below_parent(root, path, false, &name)) == -1)
			return;
		inner = unlinkat(parent, name, AT_REMOVEDIR);
		close(parent);
		if (inner == -1)
			return;
	}
}

/* What Git tracks is the tip's: each workspace has it from there. */
static enum error
drop_all_tracked(const char *files, const struct buffer *listing, struct folders *folders,
    struct buffer *why)
{
	int root = open(files, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const char *entry = (const char *)listing->bytes, *end = entry + listing->len, *tab;
	char *path;

	if (root == -1) {
		buffer_format(why, "%s: %s", files, strerror(errno));
		return ERROR_SYSTEM;
	}
	for (; entry < end; entry += strlen(entry) + 1) {
		if ((tab = strchr(entry, '\t')) == NULL)
			continue;
		path = str_dup(tab + 1);
		folders_add(folders, path);
		drop_tracked(root, path, strncmp(entry, "160000 ", 7) == 0);
		free(path);
	}
	close(root);
	if (folders->count > 0)
		qsort(folders->items, folders->count, sizeof(char *), compare_texts);
	return ERROR_NONE;
}

/* The marks of the overlay in which setup ran mean nothing in others. */
static void
drop_marks(const char *path)
{
	static const char *const ours[] = { "trusted.overlay.", "user.overlay." };
	char *names, *name;
	ssize_t len;
	size_t i;

	if (llistxattr(path, NULL, 0) <= 0)
		return;
	names = mem_zero(NAMES_MAX, 1);
	len = llistxattr(path, names, NAMES_MAX);
	for (name = names; len > 0 && name < names + len; name += strlen(name) + 1)
		for (i = 0; i < COUNT(ours); i++)
			if (strncmp(name, ours[i], strlen(ours[i])) == 0)
				lremovexattr(path, name);
	free(names);
}

/* One entry: fit for others, counted; false with errno when it cannot be. */
static bool
settle(FTSENT *entry, const char *relative, const struct folders *folders, struct counted *counted)
{
	const struct stat *st = entry->fts_statp;
	const char *slash = strrchr(relative, '/');
	char *parent = slash != NULL ? mem_copy(relative, (size_t)(slash - relative)) : NULL;
	bool ours = parent == NULL || folders_have(folders, parent);
	bool folder = entry->fts_info == FTS_D;

	free(parent);
	if (!folder && !S_ISREG(st->st_mode) && !S_ISLNK(st->st_mode))
		return unlink(entry->fts_path) == 0;
	drop_marks(entry->fts_path);
	/* What the overlay made itself is another user's on the disk. */
	if (st->st_uid != geteuid() && lchown(entry->fts_path, geteuid(), getegid()) == -1)
		return false;
	if (folder && (st->st_mode & 0700) != 0700 && chmod(entry->fts_path, st->st_mode | 0700) == -1)
		return false;
	/* A checkout copies it. */
	if (S_ISREG(st->st_mode) && (st->st_mode & 0400) == 0 &&
	    chmod(entry->fts_path, (st->st_mode & 07777) | 0400) == -1)
		return false;
	counted->entries++;
	counted->bytes += (uint64_t)st->st_blocks * 512;
	if (ours && !(folder && folders_have(folders, relative)))
		layer_exclude(counted->exclude, relative, folder);
	return true;
}

static enum error
settle_all(char *files, const struct folders *folders, struct counted *counted, struct buffer *why)
{
	char *roots[] = { files, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	size_t len = strlen(files);
	bool fine = walk != NULL;
	FTSENT *entry = NULL;

	while (fine && (errno = 0, entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_DP)
			continue;
		if (entry->fts_level == 0) {
			drop_marks(files);
		} else if (entry->fts_info == FTS_DNR) {
			/* It was closed, and is open now. */
			fine = entry->fts_number == 0 && fts_set(walk, entry, FTS_AGAIN) == 0;
			entry->fts_number++;
		} else {
			fine = entry->fts_info != FTS_ERR && entry->fts_info != FTS_NS &&
			    settle(entry, entry->fts_path + len + 1, folders, counted);
		}
	}
	if (!fine || errno != 0)
		buffer_format(why, "%s: %s", entry != NULL ? entry->fts_path : files, strerror(errno));
	fine = fine && errno == 0;
	if (walk != NULL)
		fts_close(walk);
	return fine ? ERROR_NONE : ERROR_SYSTEM;
}

static int
write_in(const char *folder, const char *name, const struct buffer *text)
{
	char *path = str_format("%s/%s", folder, name);
	int result = files_write(path, text->bytes, text->len);

	free(path);
	return result;
}

/* The files are in `making`: makes them a layer, all but its name. */
static enum error
fill(struct worker *worker, const char *making, const struct buffer *listing, struct buffer *why)
{
	const struct msg_job_start *job = &worker->job;
	char *files = layer_files(making), *git = str_format("%s/.git", files);
	struct folders folders = { 0 };
	struct buffer exclude, about;
	struct counted counted = { .exclude = &exclude };
	enum error error;

	buffer_init(&exclude);
	buffer_init(&about);
	files_open_up(files);
	files_open_up(git);
	if (!files_remove(git, SIZE_MAX)) {
		error = ERROR_SYSTEM;
		buffer_format(why, "%s: %s", git, strerror(errno));
	} else {
		error = copies_remove(worker, files, why);
	}
	if (error == ERROR_NONE)
		error = drop_all_tracked(files, listing, &folders, why);
	if (error == ERROR_NONE)
		error = settle_all(files, &folders, &counted, why);
	buffer_format(&about, "tree %s\nbytes %ju\nentries %ju\nmade %.3f\nkey\n%s", job->tree,
	    (uintmax_t)counted.bytes, (uintmax_t)counted.entries, clock_wall(), job->key);
	if (error == ERROR_NONE && (write_in(making, "exclude", &exclude) == -1 ||
	    write_in(making, "about", &about) == -1)) {
		error = error_from_errno(errno);
		buffer_format(why, "%s: %s", making, strerror(errno));
	}
	folders_release(&folders);
	buffer_release(&about);
	buffer_release(&exclude);
	free(git);
	free(files);
	return error;
}

/* All that is in it is on the disk before it has its name, and its name before that is told. */
static enum error
name_it(const char *making, const char *layer, const char *folder, struct buffer *why)
{
	int fd = open(making, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = -1, saved;

	if (fd != -1 && syncfs(fd) == 0 && rename(making, layer) == 0)
		result = files_sync(folder);
	saved = errno;
	if (fd != -1)
		close(fd);
	if (result == 0)
		return ERROR_NONE;
	buffer_format(why, "%s: %s", layer, strerror(saved));
	return error_from_errno(saved);
}

enum error
layer_make(struct worker *worker, struct buffer *why)
{
	const struct workspace *workspace = &worker->workspace;
	bool overlay = workspace->kind == WORKSPACE_OVERLAY;
	const char *from = overlay ? workspace->upper : workspace->root;
	char *folder = str_format("%s/prepared/%s", worker->state, worker->job.project);
	char *making = str_format("%s/making-%s", folder, worker->job.prepared);
	char *layer = str_format("%s/%s", folder, worker->job.prepared), *files = layer_files(making);
	struct buffer listing;
	enum error error;

	buffer_init(&listing);
	error = checkout_tracked(workspace, &listing, why);
	buffer_text(&listing);
	/* A checkout is made anew then. */
	if (error == ERROR_NONE && !overlay)
		unlink(workspace->index);
	if (error == ERROR_NONE && (!files_remove(making, SIZE_MAX) || files_folder(making, 0700) == -1 ||
	    (files_open_up(from), rename(from, files)) == -1)) {
		error = error_from_errno(errno);
		buffer_format(why, "cannot make %s: %s", making, strerror(errno));
	}
	if (error == ERROR_NONE)
		error = fill(worker, making, &listing, why);
	if (error == ERROR_NONE)
		error = name_it(making, layer, folder, why);
	if (error != ERROR_NONE)
		files_remove(making, SIZE_MAX);
	buffer_release(&listing);
	free(files);
	free(layer);
	free(making);
	free(folder);
	return error;
}
