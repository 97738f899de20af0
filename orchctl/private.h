/* A supervisor of our own, for one list of tasks. */
#ifndef ORCH_PRIVATE_H
#define ORCH_PRIVATE_H

#include <sys/types.h>

/*
 * Starts the program `path` with a stream on descriptor 3, in a process group
 * of its own, so that an interrupt of the terminal reaches only us. It ends
 * by itself when the stream closes. Its log goes to the descriptor `log`.
 * Returns our end, or -1 with errno.
 */
int	private_start(const char *path, char *const argv[], int log, pid_t *pid);
/* Waits for its end: its exit status, or 128 + the number of a signal. */
int	private_wait(pid_t pid);

#endif
