/*
 * Between a landing and the tip that attempts start from: who cares for what landed
 * waits, the others start.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/following.h"

#define NONE	SCHEDULE_NODE_NONE

static char older[] = "aaaa", newer[] = "bbbb";

struct world {
	struct supervisor supervisor;
	struct project project;
	struct task task;		/* the first, which lands */
	struct scope *scope;
	size_t dependant, same_files, other;
};

static size_t
add(struct world *world, const struct scope *scope)
{
	const struct schedule_task task = { .priority = 1, .estimate_seconds = 60, .scope = scope };

	return schedule_add(world->supervisor.schedule, &task);
}

static size_t
next(struct world *world)
{
	size_t node = NONE;

	schedule_next(world->supervisor.schedule, 1000, &node);
	return node;
}

static int
setup(void **state)
{
	struct world *world = mem_zero(1, sizeof(*world));
	const struct schedule_rules rules = { .slots = 4 };
	char files[] = "src/**", *list[] = { files, NULL };

	world->supervisor.schedule = schedule_new(&rules);
	world->project = (struct project){ .supervisor = &world->supervisor, .tip = older };
	world->scope = scope_new(list, false);
	world->task = (struct task){ .project = &world->project, .node = add(world, world->scope) };
	world->dependant = add(world, NULL);
	world->same_files = add(world, world->scope);
	world->other = add(world, NULL);
	schedule_depend(world->supervisor.schedule, world->dependant, world->task.node);
	assert_int_equal(schedule_prepare(world->supervisor.schedule), 0);
	assert_int_equal(next(world), world->task.node);
	following_add(&world->task);
	*state = world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;

	schedule_free(world->supervisor.schedule);
	scope_free(world->scope);
	free(world->project.following);
	free(world);
	return 0;
}

static void
others_start(void **state)
{
	struct world *world = *state;
	size_t first;

	assert_int_equal(next(world), world->other);
	assert_int_equal(next(world), NONE);
	world->project.tip = newer;
	following_told(&world->project);
	first = next(world);
	assert_true(first == world->dependant || first == world->same_files);
	assert_int_equal(next(world), first == world->dependant ? world->same_files : world->dependant);
	assert_int_equal(next(world), NONE);
	/* Once is enough. */
	following_told(&world->project);
	following_end(&world->project);
}

/* Those of other projects need not wait for a tip that nobody is there to tell. */
static void
ends_without_a_tip(void **state)
{
	struct world *world = *state;

	following_end(&world->project);
	assert_int_equal(next(world), world->dependant);
	assert_false(following_awaited(&world->project));
}

/* Nor does who runs already: it does not see what landed in any case. */
static void
is_in_nobodys_way_who_runs(void **state)
{
	struct world *world = *state;
	struct schedule *schedule = world->supervisor.schedule;
	size_t holder;

	assert_int_equal(next(world), world->other);
	assert_int_equal(schedule_extend(schedule, world->other, world->scope, false, &holder), SCHEDULE_GRANTED);
	/* Its own lease bars the others now, too. */
	following_told(&world->project);
	assert_int_equal(next(world), world->dependant);
	assert_int_equal(next(world), NONE);
}

static void
lets_go_who_waited_for_it(void **state)
{
	struct world *world = *state;
	struct schedule *schedule = schedule_new(&(struct schedule_rules){ .slots = 4 });
	size_t first, second, node;
	bool granted;

	schedule_free(world->supervisor.schedule);
	world->supervisor.schedule = schedule;
	world->project.following_count = 0;
	world->task.node = first = add(world, world->scope);
	second = add(world, NULL);
	assert_int_equal(schedule_prepare(schedule), 0);
	assert_int_equal(next(world), first);
	assert_int_equal(next(world), second);
	assert_int_equal(schedule_extend(schedule, second, world->scope, true, &node), SCHEDULE_QUEUED);
	following_add(&world->task);
	assert_true(schedule_extended(schedule, &node, &granted));
	assert_true(granted);
	assert_int_equal(node, second);
}

static void
awaits_what_a_result_stood_on(void **state)
{
	struct world *world = *state;

	following_stood(&world->project, older);
	assert_false(following_awaited(&world->project));
	following_stood(&world->project, newer);
	assert_true(following_awaited(&world->project));
	world->project.tip = newer;
	following_told(&world->project);
	assert_false(following_awaited(&world->project));
	/* Told again after a restart. */
	following_stood(&world->project, newer);
	assert_false(following_awaited(&world->project));
}

/* A yes that is given after a landing lets start what contains it. */
static void
awaits_what_a_person_saw(void **state)
{
	struct world *world = *state;

	world->project.landed = older;
	following_wished(&world->project);
	assert_false(following_awaited(&world->project));
	world->project.landed = newer;
	following_wished(&world->project);
	assert_true(following_awaited(&world->project));
	world->project.tip = newer;
	following_told(&world->project);
	assert_false(following_awaited(&world->project));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(others_start, setup, teardown),
		cmocka_unit_test_setup_teardown(ends_without_a_tip, setup, teardown),
		cmocka_unit_test_setup_teardown(is_in_nobodys_way_who_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(lets_go_who_waited_for_it, setup, teardown),
		cmocka_unit_test_setup_teardown(awaits_what_a_result_stood_on, setup, teardown),
		cmocka_unit_test_setup_teardown(awaits_what_a_person_saw, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
