/*
 * Some sequences of commitd's line, on a world that is made up (line_world.h), each
 * played again and again: with one call that fails, at each place where one can, and
 * with the death of the process at each change of what is durable.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "line_driver.h"
#include "protocol/mem.h"

struct line { enum { DO_ENQUEUE, DO_VOID, DO_PASS, DO_RED, DO_STEPS, DO_FOREIGN, DO_ANSWER, DO_LATE, DO_TIME,
	DO_DIE } what;
	unsigned number; };

static const struct line overtaken[] = {
	{ DO_ENQUEUE, 1 }, { DO_ENQUEUE, 3 }, { DO_STEPS, 0 }, { DO_ENQUEUE, 2 }, { DO_STEPS, 0 },
	{ DO_PASS, 1 }, { DO_PASS, 2 }, { DO_STEPS, 0 }, { DO_VOID, 2 }, { DO_FOREIGN, 0 },
	{ DO_ANSWER, ANSWER_BAD }, { DO_STEPS, 0 }, { DO_ANSWER, ANSWER_GOOD }, { DO_STEPS, 0 },
	{ DO_PASS, 1 }, { DO_RED, 3 }, { DO_STEPS, 0 }, { DO_ANSWER, ANSWER_GOOD }, { DO_STEPS, 0 },
	{ DO_ENQUEUE, 4 }, { DO_STEPS, 0 },
};
static const struct line answer_lost[] = {
	{ DO_ENQUEUE, 1 }, { DO_ENQUEUE, 2 }, { DO_STEPS, 0 }, { DO_PASS, 2 }, { DO_PASS, 1 },
	{ DO_STEPS, 0 }, { DO_ANSWER, ANSWER_LOST }, { DO_FOREIGN, 0 }, { DO_STEPS, 0 },
	{ DO_ANSWER, ANSWER_GOOD }, { DO_STEPS, 0 }, { DO_ENQUEUE, 3 }, { DO_STEPS, 0 },
	{ DO_PASS, 3 }, { DO_STEPS, 0 }, { DO_ANSWER, ANSWER_LOST }, { DO_DIE, 0 }, { DO_STEPS, 0 },
	{ DO_VOID, 4 }, { DO_DIE, 0 }, { DO_STEPS, 0 },
};
/* A push that was given up arrives when the next one, of more, is under way. */
static const struct line arrives_late[] = {
	{ DO_ENQUEUE, 1 }, { DO_ENQUEUE, 2 }, { DO_STEPS, 0 }, { DO_PASS, 1 }, { DO_STEPS, 0 },
	{ DO_ANSWER, ANSWER_LATE }, { DO_STEPS, 0 }, { DO_ANSWER, ANSWER_GOOD }, { DO_STEPS, 0 },
	{ DO_PASS, 2 }, { DO_TIME, 0 }, { DO_STEPS, 0 }, { DO_VOID, 1 }, { DO_LATE, 0 },
	{ DO_ANSWER, ANSWER_BAD }, { DO_STEPS, 0 }, { DO_ANSWER, ANSWER_GOOD }, { DO_STEPS, 0 },
	{ DO_STEPS, 0 }, { DO_PASS, 2 }, { DO_STEPS, 0 },
};

/* What was cancelled under way comes back, and is void before the next push. */
static const struct line refused[] = {
	{ DO_ENQUEUE, 1 }, { DO_ENQUEUE, 2 }, { DO_STEPS, 0 }, { DO_PASS, 1 }, { DO_PASS, 2 },
	{ DO_STEPS, 0 }, { DO_VOID, 2 }, { DO_ANSWER, ANSWER_BAD }, { DO_STEPS, 0 },
	{ DO_ANSWER, ANSWER_GOOD }, { DO_STEPS, 0 }, { DO_TIME, 0 }, { DO_STEPS, 0 },
	{ DO_ANSWER, ANSWER_GOOD }, { DO_STEPS, 0 },
};

static void
do_verdict(unsigned number, bool pass)
{
	char tree[OID_TEXT];

	if (!model.entries[number].asked)
		return;
	world_oid(tree, 'a', world.commits[model.entries[number].commit].tree);
	say_verdict(number, tree, pass);
}

static void
do_line(const struct line *line)
{
	struct world_result result = { .base = 0, .gate = true, .epoch = 1,
	    .tree = (world_tree)1 << 8 * line->number };

	switch (line->what) {
	case DO_ENQUEUE:
		driver.rows[line->number] = (struct row){ ROW_WAITING, world_result(&result), 0 };
		say_enqueue(line->number);
		break;
	case DO_VOID:
		driver.rows[line->number].state = ROW_VOID;
		say_void(line->number);
		break;
	case DO_PASS: case DO_RED:
		do_verdict(line->number, line->what == DO_PASS);
		break;
	case DO_STEPS:
		while (driver.commitd.queue != NULL && driver_step())
			;
		break;
	case DO_FOREIGN:
		push_foreign();
		break;
	case DO_ANSWER:
		if (world.call != WORLD_IDLE && !world.answered)
			world_answer((enum world_answer)line->number);
		break;
	case DO_LATE:
		world_arrive_late();
		break;
	case DO_TIME:
		world.now += 70000;
		break;
	case DO_DIE:
		driver_die();
		break;
	}
}

static void nothing(const void *line) { (void)line; }

static void
act(const void *line)
{
	do_line(line);
}

static void __attribute__((noinline))
play_lines(const struct line *lines, size_t count, unsigned fails_at, unsigned dies_at)
{
	size_t i;

	if (setjmp(model_failure) != 0) {
		driver_end();
		print_error("failing call %u, death %u: %s\n", fails_at, dies_at, model_why);
		fail();
	}
	for (i = 0; i < count; i++) {
		if (driver.commitd.queue == NULL)
			driver_attempt(nothing, NULL, true);
		if (driver.commitd.queue != NULL)
			driver_attempt(act, &lines[i], false);
	}
	driver_drain();
}

/* False when there is no such place. */
static bool
play_with(const struct line *lines, size_t count, unsigned fails_at, unsigned dies_at)
{
	bool reached;

	driver_begin(1, 2);
	driver.tickets = driver.drawn = 4;
	world.fails_at = fails_at;
	world.dies_at = dies_at;
	play_lines(lines, count, fails_at, dies_at);
	reached = world.fails_at == 0 && world.dies_at == 0;
	driver_end();
	return reached;
}

/* Each call that can fail fails once, and the process dies once at each change. */
static void
holds_wherever_it_fails(void **state)
{
	const struct { const struct line *lines; size_t count; } tests[] = {
		{ overtaken, COUNT(overtaken) }, { answer_lost, COUNT(answer_lost) },
		{ arrives_late, COUNT(arrives_late) }, { refused, COUNT(refused) },
	};
	unsigned at, places = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(tests); i++) {
		play_with(tests[i].lines, tests[i].count, 0, 0);
		for (at = 1; play_with(tests[i].lines, tests[i].count, at, 0); at++, places++)
			;
		for (at = 1; play_with(tests[i].lines, tests[i].count, 0, at); at++, places++)
			;
	}
	printf("%u places\n", places);
	assert_true(places > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(holds_wherever_it_fails) };

	driver_init();
	return cmocka_run_group_tests_name("queue_places", tests, NULL, NULL);
}
