/*
 * How a file is merged says the .gitattributes of the branch's tip, in whatever folder it
 * is, as it would in a work tree.
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

#include "commitd_fixture.h"
#include "protocol/mem.h"

/* Tests link one source each. */
#include "commitd_fixture.c"

static void
land(struct world *world, const char *script)
{
	char commit[41];

	agent(world, world->tip, script, commit);
	accept_result(world, "before", world->tip, commit);
	enqueue(world, world->next, "before", world->tip, commit, false);
	landed(world, world->next++);
}

/* Two results of one base add a line to a file each: do both land? */
static void
both_land(struct world *world, const char *path, bool both)
{
	char base[41], first[41], second[41], *script, *text;

	script = str_format("mkdir -p $(dirname %s); echo base >%s", path, path);
	land(world, script);
	free(script);
	strcpy(base, world->tip);
	script = str_format("echo one >>%s", path);
	agent(world, base, script, first);
	free(script);
	script = str_format("echo two >>%s", path);
	agent(world, base, script, second);
	free(script);
	accept_result(world, "first", base, first);
	accept_result(world, "second", base, second);
	enqueue(world, world->next, "first", base, first, false);
	landed(world, world->next++);
	enqueue(world, world->next, "second", base, second, false);
	if (both) {
		landed(world, world->next++);
		text = run(world, "git -C state/projects/p/repository.git show main:%s | xargs", path);
		assert_string_equal(text, "base one two");
		free(text);
		return;
	}
	expect(world, MSG_ticket_conflict);
	link_send(&world->link, MSG_ticket_void, 0, &(struct msg_ticket_void){
	    .ticket = world->next++, .fence = 1 });
	expect(world, MSG_ticket_voided);
}

static void
from_every_folder(void **state)
{
	struct world world;

	(void)state;
	prepare(&world, BARE);
	free(run(&world, "cd agent; echo 'top merge=union' >.gitattributes; "
	    "echo 'log merge=union' >d/.gitattributes; git add -A; git commit -qm more; "
	    "git push -q origin HEAD:main"));
	start(&world);
	opened(&world);
	both_land(&world, "top", true);
	both_land(&world, "d/log", true);
	both_land(&world, "d/e/log", true);
	both_land(&world, "log", false);
	both_land(&world, "d/other", false);
	/* They come and go with what lands, */
	land(&world, "git rm -q d/.gitattributes; mkdir -p n/e; "
	    "echo 'log merge=union' >n/e/.gitattributes; echo 'top -merge' >n/.gitattributes");
	both_land(&world, "d/log", false);
	both_land(&world, "n/e/w/log", true);
	both_land(&world, "n/top", false);
	both_land(&world, "top", true);
	/* a folder that became a file, and one again, */
	land(&world, "git rm -rq n; echo n >n");
	land(&world, "git rm -q n; mkdir n; echo 'log merge=union' >n/.gitattributes");
	both_land(&world, "n/log", true);
	/* and are there after a restart. */
	restart(&world, true);
	both_land(&world, "n/log", true);
	both_land(&world, "d/log", false);
	teardown(&world);
}

/* Git takes neither for attributes; what they name is not touched. */
static void
only_from_files(void **state)
{
	struct world world;
	char *text;

	(void)state;
	prepare(&world, BARE);
	free(run(&world, "echo 'log merge=union' >outside; cd agent; mkdir -p d/.gitattributes f g; "
	    "echo y >d/.gitattributes/.gitattributes; ln -s \"$PWD/../outside\" f/.gitattributes; "
	    "echo 'log merge=union' >g/.gitattributes; git add -A; git commit -qm more; "
	    "git push -q origin HEAD:main"));
	start(&world);
	opened(&world);
	both_land(&world, "f/log", false);
	both_land(&world, "g/log", true);
	text = run(&world, "cat outside; find state/projects/p/attributes -type l");
	assert_string_equal(text, "log merge=union");
	free(text);
	/* The link becomes a file. */
	land(&world, "rm f/.gitattributes; echo 'log merge=union' >f/.gitattributes");
	both_land(&world, "f/log", true);
	teardown(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_every_folder),
		cmocka_unit_test(only_from_files),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
