/* Groups and agents: shares, caps, pauses, lines of their own; priorities that age. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/schedule.h"

#define NODES 4600
#define NONE SCHEDULE_NODE_NONE

struct fixture {
	struct schedule *schedule;
	struct scope *scopes[NODES];
	size_t count;
};

static void
start(struct fixture *f, bool plan_order, bool waves)
{
	struct schedule_rules rules = { 4, plan_order, waves };

	*f = (struct fixture){ .schedule = schedule_new(&rules) };
}

static void
end(struct fixture *f)
{
	schedule_free(f->schedule);
	while (f->count > 0)
		scope_free(f->scopes[--f->count]);
}

static size_t
add(struct fixture *f, size_t group, size_t agent, const char *pattern, uint64_t estimate)
{
	char *copy = str_dup(pattern), *list[] = { copy, NULL };
	struct scope *scope = scope_new(pattern == NULL ? NULL : list, false);
	struct schedule_task task = { .priority = 1, .estimate_seconds = estimate,
	    .scope = scope, .group = group, .agent = agent };

	free(copy);
	f->scopes[f->count++] = scope;
	return schedule_add(f->schedule, &task);
}

static size_t
next(struct fixture *f, uint64_t now)
{
	size_t node = NONE, turn = NONE;

	/* Whose turn it is can be asked for as often as one likes. */
	schedule_turn(f->schedule, now, &turn);
	schedule_turn(f->schedule, now, &turn);
	schedule_next(f->schedule, now, &node);
	assert_int_equal(turn, node);
	return node;
}

static enum schedule_wait
why(struct fixture *f, size_t node)
{
	struct schedule_reason reason;

	schedule_why(f->schedule, node, 0, &reason);
	return reason.wait;
}

/*
 * Gives four slots away, each as soon as it is free, up to a time in units of so many
 * milliseconds. lasts: how long a node runs. Of group i are the nodes that are i modulo
 * `groups`; what they had of the slots is added to used[i].
 */
static void
fill_slots(struct fixture *f, uint64_t until, uint64_t unit, uint64_t (*lasts)(size_t), size_t groups,
    uint64_t *used)
{
	uint64_t ends[4] = { 0 }, now, length;
	size_t slot, running[4];

	for (now = 0; now < until; now++)
		for (slot = 0; slot < 4; slot++) {
			if (ends[slot] > now)
				continue;
			schedule_clock(f->schedule, now * unit);
			if (now > 0)
				schedule_complete(f->schedule, running[slot]);
			running[slot] = next(f, now * unit);
			assert_true(running[slot] != NONE);
			length = lasts(running[slot]);
			ends[slot] = length < until - now ? now + length : until;
			used[running[slot] % groups] += ends[slot] - now;
		}
}

/* Is that the part of each by its weight, of all that was given away? */
static void
check_parts(const uint64_t *used, const unsigned *weights, size_t groups, uint64_t slack)
{
	uint64_t all = 0, fair;
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < groups; i++) {
		all += used[i];
		sum += weights[i];
	}
	for (i = 0; i < groups; i++) {
		fair = all * weights[i] / sum;
		if (used[i] + fair / 20 + slack < fair || used[i] > fair + fair / 20 + slack)
			fail_msg("group %zu of weight %u: %llu instead of %llu", i, weights[i],
			    (unsigned long long)used[i], (unsigned long long)fair);
	}
}

static uint64_t
by_group(size_t node)
{
	static const uint64_t lengths[] = { 40, 10, 4 };

	return lengths[node % 3];
}

/* Slots' time by weight, whatever a task takes; nobody is left out. */
static void
test_shares(void **state)
{
	static const unsigned weights[] = { 1, 2, 5 };
	uint64_t used[3] = { 0 };
	struct fixture f;
	size_t i;

	(void)state;
	start(&f, false, false);
	for (i = 1; i < 3; i++)
		schedule_add_group(f.schedule, &(struct schedule_group){ .weight = weights[i] });
	/* What they say is far from what they take. */
	for (i = 0; i < 4500; i++)
		add(&f, i % 3, 0, NULL, 10);
	schedule_prepare(f.schedule);
	fill_slots(&f, 2000, 1000, by_group, 3, used);
	check_parts(used, weights, 3, 40);
	end(&f);
}

static uint64_t
second_for_ever(size_t node)
{
	return node == 1 ? UINT64_MAX : 70 + node * 7 % 60;
}

