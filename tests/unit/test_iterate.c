/* What the end of a run means, by a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/mem.h"
/* With its source: the one test that needs it. */
#include "worker/iterate.c"

#define RAN(code) .started = true, .exit_code = (code), .exit_good = (code) == 0, .iteration = 1, .max_iterations = 2
#define LAST(code) .started = true, .exit_code = (code), .exit_good = (code) == 0, .iteration = 2, .max_iterations = 2

static const struct {
	struct iterate_run run;
	enum attempt_event event;
	const char *outcome;
} rows[] = {
	{ { RAN(0) }, ATTEMPT_EV_FINISH, "done" },
	{ { RAN(0), .verify_wanted = true }, ATTEMPT_EV_RUN_VERIFY, NULL },
	{ { RAN(75), .verify_wanted = true }, ATTEMPT_EV_FINISH, "later" },
	{ { RAN(77) }, ATTEMPT_EV_FINISH, "blocked" },
	{ { RAN(1) }, ATTEMPT_EV_FINISH, "failed" },
	/* Its own word that it is blocked counts more than how it ended, but not than why it was ended. */
	{ { RAN(0), .blocked = true }, ATTEMPT_EV_FINISH, "blocked" },
	{ { RAN(1), .blocked = true }, ATTEMPT_EV_FINISH, "blocked" },
	{ { RAN(0), .blocked = true, .ending = ENDING_TIMEOUT }, ATTEMPT_EV_FINISH, "timeout" },
	{ { RAN(143) }, ATTEMPT_EV_FINISH, "failed" },
	/* What the agent's own output says counts beside its exit status. */
	{ { RAN(0), .said = ITERATE_SAID_WELL }, ATTEMPT_EV_FINISH, "done" },
	{ { RAN(0), .said = ITERATE_SAID_BADLY }, ATTEMPT_EV_FINISH, "failed" },
	{ { RAN(0), .said = ITERATE_SAID_BADLY, .class = "auth" }, ATTEMPT_EV_FINISH, "auth" },
	{ { RAN(0), .said = ITERATE_SAID_BADLY, .verify_wanted = true }, ATTEMPT_EV_FINISH, "failed" },
	{ { RAN(1), .said = ITERATE_SAID_WELL }, ATTEMPT_EV_FINISH, "failed" },
	{ { RAN(1), .class = "rate_limited" }, ATTEMPT_EV_FINISH, "rate_limited" },
	{ { .started = true, .exit_code = 3, .exit_good = true }, ATTEMPT_EV_FINISH, "done" },
	{ { RAN(75), .said = ITERATE_SAID_BADLY }, ATTEMPT_EV_FINISH, "later" },
	{ { RAN(0), .ending = ENDING_IDLE }, ATTEMPT_EV_FINISH, "idle" },
	{ { RAN(137), .ending = ENDING_PROCESSES }, ATTEMPT_EV_FINISH, "processes" },
	{ { RAN(137), .ending = ENDING_MEMORY, .verify = true }, ATTEMPT_EV_FINISH, "memory" },
	{ { RAN(1), .ending = ENDING_CPU }, ATTEMPT_EV_FINISH, "cpu" },
	{ { RAN(1), .ending = ENDING_DISK, .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "disk" },
	{ { RAN(0), .ending = ENDING_OUTPUT }, ATTEMPT_EV_FINISH, "output" },
	{ { RAN(0), .ending = ENDING_BUDGET, .said = ITERATE_SAID_WELL }, ATTEMPT_EV_FINISH, "budget" },
	{ { .exit_code = 1 }, ATTEMPT_EV_FINISH, "error" },
	{ { RAN(0), .promise_wanted = true }, ATTEMPT_EV_RUN_AGENT, NULL },
	{ { LAST(0), .promise_wanted = true }, ATTEMPT_EV_FINISH, "no_promise" },
	{ { LAST(0), .promise_wanted = true, .promise_seen = true }, ATTEMPT_EV_FINISH, "done" },
	{ { RAN(0), .verify = true }, ATTEMPT_EV_FINISH, "done" },
	{ { RAN(1), .verify = true }, ATTEMPT_EV_RUN_AGENT, NULL },
	{ { LAST(1), .verify = true }, ATTEMPT_EV_FINISH, "check_failed" },
	{ { LAST(75), .verify = true }, ATTEMPT_EV_FINISH, "check_failed" },
	{ { RAN(0), .verify = true, .ending = ENDING_VERIFY_TIMEOUT }, ATTEMPT_EV_RUN_AGENT, NULL },
	{ { LAST(0), .verify = true, .ending = ENDING_VERIFY_TIMEOUT }, ATTEMPT_EV_FINISH, "check_failed" },
	{ { RAN(0), .ending = ENDING_TIMEOUT }, ATTEMPT_EV_FINISH, "timeout" },
	{ { RAN(0), .ending = ENDING_STOPPED }, ATTEMPT_EV_FINISH, "stopped" },
	{ { RAN(0), .ending = ENDING_SUPERVISOR, .verify = true }, ATTEMPT_EV_FINISH, "stopped" },
	{ { RAN(0), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "pass" },
	{ { RAN(1), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "fail" },
	{ { RAN(75), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "fail" },
	{ { RAN(126), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "error" },
	{ { RAN(127), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "error" },
	{ { RAN(128), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "fail" },
	{ { RAN(129), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "error" },
	{ { RAN(192), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "error" },
	{ { RAN(193), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "fail" },
	{ { RAN(255), .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "fail" },
	{ { RAN(137), .gate = true, .verify = true, .killed = true }, ATTEMPT_EV_FINISH, "lost" },
	{ { .gate = true, .verify = true }, ATTEMPT_EV_FINISH, "error" },
	{ { RAN(0), .gate = true, .verify = true, .ending = ENDING_VERIFY_TIMEOUT },
	    ATTEMPT_EV_FINISH, "timeout" },
};

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct iterate_next next = iterate_judge(&rows[i].run);

		if (next.event != rows[i].event || !str_same(next.outcome, rows[i].outcome))
			fail_msg("row %zu: %s %s", i, attempt_event_name(next.event),
			    next.outcome ? next.outcome : "-");
	}
}

/* Setup is judged as a gate is, and never called one. */
static void
test_setup(void **state)
{
	size_t i, count = 0;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct iterate_run run = rows[i].run;
		struct iterate_next next;

		if (!run.gate)
			continue;
		run.setup = true;
		next = iterate_judge(&run);
		assert_int_equal(next.event, rows[i].event);
		assert_string_equal(next.outcome, rows[i].outcome);
		assert_true(next.reason == NULL || strstr(next.reason, "verify") == NULL);
		count++;
	}
	assert_true(count > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_setup) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
