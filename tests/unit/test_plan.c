/* Waves, predicted schedules and bounds of small lists; a large one for time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/plan.h"

struct row {
	const char *id, *files, *depends_on[3];
	uint64_t estimate;
};

static char **
list_of(const char *const *texts, size_t count)
{
	char **list = mem_zero(count + 1, sizeof(*list));
	size_t i;

	for (i = 0; i < count && texts[i] != NULL; i++)
		list[i] = str_dup(texts[i]);
	return list;
}

static void
make(struct task_list *list, const struct row *rows, size_t count)
{
	size_t i;

	*list = (struct task_list){ mem_zero(count, sizeof(*list->tasks)), count };
	for (i = 0; i < count; i++) {
		list->tasks[i].id = str_dup(rows[i].id);
		list->tasks[i].estimate = rows[i].estimate;
		list->tasks[i].priority = 1;
		list->tasks[i].depends_on = list_of(rows[i].depends_on, 3);
		if (rows[i].files != NULL)
			list->tasks[i].files = list_of(&rows[i].files, 1);
	}
}

static const struct row diamond[] = {
	{ "a", "a", { NULL }, 10 }, { "b", "b", { "a" }, 20 }, { "c", "c", { "a" }, 0 },
	{ "d", "b/x", { NULL }, 5 }, { "e", "e", { "b", "c" }, 10 },
};

static void
test_diamond(void **state)
{
	static const struct plan_entry expected[] = {
		{ 0, 0, 0, 10 }, { 3, 1, 0, 5 }, { 2, 0, 10, 70 }, { 1, 1, 10, 30 },
		{ 4, 0, 70, 80 },
	};
	struct plan_rules rules = { .slots = 2 };
	struct task_list list;
	struct plan *plan;
	size_t i;

	(void)state;
	make(&list, diamond, COUNT(diamond));
	plan = plan_new(&list, &rules);
	assert_int_equal(plan->schedule_count, COUNT(expected));
	for (i = 0; i < COUNT(expected); i++) {
		assert_int_equal(plan->schedule[i].task, expected[i].task);
		assert_int_equal(plan->schedule[i].slot, expected[i].slot);
		assert_int_equal(plan->schedule[i].start, expected[i].start);
		assert_int_equal(plan->schedule[i].end, expected[i].end);
	}
	assert_int_equal(plan->makespan, 80);
	assert_int_equal(plan->lower_bound, 80);
	assert_int_equal(plan->wave_count, 3);
	assert_int_equal(plan->waves[0].count, 2);
	assert_int_equal(plan->waves[1].tasks[1], 2);
	assert_int_equal(plan->waves[2].tasks[0], 4);
	assert_int_equal(plan->unscheduled_count, 0);
	plan_free(plan);
	task_list_release(&list);
}

static void
test_makespans(void **state)
{
	static const struct {
		struct plan_rules rules;
		uint64_t makespan, lower_bound;
	} cases[] = {
		{ { 1, false, false }, 105, 105 }, { { 1, true, false }, 105, 105 },
		{ { 3, false, false }, 80, 80 }, { { 2, true, false }, 80, 80 },
		{ { 2, false, true }, 80, 80 }, { { 2, true, true }, 80, 80 },
		{ { 0, false, false }, 105, 105 }, { { 1000000, false, false }, 80, 80 },
	};
	struct task_list list;
	struct plan *plan;
	size_t i;

	(void)state;
	make(&list, diamond, COUNT(diamond));
	for (i = 0; i < COUNT(cases); i++) {
		plan = plan_new(&list, &cases[i].rules);
		if (plan->schedule_count != COUNT(diamond))
			fail_msg("case %zu: %zu started", i, plan->schedule_count);
		assert_int_equal(plan->makespan, cases[i].makespan);
		assert_int_equal(plan->lower_bound, cases[i].lower_bound);
		plan_free(plan);
	}
	task_list_release(&list);
}

static void
test_barriers_and_leases(void **state)
{
	static const struct row rows[] = {
		{ "a", "x", { NULL }, 100 }, { "b", "x/y", { NULL }, 100 },
		{ "c", "z", { NULL }, 10 }, { "d", "w", { "c" }, 10 },
	};
	static const struct { bool waves; uint64_t d_starts; } cases[] = {
		{ false, 10 }, { true, 200 },
	};
	struct task_list list;
	struct plan *plan;
	size_t i, k;

	(void)state;
	make(&list, rows, COUNT(rows));
	for (i = 0; i < COUNT(cases); i++) {
		struct plan_rules rules = { 4, false, cases[i].waves };

		plan = plan_new(&list, &rules);
		for (k = 0; k < plan->schedule_count; k++)
			if (plan->schedule[k].task == 3)
				assert_int_equal(plan->schedule[k].start,
				    cases[i].d_starts);
		assert_int_equal(plan->makespan, cases[i].waves ? 210 : 200);
		assert_int_equal(plan->lower_bound, 100);
		plan_free(plan);
	}
	task_list_release(&list);
}

static void
test_unscheduled(void **state)
{
	static const struct row rows[] = {
		{ "a", NULL, { "b" }, 1 }, { "b", NULL, { "a" }, 1 },
		{ "c", NULL, { "nobody" }, 1 }, { "d", NULL, { "c" }, 1 },
		{ "e", NULL, { NULL }, 1 },
	};
	struct plan_rules rules = { 2, false, false };
	struct task_list list;
	struct plan *plan;

	(void)state;
	make(&list, rows, COUNT(rows));
	plan = plan_new(&list, &rules);
	assert_int_equal(plan->unscheduled_count, 4);
	assert_int_equal(plan->unscheduled[3], 3);
	assert_int_equal(plan->schedule_count, 1);
	assert_int_equal(plan->makespan, 1);
	plan_free(plan);
	list.count = 0;
	plan = plan_new(&list, &rules);
	assert_int_equal(plan->makespan + plan->lower_bound + plan->wave_count, 0);
	plan_free(plan);
	list.count = COUNT(rows);
	task_list_release(&list);
}

/* 10,000 tasks that all write the same, and 10,000 in a hundred folders. */
static void
test_large(void **state)
{
	const size_t count = 10000;
	struct plan_rules rules = { 16, false, false };
	struct task_list list = { mem_zero(count, sizeof(*list.tasks)), count };
	struct plan *plan;
	size_t i, round;

	(void)state;
	for (round = 0; round < 4; round++) {
		for (i = 0; i < count; i++) {
			struct task_spec *spec = &list.tasks[i];

			task_spec_release(spec);
			spec->id = str_format("t%zu", i);
			spec->files = mem_zero(2, sizeof(char *));
			spec->files[0] = round % 2 == 0 ? str_dup("src/**") :
			    i % 50 == 0 ? str_format("d%zu", i % 100) :
			    str_format("d%zu/%zu", i % 100, i);
			spec->estimate = 1 + i % 7;
			spec->depends_on = mem_zero(2, sizeof(char *));
			if (i % 3 == 2)
				spec->depends_on[0] = str_format("t%zu", i - 2);
		}
		rules.plan_order = round >= 2;
		plan = plan_new(&list, &rules);
		assert_int_equal(plan->schedule_count, count);
		assert_true(plan->makespan >= plan->lower_bound);
		plan_free(plan);
	}
	task_list_release(&list);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diamond), cmocka_unit_test(test_makespans),
		cmocka_unit_test(test_barriers_and_leases),
		cmocka_unit_test(test_unscheduled), cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
