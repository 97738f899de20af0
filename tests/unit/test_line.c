/*
 * Which tickets are kept: random lives of tasks that depend on each other, under rules
 * that change, in one line or in two with rules of their own, against a model that looks
 * at everything anew. SEED= repeats one sequence, COUNT= makes more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/line.h"

#define TASKS_MOST	12
#define STEPS		120

/* Of a project. */
struct rules {
	bool plan, hold;
	uint64_t last, passed_by;
};

struct entry {
	size_t line;
	enum task_state state;
	uint64_t ticket;
	bool had_result;
	bool came_back;		/* from the line, since numbers were shared: it has its lease */
	bool needs[TASKS_MOST];
	size_t dependents[TASKS_MOST], dependent_count;
};

struct world {
	struct rules lines[2];
	size_t line_count, count, filled;
	struct entry tasks[TASKS_MOST];
	uint64_t random;
};

static size_t
draw(struct world *world, size_t below)
{
	world->random = world->random * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(world->random >> 33) % below;
}

/* ---- the model ---- */

static const struct rules *
rules_of(const struct world *world, size_t node)
{
	return &world->lines[world->tasks[node].line];
}

/* By the rules of who asks, wherever that is which it depends on. */
static bool
is_doomed(const struct world *world, size_t node, bool hold)
{
	size_t i;

	for (i = 0; i < node; i++) {
		const struct entry *task = &world->tasks[i];

		if (!world->tasks[node].needs[i] || task->state == TASK_COMPLETE)
			continue;
		if (task->state == TASK_CANCELLED || (task->state == TASK_BLOCKED && !hold) ||
		    is_doomed(world, i, hold))
			return true;
	}
	return false;
}

static bool
may_keep(const struct world *world, size_t node)
{
	enum task_state state = world->tasks[node].state;
	const struct rules *rules = rules_of(world, node);

	if (state == TASK_LANDING || state == TASK_VERIFYING || state == TASK_COMPLETE)
		return true;
	if (state == TASK_CANCELLED || is_doomed(world, node, rules->hold))
		return false;
	return state == TASK_BLOCKED ? rules->hold : rules->plan;
}

/* ---- what line.c sees ---- */

static struct line_task
at(void *context, size_t node)
{
	const struct world *world = context;
	const struct entry *task = &world->tasks[node];

	return (struct line_task){ .state = task->state, .ticket = task->ticket,
	    .plan = world->lines[task->line].plan,
	    .hold = world->lines[task->line].hold,
	    .dependents = task->dependents, .dependent_count = task->dependent_count };
}

static void
drop(void *context, size_t node)
{
	struct world *world = context;

	assert_true(world->tasks[node].ticket != 0);
	assert_false(may_keep(world, node));
	world->tasks[node].ticket = 0;
}

static struct line
line_of(struct world *world)
{
	bool deep = world->lines[0].plan || world->lines[0].hold || world->lines[1].plan || world->lines[1].hold;

	return (struct line){ deep, world->count, at, drop, world };
}

static void
sweep(struct world *world, size_t from)
{
	struct line line = line_of(world);

	line_sweep(&line, from);
}

static void
give(void *context, size_t node, uint64_t number)
{
	struct world *world = context;

	assert_int_not_equal(number, world->tasks[node].ticket);
	assert_true(may_keep(world, node) || world->tasks[node].ticket != 0);
	world->tasks[node].ticket = number;
	if (number > world->lines[world->tasks[node].line].last)
		world->lines[world->tasks[node].line].last = number;
}

static void
pass_by(void *context, uint64_t number)
{
	struct world *world = context;
	struct rules *rules = &world->lines[world->filled];

	assert_true(number <= rules->last);
	rules->passed_by = number;
}

/* Tasks are in the order of the plan here. */
static void
fill_line(struct world *world, size_t which)
{
	struct rules *rules = &world->lines[which];
	struct line line = line_of(world);
	size_t order[TASKS_MOST], ended[TASKS_MOST], count = 0, ended_count = 0, i;

	for (i = 0; i < world->count; i++) {
		const enum task_state state = world->tasks[i].state;

		if (state == TASK_BLOCKED || state == TASK_CANCELLED)
			ended[ended_count++] = i;
		if (world->tasks[i].line != which)
			continue;
		world->tasks[i].came_back = world->tasks[i].came_back && !rules->plan;
		/* As tickets.c does; it must not matter. */
		if (state != TASK_COMPLETE && state != TASK_CANCELLED)
			order[count++] = i;
	}
	if (rules->plan)
		line_fill(&line, &(struct line_fill){ .order = order, .count = count, .ended = ended,
		    .ended_count = ended_count, .last = rules->last, .give = give, .skip = pass_by,
		    .context = world });
	for (i = 0; i < world->count; i++)
		assert_true(world->tasks[i].line != which || world->tasks[i].ticket == 0 ||
		    world->tasks[i].ticket != rules->passed_by);
}

