/*
 * Budgets: how much may be used in an hour, in a day, in a run, by a task, and how many
 * attempts may fail in a row. A ledger has what was used; it is told the time, and nothing
 * here looks at a clock. Pure.
 *
 * The windows of an hour and of a day slide: what was used counts until it is that old.
 */
#ifndef ORCH_BUDGET_H
#define ORCH_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum budget_window { BUDGET_HOUR, BUDGET_DAY, BUDGET_RUN, BUDGET_TASK, BUDGET_WINDOWS };
enum budget_kind { BUDGET_RUNS, BUDGET_TOKENS, BUDGET_COST, BUDGET_TIME, BUDGET_FAILURES, BUDGET_KINDS };
enum budget_resume { BUDGET_PERSON, BUDGET_WINDOW };

/* 0: any. */
struct budget_limit {
	uint64_t runs, tokens;
	uint64_t time;		/* seconds of attempts */
	double cost;		/* dollars */
};

struct budget {
	uint64_t failures;	/* in a row */
	struct budget_limit window[BUDGET_WINDOWS];
	uint64_t resume;	/* who lets it go on: enum budget_resume */
};

struct budget_used { uint64_t runs, tokens; double cost, seconds; };

struct budget_entry { double time; struct budget_used used; };

/* What was used in each window; entries by time. */
struct budget_ledger {
	struct budget_entry *entries;
	size_t count, room;
	size_t first[2];		/* of the hour, of the day */
	struct budget_used sum[BUDGET_RUN + 1];
	uint64_t failures;		/* in a row */
	double now;			/* where it was moved to */
};

/* Which budget is used up. */
struct budget_trip {
	enum budget_window window;	/* of failures: none */
	enum budget_kind kind;
	double used, most;
	double until;			/* when the window has moved far enough; 0: it does not move */
};

void	budget_ledger_init(struct budget_ledger *ledger);
void	budget_ledger_release(struct budget_ledger *ledger);
/* Forgets all of it: a person has said that it may go on. */
void	budget_ledger_clear(struct budget_ledger *ledger);
/* Used at this moment, which is not before those that were told. */
void	budget_ledger_add(struct budget_ledger *ledger, double time, const struct budget_used *used);
/* An attempt has ended well, or failed. */
void	budget_ledger_outcome(struct budget_ledger *ledger, bool failed);
/* Leaves what is too old for a window. */
void	budget_ledger_move(struct budget_ledger *ledger, double now);
/*
 * Is the budget used up, `now` being where the ledger was moved to? `live` is used by what
 * runs and is not in the ledger yet. The first budget in the order of the enums.
 */
bool	budget_tripped(const struct budget_ledger *ledger, const struct budget *budget,
	    const struct budget_used *live, struct budget_trip *trip);
/* The same for what a task has used, of BUDGET_TASK. */
bool	budget_task_tripped(const struct budget_used *used, const struct budget *budget,
	    struct budget_trip *trip);
/* Does it need all that ever was, and not only a day? */
bool	budget_is_long(const struct budget *budget);
/* Is anything bounded, of the windows that a ledger has? */
bool	budget_is_set(const struct budget *budget);
/* "budget.hour.runs: 5 of 5 used"; the caller frees. */
char	*budget_words(const struct budget_trip *trip);

#endif
