/* The index of scopes against looking at all of them; the set of numbers, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/node_set.h"
#include "tasks/scope_index.h"

#define SCOPES 300

static unsigned
roll(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

static struct scope *
random_scope(unsigned *seed, bool ignore_case)
{
	static const char *const parts[] = { "a", "b", "C", "dd", "A", "*", "?", "a*", "*b", "[ab]", "**" };
	char texts[3][64], *list[4];
	unsigned count = 1 + roll(seed, 3), depth, i, k;

	for (i = 0; i < count; i++) {
		depth = 1 + roll(seed, 4);
		texts[i][0] = '\0';
		for (k = 0; k < depth; k++) {
			strcat(texts[i], k > 0 ? "/" : "");
			strcat(texts[i], k == 0 && i > 0 && roll(seed, 3) == 0 ? "!" : "");
			strcat(texts[i], parts[roll(seed, k + 1 < depth ? 6 : COUNT(parts))]);
		}
		list[i] = texts[i];
	}
	list[count] = NULL;
	return scope_new(list, ignore_case);
}

static bool
is_even(const void *context, size_t value)
{
	(void)context;
	return value % 2 == 0;
}

static void
against_all(bool ignore_case)
{
	struct scope *scopes[SCOPES];
	bool kept[SCOPES] = { false }, expected, got;
	struct scope_index *index = scope_index_new();
	unsigned seed = 5, hits = 0, round;
	size_t i, at, found;

	for (i = 0; i < SCOPES; i++)
		scopes[i] = random_scope(&seed, ignore_case);
	for (round = 0; round < 40000; round++) {
		at = roll(&seed, SCOPES);
		if (roll(&seed, 3) == 0) {
			if (kept[at])
				scope_index_remove(index, scopes[at], at);
			else
				scope_index_add(index, scopes[at], at);
			kept[at] = !kept[at];
			continue;
		}
		/* Few are kept now and then: then most are told apart. */
		if (round % 4000 == 0)
			for (i = 0; i < SCOPES - 5; i++) {
				if (kept[i])
					scope_index_remove(index, scopes[i], i);
				kept[i] = false;
			}
		for (expected = false, i = round % 2; !expected && i < SCOPES; i++)
			expected = kept[i] && (round % 3 > 0 || i % 2 == 0) &&
			    scope_overlap(scopes[at], scopes[i]);
		if (round % 2 == 1 && kept[0])
			continue;
		got = scope_index_find(index, scopes[at], round % 3 > 0 ? NULL : is_even, NULL, &found);
		if (got != expected)
			fail_msg("round %u: %s: %s", round, scope_text(scopes[at]),
			    got ? "found what is not there" : "not found");
		if (got)
			assert_true(kept[found] && scope_overlap(scopes[at], scopes[found]));
		hits += got;
	}
	assert_in_range(hits, 1000, 26000);
	scope_index_free(index);
	for (i = 0; i < SCOPES; i++)
		scope_free(scopes[i]);
	scope_index_free(NULL);
}

static void
test_against_all(void **state)
{
	(void)state;
	against_all(false);
	against_all(true);
}

static void
test_numbers(void **state)
{
	bool in[3000] = { false };
	struct node_set set = { 0 };
	unsigned seed = 3, round;
	size_t at, i;

	(void)state;
	assert_int_equal(node_set_next(&set, 0), NODE_SET_NONE);
	node_set_remove(&set, 5);
	for (round = 0; round < 20000; round++) {
		at = roll(&seed, COUNT(in));
		in[at] = roll(&seed, 8) == 0;
		if (in[at])
			node_set_add(&set, at);
		else
			node_set_remove(&set, at);
		at = roll(&seed, COUNT(in) + 200);
		for (i = at; i < COUNT(in) && !in[i]; i++)
			;
		assert_int_equal(node_set_next(&set, at), i < COUNT(in) ? i : NODE_SET_NONE);
	}
	node_set_release(&set);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_all), cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
