/* Prepared trees: see trees.h. Decides names and lives of trees. */
#include "commitd/trees.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "commitd/index.h"
#include "commitd/layer.h"
#include "commitd/layers.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define GRACE	8u	/* landings for which a tree that left every stack is kept */

struct old_tree { char *name; uint64_t since; };

struct trees {
	char *directory;
	const struct git *git;
	struct repository *repository;
	uint64_t last;			/* number of the newest name */
	uint64_t landings;
	struct old_tree *old;		/* oldest first */
	size_t old_count;
	/* That of the tree made last: reading it takes longer than landing. */
	struct index *index;		/* NULL: none */
	char *index_of;
};

struct trees *
trees_new(const char *directory, const struct git *git, struct repository *repository)
{
	struct trees *trees = mem_zero(1, sizeof(*trees));

	trees->directory = str_dup(directory);
	trees->git = git;
	trees->repository = repository;
	return trees;
}

static void
forget_index(struct trees *trees)
{
	index_free(trees->index);
	free(trees->index_of);
	trees->index = NULL;
	trees->index_of = NULL;
}

/* The index of a tree, for the next one to be made from. NULL with errno. */
static struct index *
take_index(struct trees *trees, const char *name)
{
	char *from, *to;

	if (str_same(trees->index_of, name))
		return trees->index;
	forget_index(trees);
	from = str_format("%s/%s/.git/index", trees->directory, name);
	to = str_format("%s/.index", trees->directory);
	if (disk_copy(from, to))
		trees->index = index_open(to);
	if (trees->index != NULL)
		trees->index_of = str_dup(name);
	else
		log_warn("path=%s event=index", from);
	free(from);
	free(to);
	return trees->index;
}

void
trees_free(struct trees *trees)
{
	size_t i;

	if (trees == NULL)
		return;
	forget_index(trees);
	for (i = 0; i < trees->old_count; i++)
		free(trees->old[i].name);
	free(trees->old);
	free(trees->directory);
	free(trees);
}

void
stack_release(struct stack *stack)
{
	strs_free(stack->names);
	*stack = (struct stack){ 0 };
}

void
stack_copy(struct stack *to, const struct stack *from)
{
	char **names = strs_dup(from->names);

	strs_free(to->names);
	*to = *from;
	to->names = names;
}

/* Deletes a tree unless a worker holds it; true when it is gone. */
static bool
delete_tree(const struct trees *trees, const char *name)
{
	char *path = str_format("%s/%s", trees->directory, name);
	char *note = str_format("%s.commit", path);
	char *dead = str_format("%s/dead-%s", trees->directory, name);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool gone = fd == -1 && errno == ENOENT;

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		unlink(note);
		gone = rename(path, dead) == 0 && disk_remove(dead);
	}
	if (fd != -1)
		close(fd);
	free(path);
	free(note);
	free(dead);
	return gone;
}

static void
retire(struct trees *trees, const char *name)
{
	trees->old = mem_resize(trees->old, trees->old_count + 1, sizeof(*trees->old));
	trees->old[trees->old_count++] = (struct old_tree){ str_dup(name), trees->landings };
}

/* Deletes what left the stack long enough ago. A tree in use waits its turn again. */
static void
sweep(struct trees *trees, uint64_t keep)
{
	size_t i, kept = 0;

	for (i = 0; i < trees->old_count; i++) {
		if (trees->landings - trees->old[i].since >= GRACE + keep &&
		    delete_tree(trees, trees->old[i].name))
			free(trees->old[i].name);
		else
			trees->old[kept++] = trees->old[i];
	}
	trees->old_count = kept;
}

static struct layer
layer_at(const struct trees *trees, const char *path)
{
	return (struct layer){ trees->git, trees->repository, path };
}

/* Notes the commit, then gives the finished folder its name. */
static enum error
publish(struct trees *trees, const char *temporary, const char *name, const char *commit)
{
	char *path = str_format("%s/%s", trees->directory, name);
	char *note = str_format("%s.commit", path);
	bool done = strncmp(name, "base-", 5) != 0 ? true :
	    disk_sync_all(trees->directory) && disk_write(note, commit, strlen(commit));

	done = done && rename(temporary, path) == 0;
	free(path);
	free(note);
	return done ? ERROR_NONE : error_from_errno(errno);
}

