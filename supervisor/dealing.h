/*
 * In plan order the tasks that are no results have the numbers that they have together in the
 * order of the plan. When one of them is hoped for again, all behind it get another number:
 * thousands, of which none has been told to anybody. So these are dealt in memory alone, and
 * the database keeps which numbers there are, and who has one: in `tickets` and `tasks` each
 * may stand for another. A start pairs them, and deals them in the order of the plan again.
 * What is right there at any time is the number of who has just got one, and of a result.
 */
#ifndef ORCH_DEALING_H
#define ORCH_DEALING_H

#include "supervisor/supervisor.h"

/* Plan order: numbers for the tasks that are new; inside a transaction. */
void	dealing_plan(struct project *project);
/*
 * What had ended has not: in plan order it and what depends on it get tickets again, in
 * their place before what comes later in the plan and has no result; in a transaction.
 */
void	dealing_fill(struct project *project);
/* At the start: what each has; and what is to be kept and filled up, for other rules may have held before. */
void	dealing_restore(struct supervisor *supervisor);
/* At the end: the database says who has which. */
void	dealing_keep(struct supervisor *supervisor);
/* Who has a number that is drawn and no result's: the database says `task`. For the caller to free. */
struct task	**dealing_holders(struct supervisor *supervisor, size_t *count);
/* One of these with that number, or NULL. */
struct task	*dealing_find(struct task *const *holders, size_t count, const struct project *project,
	    uint64_t number);

#endif
