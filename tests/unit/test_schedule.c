/* Each rule of the scheduler by example, then all of them at random. */
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

#define NODES 64

/* A schedule under test and the scopes it borrows. */
struct fixture {
	struct schedule *schedule;
	struct scope *scopes[NODES];
	size_t count;
};

static void
start(struct fixture *fixture, unsigned slots, bool plan_order, bool waves)
{
	struct schedule_rules rules = { slots, plan_order, waves };

	*fixture = (struct fixture){ .schedule = schedule_new(&rules) };
}

static void
end(struct fixture *fixture)
{
	schedule_free(fixture->schedule);
	while (fixture->count > 0)
		scope_free(fixture->scopes[--fixture->count]);
}

static size_t
add(struct fixture *fixture, const char *pattern, unsigned priority, uint64_t estimate)
{
	char *copy = str_dup(pattern), *list[] = { copy, NULL };
	struct scope *scope = scope_new(pattern == NULL ? NULL : list, false);
	struct schedule_task task = { .priority = priority, .estimate_seconds = estimate,
	    .scope = scope };

	free(copy);
	fixture->scopes[fixture->count++] = scope;
	return schedule_add(fixture->schedule, &task);
}

static void
expect(struct fixture *fixture, uint64_t now, size_t node)
{
	size_t got = SCHEDULE_NODE_NONE;

	schedule_next(fixture->schedule, now, &got);
	assert_int_equal(got, node);
}

static void
expect_why(struct fixture *fixture, size_t node, enum schedule_wait wait, size_t by)
{
	struct schedule_reason reason;

	schedule_why(fixture->schedule, node, 0, &reason);
	assert_int_equal(reason.wait, wait);
	assert_int_equal(reason.node, by);
}

#define NONE SCHEDULE_NODE_NONE

static void
test_order(void **state)
{
	struct fixture f;
	size_t late, longer, urgent, tail;

	(void)state;
	start(&f, 1, false, false);
	late = add(&f, NULL, 1, 10);
	longer = add(&f, NULL, 1, 20);
	urgent = add(&f, NULL, 0, 1);
	tail = add(&f, NULL, 1, 100);
	schedule_depend(f.schedule, tail, late);
	assert_int_equal(schedule_prepare(f.schedule), 0);
	assert_int_equal(schedule_remaining(f.schedule, late), 110);
	expect_why(&f, tail, SCHEDULE_WAITS_DEPENDENCY, late);
	expect(&f, 0, urgent);
	expect(&f, 0, late);
	expect_why(&f, late, SCHEDULE_IS_RUNNING, NONE);
	expect(&f, 0, longer);
	expect(&f, 0, NONE);
	schedule_complete(f.schedule, late);
	expect_why(&f, late, SCHEDULE_IS_FINAL, NONE);
	expect(&f, 0, tail);
	end(&f);
}

static void
test_leases(void **state)
{
	struct fixture f;
	size_t a, b, c, d, e;

	(void)state;
	start(&f, 4, false, false);
	a = add(&f, "src/**", 1, 0);
	b = add(&f, "src/b", 1, 0);
	c = add(&f, "lib", 1, 0);
	d = add(&f, NULL, 1, 0);
	e = add(&f, "src/e", 1, 0);
	schedule_prepare(f.schedule);
	expect(&f, 0, a);
	expect(&f, 0, c);
	expect(&f, 0, d);
	expect(&f, 0, NONE);
	expect_why(&f, b, SCHEDULE_WAITS_LEASE, a);
	/* Tried again it keeps its lease and is not barred by it. */
	schedule_requeue(f.schedule, a, 5000);
	assert_int_equal(schedule_wake(f.schedule, 0), 5000);
	expect_why(&f, a, SCHEDULE_WAITS_DELAY, NONE);
	expect(&f, 4999, NONE);
	expect(&f, 5000, a);
	assert_true(schedule_wake(f.schedule, 5000) == SCHEDULE_NEVER);
	schedule_complete(f.schedule, a);
	expect(&f, 5000, b);
	expect(&f, 5000, e);
	/* "Not yet" gives it back: what it waits for may be behind that very lease. */
	schedule_put_off(f.schedule, b, 9000);
	expect_why(&f, b, SCHEDULE_WAITS_DELAY, NONE);
	schedule_not_before(f.schedule, b, 6000);
	expect(&f, 5999, NONE);
	expect(&f, 6000, b);
	assert_false(schedule_rescope(f.schedule, b, f.scopes[a]));
	schedule_complete(f.schedule, e);
	assert_true(schedule_rescope(f.schedule, b, f.scopes[a]));
	end(&f);
}

