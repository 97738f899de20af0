/*
 * What belongs to another user is shown to the agent as its own: trees of commitd's, what
 * root keeps of the slot and of the task. What it may not write is decided by the mount,
 * what it may change by the overlay.
 */
#ifndef ORCH_OWNER_H
#define ORCH_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

#define OWNERS_KNOWN	4u

/*
 * As whose things are shown, and what that takes: a user namespace for each owner that
 * there is, which costs a process to make, and so is kept.
 */
struct owners {
	uid_t uid;			/* the sandbox's user; its group has the same number */
	struct { uid_t uid; gid_t gid; int namespace; } known[OWNERS_KNOWN];
	size_t count;
};

void	owners_release(struct owners *owners);
/* The owner of this path is one that will be needed. What cannot be had is not kept. */
void	owners_learn(struct owners *owners, const char *path);
/*
 * In a namespace of our own, as root: mounts over each folder that is not owners->uid's the
 * same folder as if it were, its group too (mount_setattr(2), id-mapped). 0, or -1 with
 * errno.
 */
int	owner_map(const struct owners *owners, char *const *folders);
/*
 * A folder or file as an own mount, not yet attached; with `map` as if its owner were
 * owners->uid. The descriptor, or -1 with errno.
 */
int	owner_clone(const struct owners *owners, const char *path, bool map);

#endif
