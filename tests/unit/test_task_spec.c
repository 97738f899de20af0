/* What is filled in when a task does not say it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "tasks/task_spec.h"

#define SIXTY_FOUR "0123456789012345678901234567890123456789012345678901234567890123"

static void
test_titles(void **state)
{
	static char *command[] = { "sh", "-c", "make all", NULL };
	static const struct { const char *prompt; char **words; const char *title; } cases[] = {
		{ "Fix it", NULL, "Fix it" }, { "\n  \n  Fix it \r\nmore", NULL, "Fix it" },
		{ "", command, "sh -c make all" }, { " \n", command, "sh -c make all" },
		{ SIXTY_FOUR "1234567\xc3\xa4x", NULL, SIXTY_FOUR "1234567" },
		{ SIXTY_FOUR "123456\xc3\xa4x", NULL, SIXTY_FOUR "123456\xc3\xa4" },
	};
	struct task_spec spec;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		spec = (struct task_spec){ .id = str_dup("x"),
		    .prompt = str_dup(cases[i].prompt), .command = strs_dup(cases[i].words) };
		assert_true(task_spec_complete(&spec));
		assert_string_equal(spec.title, cases[i].title);
		task_spec_release(&spec);
	}
	spec = (struct task_spec){ .id = str_dup("x") };
	assert_false(task_spec_complete(&spec));
	assert_string_equal(spec.title, "x");
	assert_string_equal(spec.prompt, "");
	task_spec_release(&spec);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_titles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
