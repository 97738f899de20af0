/*
 * A name that becomes another kind of thing, landing by landing: what is mounted is the
 * tree and nothing else, in layers of their own and when these are folded. A real
 * orch-commitd; what is mounted is looked at by root only.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd_fixture.h"
#include "protocol/mem.h"

#include "commitd_fixture.c"

#define SUBMODULE(path) "git rm -rq --ignore-unmatch " path "; rm -rf " path "; printf '[submodule " \
	"\"m\"]\\n\\tpath = " path "\\n\\turl = https://x/m\\n' >.gitmodules; git add .gitmodules; " \
	"mkdir -p " path "; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD)," path \
	"; git commit -qm sub"
#define FOLDER(path, name) "git rm -rq --cached --ignore-unmatch d; rm -rf d; mkdir -p " path \
	"; echo " name " >" path "/" name

/* The base has the folders d and d/e. */
static const char *const changes[] = {
	SUBMODULE("d"),
	"echo beside >beside",
	FOLDER("d", "later"),
	SUBMODULE("d"),
	FOLDER("d/e", "other"),
	"rm -r d; echo file >d",
	FOLDER("d", "after_file"),
	"rm -r d; ln -s a d",
	SUBMODULE("d"),
	"git rm -q --cached d; rm -rf d; echo file >d",
	FOLDER("d/e/f", "deep"),
	SUBMODULE("d/e"),
	"git rm -rq --cached d; rm -rf d",
	FOLDER("d", "c"),
};

static void
land(struct world *world, size_t i)
{
	char commit[41], base[41], task[16];

	strcpy(base, world->tip);
	snprintf(task, sizeof(task), "t%zu", i);
	agent(world, base, changes[i], commit);
	accept_result(world, task, base, commit);
	enqueue(world, world->next, task, base, commit, false);
	landed(world, world->next++);
}

static void
one_by_one(void **state)
{
	struct world world;
	size_t i;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	for (i = 0; i < COUNT(changes); i++) {
		land(&world, i);
		check_tip(&world);
	}
	teardown(&world);
}

/* A base of another kind; on it, one layer for all that came since: restarted, it makes that. */
static void
from_each(void **state)
{
	struct world world;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(changes); i += 5) {
		setup(&world, BARE);
		opened(&world);
		for (j = 0; j <= i; j++)
			land(&world, j);
		stop(&world, false);
		free(run(&world, "rm -rf state/projects/p/trees"));
		start(&world);
		opened(&world);
		for (; j < COUNT(changes); j++) {
			land(&world, j);
			restart(&world, false);
			check_trees(&world, world.in.message.project_opened.trees, world.tip);
		}
		teardown(&world);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_by_one),
		cmocka_unit_test(from_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
