/*
 * Changes that Git's merge has its own difficulties with: each is a conflict like any
 * other, and the line goes on. A real orch-commitd.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "commitd_fixture.h"
#include "protocol/mem.h"

#include "commitd_fixture.c"

#define LINES(name)	"seq -f 'line %g of " name "' 12 >" name
#define MODULE(number)	"git update-index --add --cacheinfo 160000," number ",m; " \
	"git commit -qm module"

/* The first lands, the second is in conflict with it, the third lands. */
static void
second_is_out(struct world *world, const char *prepare, const char *first, const char *second,
    const char *words)
{
	const struct msg_ticket_conflict *said;
	char base[41], start[41], commits[3][41], task[16];
	uint64_t number;
	size_t i;

	strcpy(base, world->tip);
	agent(world, base, prepare, start);
	accept_result(world, "start", base, start);
	number = world->next;
	enqueue(world, number, "start", base, start, false);
	landed(world, number);
	strcpy(base, world->tip);
	agent(world, base, first, commits[0]);
	agent(world, base, second, commits[1]);
	agent(world, base, "echo third >third", commits[2]);
	/* All are there before one lands, or its receipt came between. */
	for (i = 0; i < 3; i++) {
		snprintf(task, sizeof(task), "t%zu", i);
		accept_result(world, task, base, commits[i]);
	}
	for (i = 0; i < 3; i++) {
		snprintf(task, sizeof(task), "t%zu", i);
		enqueue(world, number + 1 + i, task, base, commits[i], false);
	}
	landed(world, number + 1);
	said = &expect(world, MSG_ticket_conflict)->ticket_conflict;
	assert_int_equal(said->ticket, number + 2);
	assert_non_null(strstr(said->reason, words));
	link_send(&world->link, MSG_ticket_void, 0, &(struct msg_ticket_void){ .ticket = number + 2 });
	assert_int_equal(expect(world, MSG_ticket_voided)->ticket_voided.ticket, number + 2);
	landed(world, number + 3);
}

static void
submodule_twice(void **state)
{
	struct world world;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	second_is_out(&world, "printf '[submodule \"m\"]\\n\\tpath = m\\n\\turl = https://x/m\\n' "
	    ">.gitmodules; git add .gitmodules; mkdir m; "
	    MODULE("1111111111111111111111111111111111111111"),
	    MODULE("2222222222222222222222222222222222222222"),
	    MODULE("3333333333333333333333333333333333333333"), "submodule");
	teardown(&world);
}

/* In Git 2.39 an assertion fails here, each time. */
static void
git_dies(void **state)
{
	struct world world;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	second_is_out(&world, "mkdir -p f/c; cd f; " LINES("b") "; " LINES("c/c") "; " LINES("d")
	    "; cd ..", "mv f/c/c x; rmdir f/c; mv x f/c; sed -i 's/line 3/changed/' f/b",
	    "mv f c.d; mv c.d c", "Git");
	teardown(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(submodule_twice),
		cmocka_unit_test(git_dies),
	};

	return cmocka_run_group_tests_name("merges", tests, NULL, NULL);
}