/* What runs on and on is its group's part of the slots; estimates that are far too long change none. */
static void
test_shares_long(void **state)
{
	static const unsigned weights[] = { 1, 1, 2 };
	uint64_t used[3] = { 0 };
	struct fixture f;
	size_t i;

	(void)state;
	start(&f, false, false);
	for (i = 1; i < 3; i++)
		schedule_add_group(f.schedule, &(struct schedule_group){ .weight = weights[i] });
	for (i = 0; i < 3000; i++)
		add(&f, i % 3, 0, NULL, 1);
	schedule_prepare(f.schedule);
	fill_slots(&f, 20000, 1, second_for_ever, 3, used);
	check_parts(used, weights, 3, 0);
	end(&f);
}

static uint64_t
first_for_hours(size_t node)
{
	return node == 0 ? 36000 : 10;
}

/* One task of ten hours, which says so, is one slot of its group, and does not stand for the others. */
static void
test_shares_one_long(void **state)
{
	static const unsigned weights[] = { 1, 1 };
	uint64_t used[2] = { 0 };
	struct fixture f;
	size_t i;

	(void)state;
	start(&f, false, false);
	schedule_add_group(f.schedule, &(struct schedule_group){ .weight = 1 });
	add(&f, 0, 0, NULL, 36000);
	for (i = 1; i < 3000; i++)
		add(&f, i % 2, 0, NULL, 10);
	schedule_prepare(f.schedule);
	/* The first hour of them. */
	fill_slots(&f, 3600, 1000, first_for_hours, 2, used);
	check_parts(used, weights, 2, 0);
	end(&f);
}

/* A group that had nothing to do has saved up nothing. */
static void
test_no_saving(void **state)
{
	struct fixture f;
	size_t i, node, of[2] = { 0 };

	(void)state;
	start(&f, false, false);
	schedule_add_group(f.schedule, &(struct schedule_group){ .weight = 1 });
	for (i = 0; i < 200; i++)
		add(&f, 0, 0, NULL, 10);
	schedule_prepare(f.schedule);
	for (i = 0; i < 100; i++) {
		schedule_complete(f.schedule, next(&f, i * 10000));
		schedule_clock(f.schedule, (i + 1) * 10000);
	}
	for (i = 0; i < 50; i++)
		add(&f, 1, 0, NULL, 10);
	schedule_prepare(f.schedule);
	for (i = 0; i < 20; i++) {
		node = next(&f, 1000000 + i * 10000);
		of[node >= 200]++;
		schedule_clock(f.schedule, 1000000 + (i + 1) * 10000);
		schedule_complete(f.schedule, node);
	}
	assert_in_range(of[0], 9, 11);
	end(&f);
}

static void
test_caps(void **state)
{
	struct fixture f;
	size_t b, agent, n[6], i;

	(void)state;
	start(&f, false, false);
	b = schedule_add_group(f.schedule, &(struct schedule_group){ .weight = 1, .cap = 1 });
	agent = schedule_add_agent(f.schedule, 1);
	n[0] = add(&f, b, 0, NULL, 50);
	n[1] = add(&f, b, 0, NULL, 40);
	n[2] = add(&f, 0, agent, NULL, 30);
	n[3] = add(&f, 0, agent, NULL, 20);
	n[4] = add(&f, 0, 0, NULL, 10);
	schedule_prepare(f.schedule);
	assert_int_equal(next(&f, 0), n[2]);
	assert_int_equal(next(&f, 0), n[0]);
	assert_int_equal(next(&f, 0), n[4]);
	assert_int_equal(next(&f, 0), NONE);
	assert_int_equal(why(&f, n[1]), SCHEDULE_WAITS_GROUP_CAP);
	assert_int_equal(why(&f, n[3]), SCHEDULE_WAITS_AGENT_CAP);
	assert_int_equal(schedule_group_running(f.schedule, 0), 2);
	assert_int_equal(schedule_agent_running(f.schedule, agent), 1);
	/* Who waits to land has no slot any more; who tries again has its turn. */
	schedule_waits_to_land(f.schedule, n[0], true);
	assert_int_equal(next(&f, 0), n[1]);
	schedule_requeue(f.schedule, n[2], 0);
	assert_int_equal(next(&f, 0), n[2]);
	schedule_fail(f.schedule, n[2]);
	assert_int_equal(next(&f, 0), n[3]);
	schedule_set_agent(f.schedule, agent, 2);
	schedule_revive(f.schedule, n[2]);
	assert_int_equal(next(&f, 0), n[2]);
	for (i = 0; i < 5; i++)
		schedule_complete(f.schedule, n[i]);
	assert_int_equal(schedule_group_running(f.schedule, 0), 0);
	assert_int_equal(schedule_group_running(f.schedule, b), 0);
	assert_int_equal(schedule_agent_running(f.schedule, agent), 0);
	end(&f);
}

