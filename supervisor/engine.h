/*
 * Joins decisions to effects: what has happened to a task goes through the
 * pure tables (task.h, slot.h, tasks/schedule.h), into the database, and out
 * to workers and commitd. Nothing else starts, ends or moves a task; what the end of
 * an attempt means is settled in settle.h.
 */
#ifndef ORCH_ENGINE_H
#define ORCH_ENGINE_H

#include "supervisor/supervisor.h"

/*
 * One event of a task inside a transaction: state, schedule, row and event of
 * the history. `not_before` is for a task that goes back to the schedule.
 * False, and nothing changed, when the state does not allow it.
 */
bool	engine_apply(struct supervisor *supervisor, struct task *task, enum task_event event,
	    const char *name, const char *reason, uint64_t not_before);
/* Starts what can start; asks again when something delayed is due. */
void	engine_run(struct supervisor *supervisor);
/* The candidate does not merge, or its tree failed: another attempt, or a person. */
void	engine_rework(struct supervisor *supervisor, struct task *task, const char *reason,
	    const char *feedback, bool hopeless);
/* The branch contains it already: fine when the task says so, else a rework. */
void	engine_empty(struct supervisor *supervisor, struct task *task, const char *reason);
void	engine_landed(struct supervisor *supervisor, struct task *task, uint64_t ticket,
	    const char *commit, const char *verdict);
/* The branch has moved: who waited for that tries again. */
void	engine_tip(struct supervisor *supervisor, const char *tip, char *const *trees);
/* A person's wishes; the reason of a refusal is static. */
bool	engine_cancel(struct supervisor *supervisor, struct task *task, const char *why);
bool	engine_retry(struct supervisor *supervisor, struct task *task, const char *why);
/* Everything stops, nothing is lost; the loop ends when the children are gone. */
void	engine_stop(struct supervisor *supervisor, const char *why);
/* Tasks that cannot go on without a person. */
size_t	engine_waiting(const struct supervisor *supervisor);
/* Can nothing go on without a person? */
bool	engine_quiet(const struct supervisor *supervisor);

#endif
