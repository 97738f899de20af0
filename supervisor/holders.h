/*
 * Who still holds the lock of a slot whose worker is dead: a sandbox that is
 * dying, or one that was cut off from its parent while it was being made and
 * would wait for it for ever.
 */
#ifndef ORCH_HOLDERS_H
#define ORCH_HOLDERS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The processes that have the lock file open; none when a worker is among them: that one is
 * saving what its agent left. The caller frees the list.
 */
size_t	holders_list(const char *lock_path, pid_t **pids);
/* Kills those of the list. Returns how many were killed. */
size_t	holders_kill(const char *lock_path);

#endif
