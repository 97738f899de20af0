/* When layers are folded: the stack stays small, and nothing is made too often. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "commitd/layers.h"

static void
folds_four(void **state)
{
	static const struct { unsigned levels[9]; size_t count, fold; unsigned level; } cases[] = {
		{ { 0 }, 0, 0, 0 }, { { 0, 0, 0 }, 3, 0, 0 }, { { 0, 0, 0, 0 }, 4, 4, 1 },
		{ { 0, 1, 1, 1, 1 }, 5, 0, 0 }, { { 0, 0, 0, 0, 1, 1 }, 6, 4, 1 },
		{ { 0, 0, 0, 0, 1, 1, 1 }, 7, 7, 2 }, { { 0, 0, 0, 0, 1, 1, 1, 2 }, 8, 7, 2 },
		{ { 1, 1, 1, 1 }, 4, 0, 0 },
	};
	unsigned level;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(layers_fold(cases[i].levels, cases[i].count, &level),
		    cases[i].fold);
		if (cases[i].fold > 0)
			assert_int_equal(level, cases[i].level);
	}
}

static void
stays_small(void **state)
{
	unsigned levels[64], level;
	size_t count = 0, fold, landing, most = 0;

	(void)state;
	for (landing = 0; landing < 20000; landing++) {
		memmove(levels + 1, levels, count++ * sizeof(levels[0]));
		levels[0] = 0;
		if (count > most)
			most = count;
		fold = layers_fold(levels, count, &level);
		if (fold > 0) {
			memmove(levels + 1, levels + fold, (count - fold) * sizeof(levels[0]));
			count = count - fold + 1;
			levels[0] = level;
		}
	}
	assert_true(most <= 17);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds_four),
		cmocka_unit_test(stays_small),
	};

	return cmocka_run_group_tests_name("trees", tests, NULL, NULL);
}
