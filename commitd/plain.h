/*
 * Files as Git would check them out where no attribute can say anything about them:
 * the bytes of the blob. Much less than a program run for each layer.
 */
#ifndef ORCH_PLAIN_H
#define ORCH_PLAIN_H

#include "commitd/index.h"
#include "commitd/repository.h"

/* Is there a .gitattributes in the index that may say something about the path? */
bool		plain_is(const struct index *index, const char *path);
/*
 * Writes one entry (a file, a link, the folder of a submodule) below the folder
 * `root`, with the folders above it; never through a link. ERROR_TOO_LARGE: better
 * streamed by git.
 */
enum error	plain_write(struct repository *repository, int root, const char *path,
		    unsigned mode, const char *oid);

#endif
