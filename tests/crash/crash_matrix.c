/*
 * Lets orch-commitd die at every call that changes something, and each of these
 * calls fail with EIO and with ENOSPC; then starts it again as the supervisor
 * would and looks at what there is. Usage: crash_matrix [-e N] [-v] SCENARIO...;
 * -e N takes every Nth place only, -v lists them.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "tests/crash/check.h"
#include "tests/crash/line.h"
#include "tests/crash/tracer.h"

struct scenario {
	const char *name;
	bool checked_out;		/* upstream is a work tree on main */
	bool children;			/* the places are those of the programs that commitd runs */
	enum { FRESH, OPENED, ACCEPTED, CRASHED } before;	/* how far it has come before */
	enum line_goal counted;		/* up to here each call is a place */
	struct line_kind kind;
};

static const struct scenario scenarios[] = {
	{ "open", false, false, FRESH, LINE_OPEN, { 0 } },
	{ "import", false, false, OPENED, LINE_ACCEPTED, { 0 } },
	{ "import-files", false, false, OPENED, LINE_ACCEPTED, { .files = true } },
	{ "land", true, false, ACCEPTED, LINE_LANDED, { 0 } },
	{ "push", false, false, ACCEPTED, LINE_LANDED, { 0 } },
	{ "overtaken", false, false, ACCEPTED, LINE_LANDED, { .overtaken = true } },
	{ "conflict", false, false, ACCEPTED, LINE_LANDED, { .stuck = true } },
	{ "recovery", false, false, CRASHED, LINE_OPEN, { 0 } },
	{ "import-programs", false, true, OPENED, LINE_ACCEPTED, { 0 } },
	{ "land-programs", true, true, ACCEPTED, LINE_LANDED, { 0 } },
	{ "push-programs", false, true, ACCEPTED, LINE_LANDED, { 0 } },
	{ "overtaken-programs", false, true, ACCEPTED, LINE_LANDED, { .overtaken = true } },
	{ "conflict-programs", false, true, ACCEPTED, LINE_LANDED, { .stuck = true } },
};

static const struct { int error; const char *name; } faults[] = {
	{ 0, "kill" }, { EIO, "EIO" }, { ENOSPC, "ENOSPC" },
};

#define TRIES	4		/* runs in which a place is looked for */

struct matrix {
	const struct scenario *scenario;
	struct world world;
	struct line line;
	struct trace *trace;
	struct place_seen *places;
	size_t place_count;
	unsigned every, points, failures, missed, stops, mended;
	bool list;
};

/* Goes on with a run, as far as `goal`; every call up to there is a place. */
static void
counted_part(struct matrix *matrix)
{
	const struct scenario *scenario = matrix->scenario;
	struct trace *trace = matrix->trace;
	struct line *line = &matrix->line;

	trace->counting = scenario->counted == LINE_OPEN;
	if (!line_go(line, LINE_OPEN))
		return;
	line_overtake(line);
	trace->counting = scenario->counted != LINE_OPEN;
	line_go(line, scenario->counted);
	/* A landing includes what is shown of it at the end. */
	if (scenario->counted == LINE_LANDED)
		line_end(line);
	trace->counting = false;
}

/* One run, from the folders as they were kept to the end of the line; was all well? */
static bool
one_run(struct matrix *matrix, struct place place, int error)
{
	struct trace *trace = matrix->trace;
	struct line *line = &matrix->line;

	free(run(&matrix->world, "rm -rf state up log; cp -a kept/. ."));
	line_forget(line);
	/* Of a program that works upstream, a lock stays there when it is killed. */
	line->person = matrix->scenario->children;
	*trace = (struct trace){ .wanted = place, .error = error,
	    .follow = matrix->scenario->children };
	matrix->world.execute = trace_execute;
	matrix->world.context = trace;
	counted_part(matrix);
	if (line->wrong.len == 0)
		line_go(line, LINE_LANDED);
	line_end(line);
	/* What lands is shown again with each start, once nothing bars it. */
	if (line_mend(line) && line_go(line, LINE_OPEN))
		line_end(line);
	if (line->wrong.len == 0)
		check_world(line, matrix->scenario->checked_out);
	return line->wrong.len == 0;
}

