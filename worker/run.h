/*
 * One program in the sandbox, from its start until nothing of it is left:
 * reads its output, knows its exit code, ends it. Serves the agent, the verify
 * command and the collector alike.
 */
#ifndef ORCH_RUN_H
#define ORCH_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/loop.h"
#include "worker/processes.h"
#include "worker/sandbox.h"

struct run;

struct run_end {
	bool started;		/* the command was executed */
	bool killed;		/* the sandbox itself was, from outside */
	unsigned exit_code;	/* 128 + signal for a signal */
	bool counted;		/* it had a cgroup, which is gone now: */
	struct cgroup_taken taken;
};

struct run_calls {
	void *context;
	/* Bytes it printed; errors tells the second stream from the first. */
	void (*on_output)(void *context, bool errors, const unsigned char *bytes, size_t len);
	/* All its processes are gone and all output was read. The run is freed after it. */
	void (*on_end)(void *context, const struct run_end *end);
};

/*
 * Starts it: run->output, errors and status are set here. `input` stays the
 * caller's. With `merge` both streams are one pipe. NULL with errno.
 */
struct run	*run_new(struct loop *loop, struct sandbox *sandbox,
		    struct sandbox_run *what, bool merge, const struct run_calls *calls);
/* Reads no more output until run_resume: the program is held when its pipe is full. */
void		 run_pause(struct run *run);
void		 run_resume(struct run *run);
bool		 run_paused(const struct run *run);
/* All processes of it, parents before their children; none when it has ended. The caller frees. */
size_t		 run_processes(const struct run *run, struct process **list);
/* The command itself; 0: it has not begun, or has ended. */
pid_t		 run_command(const struct run *run);
/* What all of it has taken so far; false: it has no cgroup. */
bool		 run_look(const struct run *run, struct cgroup_taken *taken);
/* Its cgroup's limits once more: its controllers may have been away. */
void		 run_limit(const struct run *run);
/* Stops all of it at once, or lets it go on. False: it has no cgroup. */
bool		 run_freeze(const struct run *run, bool stop);
/* TERM to the command itself, KILL to all of it after the grace. */
void		 run_stop(struct run *run, uint64_t grace_ms);
/*
 * SIGCHLD came: reaps. Must be called for every one; `run` may be NULL. *other is
 * a child that is none of the sandbox, or 0; it becomes 0 when it has ended.
 */
void		 run_reap(struct run *run, pid_t *other);

#endif
