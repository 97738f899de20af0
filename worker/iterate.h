/*
 * What a run's end means: finished, to be verified, to be tried again. Pure.
 */
#ifndef ORCH_ITERATE_H
#define ORCH_ITERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "worker/attempt.h"

#define EXIT_LATER	75	/* not yet; EX_TEMPFAIL of sysexits(3) */
#define EXIT_BLOCKED	77	/* a person is needed; EX_NOPERM */

/* Why a run was ended from outside. */
enum ending {
	ENDING_NONE, ENDING_STOPPED, ENDING_TIMEOUT, ENDING_SUPERVISOR, ENDING_VERIFY_TIMEOUT,
	ENDING_IDLE, ENDING_BUDGET,
	/* It has taken more of the machine than it may. */
	ENDING_PROCESSES, ENDING_MEMORY, ENDING_CPU, ENDING_DISK, ENDING_OUTPUT
};

/* What the agent's own output says of its end (worker/adapter.h). */
enum iterate_said { ITERATE_SAID_NOTHING, ITERATE_SAID_WELL, ITERATE_SAID_BADLY };

struct iterate_run {
	bool verify;		/* the verify command, not the agent */
	bool gate;
	bool setup;			/* of a gate's kind: in words it is setup */
	bool started;		/* the command was executed at all */
	bool killed;		/* not the command, but its sandbox */
	unsigned exit_code;	/* of the command; 128 + signal */
	bool blocked;		/* it has said so by its socket */
	bool exit_good;		/* one with which this agent ends well */
	enum iterate_said said;
	const char *class;	/* the kind of failure it tells of, an outcome; NULL: none known */
	enum ending ending;
	bool promise_wanted, promise_seen;
	bool verify_wanted;	/* a verify command follows the agent */
	uint64_t iteration, max_iterations;	/* from 1 */
};

/* RUN_AGENT, RUN_VERIFY or FINISH with an outcome. */
struct iterate_next {
	enum attempt_event event;
	const char *outcome;	/* NULL unless FINISH; static */
	const char *reason;	/* for a person; static; NULL when there is none */
	bool last_line;		/* the last line of the output belongs to the reason */
};

/* Has it taken more of the machine than it may? Then there is no grace. */
bool			 iterate_ending_takes(enum ending ending);
/* The word of an ending that a reason was given for ("budget", "memory"). */
const char		*iterate_ending_word(enum ending ending);
struct iterate_next	iterate_judge(const struct iterate_run *run);

#endif
