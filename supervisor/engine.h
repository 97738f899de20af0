/*
 * What goes on: lets the attempts and gates start that can (starting.h, gates.h), does what
 * a person asks of a task, ends everything. What results, receipts and verdicts mean is
 * settled in settle.h and gates.h; who hands one to them runs the engine then.
 */
#ifndef ORCH_ENGINE_H
#define ORCH_ENGINE_H

#include "supervisor/approval.h"
#include "supervisor/supervisor.h"

/* Starts what can start; asks again when something delayed is due. */
void	engine_run(struct supervisor *supervisor);
/* Adds a batch with its tickets and events, in one transaction: see registry_add. */
bool	engine_add(struct supervisor *supervisor, const struct record_task *tasks, size_t count,
	    bool again, size_t *known, struct problems *problems);
/*
 * A person's wishes, for all of these tasks in one transaction. When it cannot be
 * for one of them nothing is changed, and that one is returned; else NULL.
 */
struct task	*engine_cancel(struct supervisor *supervisor, struct task *const *tasks,
		    size_t count, unsigned uid, const char *why);
struct task	*engine_retry(struct supervisor *supervisor, struct task *const *tasks,
		    size_t count, unsigned uid, const char *why);
/* *why: in words, for the caller to free, or NULL: it does not wait for such an answer. */
struct task	*engine_answer(struct supervisor *supervisor, struct task *const *tasks,
		    size_t count, const struct answer *answer, char **why);
/* Everything stops, nothing is lost; the loop ends when the children are gone. */
void	engine_stop(struct supervisor *supervisor, const char *why);

/* A project was halted: what runs of it is ended at once, and what it left is saved. */
void	engine_halt(struct project *project);

#endif
