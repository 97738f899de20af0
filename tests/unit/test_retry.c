/* New attempts: by reason, doubling, bounded, spread by a seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/retry.h"

static const struct retry_rules plain = {
	.most = { [RETRY_FAILED] = 2, [RETRY_ERROR] = RETRY_AS_FAILED, [RETRY_TIMEOUT] = 0,
	    [RETRY_IDLE] = RETRY_AS_FAILED, [RETRY_MEMORY] = 1, [RETRY_LOST] = 9 },
	.delay = 500, .delay_most = 300000,
};

static void
test_bounds(void **state)
{
	static const struct { const char *outcome; uint64_t n; bool give_up; } rows[] = {
		{ "failed", 1, false }, { "failed", 2, false }, { "failed", 3, true },
		{ "error", 2, false }, { "error", 3, true }, { "what?", 3, true },
		{ "timeout", 1, true }, { "memory", 1, false }, { "memory", 2, true },
		{ "idle", 2, false }, { "idle", 3, true }, { "lost", 9, false }, { "lost", 10, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum retry_reason reason = retry_counts_as(&plain, retry_find(rows[i].outcome));

		assert_int_equal(retry_decide(&plain, reason, rows[i].n, "t", 1).give_up, rows[i].give_up);
	}
}

static void
test_words(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < RETRY_REASONS; i++)
		assert_int_equal(retry_find(retry_word((enum retry_reason)i)), i);
}

/* Doubled each time, never beyond the bound, whatever the number. */
static void
test_doubles(void **state)
{
	struct retry_rules rules = plain;
	uint64_t n, expected = 500;

	(void)state;
	rules.most[RETRY_FAILED] = UINT64_MAX - 1;
	for (n = 1; n < 200; n++) {
		assert_int_equal(retry_decide(&rules, RETRY_FAILED, n, "t", n).wait_ms, expected);
		expected = 2 * expected < 300000 ? 2 * expected : 300000;
	}
	rules.delay = 0;
	assert_int_equal(retry_decide(&rules, RETRY_FAILED, 100, "t", 1).wait_ms, 0);
	assert_int_equal(retry_decide(&plain, RETRY_LOST, 1, "t", 1).wait_ms, 0);
	assert_int_equal(retry_decide(&plain, RETRY_LOST, 2, "t", 1).wait_ms, 1000);
}

/* The same seed waits as long; others are spread over the whole range, evenly enough. */
static void
test_jitter(void **state)
{
	struct retry_rules rules = plain;
	unsigned quarter[4] = { 0 };
	char task[32];
	int i;

	(void)state;
	rules.jitter = 20;
	rules.delay = 10000;
	for (i = 0; i < 4000; i++) {
		uint64_t wait;

		snprintf(task, sizeof(task), "task-%d", i / 4);
		wait = retry_decide(&rules, RETRY_FAILED, 1, task, (uint64_t)i % 4 + 1).wait_ms;
		assert_int_equal(wait, retry_decide(&rules, RETRY_FAILED, 1, task, (uint64_t)i % 4 + 1).wait_ms);
		assert_in_range(wait, 8000, 12000);
		quarter[(wait - 8000) * 4 / 4001]++;
	}
	for (i = 0; i < 4; i++)
		assert_in_range(quarter[i], 800, 1200);
	/* The bound is one with jitter too. */
	rules.delay_most = 10000;
	for (i = 0; i < 100; i++)
		assert_true(retry_decide(&rules, RETRY_FAILED, 1, "t", (uint64_t)i).wait_ms <= 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_words), cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_jitter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
