/*
 * What belongs to another user is shown to the agent as its own: trees of commitd's, what
 * root keeps of the slot and of the task. What it may not write is decided by the mount,
 * what it may change by the overlay.
 */
#ifndef ORCH_OWNER_H
#define ORCH_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * In a namespace of our own, as root: mounts over each folder that is not `uid`'s the
 * same folder as if it were, its group too (mount_setattr(2), id-mapped). 0, or -1 with
 * errno.
 */
int	owner_map(char *const *folders, uid_t uid);
/*
 * A folder or file as an own mount, not yet attached; with `map` as if its owner were
 * `uid`. The descriptor, or -1 with errno.
 */
int	owner_clone(const char *path, bool map, uid_t uid);

#endif
