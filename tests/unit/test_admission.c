/* Room for one more attempt, and who is frozen: tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/admission.h"

#define MIB	(1ull << 20)

static const struct admission_rules rules = { .memory = 256 * MIB, .disk = 16 * MIB, .pressure = 50, .load = 2 };

static void
test_decide(void **state)
{
	static const struct { struct readings readings; uint64_t pledged; enum admission_wait wait; const char *words; } rows[] = {
		{ { 0 }, 0, ADMISSION_GO, NULL },
		{ { .has_memory = true, .memory = 256 * MIB }, 0, ADMISSION_GO, NULL },
		{ { .has_memory = true, .memory = 256 * MIB - 1 }, 0, ADMISSION_MEMORY,
		    "memory: 255 MiB are available, and admission.memory is 256 MiB" },
		{ { .has_memory = true, .memory = 300 * MIB }, 44 * MIB, ADMISSION_GO, NULL },
		{ { .has_memory = true, .memory = 300 * MIB }, 45 * MIB, ADMISSION_MEMORY, NULL },
		{ { .has_memory = true, .memory = 300 * MIB }, 400 * MIB, ADMISSION_MEMORY, NULL },
		{ { .has_pressure = true, .pressure = 49.99 }, 0, ADMISSION_GO, NULL },
		{ { .has_pressure = true, .pressure = 50 }, 0, ADMISSION_PRESSURE,
		    "memory: something waited for it for 50 % of the time, and admission.pressure is 50 %" },
		{ { .has_load = true, .load = 7.9, .processors = 4 }, 0, ADMISSION_GO, NULL },
		{ { .has_load = true, .load = 8, .processors = 4 }, 0, ADMISSION_LOAD,
		    "load: 2.0 for each processor, and admission.load is 2.0" },
		{ { .has_load = true, .load = 8 }, 0, ADMISSION_GO, NULL },
		{ { .has_disk = true, .disk = 16 * MIB }, 0, ADMISSION_GO, NULL },
		{ { .has_disk = true, .disk = 0 }, 0, ADMISSION_DISK,
		    "disk: 0 MiB are free in the state folder, and admission.disk is 16 MiB" },
		/* Not known is not short. */
		{ { .memory = 0, .pressure = 100, .load = 100, .disk = 0, .processors = 1 }, 0, ADMISSION_GO, NULL },
	};
	const struct admission_rules none = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum admission_wait wait = admission_decide(&rules, &rows[i].readings, rows[i].pledged);
		char *words = admission_words(wait, &rules, &rows[i].readings);

		assert_int_equal(wait, rows[i].wait);
		assert_int_equal(words == NULL, wait == ADMISSION_GO);
		if (rows[i].words != NULL)
			assert_string_equal(words, rows[i].words);
		free(words);
		assert_int_equal(admission_decide(&none, &rows[i].readings, rows[i].pledged), ADMISSION_GO);
	}
}

/* From calm to high and back: who is frozen, and who is thawed, one at a time. */
static void
test_relieve(void **state)
{
	struct admission_rules freeze = rules;
	struct admission_run runs[] = { { 0, 10, false }, { 2, 20, false }, { 1, 30, false }, { 2, 40, false } };
	static const struct { double pressure; enum admission_relief relief; size_t which; } steps[] = {
		{ 0, ADMISSION_LEAVE, 0 }, { 49, ADMISSION_LEAVE, 0 },
		{ 50, ADMISSION_FREEZE, 3 }, { 60, ADMISSION_FREEZE, 1 }, { 90, ADMISSION_FREEZE, 2 },
		{ 100, ADMISSION_LEAVE, 0 },	/* the last one goes on */
		{ 40, ADMISSION_LEAVE, 0 }, { 25, ADMISSION_LEAVE, 0 },
		{ 24, ADMISSION_THAW, 2 }, { 30, ADMISSION_LEAVE, 0 }, { 50, ADMISSION_FREEZE, 2 },
		{ 0, ADMISSION_THAW, 2 }, { 0, ADMISSION_THAW, 1 }, { 0, ADMISSION_THAW, 3 },
		{ 0, ADMISSION_LEAVE, 0 },
	};
	struct readings readings = { .has_pressure = true };
	size_t i, which = 0;

	(void)state;
	freeze.freeze = 1;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		readings.pressure = steps[i].pressure;
		assert_int_equal(admission_relieve(&freeze, &readings, runs, 4, &which), steps[i].relief);
		if (steps[i].relief == ADMISSION_LEAVE)
			continue;
		assert_int_equal(which, steps[i].which);
		runs[which].frozen = steps[i].relief == ADMISSION_FREEZE;
	}
}

static void
test_relieve_edges(void **state)
{
	struct admission_rules freeze = rules;
	struct admission_run one = { 1, 10, true }, two[] = { { 1, 10, false }, { 1, 20, false } };
	struct readings high = { .has_pressure = true, .pressure = 99 };
	struct readings little = { .has_memory = true, .memory = 100 * MIB }, some = { .has_memory = true,
	    .memory = 400 * MIB }, much = { .has_memory = true, .memory = 600 * MIB };
	size_t which = 9;

	(void)state;
	/* Who is left alone goes on, however high it is; without the rule nobody is frozen or stays so. */
	freeze.freeze = 1;
	assert_int_equal(admission_relieve(&freeze, &high, &one, 1, &which), ADMISSION_THAW);
	one.frozen = false;
	assert_int_equal(admission_relieve(&freeze, &high, &one, 1, &which), ADMISSION_LEAVE);
	assert_int_equal(admission_relieve(&rules, &high, two, 2, &which), ADMISSION_LEAVE);
	two[0].frozen = true;
	assert_int_equal(admission_relieve(&rules, &high, two, 2, &which), ADMISSION_THAW);
	assert_int_equal(which, 0);
	two[0].frozen = false;
	/* Where a kernel does not tell of pressure, what is available counts. */
	assert_int_equal(admission_relieve(&freeze, &little, two, 2, &which), ADMISSION_FREEZE);
	assert_int_equal(which, 1);
	two[1].frozen = true;
	assert_int_equal(admission_relieve(&freeze, &some, two, 2, &which), ADMISSION_LEAVE);
	assert_int_equal(admission_relieve(&freeze, &much, two, 2, &which), ADMISSION_THAW);
	assert_int_equal(admission_relieve(&freeze, &high, NULL, 0, &which), ADMISSION_LEAVE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decide), cmocka_unit_test(test_relieve), cmocka_unit_test(test_relieve_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
