/* The processes of a sandbox, from outside: all below one that is known. Source: proc(5). */
#ifndef ORCH_PROCESSES_H
#define ORCH_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent;
	char name[64], state[2];
	uint64_t memory;	/* bytes that no file has; those that it shares, whole */
	uint64_t ticks;		/* of the processor; those of children that it waited for too */
};

/* Bytes that no file has, with its share of what others have too. It costs more. */
uint64_t	processes_share(pid_t pid);
/*
 * All below `keeper` but the first `drop` of them, parents before their children. The caller
 * frees the list.
 */
size_t	processes_list(pid_t keeper, size_t drop, struct process **list);
/*
 * Kills all that is below a process but for one child of it, `except` (0: none), and what is
 * below that: first all is stopped, so that none of it makes another one meanwhile. Does not
 * wait. False: there was nothing.
 */
bool	processes_end(pid_t top, pid_t except);

#endif
