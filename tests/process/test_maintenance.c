/*
 * The repository of a real orch-commitd is packed beside the line: nothing is lost,
 * and whoever is killed in the middle of it bars nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commitd_fixture.h"
#include "protocol/mem.h"

/* Tests link one source each. */
#include "commitd_fixture.c"

#define OBJECTS	"state/projects/p/repository.git/objects"
#define MANY	1500	/* loose objects that nothing names */

/* A project with many loose objects that no reference wants, and one landing for a reason to look. */
static void
begin(struct world *world)
{
	setup(world, BARE);
	world->loose_limit = 100;
	world->packs_limit = 3;
	opened(world);
	free(run(world, "mkdir many; cd many; for i in $(seq %d); do seq $i $((i + 100)) >$i; done; "
	    "ls | git --git-dir=../state/projects/p/repository.git hash-object -w --stdin-paths >../ids; "
	    "test $(sort -u ../ids | wc -l) = %d", MANY, MANY));
}

static int
count(struct world *world, const char *command)
{
	char *text = run(world, "cd " OBJECTS "; %s | wc -l", command);
	int number = atoi(text);

	free(text);
	return number;
}

/* Until what is loose is packed; nothing else has to be said for it. */
static void
wait_packed(struct world *world)
{
	int i;

	/* Nor goes removing on: fsck would miss what it has listed. */
	for (i = 0; count(world, "find ?? -type f") > 100 || count(world, "git prune-packed -n") > 0; i++) {
		assert_true(i < 600);
		usleep(100000);
	}
}

static void
check_whole(struct world *world)
{
	char *text = run(world, "cd state/projects/p/repository.git; git cat-file --batch-check <../../../../ids | "
	    "grep -c blob; git fsck --strict --no-dangling 2>&1; find . -name 'tmp_*'");
	char want[16];

	snprintf(want, sizeof(want), "%d", MANY);
	assert_string_equal(text, want);
	free(text);
}

/* The program that commitd runs now and has this in its arguments. */
static pid_t
wait_child(struct world *world, const char *word)
{
	char path[64], bytes[4096], *at, *rest;
	time_t end = time(NULL) + 30;
	size_t len, i;
	FILE *file;
	pid_t pid;

	while (time(NULL) < end) {
		char children[4096] = "";

		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)world->pid, (int)world->pid);
		file = fopen(path, "re");
		assert_non_null(file);
		children[fread(children, 1, sizeof(children) - 1, file)] = '\0';
		fclose(file);
		for (at = strtok_r(children, " ", &rest); at != NULL; at = strtok_r(NULL, " ", &rest)) {
			pid = (pid_t)atoi(at);
			snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
			file = fopen(path, "re");
			len = file == NULL ? 0 : fread(bytes, 1, sizeof(bytes) - 1, file);
			if (file != NULL)
				fclose(file);
			for (i = 0; i < len; i++)
				bytes[i] = bytes[i] == '\0' ? ' ' : bytes[i];
			bytes[len] = '\0';
			/* What becomes it is a copy of commitd, then nice. */
			if (strncmp(bytes, "git ", 4) == 0 && strstr(bytes, word) != NULL)
				return pid;
		}
	}
	fail_msg("%s was not run", word);
	return -1;
}

static void
packs_what_nothing_names(void **state)
{
	struct world world;

	(void)state;
	begin(&world);
	land_next(&world, "new");
	wait_packed(&world);
	check_whole(&world);
	land_next(&world, "new");
	/* What commitd had open is gone, and it reads what there is. */
	assert_true(count(&world, "find pack -name '*.pack'") <= 3);
	restart(&world, true);
	land_next(&world, "new");
	teardown(&world);
}

static void
goes_on_landing_meanwhile(void **state)
{
	struct world world;
	pid_t pid;

	(void)state;
	begin(&world);
	land_next(&world, "new");
	pid = wait_child(&world, "pack-objects");
	/* It stands still for as long as these take. */
	assert_int_equal(kill(pid, SIGSTOP), 0);
	land_next(&world, "new");
	land_next(&world, "new");
	assert_int_equal(kill(pid, SIGCONT), 0);
	wait_packed(&world);
	check_whole(&world);
	land_next(&world, "new");
	teardown(&world);
}

static void
killed(const char *program, bool itself)
{
	struct world world;
	pid_t pid;

	begin(&world);
	land_next(&world, "new");
	pid = wait_child(&world, program);
	if (itself)
		assert_int_equal(kill(pid, SIGKILL), 0);
	else {
		assert_int_equal(kill(pid, SIGSTOP), 0);
		kill(world.pid, SIGKILL);
		assert_int_equal(kill(pid, SIGCONT), 0);
	}
	if (itself)
		land_next(&world, "new");
	restart(&world, true);
	land_next(&world, "new");
	wait_packed(&world);
	check_whole(&world);
	teardown(&world);
}

static void
outlives_a_kill_of_what_packs(void **state)
{
	(void)state;
	killed("pack-objects", true);
}

static void
outlives_a_kill_while_it_packs(void **state)
{
	(void)state;
	killed("pack-objects", false);
}

static void
outlives_a_kill_while_it_removes(void **state)
{
	(void)state;
	killed("prune-packed", false);
}

static void
ends_at_once(void **state)
{
	struct world world;
	time_t before;

	(void)state;
	begin(&world);
	land_next(&world, "new");
	assert_int_equal(kill(wait_child(&world, "pack-objects"), SIGSTOP), 0);
	before = time(NULL);
	stop(&world, false);
	assert_true(time(NULL) - before < 15);
	start(&world);
	opened(&world);
	land_next(&world, "new");
	wait_packed(&world);
	check_whole(&world);
	teardown(&world);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_what_nothing_names),
		cmocka_unit_test(goes_on_landing_meanwhile),
		cmocka_unit_test(outlives_a_kill_of_what_packs),
		cmocka_unit_test(outlives_a_kill_while_it_packs),
		cmocka_unit_test(outlives_a_kill_while_it_removes),
		cmocka_unit_test(ends_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