static void
test_hold_fail_revive(void **state)
{
	struct fixture f;
	size_t a, b, c;

	(void)state;
	start(&f, 4, false, false);
	a = add(&f, "a", 1, 0);
	b = add(&f, "b", 1, 0);
	c = add(&f, "a", 2, 0);
	schedule_depend(f.schedule, b, a);
	schedule_prepare(f.schedule);
	schedule_hold(f.schedule, a, true);
	expect_why(&f, a, SCHEDULE_WAITS_HOLD, NONE);
	expect(&f, 0, c);
	schedule_hold(f.schedule, a, false);
	expect(&f, 0, NONE);
	schedule_fail(f.schedule, c);
	expect(&f, 0, a);
	schedule_fail(f.schedule, a);
	expect(&f, 0, NONE);
	expect_why(&f, b, SCHEDULE_WAITS_DEPENDENCY, a);
	schedule_revive(f.schedule, a);
	expect(&f, 0, a);
	schedule_complete(f.schedule, a);
	expect(&f, 0, b);
	end(&f);
}

static void
test_passed_over(void **state)
{
	struct fixture f;
	size_t wide, first, i;

	(void)state;
	start(&f, 2, false, false);
	first = add(&f, "a/0", 0, 0);
	wide = add(&f, "a", 0, 0);
	for (i = 2; i < 40; i++)
		add(&f, i % 2 == 0 ? "a/x" : "a/y", 0, 0);
	schedule_prepare(f.schedule);
	expect(&f, 0, first);
	expect(&f, 0, 2);
	/* Something beneath a/ runs all the time; after 20 starts no more begins. */
	for (i = 2; i < 21; i++) {
		expect(&f, 0, i + 1);
		schedule_complete(f.schedule, i);
	}
	expect(&f, 0, NONE);
	expect_why(&f, 30, SCHEDULE_WAITS_RESERVATION, wide);
	expect_why(&f, 31, SCHEDULE_WAITS_LEASE, 21);
	schedule_complete(f.schedule, 21);
	expect(&f, 0, NONE);
	schedule_complete(f.schedule, first);
	expect(&f, 0, wide);
	expect(&f, 0, NONE);
	schedule_complete(f.schedule, wide);
	expect(&f, 0, 22);
	end(&f);
}

static void
test_barred_long(void **state)
{
	struct fixture f;
	size_t a, wide, b;

	(void)state;
	start(&f, 2, false, false);
	a = add(&f, "a/a", 0, 0);
	wide = add(&f, "a", 1, 0);
	schedule_prepare(f.schedule);
	expect(&f, 0, a);
	expect(&f, 0, NONE);
	b = add(&f, "a/b", 0, 0);
	schedule_prepare(f.schedule);
	expect(&f, SCHEDULE_BARRED_MAX_MS, NONE);
	expect_why(&f, b, SCHEDULE_WAITS_RESERVATION, wide);
	/* One that is held gives up its reservation. */
	schedule_hold(f.schedule, wide, true);
	expect(&f, SCHEDULE_BARRED_MAX_MS, b);
	end(&f);
}