static void
fill(struct world *world)
{
	size_t i;

	for (i = 0; i < world->line_count; i++) {
		world->filled = i;
		fill_line(world, i);
	}
}

/* ---- what can happen ---- */

static void
look_at_new(struct world *world, size_t fresh)
{
	struct line line = line_of(world);
	size_t ended[TASKS_MOST], count = 0, i;

	for (i = 0; i < world->count; i++)
		if (world->tasks[i].state == TASK_BLOCKED || world->tasks[i].state == TASK_CANCELLED)
			ended[count++] = i;
	line_look(&line, ended, count, &fresh, 1);
}

static void
add(struct world *world)
{
	struct entry *task = &world->tasks[world->count];
	size_t i;

	if (world->count == TASKS_MOST)
		return;
	task->state = TASK_PENDING;
	task->line = world->line_count > 1 ? draw(world, world->line_count) : 0;
	task->ticket = world->lines[task->line].plan ? ++world->lines[task->line].last : 0;
	for (i = 0; i < world->count; i++)
		if (draw(world, 3) == 0) {
			task->needs[i] = true;
			world->tasks[i].dependents[world->tasks[i].dependent_count++] = world->count;
		}
	world->count++;
	look_at_new(world, world->count - 1);
}

static bool
is_ready(const struct world *world, size_t node)
{
	size_t i;

	for (i = 0; i < node; i++)
		if (world->tasks[node].needs[i] && world->tasks[i].state != TASK_COMPLETE)
			return false;
	return true;
}

/* What settle.c and transition.c do of it. */
static void
happen(struct world *world, size_t node, enum task_event event)
{
	struct entry *task = &world->tasks[node];
	struct task_step step = task_step(task->state, event);

	if (!step.possible || (event == TASK_STARTS && !is_ready(world, node)) ||
	    (event == TASK_LANDED && !task->had_result) ||
	    (event == TASK_FINISHED && !is_ready(world, node)))
		return;
	if (event == TASK_FINISHED) {
		task->had_result = true;
		if (task->ticket == 0)
			task->ticket = ++world->lines[task->line].last;
	}
	task->came_back = task_in_line(task->state) ? !task_in_line(step.next) : task->came_back;
	task->state = step.next;
	if ((step.actions & TASK_VOID_TICKET) && task->state == TASK_COMPLETE)
		task->ticket = 0;
	else if (step.actions & TASK_VOID_TICKET)
		sweep(world, node);
	if (step.actions & TASK_REVIVE)
		fill(world);
}

static void
step(struct world *world)
{
	size_t which;

	switch (draw(world, 12)) {
	case 0:
		add(world);
		return;
	case 1:
		/* Another configuration, and a start of the supervisor. */
		which = world->line_count > 1 ? draw(world, world->line_count) : 0;
		world->lines[which].plan = draw(world, 3) != 0;
		world->lines[which].hold = draw(world, 2) == 0;
		sweep(world, LINE_ALL);
		fill(world);
		return;
	default:
		if (world->count > 0)
			happen(world, draw(world, world->count), (enum task_event)draw(world, TASK_EVENTS));
	}
}

/* What is wrong with a task's number, or NULL. */
static const char *
wrong(const struct world *world, size_t node)
{
	const struct entry *task = &world->tasks[node];
	bool plan = rules_of(world, node)->plan;
	size_t i;

	if (task->ticket != 0 && !may_keep(world, node))
		return "has a ticket";
	if (plan && task->ticket == 0 && may_keep(world, node) && task->state != TASK_BLOCKED &&
	    task->state != TASK_COMPLETE)
		return "has no ticket";
	if (task->ticket == 0 || task->state == TASK_COMPLETE)
		return NULL;
	for (i = 0; i < node; i++) {
		const struct entry *other = &world->tasks[i];

		if (other->line != task->line)
			continue;
		if (other->ticket == task->ticket)
			return "shares its ticket";
		if (other->ticket < task->ticket || other->state == TASK_COMPLETE)
			continue;
		/* The line would wait for what waits for the line; one that is blocked has a person. */
		if (task->needs[i] && task->state != TASK_BLOCKED)
			return "is before what it needs";
		if (plan && !task_in_line(task->state) && task->state != TASK_BLOCKED &&
		    !task->came_back && !other->came_back)
			return "is before its turn";
	}
	return NULL;
}

static void
run(uint64_t seed)
{
	/* Both kinds of worlds, whatever seeds are asked for. */
	struct world world = { .lines = { { .plan = true }, { .plan = true } },
	    .line_count = 1 + seed % 2, .random = seed };
	size_t i, node;

	for (i = 0; i < STEPS; i++) {
		step(&world);
		for (node = 0; node < world.count; node++)
			if (wrong(&world, node) != NULL)
				fail_msg("SEED=%ju step %zu: task %zu, %s, %s", (uintmax_t)seed, i, node,
				    task_state_name(world.tasks[node].state), wrong(&world, node));
	}
}