static void
test_pauses(void **state)
{
	struct fixture f;
	size_t b, agent, n[4];

	(void)state;
	start(&f, false, false);
	b = schedule_add_group(f.schedule, &(struct schedule_group){ .weight = 1 });
	agent = schedule_add_agent(f.schedule, 0);
	n[0] = add(&f, 0, 0, "a", 50);
	n[1] = add(&f, b, 0, "a", 40);
	n[2] = add(&f, b, agent, "b", 40);
	schedule_prepare(f.schedule);
	schedule_pause_group(f.schedule, b, true);
	assert_int_equal(next(&f, 0), n[0]);
	assert_int_equal(next(&f, 0), NONE);
	assert_int_equal(why(&f, n[1]), SCHEDULE_WAITS_PAUSED);
	schedule_pause_group(f.schedule, b, false);
	schedule_pause_agent(f.schedule, agent, true);
	/* Scopes of two groups never meet. */
	assert_int_equal(next(&f, 0), n[1]);
	assert_int_equal(next(&f, 0), NONE);
	assert_int_equal(why(&f, n[2]), SCHEDULE_WAITS_PAUSED);
	schedule_pause_agent(f.schedule, agent, false);
	assert_int_equal(next(&f, 0), n[2]);
	end(&f);
}

/* What a paused agent's task has reserved is free meanwhile. */
static void
test_paused_reservation(void **state)
{
	struct fixture f;
	size_t agent, a, wide, b;

	(void)state;
	start(&f, false, false);
	agent = schedule_add_agent(f.schedule, 0);
	a = add(&f, 0, 0, "a/a", 9);
	wide = add(&f, 0, agent, "a", 1);
	schedule_prepare(f.schedule);
	assert_int_equal(next(&f, 0), a);
	assert_int_equal(next(&f, 0), NONE);
	b = add(&f, 0, 0, "a/b", 1);
	schedule_prepare(f.schedule);
	assert_int_equal(next(&f, SCHEDULE_BARRED_MAX_MS), NONE);
	assert_int_equal(why(&f, b), SCHEDULE_WAITS_RESERVATION);
	schedule_pause_agent(f.schedule, agent, true);
	assert_int_equal(next(&f, SCHEDULE_BARRED_MAX_MS), b);
	schedule_complete(f.schedule, a);
	schedule_complete(f.schedule, b);
	schedule_pause_agent(f.schedule, agent, false);
	assert_int_equal(next(&f, SCHEDULE_BARRED_MAX_MS), wide);
	end(&f);
}

/* Each group has its own numbers; a dependency may lead into another. */
static void
test_lines(void **state)
{
	struct fixture f;
	size_t b, n[5];

	(void)state;
	start(&f, true, false);
	b = schedule_add_group(f.schedule, &(struct schedule_group){ .plan_order = true });
	n[0] = add(&f, 0, 0, "x", 1);
	n[1] = add(&f, b, 0, "x", 1);
	n[2] = add(&f, b, 0, "y", 1);
	n[3] = add(&f, 0, 0, "y", 1);
	schedule_depend(f.schedule, n[0], n[2]);
	schedule_prepare(f.schedule);
	assert_int_equal(schedule_number(f.schedule, n[0]), 1);
	assert_int_equal(schedule_number(f.schedule, n[3]), 2);
	assert_int_equal(schedule_number(f.schedule, n[1]), 1);
	assert_int_equal(schedule_number(f.schedule, n[2]), 2);
	assert_int_equal(schedule_in_group(f.schedule, b, 2), n[2]);
	assert_int_equal(schedule_in_group(f.schedule, b, 3), NONE);
	assert_int_equal(why(&f, n[0]), SCHEDULE_WAITS_DEPENDENCY);
	assert_int_equal(next(&f, 0), n[3]);
	assert_int_equal(next(&f, 0), n[1]);
	assert_int_equal(next(&f, 0), n[2]);
	schedule_complete(f.schedule, n[1]);
	assert_int_equal(schedule_group_lowest(f.schedule, b), 2);
	assert_int_equal(schedule_lowest(f.schedule), 1);
	schedule_complete(f.schedule, n[2]);
	assert_int_equal(next(&f, 0), n[0]);
	end(&f);
}

