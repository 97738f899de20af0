/*
 * A child in namespaces of its own: users (without root), mounts, processes.
 * It is the first process of its process namespace: when it dies nothing below
 * it lives on, whatever it was doing, and when it has been waited for all of it
 * is gone.
 */
#ifndef ORCH_NAMESPACE_H
#define ORCH_NAMESPACE_H

#include <sys/types.h>

/* Our ids as they were before the fork; inside they cannot be asked for at first. */
struct namespace_ids { uid_t uid; gid_t gid; };

/*
 * fork(2) into the namespaces, and into a cgroup: the descriptor of its folder, or -1 for
 * our own. The child dies when its parent does, from its first instruction on. -1 with
 * errno; in the child 0, and then namespace_settle must follow.
 */
pid_t	namespace_fork(struct namespace_ids *ids, int cgroup);
/* In the child: same ids inside as outside, private mounts. -1, errno, *what. */
int	namespace_settle(const struct namespace_ids *ids, const char **what);

#endif
