/* Tasks that are of a state, a project and an agent at once, against a look at each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/kinds.h"

#define TASKS	1000u

static char one[] = "one", two[] = "two", command[] = "true";
static char *commands[] = { command, NULL };
static uint64_t seed;

static size_t
below(size_t limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % limit;
}

/* `rare`: one in so many is of the second project, and one in so many of the second agent. */
static void
check(size_t rare)
{
	static struct task tasks[TASKS];
	struct project projects[2] = { { 0 }, { 0 } }, *list[] = { &projects[0], &projects[1] };
	struct supervisor supervisor = { .projects = list, .project_count = 1, .former = &list[1],
	    .former_count = 1 };
	const char *agents[] = { one, two };
	size_t i, project, agent, from, next;

	assert_null(kinds_of_agent(&supervisor, one));
	for (i = 0; i < TASKS; i++) {
		tasks[i] = (struct task){ .node = i, .project = list[below(rare) == 0],
		    .spec.agent = below(rare) == 0 ? two : one };
		if (below(5) == 0)
			tasks[i].spec.command = commands;
		kinds_add(&supervisor, &tasks[i], below(9) == 0 ? NULL : tasks[i].spec.agent);
	}
	for (project = 0; project < 2; project++)
		for (agent = 0; agent < 2; agent++) {
			const struct node_set *sets[] = { &projects[project].nodes,
				kinds_of_agent(&supervisor, agents[agent]) };

			assert_non_null(sets[1]);
			for (from = 0; from <= TASKS; from++) {
				for (next = from; next < TASKS && (tasks[next].project != list[project] ||
				    node_set_next(sets[1], next) != next); next++)
					;
				assert_int_equal(kinds_next(sets, 2, from), next < TASKS ? next : NODE_SET_NONE);
				assert_int_equal(kinds_next(sets, 0, from), from);
			}
			for (i = 0; i < TASKS; i++)
				if (node_set_next(sets[1], i) == i)
					assert_true(tasks[i].spec.command == NULL &&
					    str_same(tasks[i].spec.agent, agents[agent]));
		}
	assert_null(kinds_of_agent(&supervisor, "three"));
	kinds_release(&supervisor);
}

static void
test_sets(void **state)
{
	static const size_t rare[] = { 2, 3, 100 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rare); i++)
		check(rare[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sets) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
