/*
 * The tasks that are in some states, one by one in their order of entry: of the many in
 * others none is looked at. No task may change its state meanwhile.
 */
#ifndef ORCH_STATE_WALK_H
#define ORCH_STATE_WALK_H

#include "supervisor/supervisor.h"

#define STATE_BIT(state)	(1u << (state))
/* All that have not ended. */
#define STATES_OPEN	(STATE_BIT(TASK_PENDING) | STATE_BIT(TASK_AWAITING_APPROVAL) | \
	STATE_BIT(TASK_RUNNING) | STATE_BIT(TASK_VERIFYING) | STATE_BIT(TASK_LANDING))

struct state_walk {
	const struct supervisor *supervisor;
	size_t next[TASK_STATES];	/* of each state the one that comes next */
};

void	state_walk_begin(struct state_walk *walk, const struct supervisor *supervisor, unsigned states);
/* NULL: there is none any more. */
struct task	*state_walk_next(struct state_walk *walk);

#endif
