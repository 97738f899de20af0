/* Starts our own programs: fixed descriptors, everything else closed. */
#ifndef ORCH_SPAWN_H
#define ORCH_SPAWN_H

#include <sys/types.h>

/*
 * Runs the program with `link` as descriptor 3 and `lock` (or -1) as 4,
 * /dev/null as standard input, our standard error, signals reset. Returns the
 * process, or -1 with errno. The descriptors stay the caller's.
 */
pid_t	spawn_program(const char *path, char *const *argv, int link, int lock);
/* A pair of connected sockets, close-on-exec; 0 or -1 with errno. */
int	spawn_socketpair(int pair[2]);
/* Path of one of our programs ("orch-worker") near our own; the caller frees. */
char	*spawn_find(const char *folder, const char *program);
/*
 * Runs a program to its end and gives what it wrote to standard output (at
 * most 64 KiB); NULL when it could not be started, or failed and `status` is
 * NULL: then what it says on standard error is dropped. The caller frees.
 */
char	*spawn_output(char *const *argv, int *status);
/* The folder of the running program; the caller frees. */
char	*spawn_own_folder(void);

#endif