/* The first call of commitd that moves its own branch: the upstream has it already. */
static struct place
place_of_branch(const struct trace *trace)
{
	static const char end[] = "repository.git/refs/heads/main";
	size_t i, len;

	for (i = 0; i < trace->count; i++) {
		len = strlen(trace->seen[i].call);
		if (strncmp(trace->seen[i].call, "rename", 6) == 0 && len > sizeof(end) &&
		    strcmp(trace->seen[i].call + len - sizeof(end) + 1, end) == 0)
			return trace->seen[i].place;
	}
	return (struct place){ .number = 0 };
}

/* ORCH_TEST_KEEP in the environment: the folders of what failed are left for a look. */
static void
remove_world(struct matrix *matrix)
{
	struct world *world = &matrix->world;

	if (getenv("ORCH_TEST_KEEP") != NULL && matrix->line.wrong.len > 0) {
		printf("kept: %s\n", world->root);
		exit(1);
	}
	free(run(world, "rm -rf %s/*; rmdir %s", world->root, world->root));
}

static void
give_up(struct matrix *matrix, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", matrix->scenario->name, what,
	    buffer_text(&matrix->line.wrong));
	remove_world(matrix);
	exit(1);
}

/* Brings it as far as the scenario begins, and keeps the folders of that. */
static void
prepare_folders(struct matrix *matrix)
{
	const struct scenario *scenario = matrix->scenario;
	struct line *line = &matrix->line;
	struct world *world = &matrix->world;

	prepare(world, scenario->checked_out ? CHECKED_OUT : BARE);
	world->trees = true;
	world->verify_slots = 2;
	line_init(line, world, &scenario->kind);
	if (scenario->before != FRESH && !line_go(line, scenario->before == OPENED ? LINE_OPEN :
	    LINE_ACCEPTED))
		give_up(matrix, "before the first run");
	line_end(line);
	line_keep(line);
	free(run(world, "mkdir kept; for i in up state pack-*; do [ ! -e $i ] || cp -a $i kept; done"));
}

/* A commitd that was killed between upstream and its own branch, and what may lie about then. */
static void
crash_before(struct matrix *matrix)
{
	static const struct scenario landing = { "recovery", false, false, ACCEPTED, LINE_LANDED,
	    { 0 } };
	const struct scenario *scenario = matrix->scenario;
	struct world *world = &matrix->world;
	struct place place;

	matrix->scenario = &landing;
	if (!one_run(matrix, (struct place){ .number = 0 }, 0))
		give_up(matrix, "a landing that nothing disturbs");
	place = place_of_branch(matrix->trace);
	if (place.number == 0)
		give_up(matrix, "no call that moves the branch");
	free(run(world, "rm -rf state up; cp -a kept/. ."));
	line_forget(&matrix->line);
	*matrix->trace = (struct trace){ .wanted = place, .counting = false };
	world->execute = trace_execute;
	if (!line_go(&matrix->line, LINE_OPEN))
		give_up(matrix, "opening");
	matrix->trace->counting = true;
	line_go_until_gone(&matrix->line, LINE_LANDED);
	if (!matrix->trace->hit)
		give_up(matrix, "it did not die");
	line_keep(&matrix->line);
	free(run(world, "cd state/projects/p; mkdir -p trees/making-layer-1 trees/dead-base-9 "
	    "quarantine/9/objects; touch trees/.index trees/.index.lock trees/making-layer-1/x "
	    "repository.git/packed-refs.lock repository.git/HEAD.lock repository.git/shallow.lock "
	    "repository.git/config.lock repository.git/refs/heads/main.lock "
	    "repository.git/refs/orch/tickets/9.lock; printf 0123456789 >>landings; cd ../../..; "
	    "rm -rf kept/state kept/up; cp -a state up kept"));
	matrix->scenario = scenario;
}

/*
 * A pipe is on no disk. git merge-tree does not notice when a write to one fails, so
 * that its answer is short and commitd waits for the rest as long as for a slow merge.
 */
static bool
can_be(const struct scenario *scenario, const char *call, size_t fault)
{
	if (faults[fault].error == 0)
		return true;
	return trace_can_fail() && (!scenario->children ||
	    strncmp(call, "write pipe:", 11) != 0);
}