/* A barrier of one and the line of the other do not wait for each other. */
static void
test_waves_and_line(void **state)
{
	struct fixture f;
	size_t line, x, y, low, deep, middle[20], i, done = 0, node;

	(void)state;
	start(&f, false, true);
	line = schedule_add_group(f.schedule, &(struct schedule_group){ .plan_order = true });
	y = add(&f, 0, 0, NULL, 1);
	deep = add(&f, line, 0, "q", 1);
	for (i = 0; i < 20; i++)
		middle[i] = add(&f, line, 0, "q", 1);
	low = add(&f, line, 0, "q", 1);
	x = add(&f, 0, 0, NULL, 1);
	schedule_depend(f.schedule, x, low);
	/* y comes in a later wave than x, and deep, first of the line by entry, waits for it. */
	schedule_depend(f.schedule, y, x);
	schedule_depend(f.schedule, deep, y);
	for (i = 0; i < 20; i++)
		schedule_depend(f.schedule, middle[i], deep);
	schedule_prepare(f.schedule);
	while ((node = next(&f, done)) != NONE) {
		schedule_complete(f.schedule, node);
		done++;
	}
	assert_int_equal(done, 24);
	end(&f);
}

/* Newcomers of priority 0 all the time, and one of 1 that waits. */
static void
test_ageing(void **state)
{
	struct fixture f;
	size_t low, node, i;
	uint64_t now = 0;

	(void)state;
	start(&f, false, false);
	low = add(&f, 0, 0, NULL, 1);
	schedule_prepare(f.schedule);
	for (i = 0; i < 200; i++) {
		struct schedule_task task = { .priority = 0, .estimate_seconds = 600 };

		schedule_add(f.schedule, &task);
		schedule_prepare(f.schedule);
		node = next(&f, now);
		if (node == low)
			break;
		now += 600 * 1000;
		schedule_clock(f.schedule, now);
		schedule_complete(f.schedule, node);
	}
	/* One period for the priority, one to be before all that have not waited so long. */
	assert_int_equal(node, low);
	assert_in_range(now, 2 * SCHEDULE_AGE_MS, 2 * SCHEDULE_AGE_MS + 600 * 1000);
	assert_true(next(&f, now) != NONE);
	/* What came together keeps its order, however late it is. */
	schedule_clock(f.schedule, now);
	low = add(&f, 0, 0, NULL, 10);
	node = add(&f, 0, 0, NULL, 90);
	schedule_prepare(f.schedule);
	assert_int_equal(next(&f, now + 9 * SCHEDULE_AGE_MS), node);
	assert_int_equal(next(&f, now + 9 * SCHEDULE_AGE_MS), low);
	end(&f);
}

/* Each in a batch of 3 may need the one before it or the one behind it. */
static void
connect(struct fixture *f, size_t first)
{
	if (first % 2 == 0)
		schedule_depend(f->schedule, first, first + 2);
	if (first % 5 < 3)
		schedule_depend(f->schedule, first + 1, first);
	if (first > 0)
		schedule_depend(f->schedule, first + 2, first - 1 - first % 2);
}

/* What came in batches has the same places when all of it is there before the first is prepared. */
static void
test_batches(void **state)
{
	struct fixture once, later;
	size_t i, node;

	(void)state;
	for (i = 0; i < 4; i++) {
		start(&once, i % 2, i / 2);
		start(&later, i % 2, i / 2);
		for (node = 0; node < 90; node++) {
			add(&later, 0, 0, NULL, 1);
			add(&once, 0, 0, NULL, 1);
			if (node % 3 != 2)
				continue;
			connect(&once, node - 2);
			assert_int_equal(schedule_prepare(once.schedule), 0);
		}
		for (node = 0; node < 90; node += 3) {
			connect(&later, node);
			assert_int_equal(schedule_prepare_some(later.schedule, 3), 0);
		}
		for (node = 0; node < 90; node++) {
			assert_int_equal(schedule_number(once.schedule, node), schedule_number(later.schedule, node));
			assert_int_equal(schedule_wave(once.schedule, node), schedule_wave(later.schedule, node));
			assert_int_equal(schedule_remaining(once.schedule, node),
			    schedule_remaining(later.schedule, node));
		}
		end(&once);
		end(&later);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares), cmocka_unit_test(test_shares_long),
		cmocka_unit_test(test_shares_one_long),
		cmocka_unit_test(test_no_saving),
		cmocka_unit_test(test_caps), cmocka_unit_test(test_pauses),
		cmocka_unit_test(test_paused_reservation), cmocka_unit_test(test_lines),
		cmocka_unit_test(test_waves_and_line), cmocka_unit_test(test_ageing),
		cmocka_unit_test(test_batches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
