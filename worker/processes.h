/* The processes of a sandbox, from outside: all below one that is known. Source: proc(5). */
#ifndef ORCH_PROCESSES_H
#define ORCH_PROCESSES_H

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
 * All below `keeper` but bwrap's own two, parents before their children. The caller frees
 * the list.
 */
size_t	processes_list(pid_t keeper, struct process **list);

#endif
