/*
 * What setup depends on: for each path that project.open names, the object that the tree
 * has there, with the tip and with each gate. A real orch-commitd.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commitd_fixture.h"
#include "protocol/mem.h"

#include "commitd_fixture.c"

/* Are they what Git says of the commit? "-" where it has nothing. */
static void
check_locks(struct world *world, char *const *locks, const char *repository, const char *commit)
{
	size_t i;

	assert_int_equal(strs_count(locks), strs_count(world->locks));
	for (i = 0; world->locks[i] != NULL; i++) {
		char *oid = run(world, "git -C %s rev-parse -q --verify '%s:%s' || echo -", repository, commit,
		    world->locks[i]);

		assert_string_equal(locks[i], oid);
		free(oid);
	}
}

static void
named(void **state)
{
	char first[] = "lock", folder[] = "deep/er", missing[] = "no/such", file[] = "deep/er/lock", odd[] = "a//b";
	char *paths[] = { first, folder, missing, file, odd, NULL }, commit[41], base[41];
	const struct message *message;
	struct world world;

	(void)state;
	setup(&world, "cd work; mkdir -p deep/er; echo 1 >lock; echo 2 >deep/er/lock; git add .; "
	    "git commit -qm locks; cd ..; " BARE);
	world.locks = paths;
	ask_open(&world, "main");
	message = expect(&world, MSG_project_opened);
	strcpy(world.tip, message->project_opened.tip);
	world.next = message->project_opened.next;
	check_locks(&world, message->project_opened.locks, "up", "main");
	free(run(&world, "test %s = $(git -C up rev-parse main^{tree})", message->project_opened.tree));

	strcpy(base, world.tip);
	agent(&world, base, "echo other >lock; mkdir no; echo now >no/such; rm -r deep", commit);
	accept_result(&world, "t", base, commit);
	enqueue(&world, world.next, "t", base, commit, true);
	message = expect(&world, MSG_gate_wanted);
	check_locks(&world, message->gate_wanted.locks, "agent", commit);
	teardown(&world);
}

/* Nobody asks: nothing is told. */
static void
none(void **state)
{
	struct world world;

	(void)state;
	setup(&world, BARE);
	ask_open(&world, "main");
	assert_null(expect(&world, MSG_project_opened)->project_opened.locks);
	teardown(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named),
		cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
