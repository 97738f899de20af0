/*
 * An overlay: private upper layer over shared, read-only trees. Mounted only
 * in a namespace of the sandbox's own, so it vanishes with the sandbox.
 */
#ifndef ORCH_OVERLAY_H
#define ORCH_OVERLAY_H

#include <stdbool.h>

#include "worker/owner.h"

struct overlay {
	char *const *trees;	/* paths, topmost first, NULL-terminated */
	const char *upper, *work, *mount;
	bool folders_stay;	/* a folder of a tree is not renamed: rename(2) says EXDEV */
};

/* Mounts, in a process of namespace.h. On failure -1, errno, and *what says where. */
/* As root, the trees are shown as the user's of `owners`. */
int	overlay_enter(const struct overlay *overlay, const struct owners *owners, const char **what);

#endif