static void
one_point(struct matrix *matrix, const struct place_seen *seen, size_t fault)
{
	struct line *line = &matrix->line;
	unsigned tries = 0;
	bool good, met;

	/* Which calls there are is not the same in each run: it may be another's turn. */
	do {
		good = one_run(matrix, seen->place, faults[fault].error);
		met = matrix->trace->hit && can_be(matrix->scenario, matrix->trace->hit_call, fault);
	} while (!met && good && ++tries < TRIES);
	if (!met) {
		matrix->missed++;
		if (good || matrix->trace->hit)
			return;
	} else
		matrix->points++;
	matrix->stops += line->stops > 0;
	matrix->mended += line->mended;
	if (good)
		return;
	matrix->failures++;
	printf("FAIL %s: %s at %s.%u:%u %s: %s\n", matrix->scenario->name, faults[fault].name,
	    seen->place.program, seen->place.instance, seen->place.number,
	    matrix->trace->hit ? matrix->trace->hit_call : seen->call, buffer_text(&line->wrong));
	if (getenv("ORCH_TEST_KEEP") != NULL)
		remove_world(matrix);
}

/* A place that one run alone has met is rare; were it one in four, little would be shown. */
static void
check_met(struct matrix *matrix)
{
	if (matrix->points > 0 && matrix->missed <= 1 + (matrix->points + matrix->missed) / 4)
		return;
	matrix->failures++;
	printf("FAIL %s: %u places were met, and %u not again\n", matrix->scenario->name,
	    matrix->points, matrix->missed);
}

static void
run_scenario(struct matrix *matrix)
{
	const struct scenario *scenario = matrix->scenario;
	struct trace *trace = matrix->trace;
	size_t i, nth = 0, fault;

	prepare_folders(matrix);
	if (scenario->before == CRASHED)
		crash_before(matrix);
	if (!one_run(matrix, (struct place){ .number = 0 }, 0) || matrix->line.stops > 0)
		give_up(matrix, "a run that nothing disturbs");
	if (trace->count == 0)
		give_up(matrix, "no call was seen: can programs be traced here?");
	matrix->place_count = trace->count;
	matrix->places = mem_zero(trace->count + 1, sizeof(trace->seen[0]));
	memcpy(matrix->places, trace->seen, trace->count * sizeof(trace->seen[0]));
	for (i = 0; i < matrix->place_count; i++) {
		const struct place_seen *seen = &matrix->places[i];

		if (scenario->children == (strcmp(seen->place.program, "orch-commitd") == 0))
			continue;
		nth++;
		if (matrix->list)
			printf("%s.%u:%u %s\n", seen->place.program, seen->place.instance,
			    seen->place.number, seen->call);
		for (fault = 0; fault < COUNT(faults) && !matrix->list; fault++)
			if (can_be(scenario, seen->call, fault) && (nth - 1 + fault) % matrix->every == 0)
				one_point(matrix, seen, fault);
	}
	if (!matrix->list)
		check_met(matrix);
	printf("%s: %u points, %u failures (%u not met again; %u times it was opened again, %u times a "
	    "lock was left upstream)\n", scenario->name, matrix->points, matrix->failures,
	    matrix->missed, matrix->stops, matrix->mended);
	fflush(stdout);
	free(matrix->places);
	matrix->line.wrong.len = 0;
	remove_world(matrix);
	line_release(&matrix->line);
}

static int
usage(void)
{
	size_t i;

	fputs("usage: crash_matrix [-e N] [-l] SCENARIO...\n  -e N  every Nth point only\n"
	    "  -l    list the places\nScenarios:", stderr);
	for (i = 0; i < COUNT(scenarios); i++)
		fprintf(stderr, " %s", scenarios[i].name);
	fputs("\n", stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	unsigned every = 1, failures = 0;
	bool list = false;
	int option;
	size_t i;

	while ((option = getopt(argc, argv, "e:l")) != -1)
		if (option == 'e' && atoi(optarg) > 0)
			every = (unsigned)atoi(optarg);
		else if (option == 'l')
			list = true;
		else
			return usage();
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; optind < argc; optind++) {
		struct matrix matrix = { .every = every, .list = list, .trace = trace_new() };

		for (i = 0; i < COUNT(scenarios) && strcmp(scenarios[i].name, argv[optind]) != 0; i++)
			;
		if (i == COUNT(scenarios) || matrix.trace == NULL)
			return usage();
		matrix.scenario = &scenarios[i];
		run_scenario(&matrix);
		trace_free(matrix.trace);
		failures += matrix.failures;
	}
	return failures > 0;
}
