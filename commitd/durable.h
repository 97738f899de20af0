/*
 * Objects that outlive a loss of power. Git's merge helper syncs nothing, and
 * what it wrote is not written again by whoever makes the same object.
 */
#ifndef ORCH_DURABLE_H
#define ORCH_DURABLE_H

#include "commitd/repository.h"

/*
 * Syncs what lies in `folder` of the commit, of tree `new` and of all that it has
 * and tree `old` has not, but for what lies in `elsewhere` too (NULL: nowhere).
 * `repository` is where the trees are read.
 */
enum error	durable_objects(struct repository *repository, const char *folder,
		    const char *elsewhere, const char *old, const char *new, const char *commit);

#endif
