/* What is told of lengths by kind: against a plain median, in leaps, within bounds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/estimate.h"

static void
test_table(void **state)
{
	/* What comes in, what is told after all of it; 0 ends a list. */
	static const struct { double lengths[9]; uint64_t told; } cases[] = {
		{ { 10 }, 0 }, { { 10, 20 }, 0 }, { { 10, 30, 20 }, 20 }, { { 0.1, 0.2, 0.3 }, 1 },
		{ { 9.6, 9.6, 9.6 }, 10 },
		/* One that is out of all bounds changes nothing. */
		{ { 10, 10, 10, 1e300, 10 }, 10 }, { { 10, 11, 1e9, 1e9 }, 11 },
		/* Not by half: as it was. Then at once. */
		{ { 100, 100, 100, 149, 149, 149, 149 }, 100 },
		{ { 100, 100, 100, 151, 151, 151, 151 }, 151 },
		{ { 100, 100, 100, 67, 67, 67, 67 }, 100 }, { { 100, 100, 100, 66, 66, 66, 66 }, 66 },
		{ { -1, NAN, 5, 5, -INFINITY, NAN, -5 }, 0 }, { { INFINITY, 5, NAN, 5 }, 5 },
	};
	struct estimates *estimates;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		estimates = estimates_new();
		for (k = 0; cases[i].lengths[k] != 0; k++)
			estimates_add(estimates, "k", cases[i].lengths[k]);
		if (estimates_of(estimates, "k", NULL) != cases[i].told)
			fail_msg("case %zu: %ju, not %ju", i,
			    (uintmax_t)estimates_of(estimates, "k", NULL), (uintmax_t)cases[i].told);
		estimates_free(estimates);
	}
	estimates_free(NULL);
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* The window moves: of the last of them alone, and never out by half. */
static void
test_window(void **state)
{
	double all[2000], last[ESTIMATE_RING];
	struct estimates *estimates = estimates_new();
	uint64_t told = 0, now, median;
	unsigned seed = 7, leaps = 0;
	size_t i, count;
	bool leapt;

	(void)state;
	for (i = 0; i < COUNT(all); i++) {
		seed = seed * 1103515245u + 12345u;
		all[i] = 1 + (seed >> 16) % (i / 500 % 2 == 0 ? 50 : 5000);
		leapt = estimates_add(estimates, "k", all[i]);
		count = i + 1 < ESTIMATE_RING ? i + 1 : ESTIMATE_RING;
		memcpy(last, all + i + 1 - count, count * sizeof(*last));
		qsort(last, count, sizeof(*last), compare);
		median = (uint64_t)last[(count - 1) / 2];
		now = estimates_of(estimates, "k", &count);
		assert_true(leapt == (now != told));
		assert_true(!leapt || now == median);
		assert_true(i + 1 < ESTIMATE_LEAST ? now == 0 :
		    2 * median <= 3 * now && 3 * median >= 2 * now);
		leaps += leapt;
		told = now;
	}
	assert_int_equal(count, ESTIMATE_RING);
	assert_in_range(leaps, 4, 200);
	estimates_free(estimates);
}

/* Kinds are apart, and there is an end to them. */
static void
test_kinds(void **state)
{
	struct estimates *estimates = estimates_new();
	char name[32];
	size_t i, k;

	(void)state;
	for (k = 0; k < ESTIMATE_LEAST; k++)
		for (i = 0; i <= ESTIMATE_KINDS; i++) {
			snprintf(name, sizeof(name), "%zu", i);
			estimates_add(estimates, name, (double)i + 1);
		}
	for (i = 0; i < ESTIMATE_KINDS; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		assert_int_equal(estimates_of(estimates, name, NULL), i + 1);
	}
	snprintf(name, sizeof(name), "%zu", i);
	assert_int_equal(estimates_of(estimates, name, NULL), 0);
	assert_int_equal(estimates_of(estimates, "nobody", NULL), 0);
	estimates_free(estimates);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), cmocka_unit_test(test_window),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
