/*
 * Trees that belong to another user, commitd, are shown to the agent as its own:
 * what it may not write is decided by the mount, what it may change by the overlay.
 */
#ifndef ORCH_OWNER_H
#define ORCH_OWNER_H

/*
 * In a namespace of our own, as root: mounts over each tree that is not root's the
 * same tree as if it were (mount_setattr(2), id-mapped). 0, or -1 with errno.
 */
int	owner_map(char *const *trees);

#endif
