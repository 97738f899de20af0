/* What may be used, and what was: see budget.h. (pure) */
#include "budget.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

static const double spans[2] = { [BUDGET_HOUR] = 3600, [BUDGET_DAY] = 86400 };
static const char *const windows[BUDGET_WINDOWS] = { "hour", "day", "run", "task" };
static const char *const kinds[BUDGET_KINDS] = { "runs", "tokens", "cost", "time", "failures" };

void
budget_ledger_init(struct budget_ledger *ledger)
{
	*ledger = (struct budget_ledger){ 0 };
}

void
budget_ledger_release(struct budget_ledger *ledger)
{
	free(ledger->entries);
	budget_ledger_init(ledger);
}

void
budget_ledger_clear(struct budget_ledger *ledger)
{
	budget_ledger_release(ledger);
}

static void
count(struct budget_used *sum, const struct budget_used *used, bool add)
{
	sum->runs = add ? sum->runs + used->runs : sum->runs - used->runs;
	sum->tokens = add ? sum->tokens + used->tokens : sum->tokens - used->tokens;
	sum->cost += add ? used->cost : -used->cost;
	sum->seconds += add ? used->seconds : -used->seconds;
}

/* What no window needs any more goes, when it is half of all. */
static void
shrink(struct budget_ledger *ledger)
{
	size_t old = ledger->first[BUDGET_DAY];

	if (old < 64 || old < ledger->count / 2)
		return;
	memmove(ledger->entries, ledger->entries + old, (ledger->count - old) * sizeof(*ledger->entries));
	ledger->count -= old;
	ledger->first[BUDGET_HOUR] -= old;
	ledger->first[BUDGET_DAY] = 0;
}

void
budget_ledger_add(struct budget_ledger *ledger, double time, const struct budget_used *used)
{
	int window;

	/* A clock that was set back: they stay in order. */
	if (ledger->count > 0 && time < ledger->entries[ledger->count - 1].time)
		time = ledger->entries[ledger->count - 1].time;
	if (ledger->count == ledger->room) {
		ledger->room = ledger->room ? 2 * ledger->room : 16;
		ledger->entries = mem_resize(ledger->entries, ledger->room, sizeof(*ledger->entries));
	}
	ledger->entries[ledger->count++] = (struct budget_entry){ time, *used };
	for (window = BUDGET_HOUR; window <= BUDGET_RUN; window++)
		count(&ledger->sum[window], used, true);
}

void
budget_ledger_outcome(struct budget_ledger *ledger, bool failed)
{
	ledger->failures = failed ? ledger->failures + 1 : 0;
}

void
budget_ledger_move(struct budget_ledger *ledger, double now)
{
	int window;

	ledger->now = now;
	for (window = BUDGET_HOUR; window <= BUDGET_DAY; window++) {
		size_t *first = &ledger->first[window];

		while (*first < ledger->count && ledger->entries[*first].time <= now - spans[window])
			count(&ledger->sum[window], &ledger->entries[(*first)++].used, false);
		/* No rounding is carried along. */
		if (*first == ledger->count)
			ledger->sum[window] = (struct budget_used){ 0 };
	}
	shrink(ledger);
}

static double
amount(const struct budget_used *used, enum budget_kind kind)
{
	switch (kind) {
	case BUDGET_RUNS: return (double)used->runs;
	case BUDGET_TOKENS: return (double)used->tokens;
	case BUDGET_COST: return used->cost;
	case BUDGET_TIME: return used->seconds;
	case BUDGET_FAILURES: case BUDGET_KINDS: break;
	}
	return 0;
}

static double
most_of(const struct budget_limit *limit, enum budget_kind kind)
{
	return amount(&(struct budget_used){ limit->runs, limit->tokens, limit->cost, (double)limit->time }, kind);
}

/* When so much has left the window that less than `most` is in it. */
static double
free_at(const struct budget_ledger *ledger, enum budget_window window, const struct budget_trip *trip)
{
	double left = trip->used;
	size_t i;

	if (window > BUDGET_DAY)
		return 0;
	for (i = ledger->first[window]; i < ledger->count; i++) {
		left -= amount(&ledger->entries[i].used, trip->kind);
		if (left < trip->most)
			return ledger->entries[i].time + spans[window];
	}
	/* What runs is too much by itself, and has to end first. */
	return ledger->now + spans[window];
}

static bool
over(const struct budget_used *sum, const struct budget_used *live, const struct budget_limit *limit,
    enum budget_window window, struct budget_trip *trip)
{
	int kind;

	for (kind = BUDGET_RUNS; kind < BUDGET_FAILURES; kind++) {
		const double most = most_of(limit, (enum budget_kind)kind);
		const double used = amount(sum, (enum budget_kind)kind) + amount(live, (enum budget_kind)kind);

		if (most <= 0 || used < most)
			continue;
		*trip = (struct budget_trip){ window, (enum budget_kind)kind, used, most, 0 };
		return true;
	}
	return false;
}

bool
budget_tripped(const struct budget_ledger *ledger, const struct budget *budget,
    const struct budget_used *live, struct budget_trip *trip)
{
	int window;

	for (window = BUDGET_HOUR; window <= BUDGET_RUN; window++)
		if (over(&ledger->sum[window], live, &budget->window[window], (enum budget_window)window, trip)) {
			trip->until = free_at(ledger, (enum budget_window)window, trip);
			return true;
		}
	if (budget->failures == 0 || ledger->failures < budget->failures)
		return false;
	*trip = (struct budget_trip){ BUDGET_WINDOWS, BUDGET_FAILURES, (double)ledger->failures,
	    (double)budget->failures, 0 };
	return true;
}

bool
budget_task_tripped(const struct budget_used *used, const struct budget *budget, struct budget_trip *trip)
{
	const struct budget_used live = { 0 };

	return over(used, &live, &budget->window[BUDGET_TASK], BUDGET_TASK, trip);
}

bool
budget_is_long(const struct budget *budget)
{
	const struct budget_limit *run = &budget->window[BUDGET_RUN];

	return budget->failures > 0 || run->runs > 0 || run->tokens > 0 || run->time > 0 || run->cost > 0;
}

bool
budget_is_set(const struct budget *budget)
{
	int window, kind;

	for (window = BUDGET_HOUR; window <= BUDGET_RUN; window++)
		for (kind = BUDGET_RUNS; kind < BUDGET_FAILURES; kind++)
			if (most_of(&budget->window[window], (enum budget_kind)kind) > 0)
				return true;
	return budget->failures > 0;
}

char *
budget_words(const struct budget_trip *trip)
{
	const char *unit = trip->kind == BUDGET_COST ? " dollars" : trip->kind == BUDGET_TIME ? " s" : "";
	const int digits = trip->kind == BUDGET_COST ? 2 : 0;

	if (trip->kind == BUDGET_FAILURES)
		return str_format("budget.failures: %.0f attempts in a row have failed", trip->used);
	return str_format("budget.%s.%s: %.*f of %.*f%s used", windows[trip->window], kinds[trip->kind],
	    digits, trip->used, digits, trip->most, unit);
}
