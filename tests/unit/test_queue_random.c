/*
 * commitd's line under random sequences of events, with the real land, recover,
 * delivery and queue on a world that is made up (line_world.h), against a plain
 * model of what it has to be (line_model.h). Each sequence has its seed; one that
 * fails is made shorter by leaving out kinds of events, and printed.
 *
 *    SEED=7 test_queue_random       from this sequence on
 *    COUNT=100000                   so many sequences
 *    TRACE=1                        prints every event
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line_driver.h"
#include "protocol/mem.h"

#ifdef __SANITIZE_ADDRESS__
#define SEQUENCES	5000u
#else
#define SEQUENCES	25000u
#endif

enum event { EVENT_STEP, EVENT_ARRIVE, EVENT_VERDICT, EVENT_STRAY, EVENT_ANSWER, EVENT_VOID,
	EVENT_REPEAT, EVENT_REPLACE, EVENT_FOREIGN, EVENT_CRASH, EVENT_TIME, EVENT_CHECKOUT,
	EVENT_LATE, EVENT_LOOK, EVENTS };

static const char *const names[EVENTS] = { "step", "arrive", "verdict", "stray", "answer", "void",
    "repeat", "replace", "foreign", "crash", "time", "checkout", "late", "look" };

static struct {
	unsigned weights[EVENTS];
	unsigned masked;		/* kinds that are left out */
	bool plan;
	uint64_t sequences;
	uint64_t counts[EVENTS];
} run;

/* ---- events ---- */

static void
arrive(void)
{
	uint64_t number = 0;

	/* In plan order, whichever has been drawn; else the next. */
	if (run.plan) {
		number = 1 + world_below(driver.tickets);
		if (driver.rows[number].state != ROW_DRAWN)
			return;
	} else if (driver.drawn < driver.tickets)
		number = ++driver.drawn;
	if (number == 0)
		return;
	driver.rows[number] = (struct row){ ROW_WAITING, driver_result(), 0 };
	say_enqueue(number);
}

/* A verdict on a tree of before, or on another ticket's. */
static void
answer_astray(void)
{
	if (driver.verdict_count > 0)
		say_verdict(1 + world_below(driver.tickets), driver.verdicts[world_below(driver.verdict_count <
		    COUNT(driver.verdicts) ? driver.verdict_count : COUNT(driver.verdicts))], world_chance(2));
}

static void
void_some(void)
{
	uint64_t number = driver.drawn == 0 ? 0 : 1 + world_below(driver.drawn);

	if (number == 0 || driver.rows[number].state == ROW_FREE || model.entries[number].told_landed)
		return;
	driver.rows[number].state = ROW_VOID;
	say_void(number);
}

static void
repeat_some(void)
{
	uint64_t number = driver.drawn == 0 ? 0 : 1 + world_below(driver.drawn);

	if (number == 0)
		return;
	if (driver.rows[number].state == ROW_WAITING ||
	    (driver.rows[number].state == ROW_VOID && world.results != NULL && world_chance(2)))
		say_enqueue(number);
	else if (driver.rows[number].state == ROW_VOID)
		say_void(number);
}

/* A result in the place of one that is stuck, and now and then of any. */
static void
replace_some(void)
{
	uint64_t number = model_first();

	if (world_chance(4) && driver.drawn > 0)
		number = 1 + world_below(driver.drawn);
	if (number > driver.drawn || driver.rows[number].state != ROW_WAITING ||
	    model.entries[number].told_landed)
		return;
	if (model.entries[number].place != PLACE_JUDGED && !world_chance(4))
		return;
	driver.rows[number].result = driver_result();
	driver.rows[number].tries++;
	say_enqueue(number);
}

/* The branch is checked out there, or not any more; then a person takes what landed. */
static void
check_out(void)
{
	if (!world.checked_out && (world.branch == WORLD_NONE || !world_has(world.branch, world.upstream)))
		return;
	world.checked_out = !world.checked_out;
	if (!world.checked_out && world.branch != WORLD_NONE && world_chance(2) &&
	    world_has(world.branch, world.upstream))
		world.upstream = world.branch;
	trace("checked out: %d, upstream %d", world.checked_out, world.upstream);
}

static void
happen(enum event event)
{
	driver.events++;
	run.counts[event]++;
	switch (event) {
	case EVENT_STEP:
		driver_step();
		break;
	case EVENT_ARRIVE:
		arrive();
		break;
	case EVENT_VERDICT:
		answer_gate();
		break;
	case EVENT_STRAY:
		answer_astray();
		break;
	case EVENT_ANSWER:
		answer_call(false, run.weights[EVENT_LATE] > 0);
		break;
	case EVENT_VOID:
		void_some();
		break;
	case EVENT_REPEAT:
		repeat_some();
		break;
	case EVENT_REPLACE:
		replace_some();
		break;
	case EVENT_FOREIGN:
		push_foreign();
		break;
	case EVENT_CRASH:
		driver_die();
		break;
	case EVENT_TIME:
		world.now += 1 + world_below(70000);
		trace("time %jd", (intmax_t)world.now);
		break;
	case EVENT_CHECKOUT:
		check_out();
		break;
	case EVENT_LATE:
		world_arrive_late();
		break;
	case EVENT_LOOK:
		say_look();
		break;
	case EVENTS:
		break;
	}
}

