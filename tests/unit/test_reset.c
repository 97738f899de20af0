/* When a usage limit ends, in the words of agents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "worker/reset.h"

#define NOW	1795724940	/* 2026-11-26 20:29:00 UTC */
#define HOUR	3600
#define DAY	86400

static const struct { const char *text; time_t after; } cases[] = {
	{ "", 0 },
	{ "Too Many Requests", 0 },
	{ "exceeded retry limit, last status: 429 Too Many Requests", 0 },
	{ "You've hit your usage limit. Visit https://x.example/y7 or try again at 9:28 PM.", 59 * 60 },
	{ "try again at 8:29 PM", DAY },
	{ "try again at 8:30 pm", 60 },
	{ "resets 9pm", 31 * 60 },
	{ "resets at 21:00", 31 * 60 },
	{ "resets at 12:00 AM", 3 * HOUR + 31 * 60 },
	{ "resets at 12am (UTC)", 3 * HOUR + 31 * 60 },
	{ "resets at 25:00", 0 },
	{ "resets at 13:00 pm", 0 },
	{ "try again at Nov 27th, 2026 9:28 PM.", DAY + 59 * 60 },
	{ "try again at Dec 1, 9:28 PM.", 5 * DAY + 59 * 60 },
	{ "429 You have hit your usage limit; it resets in 3600 seconds", HOUR + 1 },
	{ "Please try again in 1.5s.", 2 },
	{ "Please try again in 350ms.", 1 },
	{ "try again in 3 hours 22 minutes", 3 * HOUR + 22 * 60 + 1 },
	{ "try again in 2 days, 1 hour and 5 min", 2 * DAY + HOUR + 300 + 1 },
	{ "retry-after: 20s", 21 },
	{ "in 2h5m", 2 * HOUR + 300 + 1 },
	{ "in 400 days", 0 },
	{ "Claude AI usage limit reached|1795728540", HOUR },
	{ "{\"resets_at\":1795728540000}", HOUR },
	{ "resets_at 1795724000", 0 },
	{ "resets_at 99999999999999", 0 },
	{ "limit resets at 2026-11-26T21:29:00Z", HOUR },
	{ "limit resets at 2026-11-26T21:29:00.123Z", HOUR },
	{ "limit resets at 2026-11-26T23:29:00+02:00", HOUR },
	{ "limit resets at 2026-11-26 15:29:00-06:00", HOUR },
	{ "limit reset at 2020-01-01T00:00:00Z", 0 },
};

static void
test_cases(void **state)
{
	size_t i;
	time_t at;

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	for (i = 0; i < COUNT(cases); i++) {
		at = reset_time(cases[i].text, NOW);
		if (at != (cases[i].after != 0 ? NOW + cases[i].after : 0))
			fail_msg("'%s': %jd seconds after, expected %jd", cases[i].text,
			    (intmax_t)(at != 0 ? at - NOW : 0), (intmax_t)cases[i].after);
	}
}

/* A time of day is that of this machine's zone. */
static void
test_zone(void **state)
{
	(void)state;
	setenv("TZ", "EST5", 1);
	tzset();
	assert_int_equal(reset_time("try again at 4:29 PM", NOW) - NOW, HOUR);
	assert_int_equal(reset_time("at 2026-11-26T21:29:00Z", NOW) - NOW, HOUR);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases), cmocka_unit_test(test_zone) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
