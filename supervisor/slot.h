/*
 * Life of a slot: one worker process, one job at a time. Pure and total, like
 * task.h. The wanted state is a separate question (engine.h: stopping).
 */
#ifndef ORCH_SLOT_H
#define ORCH_SLOT_H

#include <stdbool.h>

enum slot_state {
	SLOT_DOWN,		/* no process */
	SLOT_LOCKED,		/* what a dead worker left still holds the slot's lock */
	SLOT_STARTING,		/* a process, not ready yet (or saving what it found) */
	SLOT_IDLE,		/* ready for a job */
	SLOT_BUSY,		/* runs a job */
	SLOT_SAVING,		/* told its result; its workspace may go when that is pinned */
	SLOT_BACKOFF,		/* died; started again after a while */
	SLOT_STATES
};

enum slot_event {
	SLOT_SPAWNED, SLOT_LOCK_HELD, SLOT_READY, SLOT_JOB, SLOT_RESULT, SLOT_SAVED, SLOT_EXIT,
	SLOT_TIMER,
	SLOT_ADOPTED,			/* a worker that an earlier supervisor started is ours now */
	SLOT_RUNS,			/* it says that it has a job at hand */
	SLOT_EVENTS
};

enum slot_action {
	SLOT_SPAWN = 1,			/* start a worker */
	SLOT_ARM = 2,			/* start the back-off timer */
	SLOT_LOSE_JOB = 4,		/* the job at hand is not heard of until it is found */
	SLOT_FREE = 8			/* a job may be given: ask the schedule */
};

struct slot_step {
	bool possible;
	enum slot_state next;
	unsigned actions;
};

struct slot_step	 slot_step(enum slot_state state, enum slot_event event);
const char		*slot_state_name(enum slot_state state);
const char		*slot_event_name(enum slot_event event);
void			 slot_table_print(void);

#endif
