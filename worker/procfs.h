/*
 * What of /proc an agent of root's must not write: settings of the kernel belong
 * to root, and whose they are is asked of the user, not of its capabilities.
 */
#ifndef ORCH_PROCFS_H
#define ORCH_PROCFS_H

#include "worker/texts.h"

/* Adds options of bwrap that make such files and folders read-only, behind its --proc. */
void	procfs_cover(struct texts *out);

#endif
