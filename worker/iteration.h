/*
 * The hook iteration_end: runs in the attempt's own workspace, which it cannot change, when a
 * run of the agent and the check of it have ended. What comes next waits for it, within its
 * limit; how it ends changes nothing but what the result tells of it.
 */
#ifndef ORCH_ITERATION_H
#define ORCH_ITERATION_H

#include "worker/worker.h"

/*
 * Starts it, when there is one: true, and `done` is called with `event` when it has ended
 * (ATTEMPT_EV_FINISH when the attempt was ended meanwhile). False: go on at once.
 */
bool	iteration_hook(struct worker *worker, enum attempt_event event,
	    void (*done)(struct worker *worker, enum attempt_event event));

#endif
