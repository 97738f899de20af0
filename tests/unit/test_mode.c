/* Modes: their names, which of two holds, and what a person may do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "supervisor/mode.h"

static void
test_names(void **state)
{
	int mode;

	(void)state;
	for (mode = 0; mode < MODES; mode++)
		assert_int_equal(mode_find(mode_name((enum mode)mode)), mode);
	assert_int_equal(mode_find("normal"), MODES);
	assert_string_equal(mode_word(MODE_HALTED), "halted");
}

/* The strictest of what holds for the whole and for its part. */
static void
test_stricter(void **state)
{
	(void)state;
	assert_int_equal(mode_stricter(MODE_NORMAL, MODE_PAUSED), MODE_PAUSED);
	assert_int_equal(mode_stricter(MODE_HALTED, MODE_DRAINING), MODE_HALTED);
	assert_int_equal(mode_stricter(MODE_NORMAL, MODE_NORMAL), MODE_NORMAL);
}

static void
test_refuses(void **state)
{
	static const bool may[MODES][MODES] = {
		[MODE_NORMAL] = { false, true, true, true },
		[MODE_PAUSED] = { true, true, true, true },
		[MODE_DRAINING] = { true, true, true, true },
		[MODE_HALTED] = { true, false, false, true },
	};
	int from, to;

	(void)state;
	for (from = 0; from < MODES; from++)
		for (to = 0; to < MODES; to++)
			assert_int_equal(mode_refuses((enum mode)from, (enum mode)to) == NULL, may[from][to]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_stricter), cmocka_unit_test(test_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
