/* Lengths in order, against a list that is sorted each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/lengths.h"

#define MOST	4000u

static uint64_t seed = 11;

static size_t
below(size_t limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % limit;
}

static int
shorter(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static void
compare(const struct lengths *lengths, const double *list, size_t count)
{
	static double sorted[MOST];
	size_t i, part;

	assert_int_equal(lengths->count, count);
	for (i = 0; i < count; i++)
		sorted[i] = list[i];
	if (count > 0)
		qsort(sorted, count, sizeof(double), shorter);
	for (part = 0; part <= 100; part++) {
		double wanted = count == 0 ? 0 : sorted[part == 0 ? 0 : (count * part + 99) / 100 - 1];

		assert_true(lengths_quantile(lengths, part) == wanted);
	}
}

/* Many that are the same, many that differ; it grows, shrinks to nothing and grows again. */
static void
test_random(void **state)
{
	static double list[MOST];
	size_t kind, step, count, chance, at;

	(void)state;
	for (kind = 0; kind < 4; kind++) {
		const size_t differ[] = { 1, 7, 1000, 1000000000 };
		struct lengths lengths = { 0 };

		for (count = 0, step = 0; step < 40000; step++) {
			chance = step / 5000 % 2 == 0 ? 3 : 1;
			if (count < MOST && below(4) < chance) {
				list[count] = (double)below(differ[kind]) / 8;
				lengths_add(&lengths, list[count++]);
			} else if (count > 0) {
				at = below(count);
				assert_true(lengths_take(&lengths, list[at]));
				list[at] = list[--count];
			}
			if (step % 500 == 0)
				compare(&lengths, list, count);
		}
		while (count > 0)
			assert_true(lengths_take(&lengths, list[--count]));
		compare(&lengths, list, 0);
		lengths_release(&lengths);
	}
}

/* What comes in order, either way, as most does. */
static void
test_ordered(void **state)
{
	static double list[MOST];
	struct lengths lengths = { 0 };
	size_t way, i;

	(void)state;
	for (way = 0; way < 2; way++) {
		for (i = 0; i < MOST; i++) {
			list[i] = (double)(way == 0 ? i : MOST - i);
			lengths_add(&lengths, list[i]);
		}
		compare(&lengths, list, MOST);
		lengths_release(&lengths);
	}
}

static void
test_none(void **state)
{
	struct lengths lengths = { 0 };

	(void)state;
	assert_false(lengths_take(&lengths, 1));
	assert_true(lengths_quantile(&lengths, 50) == 0);
	lengths_add(&lengths, 2);
	assert_false(lengths_take(&lengths, 1));
	assert_false(lengths_take(&lengths, 3));
	assert_true(lengths_take(&lengths, 2));
	assert_false(lengths_take(&lengths, 2));
	lengths_release(&lengths);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random), cmocka_unit_test(test_ordered),
		cmocka_unit_test(test_none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
