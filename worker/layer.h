/*
 * A prepared layer: a folder with what `setup` made, which is never changed once it has its
 * name. In it are `files`, shown below the tip's trees or copied; `exclude`, for the agent's
 * Git; `about`, for the supervisor (it is read by supervisor/prepare.c).
 */
#ifndef ORCH_WORKER_LAYER_H
#define ORCH_WORKER_LAYER_H

#include <stdbool.h>

#include "protocol/buffer.h"
#include "protocol/error.h"

/* The path of the files of a layer; the caller frees. */
char		*layer_files(const char *layer);
/* Adds a line of Git's exclude file for just this path. */
void		 layer_exclude(struct buffer *out, const char *path, bool folder);
/* The agent's own Git in `git` takes for ignored what setup made. -1 with errno. */
int		 layer_tell_git(const char *layer, const char *git);
/* Copies the files of a layer to a checkout, in which what is there stays. */
enum error	 layer_copy(const char *layer, const char *tree, struct buffer *why);
/* Takes what is still as layer_copy left it out of a checkout; what was changed stays. */
enum error	 layer_take_back(const char *layer, const char *tree, struct buffer *why);

#endif