static void
test_plan_order(void **state)
{
	struct fixture f;
	size_t a, b, c, d, far;

	(void)state;
	start(&f, 2, true, false);
	a = add(&f, "x", 2, 1);
	b = add(&f, "x/b", 0, 0);
	c = add(&f, "y", 0, 0);
	d = add(&f, "z", 1, 0);
	far = add(&f, "w", 0, 0);
	schedule_depend(f.schedule, a, d);
	schedule_prepare(f.schedule);
	/* b, c, d, a, far */
	assert_int_equal(schedule_number(f.schedule, b), 1);
	assert_int_equal(schedule_number(f.schedule, a), 4);
	assert_int_equal(schedule_by_number(f.schedule, 5), far);
	expect(&f, 0, b);
	expect(&f, 0, c);
	expect_why(&f, far, SCHEDULE_WAITS_WINDOW, b);
	expect(&f, 0, d);
	expect(&f, 0, NONE);
	schedule_complete(f.schedule, d);
	expect(&f, 0, NONE);
	expect_why(&f, a, SCHEDULE_WAITS_LEASE, b);
	/* A result that waits to land bars lower numbers only not: b is lower. */
	schedule_waits_to_land(f.schedule, b, true);
	expect(&f, 0, NONE);
	schedule_fail(f.schedule, b);
	assert_int_equal(schedule_lowest(f.schedule), 2);
	expect(&f, 0, far);
	expect(&f, 0, a);
	schedule_revive(f.schedule, b);
	expect_why(&f, b, SCHEDULE_WAITS_LEASE, a);
	schedule_waits_to_land(f.schedule, a, true);
	expect(&f, 0, b);
	end(&f);
}

static void
test_plan_order_earlier(void **state)
{
	struct fixture f;
	size_t a, b, c;

	(void)state;
	start(&f, 4, true, false);
	a = add(&f, "q", 2, 0);
	b = add(&f, "x", 2, 0);
	c = add(&f, "x", 0, 0);
	schedule_depend(f.schedule, b, a);
	schedule_depend(f.schedule, c, a);
	schedule_prepare(f.schedule);
	schedule_hold(f.schedule, b, true);
	expect(&f, 0, a);
	schedule_complete(f.schedule, a);
	expect(&f, 0, NONE);
	expect_why(&f, c, SCHEDULE_WAITS_EARLIER, b);
	schedule_fail(f.schedule, b);
	expect(&f, 0, c);
	end(&f);
}

static void
test_waves(void **state)
{
	struct fixture f;
	size_t a, b, c, d;

	(void)state;
	start(&f, 4, false, true);
	a = add(&f, NULL, 1, 0);
	b = add(&f, NULL, 1, 0);
	c = add(&f, NULL, 1, 0);
	d = add(&f, NULL, 1, 0);
	schedule_depend(f.schedule, c, a);
	schedule_depend(f.schedule, d, c);
	schedule_prepare(f.schedule);
	assert_int_equal(schedule_wave(f.schedule, d), 2);
	expect(&f, 0, a);
	expect(&f, 0, b);
	schedule_complete(f.schedule, a);
	expect(&f, 0, NONE);
	expect_why(&f, c, SCHEDULE_WAITS_WAVE, b);
	/* Of a later wave too: what the group is at. */
	expect_why(&f, d, SCHEDULE_WAITS_DEPENDENCY, c);
	schedule_fail(f.schedule, b);
	expect(&f, 0, c);
	end(&f);
}

static void
test_cycle_and_batches(void **state)
{
	struct fixture f;
	size_t a, b, c, d;

	(void)state;
	start(&f, 4, false, false);
	a = add(&f, NULL, 1, 0);
	b = add(&f, NULL, 1, 0);
	c = add(&f, NULL, 1, 10);
	schedule_depend(f.schedule, a, b);
	schedule_depend(f.schedule, b, a);
	assert_int_equal(schedule_prepare(f.schedule), 2);
	assert_int_equal(schedule_number(f.schedule, a), 0);
	expect_why(&f, b, SCHEDULE_WAITS_PREPARE, NONE);
	d = add(&f, NULL, 1, 30);
	schedule_depend(f.schedule, d, c);
	assert_int_equal(schedule_prepare(f.schedule), 0);
	assert_int_equal(schedule_remaining(f.schedule, c), 40);
	assert_int_equal(schedule_number(f.schedule, d), 2);
	expect(&f, 0, c);
	expect(&f, 0, NONE);
	end(&f);
}