/* Makes the index and the files of a layer above all but the topmost `skip` of `below`. */
static enum error
make_layer(struct trees *trees, const struct layer *layer, const struct stack *below, size_t skip,
    const char *tree, const char *name, struct buffer *why)
{
	/* Those that are skipped have the same tree as the layer that takes their place. */
	struct index *index = take_index(trees, below->names[0]);
	enum error error = index == NULL ? ERROR_SYSTEM :
	    layer_make(layer, index, below->trees[skip], tree, why);

	if (error != ERROR_NONE) {
		forget_index(trees);
		return error;
	}
	free(trees->index_of);
	trees->index_of = str_dup(name);
	return ERROR_NONE;
}

/*
 * Makes a tree under a temporary name: a layer above all but the topmost `skip`
 * of `below`, or a base when that is NULL.
 */
static enum error
make(struct trees *trees, const struct stack *below, size_t skip, const char *commit,
    const char *tree, char **name, struct buffer *why)
{
	struct layer layer;
	enum error error;
	char *temporary;

	*name = str_format("%s-%ju", below == NULL ? "base" : "layer", (uintmax_t)++trees->last);
	temporary = str_format("%s/making-%s", trees->directory, *name);
	layer = layer_at(trees, temporary);
	error = below == NULL ? layer_make_base(&layer, tree, why) :
	    make_layer(trees, &layer, below, skip, tree, *name, why);
	if (error == ERROR_NONE)
		error = publish(trees, temporary, *name, commit);
	if (error != ERROR_NONE) {
		disk_remove(temporary);
		forget_index(trees);
		free(*name);
		*name = NULL;
	}
	free(temporary);
	return error;
}

/* Takes `drop` names out at `at`, counted from the top, and puts one in their place. */
static void
put_in(struct stack *stack, size_t at, size_t drop, const char *name, unsigned level,
    const char *tree)
{
	size_t count = strs_count(stack->names), rest = count - at - drop, i;
	char **names = mem_zero(count - drop + 2, sizeof(char *));

	for (i = 0; i < at; i++)
		names[i] = str_dup(stack->names[i]);
	names[at] = str_dup(name);
	for (i = 0; i < rest; i++)
		names[at + 1 + i] = str_dup(stack->names[at + drop + i]);
	strs_free(stack->names);
	stack->names = names;
	memmove(stack->levels + at + 1, stack->levels + at + drop, rest * sizeof(stack->levels[0]));
	memmove(stack->trees + at + 1, stack->trees + at + drop, rest * sizeof(stack->trees[0]));
	stack->levels[at] = level;
	memmove(stack->trees[at], tree, OID_TEXT);
}

enum error
trees_add(struct trees *trees, const struct stack *below, const char *commit, const char *tree,
    struct stack *stack, struct buffer *why)
{
	enum error error;
	char *name;

	if (strs_count(below->names) + 1 >= STACK_MOST)
		return ERROR_TOO_LARGE;
	error = make(trees, below, 0, commit, tree, &name, why);
	if (error != ERROR_NONE)
		return error;
	stack_copy(stack, below);
	put_in(stack, 0, 0, name, 0, tree);
	strcpy(stack->commit, commit);
	free(name);
	return ERROR_NONE;
}

void
trees_landed(struct trees *trees, struct stack *stack, uint64_t keep, struct fold *fold)
{
	struct buffer why;
	size_t count, i;

	trees->landings++;
	buffer_init(&why);
	*fold = (struct fold){ 0 };
	memcpy(fold->tree, stack->trees[0], OID_TEXT);
	count = layers_fold(stack->levels, strs_count(stack->names) - 1, &fold->level);
	if (count > 0 && make(trees, stack, count, stack->commit, fold->tree, &fold->name,
	    &why) == ERROR_NONE) {
		fold->gone = mem_zero(count + 1, sizeof(char *));
		for (i = 0; i < count; i++) {
			retire(trees, stack->names[i]);
			fold->gone[i] = str_dup(stack->names[i]);
		}
		stack_fold(stack, fold);
	} else if (count > 0)
		log_warnx("event=fold why=%s", buffer_text(&why));
	buffer_release(&why);
	sweep(trees, keep);
}

