/*
 * The tasks in memory: added, found by name; restoring.h brings back those of before a
 * restart. Never decides when one runs (engine.h, tasks/schedule.h).
 */
#ifndef ORCH_REGISTRY_H
#define ORCH_REGISTRY_H

#include "supervisor/supervisor.h"

#define BATCHES_FROM	"batches_from"	/* in meta: the node from which on a batch has one time */

void		 registry_init(struct supervisor *supervisor);
void		 registry_release(struct supervisor *supervisor);
/* A task in memory from its stored specification; names and the schedule know it after this. */
struct task	*registry_enter(struct supervisor *supervisor, struct project *project,
		    const unsigned char *spec, size_t len);
/* Has a task that is to be added come to its end elsewhere? */
bool		 registry_ended_before(const struct record_task *task);
struct task	*registry_find(struct supervisor *supervisor, const char *id);
/* The agent that runs it; NULL: a command of its own, or none is configured. */
const char	*registry_agent(const struct task *task);
/* Is this the task that is there, word by word? */
bool		 registry_same(struct supervisor *supervisor, const struct task *task,
		    const struct record_task *spec);
/*
 * A batch comes, inside a transaction: its time, which no other batch beside it has, for the
 * next start tells by that what was added together.
 */
double		 registry_batch(struct supervisor *supervisor);
/* One more of it, with its event; the batch is to be connected then. */
void		 registry_insert(struct supervisor *supervisor, struct project *project,
		    const struct record_task *spec, double added);
/* The dependencies of the tasks of a batch, `end` without, then their places in the plan. */
void		 registry_connect(struct supervisor *supervisor, size_t first, size_t end);
/* Tasks that cannot go on without a person. */
size_t		 registry_waiting(const struct supervisor *supervisor);
/* What these patterns let a task write, by the rules of its project; the caller frees. */
struct scope	*registry_scope(const struct task *task, char *const *patterns);
/* What it may write is another scope, taken over; the schedule still names the one before. */
void		 registry_change_scope(struct task *task, struct scope *scope);
/* It waits for no more scope, or never did. */
void		 registry_forget_wish(struct task *task);
/* Stores the changing part of a task; inside a transaction. */
void		 registry_store(struct supervisor *supervisor, const struct task *task);
/* Moves a task to a state, keeping the counts. */
void		 registry_set_state(struct supervisor *supervisor, struct task *task,
		    enum task_state state);

#endif