/* What the test itself knows about each task of the random run. */
struct model {
	struct schedule *schedule;
	struct schedule_task *tasks;
	size_t (*dependencies)[2];
	unsigned char *status;	/* 'w' new, 'r' running, 'q' again, 'h' held, 'c', 'f' */
	uint64_t *again;
	size_t *running, *leases;
	size_t count, running_count, lease_count, steps, done;
	unsigned seed, slots;
	bool plan_order, waves;
};

static unsigned
roll(struct model *model, unsigned sides)
{
	model->seed = model->seed * 1103515245u + 12345u;
	return (model->seed >> 12) % sides;
}

static bool
satisfied(const struct model *model, size_t node)
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (model->dependencies[node][i] != NONE &&
		    model->status[model->dependencies[node][i]] != 'c')
			return false;
	return true;
}

static void
drop(size_t *list, size_t *count, size_t node)
{
	size_t i;

	for (i = 0; i < *count && list[i] != node; i++)
		;
	if (i < *count)
		list[i] = list[--*count];
}

static void
check_start(struct model *model, size_t node)
{
	size_t i;

	assert_true(model->status[node] == 'w' || model->status[node] == 'q');
	assert_true(satisfied(model, node));
	if (model->status[node] == 'w') {
		for (i = 0; i < model->lease_count; i++)
			assert_false(scope_overlap(model->tasks[node].scope,
			    model->tasks[model->leases[i]].scope));
		model->leases[model->lease_count++] = node;
	}
	model->status[node] = 'r';
	model->running[model->running_count++] = node;
}

/* Nothing starts: then each that could must be barred by something. */
static void
check_idle(struct model *model, uint64_t now)
{
	struct schedule_reason reason;
	size_t node;

	for (node = 0; node < model->count; node++) {
		if (model->status[node] != 'w' && model->status[node] != 'q')
			continue;
		if (!satisfied(model, node))
			continue;
		schedule_why(model->schedule, node, now, &reason);
		assert_true(reason.wait != SCHEDULE_WAITS_SLOT);
		assert_true(reason.wait != SCHEDULE_WAITS_DEPENDENCY);
		if (reason.wait == SCHEDULE_WAITS_DELAY)
			assert_true(model->again[node] > now);
		if (reason.wait == SCHEDULE_WAITS_LEASE)
			assert_true(scope_overlap(model->tasks[node].scope,
			    model->tasks[reason.node].scope));
	}
}

static void
end_one(struct model *model, uint64_t now)
{
	size_t node = model->running[roll(model, (unsigned)model->running_count)];
	unsigned what = roll(model, 10);

	drop(model->running, &model->running_count, node);
	if (what < 3) {
		model->status[node] = 'q';
		model->again[node] = now + roll(model, 3000);
		schedule_requeue(model->schedule, node, model->again[node]);
		return;
	}
	if (what == 4) {
		if (!model->plan_order)
			drop(model->leases, &model->lease_count, node);
		model->status[node] = model->plan_order ? 'q' : 'w';
		model->again[node] = now + roll(model, 3000);
		schedule_put_off(model->schedule, node, model->again[node]);
		if (roll(model, 2) == 0) {
			model->again[node] = now + roll(model, 3);
			schedule_not_before(model->schedule, node, model->again[node]);
		}
		return;
	}
	drop(model->leases, &model->lease_count, node);
	if (what == 3) {
		model->status[node] = 'w';
		model->again[node] = 0;
		schedule_fail(model->schedule, node);
		schedule_revive(model->schedule, node);
		return;
	}
	model->status[node] = 'c';
	model->done++;
	schedule_complete(model->schedule, node);
}

