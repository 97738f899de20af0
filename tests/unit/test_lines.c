/* Lines added and removed, by tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "commitd/lines.h"
#include "protocol/mem.h"

static void
test_count(void **state)
{
	static const struct { const char *old, *new; uint64_t added, removed; } rows[] = {
		{ "", "", 0, 0 }, { "", "a\n", 1, 0 }, { "a\n", "", 0, 1 }, { "a\nb\n", "a\nc\n", 1, 1 },
		{ "a\na\n", "a\n", 0, 1 }, { "a\nb\n", "b\na\n", 0, 0 }, { "a", "a\n", 1, 1 },
		{ "\n\n\n", "\n", 0, 2 }, { "a\nb\n", "x\na\nb\ny\n", 2, 0 },
	};
	uint64_t added, removed;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_true(lines_count((const unsigned char *)rows[i].old, strlen(rows[i].old),
		    (const unsigned char *)rows[i].new, strlen(rows[i].new), &added, &removed));
		assert_int_equal(added, rows[i].added);
		assert_int_equal(removed, rows[i].removed);
	}
	assert_true(lines_count(NULL, 0, NULL, 0, &added, &removed));
}

/* What is no text, or has more lines than anybody counts. */
static void
test_refuses(void **state)
{
	unsigned char *many = mem_zero(60000, 1);
	uint64_t added, removed;

	(void)state;
	assert_false(lines_count((const unsigned char *)"a\0b", 3, NULL, 0, &added, &removed));
	memset(many, '\n', 60000);
	assert_false(lines_count(NULL, 0, many, 60000, &added, &removed));
	assert_true(lines_count(NULL, 0, many, 50000, &added, &removed));
	assert_int_equal(added, 50000);
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_count), cmocka_unit_test(test_refuses) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