void
stack_fold(struct stack *stack, const struct fold *fold)
{
	size_t count = strs_count(fold->gone), have = strs_count(stack->names), at, i;

	for (at = 0; count > 0 && at + count <= have; at++) {
		for (i = 0; i < count && str_same(stack->names[at + i], fold->gone[i]); i++)
			;
		if (i == count) {
			put_in(stack, at, count, fold->name, fold->level, fold->tree);
			return;
		}
	}
}

void
fold_release(struct fold *fold)
{
	strs_free(fold->gone);
	free(fold->name);
	*fold = (struct fold){ 0 };
}

void
trees_drop(struct trees *trees, const struct stack *stack)
{
	if (stack->names != NULL)
		retire(trees, stack->names[0]);
}

/* The newest base whose commit is an ancestor of the tip; its commit. NULL: none. */
static char *
find_base(struct trees *trees, const char *tip, char commit[OID_TEXT])
{
	DIR *folder = opendir(trees->directory);
	char *best = NULL, *note, *text;
	uint64_t number, best_number = 0;
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		const char *dash = strrchr(entry->d_name, '-');

		number = dash == NULL ? 0 : strtoull(dash + 1, NULL, 10);
		if (number > trees->last)
			trees->last = number;
		if (strncmp(entry->d_name, "base-", 5) != 0 ||
		    strstr(entry->d_name, ".commit") != NULL || number <= best_number)
			continue;
		note = str_format("%s/%s.commit", trees->directory, entry->d_name);
		text = disk_read(note);
		if (text != NULL && strlen(text) == OID_TEXT - 1 &&
		    repository_is_ancestor(trees->repository, text, tip)) {
			free(best);
			best = str_dup(entry->d_name);
			best_number = number;
			strcpy(commit, text);
		}
		free(text);
		free(note);
	}
	if (folder != NULL)
		closedir(folder);
	return best;
}

static bool
is_kept(const char *name, const char *keep)
{
	size_t len = keep == NULL ? 0 : strlen(keep);

	return str_same(name, ".") || str_same(name, "..") || (len > 0 && strncmp(name, keep, len) == 0 &&
	    (name[len] == '\0' || str_same(name + len, ".commit")));
}

/*
 * Deletes what was never finished. The other trees go with the next landings
 * only: a worker that comes back after a crash needs those of its lost attempt.
 */
static void
sweep_all(struct trees *trees, const char *keep)
{
	DIR *folder = opendir(trees->directory);
	struct dirent *entry;
	char *path;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (is_kept(entry->d_name, keep))
			continue;
		path = str_format("%s/%s", trees->directory, entry->d_name);
		/* ".index" may have left its lock, which would bar us for ever. */
		if (strncmp(entry->d_name, "making-", 7) == 0 ||
		    strncmp(entry->d_name, "dead-", 5) == 0 || strstr(entry->d_name, ".tmp") != NULL ||
		    strncmp(entry->d_name, ".index", 6) == 0)
			disk_remove(path);
		else if (strstr(entry->d_name, ".commit") == NULL)
			retire(trees, entry->d_name);
		free(path);
	}
	if (folder != NULL)
		closedir(folder);
}

enum error
trees_open(struct trees *trees, const char *commit, const char *tree, struct stack *stack,
    struct buffer *why)
{
	struct stack base = { 0 };
	struct commit header = { 0 };
	enum error error = ERROR_NONE;
	char *name;

	if (!disk_make(trees->directory)) {
		buffer_format(why, "%s: %s", trees->directory, strerror(errno));
		return error_from_errno(errno);
	}
	name = find_base(trees, commit, base.commit);
	sweep_all(trees, name);
	if (name != NULL && commit_read(trees->repository, base.commit, &header) == ERROR_NONE)
		strcpy(base.trees[0], header.tree);
	else {
		free(name);
		error = make(trees, NULL, 0, commit, tree, &name, why);
		strcpy(base.commit, commit);
		strcpy(base.trees[0], tree);
	}
	commit_release(&header);
	if (error == ERROR_NONE) {
		base.names = mem_zero(2, sizeof(char *));
		base.names[0] = name;
		if (strcmp(base.trees[0], tree) == 0) {
			stack_copy(stack, &base);
			strcpy(stack->commit, commit);
		} else
			error = trees_add(trees, &base, commit, tree, stack, why);
	}
	stack_release(&base);
	return error;
}
