/*
 * Files as Git would check them out where no attribute can say anything about them:
 * the bytes of the blob. Much less than a program run for each layer.
 */
#ifndef ORCH_PLAIN_H
#define ORCH_PLAIN_H

#include "commitd/index.h"
#include "commitd/repository.h"
#include "commitd/walk.h"

/* Is there a .gitattributes in the index that may say something about the path? */
bool		plain_is(const struct index *index, const char *path);
/*
 * Writes one entry (a file, a link, the folder of a submodule) below the folder
 * `root`, with the folders above it; never through a link. ERROR_TOO_LARGE: better
 * streamed by git. Else as plain_failed.
 */
enum error	plain_write(struct repository *repository, int root, const char *path,
		    const struct tree_entry *entry, struct buffer *why);
/*
 * This could not be made, says errno. ERROR_PERMISSION, with words: there can be no
 * such file here, whoever tries, however often. Anything else: the machine cannot.
 */
enum error	plain_failed(const char *path, struct buffer *why);

#endif
