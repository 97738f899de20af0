/* Dependencies: unknown, of itself, in a circle, and very many of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/graph.h"

static bool
known_old(void *context, const char *id)
{
	(void)context;
	return strcmp(id, "old") == 0;
}

/* "a:b,c d" : a waits for b, at column 10, and c, at column 20; d for nothing. */
static void
make(struct task_list *list, const char *text)
{
	char *copy = str_dup(text), *word, *save, *part, *inner;
	struct task_spec *spec;
	size_t count;

	*list = (struct task_list){ 0 };
	for (word = strtok_r(copy, " ", &save); word != NULL;
	    word = strtok_r(NULL, " ", &save)) {
		list->tasks = mem_resize(list->tasks, list->count + 1, sizeof(*spec));
		spec = &list->tasks[list->count++];
		*spec = (struct task_spec){ .file = "t.yaml", .line = (unsigned)list->count,
		    .column = 3 };
		spec->depends_on = mem_zero(10, sizeof(char *));
		spec->depends_at = mem_zero(10, sizeof(*spec->depends_at));
		part = strtok_r(word, ":,", &inner);
		spec->id = str_dup(part);
		for (count = 0; (part = strtok_r(NULL, ":,", &inner)) != NULL; count++) {
			spec->depends_on[count] = str_dup(part);
			spec->depends_at[count].line = spec->line;
			spec->depends_at[count].column = 10 * ((unsigned)count + 1);
		}
	}
	free(copy);
}

static void
test_cases(void **state)
{
	static const struct { const char *graph, *first, *second; } cases[] = {
		{ "a b:a c:a,b", NULL, NULL },
		{ "a:old", NULL, NULL },
		{ "b:a a", NULL, NULL },
		{ "a:x b:a,y", "t.yaml:1:10: task 'a': depends_on: no such task: x",
		    "t.yaml:2:20: task 'b': depends_on: no such task: y" },
		{ "a:old,a", "t.yaml:1:20: task 'a': depends_on: it waits for itself", NULL },
		{ "a:b b:c c:a",
		    "t.yaml:1:10: task 'a': depends_on: a cycle: a -> b -> c -> a", NULL },
		{ "a:b b:old,c c:b",
		    "t.yaml:2:20: task 'b': depends_on: a cycle: b -> c -> b", NULL },
		{ "a:b b:a c:d d:c",
		    "t.yaml:1:10: task 'a': depends_on: a cycle: a -> b -> a",
		    "t.yaml:3:10: task 'c': depends_on: a cycle: c -> d -> c" },
	};
	struct problems problems;
	struct task_list list;
	size_t i, expected;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		make(&list, cases[i].graph);
		problems_init(&problems);
		expected = (cases[i].first != NULL) + (size_t)(cases[i].second != NULL);
		assert_int_equal(graph_check(&list, known_old, NULL, &problems),
		    expected == 0 ? 0 : -1);
		assert_int_equal(problems.count, expected);
		if (expected > 0)
			assert_string_equal(problems.text[0], cases[i].first);
		if (expected > 1)
			assert_string_equal(problems.text[1], cases[i].second);
		problems_release(&problems);
		task_list_release(&list);
	}
}

static void
test_long_chain(void **state)
{
	const size_t count = 100000;
	struct problems problems;
	struct task_list list = { mem_zero(count, sizeof(struct task_spec)), count };
	size_t i;

	(void)state;
	problems_init(&problems);
	for (i = 0; i < count; i++) {
		list.tasks[i].id = str_format("t%zu", i);
		list.tasks[i].depends_on = mem_zero(2, sizeof(char *));
		if (i + 1 < count)
			list.tasks[i].depends_on[0] = str_format("t%zu", i + 1);
	}
	assert_int_equal(graph_check(&list, NULL, NULL, &problems), 0);
	list.tasks[count - 1].depends_on[0] = str_dup("t0");
	assert_int_equal(graph_check(&list, NULL, NULL, &problems), -1);
	assert_int_equal(problems.count, 1);
	assert_non_null(strstr(problems.text[0], "t0 -> t1 -> "));
	assert_non_null(strstr(problems.text[0], "(99976 more) -> "));
	assert_non_null(strstr(problems.text[0], "-> t99999 -> t0"));
	problems_release(&problems);
	task_list_release(&list);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_long_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
