/*
 * Who still holds the lock of a slot whose worker is dead: a sandbox that is
 * dying, or one that was cut off from its parent while it was being made and
 * would wait for it for ever.
 */
#ifndef ORCH_HOLDERS_H
#define ORCH_HOLDERS_H

#include <stddef.h>

/*
 * Kills the processes that have the lock file open, unless a worker is among
 * them: that one is saving what its agent left. Returns how many were killed.
 */
size_t	holders_kill(const char *lock_path);

#endif
