/* Tables of task and slot: total, and the rules that no cell may break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/outcome.h"
#include "supervisor/slot.h"
#include "supervisor/task.h"

/* A refusing cell keeps the state: one that was forgotten would go to state 0. */
static void
test_task_total(void **state)
{
	int at, event;

	(void)state;
	for (at = 0; at < TASK_STATES; at++)
		for (event = 0; event < TASK_EVENTS; event++) {
			struct task_step step = task_step((enum task_state)at, (enum task_event)event);

			assert_true(step.next < TASK_STATES);
			if (!step.possible) {
				assert_int_equal(step.next, at);
				assert_int_equal(step.actions, 0);
			}
		}
}

static void
test_task_rules(void **state)
{
	int at, event;

	(void)state;
	for (at = 0; at < TASK_STATES; at++)
		for (event = 0; event < TASK_EVENTS; event++) {
			struct task_step step = task_step((enum task_state)at, (enum task_event)event);

			/* Only a receipt, or a change that was allowed to be none, completes. */
			if (step.possible && step.next == TASK_COMPLETE)
				assert_true(event == TASK_LANDED || event == TASK_UNCHANGED);
			/* Entering a final state gives the lease back, but from another final one. */
			if (step.possible && task_state_final(step.next) && !task_state_final((enum task_state)at))
				assert_true(step.actions & TASK_END);
			/* The schedule hears of every attempt that is to be repeated, once. */
			if (step.possible && step.next == TASK_PENDING)
				assert_int_equal(__builtin_popcount(step.actions &
				    (TASK_REQUEUE | TASK_PUT_OFF | TASK_REVIVE)) +
				    (event == TASK_APPROVED), 1);
			/* Nobody is kept back but who waits for a person, and only so long. */
			if (step.actions & TASK_HOLD)
				assert_int_equal(step.next, TASK_AWAITING_APPROVAL);
			if (step.possible && step.next == TASK_PENDING && step.next != (enum task_state)at &&
			    (at == TASK_AWAITING_APPROVAL || task_state_final((enum task_state)at)))
				assert_true(step.actions & TASK_RELEASE);
			/* Without an answer nothing starts and nothing gets into the line. */
			if (step.possible && at == TASK_AWAITING_APPROVAL)
				assert_true(event == TASK_APPROVED || event == TASK_ANSWERED ||
				    event == TASK_FINISHED || event == TASK_LANDED ||
				    task_state_final(step.next));
			/* Tickets hear of each state that may not keep one: see line.h. */
			if (step.possible && step.next != (enum task_state)at && (step.next == TASK_BLOCKED ||
			    step.next == TASK_CANCELLED || event == TASK_REWORK || at == TASK_BLOCKED) &&
			    step.next != TASK_COMPLETE)
				assert_true(step.actions & TASK_VOID_TICKET);
			/* COMPLETE is for ever. */
			if (at == TASK_COMPLETE)
				assert_false(step.possible);
			/* A final one comes back only through the schedule. */
			if (step.possible && task_state_final((enum task_state)at) && !task_state_final(step.next))
				assert_true(step.actions & TASK_REVIVE);
		}
}

static void
test_slot_total(void **state)
{
	int at, event;

	(void)state;
	for (at = 0; at < SLOT_STATES; at++)
		for (event = 0; event < SLOT_EVENTS; event++) {
			struct slot_step step = slot_step((enum slot_state)at, (enum slot_event)event);

			if (!step.possible) {
				assert_int_equal(step.next, at);
				assert_int_equal(step.actions, 0);
			}
			/* A job is given only to an idle slot. */
			if (step.possible && event == SLOT_JOB)
				assert_int_equal(at, SLOT_IDLE);
			/* A process is started only where there is none. */
			if (step.actions & SLOT_SPAWN)
				assert_true(at == SLOT_DOWN || at == SLOT_LOCKED || at == SLOT_BACKOFF);
		}
}

static void
test_names(void **state)
{
	int at;

	(void)state;
	for (at = 0; at < TASK_STATES; at++)
		assert_int_equal(task_state_find(task_state_name((enum task_state)at)), at);
	assert_int_equal(task_state_find("DONE"), TASK_STATES);
}

static void
test_decisions(void **state)
{
	uint64_t n;

	(void)state;
	assert_false(decide_later(20, 20).give_up);
	assert_true(decide_later(21, 20).give_up);
	for (n = 1; n < 100; n++)
		assert_true(backoff_ms((unsigned)n) <= 30000);
	assert_int_equal(outcome_find("done"), OUTCOME_DONE);
	assert_int_equal(outcome_find("check_failed"), OUTCOME_FAILED);
	assert_int_equal(outcome_find("nonsense"), OUTCOME_FAILED);
}

/* What is the machine's fault is tried again, and not for ever: a result may look like that. */
static void
test_hand_over(void **state)
{
	static const enum error passing[] = { ERROR_SYSTEM, ERROR_GIT, ERROR_TIMEOUT };
	uint64_t all;
	unsigned n;
	size_t i;

	(void)state;
	assert_true(decide_hand_over(ERROR_INVALID, 1).give_up);
	assert_true(decide_hand_over(ERROR_TOO_LARGE, 1).give_up);
	assert_true(decide_hand_over(ERROR_PERMISSION, 1).give_up);
	for (i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		for (n = 1, all = 0; !decide_hand_over(passing[i], n).give_up; n++) {
			assert_true(n < 100);
			all += decide_hand_over(passing[i], n).wait_ms;
		}
		assert_int_equal(n, HAND_OVERS_MOST);
		assert_true(all > 5 * 60000 && all < 10 * 60000);
	}
	for (n = 1; n < 1000; n++) {
		assert_false(decide_hand_over(ERROR_DISK_FULL, n).give_up);
		assert_in_range(decide_hand_over(ERROR_DISK_FULL, n).wait_ms, 5000, 60000);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_task_total),
		cmocka_unit_test(test_task_rules),
		cmocka_unit_test(test_slot_total),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_hand_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