static enum event
pick(void)
{
	unsigned total = 0, event, at;

	for (event = 0; event < EVENTS; event++)
		total += run.weights[event];
	at = world_below(total);
	for (event = 0; at >= run.weights[event]; event++)
		at -= run.weights[event];
	return (enum event)event;
}

/* ---- a sequence ---- */

/* All of these kinds, or some of them; more of one, or of another. */
static void
prepare(void)
{
	static const unsigned usual[EVENTS] = { 40, 12, 14, 2, 8, 2, 3, 4, 2, 1, 3, 1, 1, 2 };
	unsigned event;

	driver.tickets = world_chance(20) ? WORLD_TICKETS : 1 + world_below(10);
	run.plan = world_chance(2);
	driver.red = world_chance(3) ? 0 : world_below(50);
	driver.flaky = world_chance(3) ? 6 : 0;
	for (event = 0; event < EVENTS; event++)
		run.weights[event] = event <= EVENT_VERDICT || event == EVENT_ANSWER ||
		    event == EVENT_TIME || !world_chance(3) ? usual[event] : 0;
	if (!world_chance(8))
		run.weights[EVENT_CHECKOUT] = 0;
	/* A push that comes late beside what landed here alone is for a person to mend. */
	if (run.weights[EVENT_CHECKOUT] > 0)
		run.weights[EVENT_LATE] = 0;
	world.fails = world_chance(3) ? 30 + world_below(200) : 0;
	world.dies = world_chance(2) ? 20 + world_below(200) : 0;
	driver.drawn = run.plan ? driver.tickets : 0;
	for (event = 1; event <= driver.tickets && run.plan; event++)
		driver.rows[event].state = ROW_DRAWN;
}

static void
act(const void *event)
{
	happen(*(const enum event *)event);
}

static void
play(void)
{
	unsigned length = 20 + world_below(200);
	enum event event;

	while (length-- > 0) {
		event = pick();
		if ((run.masked & 1u << event) == 0)
			driver_attempt(act, &event, event != EVENT_FOREIGN);
	}
	driver_drain();
}

/* False when something did not hold, with the reason in model_why. */
static bool __attribute__((noinline))
holds(void)
{
	if (setjmp(model_failure) != 0)
		return false;
	play();
	return true;
}

static bool
sequence(uint64_t seed, unsigned masked)
{
	bool good;

	run.masked = masked;
	driver_begin(seed, 1 + seed % 4);
	prepare();
	good = holds();
	driver_end();
	run.sequences++;
	return good;
}

/* Leaves out what the failure does not need, and prints what is left. */
static void
report(uint64_t seed)
{
	unsigned masked = 0, event;
	char first[sizeof(model_why)];

	strcpy(first, model_why);
	for (event = EVENT_ARRIVE; event < EVENTS; event++)
		if (!sequence(seed, masked | 1u << event))
			masked |= 1u << event;
	model_traced = true;
	sequence(seed, masked);
	model_traced = false;
	fprintf(stderr, "SEED=%ju: %s\n  without", (uintmax_t)seed, first);
	for (event = 0; event < EVENTS; event++)
		if (masked & 1u << event)
			fprintf(stderr, " %s", names[event]);
	fprintf(stderr, ": %s\n", model_why);
}

static uint64_t
number_of(const char *name, uint64_t usual)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? usual : strtoull(text, NULL, 10);
}

/* Our own code ended the process: in which sequence? */
static uint64_t current;
static bool within;

static void
name_seed(void)
{
	if (within)
		fprintf(stderr, "SEED=%ju ended the process; TRACE=1 COUNT=1 prints it\n",
		    (uintmax_t)current);
}

static void
holds_for_random_sequences(void **state)
{
	uint64_t count = number_of("COUNT", SEQUENCES), first = number_of("SEED", 1);
	unsigned event;

	(void)state;
	model_traced = number_of("TRACE", 0) != 0;
	for (current = first; current < first + count; current++) {
		within = true;
		if (!sequence(current, 0)) {
			report(current);
			within = false;
			fail();
		}
	}
	within = false;
	printf("%ju sequences, %ju events:", (uintmax_t)run.sequences, (uintmax_t)driver.events);
	for (event = 0; event < EVENTS; event++)
		printf(" %s %ju", names[event], (uintmax_t)run.counts[event]);
	printf("\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(holds_for_random_sequences) };

	driver_init();
	atexit(name_seed);
	return cmocka_run_group_tests_name("queue_random", tests, NULL, NULL);
}
