/* What an attempt has used, in the three ways in which agents report it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "worker/usage.h"

/* What happens: a report of input, cached, output, or the start of a run. */
struct happening { int64_t input; uint64_t cached, output; };

#define RUN	{ -1, 0, 0 }	/* the agent is run anew */
#define RESUME	{ -2, 0, 0 }	/* it goes on with its session */

static const struct {
	const char *name;
	enum usage_mode mode;
	struct happening happenings[8];
	struct tokens total;
} cases[] = {
	{ "a sum", USAGE_SUM, { RUN, { 1000, 0, 50 }, { 1100, 500, 50 } }, { 2100, 500, 100, 0 } },
	{ "a sum over two runs", USAGE_SUM, { RUN, { 1000, 0, 50 }, RUN, { 1100, 500, 50 } },
	    { 2100, 500, 100, 0 } },
	{ "the last", USAGE_LAST, { RUN, { 1000, 0, 50 }, { 2100, 500, 100 } }, { 2100, 500, 100, 0 } },
	{ "the last of each run", USAGE_LAST, { RUN, { 1, 0, 1 }, { 2, 0, 2 }, RUN, { 3, 0, 3 } },
	    { 5, 0, 5, 0 } },
	{ "a session in one run", USAGE_SESSION, { RUN, { 2100, 500, 100 } }, { 2100, 500, 100, 0 } },
	{ "a session that is resumed", USAGE_SESSION,
	    { RUN, { 2100, 500, 100 }, RESUME, { 4200, 1000, 200 } }, { 4200, 1000, 200, 0 } },
	{ "a session that is resumed twice", USAGE_SESSION,
	    { RUN, { 10, 0, 1 }, RESUME, { 30, 0, 2 }, { 35, 0, 3 }, RESUME, { 50, 0, 4 } }, { 50, 0, 4, 0 } },
	{ "another session", USAGE_SESSION, { RUN, { 2100, 500, 100 }, RUN, { 2100, 500, 100 } },
	    { 4200, 1000, 200, 0 } },
	{ "a counter that began anew", USAGE_SESSION, { RUN, { 2100, 500, 100 }, RESUME, { 100, 0, 5 } },
	    { 2200, 500, 105, 0 } },
	{ "a run that reports nothing", USAGE_SESSION, { RUN, { 10, 0, 1 }, RESUME, RESUME, { 15, 0, 2 } },
	    { 15, 0, 2, 0 } },
	{ "more from a cache than there was", USAGE_SUM, { RUN, { 10, 20, 1 } }, { 10, 10, 1, 0 } },
	{ "too much to count", USAGE_SUM, { RUN, { INT64_MAX, 0, 1 }, { INT64_MAX, 0, 1 }, { INT64_MAX, 0, 1 } },
	    { UINT64_MAX, 0, 3, 0 } },
};

static void
test_cases(void **state)
{
	const struct price free_of_charge = { 0 };
	struct usage usage;
	struct tokens total;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		usage_init(&usage, cases[i].mode, &free_of_charge);
		for (j = 0; j < COUNT(cases[i].happenings); j++) {
			const struct happening *one = &cases[i].happenings[j];

			if (one->input < 0)
				usage_begin(&usage, one->input == -2);
			else if (one->input > 0)
				usage_report(&usage, &(struct tokens){ (uint64_t)one->input, one->cached,
				    one->output, 0 }, false);
		}
		total = usage_total(&usage);
		if (total.input != cases[i].total.input || total.cached != cases[i].total.cached ||
		    total.output != cases[i].total.output)
			fail_msg("%s: %ju input, %ju cached, %ju output", cases[i].name,
			    (uintmax_t)total.input, (uintmax_t)total.cached, (uintmax_t)total.output);
	}
}

static void
test_price(void **state)
{
	const struct price price = { 1, .1, 2 };
	struct usage usage;

	(void)state;
	usage_init(&usage, USAGE_SUM, &price);
	usage_begin(&usage, false);
	usage_report(&usage, &(struct tokens){ 1000, 0, 50, 0 }, false);
	usage_report(&usage, &(struct tokens){ 1100, 500, 50, 0 }, false);
	/* 0.0011 and 0.00075, as the price list has it. */
	assert_float_equal(usage_total(&usage).cost, .00185, 1e-9);
	/* The agent's own word, where it has one, even nothing. */
	usage_report(&usage, &(struct tokens){ 1000, 0, 0, 2.5 }, true);
	usage_report(&usage, &(struct tokens){ 1000, 0, 0, 0 }, true);
	assert_float_equal(usage_total(&usage).cost, 2.50185, 1e-9);
	assert_int_equal(usage.reports, 4);
}

static void
test_words(void **state)
{
	(void)state;
	assert_int_equal(usage_mode_find("sum"), USAGE_SUM);
	assert_int_equal(usage_mode_find("last"), USAGE_LAST);
	assert_int_equal(usage_mode_find("cumulative_session"), USAGE_SESSION);
	assert_int_equal(usage_mode_find("all"), USAGE_MODES);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_price), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
