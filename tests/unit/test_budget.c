/* Budgets and ledgers: what is in which window, when it trips, and when there is room again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "supervisor/budget.h"

static const struct budget_used nothing;

static void
add(struct budget_ledger *ledger, double time, uint64_t runs, uint64_t tokens, double cost, double seconds)
{
	budget_ledger_add(ledger, time, &(struct budget_used){ runs, tokens, cost, seconds });
}

/* Each kind in each window, below, at and above its bound. */
static void
test_kinds(void **state)
{
	static const struct { enum budget_window window; enum budget_kind kind; struct budget_limit limit; } rows[] = {
		{ BUDGET_HOUR, BUDGET_RUNS, { .runs = 2 } },
		{ BUDGET_HOUR, BUDGET_TOKENS, { .tokens = 200 } },
		{ BUDGET_HOUR, BUDGET_COST, { .cost = 3 } },
		{ BUDGET_DAY, BUDGET_TIME, { .time = 20 } },
		{ BUDGET_DAY, BUDGET_COST, { .cost = 3 } },
		{ BUDGET_RUN, BUDGET_RUNS, { .runs = 2 } },
		{ BUDGET_RUN, BUDGET_TIME, { .time = 20 } },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct budget budget = { 0 };
		struct budget_trip trip;
		struct budget_ledger ledger;

		budget.window[rows[i].window] = rows[i].limit;
		assert_true(budget_is_set(&budget));
		budget_ledger_init(&ledger);
		add(&ledger, 1000, 1, 100, 1.5, 10);
		budget_ledger_move(&ledger, 1001);
		assert_false(budget_tripped(&ledger, &budget, &nothing, &trip));
		add(&ledger, 2000, 1, 100, 1.5, 10);
		budget_ledger_move(&ledger, 2001);
		assert_true(budget_tripped(&ledger, &budget, &nothing, &trip));
		assert_int_equal(trip.window, rows[i].window);
		assert_int_equal(trip.kind, rows[i].kind);
		if (rows[i].window == BUDGET_HOUR)
			assert_true(trip.until == 1000 + 3600);
		if (rows[i].window == BUDGET_DAY)
			assert_true(trip.until == 1000 + 86400);
		if (rows[i].window == BUDGET_RUN)
			assert_true(trip.until == 0);
		/* Exactly then, and not before; a run does not move. */
		budget_ledger_move(&ledger, trip.until - 1);
		assert_true(budget_tripped(&ledger, &budget, &nothing, &trip));
		budget_ledger_move(&ledger, trip.until + 1000000);
		assert_int_equal(budget_tripped(&ledger, &budget, &nothing, &trip), rows[i].window == BUDGET_RUN);
		budget_ledger_release(&ledger);
	}
}

/* What runs counts, and when it alone is too much nobody knows when there is room. */
static void
test_live(void **state)
{
	struct budget budget = { .window[BUDGET_HOUR] = { .tokens = 100 } };
	const struct budget_used some = { 0, 60, 0, 0 }, much = { 0, 150, 0, 0 };
	struct budget_trip trip;
	struct budget_ledger ledger;

	(void)state;
	budget_ledger_init(&ledger);
	add(&ledger, 10, 0, 50, 0, 0);
	budget_ledger_move(&ledger, 20);
	assert_false(budget_tripped(&ledger, &budget, &nothing, &trip));
	assert_true(budget_tripped(&ledger, &budget, &some, &trip));
	assert_true(trip.until == 3610);
	assert_true(budget_tripped(&ledger, &budget, &much, &trip));
	assert_true(trip.until == 3620);
	budget_ledger_release(&ledger);
}

static void
test_failures(void **state)
{
	struct budget budget = { .failures = 3 };
	struct budget_trip trip;
	struct budget_ledger ledger;
	char *words;
	int i;

	(void)state;
	budget_ledger_init(&ledger);
	for (i = 0; i < 2; i++)
		budget_ledger_outcome(&ledger, true);
	assert_false(budget_tripped(&ledger, &budget, &nothing, &trip));
	budget_ledger_outcome(&ledger, false);
	for (i = 0; i < 2; i++)
		budget_ledger_outcome(&ledger, true);
	assert_false(budget_tripped(&ledger, &budget, &nothing, &trip));
	budget_ledger_outcome(&ledger, true);
	assert_true(budget_tripped(&ledger, &budget, &nothing, &trip));
	words = budget_words(&trip);
	assert_string_equal(words, "budget.failures: 3 attempts in a row have failed");
	free(words);
	budget_ledger_clear(&ledger);
	assert_false(budget_tripped(&ledger, &budget, &nothing, &trip));
	budget_ledger_release(&ledger);
}

/* Against adding it all up, over days of steps, with a clock that is set back at times. */
static void
test_windows(void **state)
{
	enum { STEPS = 20000 };
	static double times[STEPS];
	double now = 1e6, before = 0;
	uint64_t random = 1, hour, day;
	struct budget_ledger ledger;
	int i, j;

	(void)state;
	budget_ledger_init(&ledger);
	for (i = 0; i < STEPS; i++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		now += (double)(random >> 33) / (1u << 31) * 600 - (random % 50 == 0 ? 60 : 0);
		times[i] = now < before ? before : now;
		before = times[i];
		add(&ledger, now, 1, 0, 0, 0);
		budget_ledger_move(&ledger, before);
		if (i % 97 != 0)
			continue;
		for (hour = day = 0, j = i; j >= 0 && times[j] > before - 86400; j--) {
			day++;
			hour += times[j] > before - 3600;
		}
		assert_int_equal(ledger.sum[BUDGET_HOUR].runs, hour);
		assert_int_equal(ledger.sum[BUDGET_DAY].runs, day);
		assert_int_equal(ledger.sum[BUDGET_RUN].runs, i + 1);
	}
	/* And it does not keep what no window needs. */
	assert_true(ledger.count < 2000);
	budget_ledger_release(&ledger);
}

static void
test_task(void **state)
{
	struct budget budget = { .window[BUDGET_TASK] = { .runs = 3, .cost = 1 } };
	struct budget_trip trip;
	char *words;

	(void)state;
	assert_false(budget_is_set(&budget));
	assert_false(budget_task_tripped(&(struct budget_used){ 2, 0, 0.5, 0 }, &budget, &trip));
	assert_true(budget_task_tripped(&(struct budget_used){ 1, 0, 1.25, 0 }, &budget, &trip));
	words = budget_words(&trip);
	assert_string_equal(words, "budget.task.cost: 1.25 of 1.00 dollars used");
	free(words);
	assert_true(budget_task_tripped(&(struct budget_used){ 3, 0, 0, 0 }, &budget, &trip));
	words = budget_words(&trip);
	assert_string_equal(words, "budget.task.runs: 3 of 3 used");
	free(words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_live), cmocka_unit_test(test_failures),
		cmocka_unit_test(test_windows), cmocka_unit_test(test_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
