/* Moments and durations as people write them, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "orchctl/moment.h"
#include "protocol/mem.h"

#define NOW	1795782005.0	/* 2026-11-27 13:20:05 in Berlin, an hour less in UTC */
#define MIDNIGHT	1795734000.0	/* of that day in Berlin */

static int
setup(void **state)
{
	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return 0;
}

static void
test_moments(void **state)
{
	static const struct { const char *text; double moment; } rows[] = {
		{ "90", NOW - 90 }, { "90s", NOW - 90 }, { "45m", NOW - 2700 }, { "2h", NOW - 7200 },
		{ "7d", NOW - 604800 }, { "0", NOW },
		{ "2026-11-27", MIDNIGHT }, { "2026-11-27T03:00", MIDNIGHT + 10800 },
		{ "2026-11-27 03:00", MIDNIGHT + 10800 }, { "2026-11-27T03:00:01", MIDNIGHT + 10801 },
		{ "2026-11-27 03:00:01", MIDNIGHT + 10801 },
		/* In summer an hour more lies between here and UTC. */
		{ "2026-07-01T02:00", 1782864000 },
		{ "03:00", MIDNIGHT + 10800 }, { "00:00", MIDNIGHT }, { "03:00:09", MIDNIGHT + 10809 },
		{ "23:59", MIDNIGHT + 86340 },
		{ "@0", 0 }, { "@1795782005", NOW }, { "@12.5", 12.5 },
	};
	double moment;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		moment = -1;
		if (!moment_read(rows[i].text, NOW, &moment) || moment != rows[i].moment)
			fail_msg("'%s' is %f, not %f", rows[i].text, moment, rows[i].moment);
	}
}

static void
test_no_moments(void **state)
{
	static const char *const rows[] = { "", " ", "yesterday", "-1h", "1w", "1hh", "h", "@", "@x", "@-1",
	    "@1e13", "2026-11", "2026-13-01", "2026-02-30", "2026-11-27T", "2026-11-27T25:00",
	    "2026-11-27T03:00Z", "1066-10-14", "24:01", "03:60", "03:", "3h:00", "03:00 ", "99999999999999d" };
	double moment;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		if (moment_read(rows[i], NOW, &moment))
			fail_msg("'%s' is taken for %f", rows[i], moment);
}

static void
test_seconds(void **state)
{
	uint64_t seconds;

	(void)state;
	assert_true(moment_seconds("1d", &seconds));
	assert_int_equal(seconds, 86400);
	assert_false(moment_seconds("03:00", &seconds));
	assert_false(moment_seconds("@5", &seconds));
	assert_false(moment_seconds("18446744073709551615d", &seconds));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_moments, setup),
		cmocka_unit_test_setup(test_no_moments, setup),
		cmocka_unit_test_setup(test_seconds, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