static void
add_random(struct model *model, struct scope *const *scopes, size_t scope_count,
    size_t batch)
{
	size_t first = model->count, i, k, dependency;

	for (i = 0; i < batch; i++) {
		struct schedule_task *task = &model->tasks[model->count];

		task->priority = roll(model, 3);
		task->estimate_seconds = 1 + roll(model, 300);
		task->scope = scopes[roll(model, (unsigned)scope_count)];
		model->status[model->count] = 'w';
		assert_int_equal(schedule_add(model->schedule, task), model->count);
		model->count++;
	}
	for (i = first; i < model->count; i++)
		for (k = 0; k < 2; k++) {
			model->dependencies[i][k] = NONE;
			if (i < 2 || roll(model, 2) == 0)
				continue;
			dependency = i - 1 - roll(model, i < 50 ? (unsigned)i : 50u);
			schedule_depend(model->schedule, i, dependency);
			model->dependencies[i][k] = dependency;
		}
	assert_int_equal(schedule_prepare(model->schedule), 0);
}

/* Until all are complete; tasks come in batches of up to 200. */
static void
run_random(struct model *model, struct scope *const *scopes, size_t scope_count,
    size_t total)
{
	struct schedule_rules rules = { model->slots, model->plan_order, model->waves };
	uint64_t now = 0, wake;
	size_t node;

	model->schedule = schedule_new(&rules);
	while (model->done < total) {
		model->steps++;
		if (model->count < total && (roll(model, 100) == 0 ||
		    model->done == model->count)) {
			size_t batch = 1 + roll(model, 200);

			add_random(model, scopes, scope_count,
			    batch < total - model->count ? batch : total - model->count);
		}
		while (model->running_count < model->slots &&
		    schedule_next(model->schedule, now, &node))
			check_start(model, node);
		if (model->running_count < model->slots && model->steps % 16 == 0)
			check_idle(model, now);
		if (model->running_count > 0)
			end_one(model, now);
		else if (model->done < model->count) {
			wake = schedule_wake(model->schedule, now);
			assert_true(wake != SCHEDULE_NEVER);
			now = wake;
		}
		now += roll(model, 2000);
	}
	assert_false(schedule_next(model->schedule, now, &node));
	schedule_free(model->schedule);
}

static void
test_random(void **state)
{
	static const char *const patterns[] = { NULL, "a", "a/b", "a/c", "a/b/*.c", "b",
	    "b/x", "**/x", "c/*", "c/d", "d", "e", "f", "g/h", "g", "*.c" };
	struct scope *scopes[COUNT(patterns)];
	const size_t total = 20000;
	size_t i, steps = 0;
	unsigned round;

	(void)state;
	for (i = 0; i < COUNT(patterns); i++) {
		char *copy = str_dup(patterns[i]), *list[] = { copy, NULL };

		scopes[i] = scope_new(copy == NULL ? NULL : list, false);
		free(copy);
	}
	for (round = 0; round < 8; round++) {
		struct model model = { .seed = round + 1, .slots = round % 4 < 2 ? 3 : 12,
		    .plan_order = round % 2 == 1, .waves = round >= 4 };

		model.tasks = mem_zero(total, sizeof(*model.tasks));
		model.dependencies = mem_zero(total, sizeof(*model.dependencies));
		model.status = mem_zero(total, 1);
		model.again = mem_zero(total, sizeof(*model.again));
		model.running = mem_zero(total, sizeof(size_t));
		model.leases = mem_zero(total, sizeof(size_t));
		run_random(&model, scopes, COUNT(patterns), total);
		steps += model.steps;
		free(model.tasks);
		free(model.dependencies);
		free(model.status);
		free(model.again);
		free(model.running);
		free(model.leases);
	}
	assert_true(steps >= 100000);
	for (i = 0; i < COUNT(patterns); i++)
		scope_free(scopes[i]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_leases),
		cmocka_unit_test(test_hold_fail_revive), cmocka_unit_test(test_passed_over),
		cmocka_unit_test(test_barred_long), cmocka_unit_test(test_plan_order),
		cmocka_unit_test(test_plan_order_earlier), cmocka_unit_test(test_waves),
		cmocka_unit_test(test_cycle_and_batches), cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
