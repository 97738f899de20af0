/*
 * Makes one folder of prepared files: the whole checkout of a tree, or what
 * differs between two trees (files and whiteouts). Knows nothing of stacks.
 */
#ifndef ORCH_LAYER_H
#define ORCH_LAYER_H

#include "commitd/git.h"
#include "commitd/index.h"
#include "commitd/repository.h"

/* The folder that the sandbox shows the repository's objects at. */
#define LAYER_OBJECTS	"/run/orch/objects"

struct layer {
	const struct git *git;
	struct repository *repository;
	const char *path;		/* the folder to fill; must not exist */
};

/* A full checkout of `tree`, with .git/index. */
enum error	layer_make_base(const struct layer *layer, const char *tree, struct buffer *why);
/*
 * What differs. `index` is that of the stack below, or of one with the same files
 * in it, and becomes that of the new one; of no use any more when this fails.
 * ERROR_PERMISSION, with words: there can be no such files on this machine.
 */
enum error	layer_make(const struct layer *layer, struct index *index, const char *old,
		    const char *new, struct buffer *why);

#endif
