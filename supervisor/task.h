/*
 * Life of a task: state and event give the next state and what is to be done.
 * Pure and total: every state has a cell for every event; a cell that refuses
 * changes nothing. transition.c alone performs the actions.
 */
#ifndef ORCH_TASK_H
#define ORCH_TASK_H

#include <stdbool.h>

enum task_state {
	TASK_PENDING,			/* waits for its turn */
	TASK_AWAITING_APPROVAL,		/* a person has to say yes */
	TASK_RUNNING,			/* an attempt is under way */
	TASK_LANDING,			/* its result is in the line */
	TASK_VERIFYING,			/* the tree that would land is being verified */
	TASK_COMPLETE, TASK_BLOCKED, TASK_CANCELLED,
	TASK_STATES
};

enum task_event {
	TASK_STARTS,		/* an attempt begins */
	TASK_FINISHED,		/* the attempt's result is pinned and has a ticket */
	TASK_UNCHANGED,		/* nothing to land, and that was allowed */
	TASK_AGAIN,		/* failed or interrupted: another attempt is due */
	TASK_LATER,		/* not yet, says the agent: another attempt is due */
	TASK_GATE,		/* the gate begins */
	TASK_LANDED,		/* commitd's receipt */
	TASK_REWORK,		/* conflict or red gate, another attempt is due */
	TASK_GIVES_UP,		/* no attempt is left, or a person must decide */
	TASK_CANCEL,		/* a person asks for the end of it */
	TASK_STOPPED,		/* the cancelled attempt has ended, the ticket is void */
	TASK_RETRY,		/* a person wants it tried again */
	TASK_ASKS,		/* a person has to say yes first */
	TASK_APPROVED,		/* yes, it may start */
	TASK_ANSWERED,		/* what its agent has asked is answered: another attempt is due */
	TASK_EVENTS
};

/* What a step asks for, in this order. */
enum task_action {
	TASK_STOP_JOB = 1,		/* tell the worker to stop */
	TASK_VOID_TICKET = 2,		/* its ticket, and those behind it, unless line.h keeps them */
	TASK_REQUEUE = 4,		/* back to the schedule, keeping its lease */
	TASK_END = 8,			/* lease back, dependants are told */
	TASK_REVIVE = 16,		/* a final one comes back to the schedule */
	TASK_PUT_OFF = 32,		/* back to the schedule without a lease */
	TASK_HOLD = 64,			/* the schedule keeps it back */
	TASK_RELEASE = 128		/* no longer */
};

struct task_step {
	bool possible;
	enum task_state next;
	unsigned actions;
};

struct task_step	 task_step(enum task_state state, enum task_event event);
const char		*task_state_name(enum task_state state);
const char		*task_event_name(enum task_event event);
/* TASK_STATES when there is no such state. */
enum task_state		 task_state_find(const char *name);
/* LANDING or VERIFYING: its result has its place, and only the receipt decides. */
bool			 task_in_line(enum task_state state);
/* COMPLETE, BLOCKED or CANCELLED. */
bool			 task_state_final(enum task_state state);
/* Writes the table as text, for HACKING.md. */
void			 task_table_print(void);

#endif
