/*
 * Where the pure tables meet the rest: what has happened to a task goes through
 * task.h and the schedule into its row and the history, in one transaction, and
 * is told when that is durable. Nothing else moves a task; which event it is,
 * others decide (settle.h, gates.h, engine.h).
 */
#ifndef ORCH_TRANSITION_H
#define ORCH_TRANSITION_H

#include "supervisor/supervisor.h"

/*
 * One event of a task inside a transaction: state, schedule, row and event of
 * the history. `not_before` is for a task that goes back to the schedule.
 * False, and nothing changed, when the state does not allow it.
 */
bool	transition_apply(struct supervisor *supervisor, struct task *task, enum task_event event,
	    const char *name, const char *reason, uint64_t not_before);
/*
 * No attempt is left for it, and a person has to see to it: TASK_GIVES_UP with its event, and
 * task.escalated, which is counted and says `because`. Inside a transaction.
 */
void	transition_escalate(struct supervisor *supervisor, struct task *task, const char *why,
	    const char *because);
/* Ends the transaction, then tells followers, workers and commitd what it caused. */
void	transition_commit(struct supervisor *supervisor);

#endif
