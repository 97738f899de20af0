/* The table of an attempt's life: every cell set, every state left again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "worker/attempt.h"

static void
test_every_cell_is_set(void **state)
{
	unsigned at, event;

	(void)state;
	for (at = 0; at < ATTEMPT_STATES; at++)
		for (event = 0; event < ATTEMPT_EVENTS; event++) {
			struct attempt_step step = attempt_step(at, event);

			if (!step.set || step.next >= ATTEMPT_STATES)
				fail_msg("%s x %s is not set", attempt_state_name(at),
				    attempt_event_name(event));
			/* What is ignored changes nothing. */
			if (step.actions & ATTEMPT_IGNORE)
				assert_true(step.next == at && step.actions == ATTEMPT_IGNORE);
		}
}

/* An action that may step again by itself must be the only one of its kind. */
static void
test_at_most_one_tail(void **state)
{
	const unsigned tails = ATTEMPT_PREPARE | ATTEMPT_START_AGENT | ATTEMPT_START_VERIFY |
	    ATTEMPT_START_COLLECT | ATTEMPT_REPORT;
	unsigned at, event, bits;

	(void)state;
	for (at = 0; at < ATTEMPT_STATES; at++)
		for (event = 0; event < ATTEMPT_EVENTS; event++) {
			bits = attempt_step(at, event).actions & tails;
			assert_true((bits & (bits - 1)) == 0);
		}
}

/* A supervisor that goes away ends the process from any state, by way of a saved result. */
static void
test_leaving(void **state)
{
	static const enum attempt_event way[] = { ATTEMPT_EV_LEAVE, ATTEMPT_EV_FINISH,
	    ATTEMPT_EV_COLLECTED, ATTEMPT_EV_LEAVE };
	unsigned at, i;

	(void)state;
	for (at = 0; at < ATTEMPT_STATES; at++) {
		enum attempt_state now = at;

		for (i = 0; i < sizeof(way) / sizeof(way[0]); i++)
			now = attempt_step(now, way[i]).next;
		assert_int_equal(now, ATTEMPT_GONE);
	}
}

/* Nothing starts before the attempt in hand was saved; nothing is cleaned before. */
static void
test_saved_first(void **state)
{
	unsigned at, event;

	(void)state;
	for (at = 0; at < ATTEMPT_STATES; at++)
		for (event = 0; event < ATTEMPT_EVENTS; event++) {
			struct attempt_step step = attempt_step(at, event);

			if (step.actions & ATTEMPT_PREPARE)
				assert_true(at == ATTEMPT_IDLE && event == ATTEMPT_EV_START);
			if (step.actions & ATTEMPT_CLEAN)
				assert_true(at == ATTEMPT_SAVING && event == ATTEMPT_EV_SAVED);
		}
}

static void
test_plain_life(void **state)
{
	static const struct { enum attempt_event event; enum attempt_state next; } way[] = {
		{ ATTEMPT_EV_START, ATTEMPT_PREPARING }, { ATTEMPT_EV_RUN_AGENT, ATTEMPT_AGENT },
		{ ATTEMPT_EV_RUN_VERIFY, ATTEMPT_VERIFY }, { ATTEMPT_EV_RUN_AGENT, ATTEMPT_AGENT },
		{ ATTEMPT_EV_RUN_VERIFY, ATTEMPT_VERIFY }, { ATTEMPT_EV_FINISH, ATTEMPT_COLLECT },
		{ ATTEMPT_EV_STOP, ATTEMPT_COLLECT }, { ATTEMPT_EV_COLLECTED, ATTEMPT_SAVING },
		{ ATTEMPT_EV_STOP, ATTEMPT_SAVING }, { ATTEMPT_EV_SAVED, ATTEMPT_IDLE } };
	enum attempt_state at = ATTEMPT_IDLE;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		at = attempt_step(at, way[i].event).next;
		assert_int_equal(at, way[i].next);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cell_is_set), cmocka_unit_test(test_at_most_one_tail),
		cmocka_unit_test(test_leaving), cmocka_unit_test(test_saved_first),
		cmocka_unit_test(test_plain_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
