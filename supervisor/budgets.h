/*
 * The budgets of orch.yaml against what was used: of the whole, of each project, of each
 * agent, of a task. A budget that is used up pauses what it is of (modes.h), with words that
 * say which, how much and until when; what runs goes on to its own limits. What was used is
 * added up from the database at the start, so that no restart forgets it.
 */
#ifndef ORCH_BUDGETS_H
#define ORCH_BUDGETS_H

#include "supervisor/supervisor.h"

/* Attempts that ended later than that (wall clock) count for a budget; now when there is none. */
double	budgets_since(const struct supervisor *supervisor);
/* Adds up what there is. After the tasks and the modes. */
void	budgets_load(struct supervisor *supervisor);
void	budgets_release(struct supervisor *supervisor);
/* An attempt of this task starts, or has ended: what it used, and how. */
void	budgets_started(struct supervisor *supervisor, const struct task *task);
void	budgets_ended(struct supervisor *supervisor, const struct task *task, double started,
	    const struct usage_row *usage, const char *outcome);
/*
 * May an attempt of this project start, as far as the budgets of the whole and of the project
 * go? False: that is paused now, in a transaction of its own. Only asked while it is not.
 */
bool	budgets_allow(struct project *project);
/* The same for the agent of this task. */
bool	budgets_allow_agent(struct supervisor *supervisor, const struct task *task);
/* The task has used up its own; in words that the caller frees. NULL: it has not. */
char	*budgets_task_over(struct supervisor *supervisor, const struct task *task);
/* What the schedule was told to hold back for this agent is let go: how many of its tasks are pending. */
uint64_t	budgets_release_agent(struct supervisor *supervisor, const char *agent);
/* A person has said that it may go on: it begins anew. */
void	budgets_anew(struct supervisor *supervisor, int kind, const char *name);
/*
 * What was paused until its window has moved goes on, in a transaction of its own. When the
 * next one is due, milliseconds of clock_monotonic; UINT64_MAX: none.
 */
uint64_t	budgets_wake(struct supervisor *supervisor, uint64_t now);

#endif
