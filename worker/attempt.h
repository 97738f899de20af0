/*
 * The life of one attempt as a table: state x event -> next state + actions.
 * Pure: performs nothing and reads no clock. job.c turns what happens into
 * events and the actions into system calls.
 */
#ifndef ORCH_ATTEMPT_H
#define ORCH_ATTEMPT_H

#include <stdbool.h>
#include <stdio.h>

enum attempt_state {
	ATTEMPT_IDLE,		/* no job; clean */
	ATTEMPT_PREPARING,	/* workspace, HOME and inputs are being made */
	ATTEMPT_AGENT,		/* the agent runs */
	ATTEMPT_VERIFY,		/* the verify command runs */
	ATTEMPT_STOPPING,	/* told to end: TERM was sent, KILL follows */
	ATTEMPT_COLLECT,	/* all of it is dead; its work is being packed */
	ATTEMPT_SAVING,		/* result on disk and sent; waits for job.saved */
	ATTEMPT_GONE,		/* the process ends */
	ATTEMPT_STATES
};

enum attempt_event {
	ATTEMPT_EV_START,	/* job.start */
	ATTEMPT_EV_RECOVER,	/* at the start: a job record without a result */
	ATTEMPT_EV_RESULT_KEPT,	/* at the start: a result nobody has confirmed */
	ATTEMPT_EV_RUN_AGENT,	/* prepared, or red and an iteration is left */
	ATTEMPT_EV_RUN_VERIFY,	/* the agent has finished, or it is a gate */
	ATTEMPT_EV_FINISH,	/* nothing runs and the outcome is known */
	ATTEMPT_EV_FAILED,	/* could not be prepared */
	ATTEMPT_EV_STOP,	/* job.stop, or the time is up */
	ATTEMPT_EV_COLLECTED,	/* what it left is in the outbox, durable */
	ATTEMPT_EV_SAVED,	/* job.saved */
	ATTEMPT_EV_LEAVE,	/* the supervisor has gone */
	ATTEMPT_EVENTS
};

/* Performed in this order. */
enum attempt_action {
	ATTEMPT_PREPARE = 1,
	ATTEMPT_START_AGENT = 2,
	ATTEMPT_START_VERIFY = 4,
	ATTEMPT_END_RUN = 8,
	ATTEMPT_START_COLLECT = 16,
	ATTEMPT_REPORT = 32,	/* write the result unless it is there, send it */
	ATTEMPT_CLEAN = 64,
	ATTEMPT_READY = 128,	/* say worker.ready */
	ATTEMPT_EXIT = 256,
	ATTEMPT_IGNORE = 512	/* cannot be, or too late: a line in the log */
};

struct attempt_step {
	enum attempt_state next;
	unsigned actions;
	bool set;		/* every cell of the table says so */
};

struct attempt_step	attempt_step(enum attempt_state state, enum attempt_event event);
const char	*attempt_state_name(enum attempt_state state);
const char	*attempt_event_name(enum attempt_event event);
/* The whole table, one line a cell, for documentation. */
void		 attempt_print(FILE *out);

#endif