static uint64_t
number_of(const char *name, uint64_t preset)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 10) : preset;
}

static void
test_random(void **state)
{
	uint64_t seed = number_of("SEED", 1), count = number_of("COUNT", 20000), i;

	(void)state;
	for (i = 0; i < count; i++)
		run(seed + i);
}

/* a; b needs a; c needs b; d stands alone. */
static struct world
chain(bool plan, bool hold)
{
	struct world world = { .lines = { { .plan = plan, .hold = hold } }, .line_count = 1, .count = 4 };
	size_t i;

	for (i = 0; i < 4; i++)
		world.tasks[i] = (struct entry){ .state = TASK_PENDING, .ticket = i + 1 };
	for (i = 0; i < 2; i++) {
		world.tasks[i + 1].needs[i] = true;
		world.tasks[i].dependents[world.tasks[i].dependent_count++] = i + 1;
	}
	return world;
}

static void
assert_tickets(const struct world *world, const char *wanted)
{
	char seen[TASKS_MOST + 1] = "";
	size_t i;

	for (i = 0; i < world->count; i++)
		seen[i] = world->tasks[i].ticket != 0 ? 'x' : '-';
	assert_string_equal(seen, wanted);
}

static void
test_table(void **state)
{
	static const struct { bool plan, hold; enum task_state first, second; const char *kept; } rows[] = {
		{ true, false, TASK_PENDING, TASK_PENDING, "xxxx" },
		{ true, false, TASK_BLOCKED, TASK_PENDING, "---x" },
		{ true, false, TASK_BLOCKED, TASK_AWAITING_APPROVAL, "---x" },
		{ true, false, TASK_CANCELLED, TASK_BLOCKED, "---x" },
		{ true, true, TASK_BLOCKED, TASK_PENDING, "xxxx" },
		{ true, true, TASK_CANCELLED, TASK_BLOCKED, "---x" },
		{ true, true, TASK_PENDING, TASK_CANCELLED, "x--x" },
		{ true, false, TASK_LANDING, TASK_PENDING, "xxxx" },
		{ true, false, TASK_COMPLETE, TASK_BLOCKED, "x--x" },
		{ false, false, TASK_LANDING, TASK_VERIFYING, "xx--" },
		{ false, true, TASK_BLOCKED, TASK_PENDING, "x---" },
		{ false, false, TASK_BLOCKED, TASK_RUNNING, "----" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct world world = chain(rows[i].plan, rows[i].hold);

		world.tasks[0].state = rows[i].first;
		world.tasks[1].state = rows[i].second;
		sweep(&world, LINE_ALL);
		assert_tickets(&world, rows[i].kept);
	}
}

static void
test_stands(void **state)
{
	static const struct { enum task_state states[4]; bool tickets[4]; bool stands; } rows[] = {
		/* No result, or the first number is one's. */
		{ { TASK_PENDING, TASK_BLOCKED, TASK_RUNNING, TASK_PENDING }, { 1, 1, 1, 1 }, false },
		{ { TASK_LANDING, TASK_BLOCKED, TASK_PENDING, TASK_PENDING }, { 1, 1, 1, 1 }, false },
		{ { TASK_COMPLETE, TASK_VERIFYING, TASK_PENDING, TASK_PENDING }, { 1, 1, 1, 1 }, false },
		{ { TASK_BLOCKED, TASK_LANDING, TASK_PENDING, TASK_PENDING }, { 0, 1, 1, 1 }, false },
		{ { TASK_BLOCKED, TASK_LANDING, TASK_LANDING, TASK_PENDING }, { 1, 1, 1, 1 }, true },
		{ { TASK_COMPLETE, TASK_AWAITING_APPROVAL, TASK_LANDING, TASK_PENDING }, { 1, 1, 1, 1 }, true },
		/* It waits for one that has lost its number. */
		{ { TASK_AWAITING_APPROVAL, TASK_PENDING, TASK_LANDING, TASK_PENDING }, { 0, 1, 1, 1 }, true },
	};
	size_t open[4], count, i, node;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct world world = chain(true, true);
		struct line line = line_of(&world);

		count = 0;
		for (node = 0; node < 4; node++) {
			world.tasks[node].state = rows[i].states[node];
			world.tasks[node].ticket = rows[i].tickets[node] ? node + 1 : 0;
			if (rows[i].states[node] != TASK_COMPLETE)
				open[count++] = node;
		}
		assert_int_equal(line_stands(&line, open, count), rows[i].stands);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
