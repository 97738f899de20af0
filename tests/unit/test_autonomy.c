/* When a person is asked: every level, by what the task says and what it changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/autonomy.h"
#include "tasks/task_spec.h"

static void
test_start(void **state)
{
	static const struct {
		enum autonomy level;
		unsigned approvals;
		const char *asks;
		enum autonomy_origin origin;
	} rows[] = {
		{ AUTONOMY_L0, 0, "(autonomy L0)", AUTONOMY_GIVEN },
		{ AUTONOMY_L0, APPROVAL_START, "the task asks for approval before it starts", AUTONOMY_GIVEN },
		{ AUTONOMY_L1, 0, NULL, AUTONOMY_GIVEN },
		{ AUTONOMY_L1, APPROVAL_LAND, NULL, AUTONOMY_GIVEN },
		{ AUTONOMY_L1, APPROVAL_START, "before it starts", AUTONOMY_GIVEN },
		{ AUTONOMY_L2, 0, NULL, AUTONOMY_GIVEN },
		{ AUTONOMY_L2, APPROVAL_START, "before it starts", AUTONOMY_GIVEN },
		{ AUTONOMY_L3, APPROVAL_START | APPROVAL_LAND, NULL, AUTONOMY_GIVEN },
		{ AUTONOMY_L0, 0, "an agent has found it", AUTONOMY_FOUND },
		{ AUTONOMY_L2, 0, "an agent has found it", AUTONOMY_FOUND },
		{ AUTONOMY_L3, 0, NULL, AUTONOMY_FOUND },
		{ AUTONOMY_L3, 0, "an agent has found it", AUTONOMY_FOUND_BY_FOUND },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		char *question = autonomy_start(rows[i].level, rows[i].approvals,
		    rows[i].origin);

		if ((question != NULL) != (rows[i].asks != NULL) ||
		    (question != NULL && strstr(question, rows[i].asks) == NULL))
			fail_msg("row %zu: %s", i, question != NULL ? question : "nobody is asked");
		free(question);
	}
}

static void
test_land(void **state)
{
	char a[] = "Makefile", b[] = "ci/x", more[] = "and 3 more";
	char *one[] = { a, NULL }, *many[] = { a, b, more, NULL }, *none[] = { NULL };
	char everything[] = "**", *all[] = { everything, NULL }, *crowd[26] = { NULL };
	const struct {
		enum autonomy level;
		unsigned approvals;
		char **protected;
		char **outside;
		const char *asks;
	} rows[] = {
		{ AUTONOMY_L0, 0, NULL, NULL, "(autonomy L0)" },
		{ AUTONOMY_L1, 0, none, NULL, "(autonomy L1)" },
		{ AUTONOMY_L1, 0, one, NULL, "it changes protected paths: Makefile" },
		{ AUTONOMY_L2, 0, NULL, NULL, NULL },
		{ AUTONOMY_L2, 0, none, NULL, NULL },
		{ AUTONOMY_L2, APPROVAL_START, NULL, NULL, NULL },
		{ AUTONOMY_L2, APPROVAL_LAND, NULL, NULL, "the task asks for approval before it lands" },
		{ AUTONOMY_L2, 0, many, NULL, "protected paths: Makefile, ci/x and 3 more" },
		{ AUTONOMY_L3, APPROVAL_LAND, many, NULL, NULL },
		{ AUTONOMY_L0, 0, NULL, one, "it changes what is outside its scope: Makefile" },
		{ AUTONOMY_L2, 0, none, one, "it changes what is outside its scope: Makefile" },
		{ AUTONOMY_L2, 0, one, one, "scope: Makefile; it changes protected paths: Makefile" },
		{ AUTONOMY_L2, 0, NULL, all, "scope: more files than can be named" },
		{ AUTONOMY_L2, 0, NULL, crowd, "ci/x, ci/x and 5 more" },
		{ AUTONOMY_L2, 0, NULL, none, NULL },
		{ AUTONOMY_L3, APPROVAL_LAND, NULL, one, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i + 1 < COUNT(crowd); i++)
		crowd[i] = b;
	for (i = 0; i < COUNT(rows); i++) {
		char *question = autonomy_land(rows[i].level, rows[i].approvals,
		    &(struct concerns){ rows[i].protected, rows[i].outside });

		if ((question != NULL) != (rows[i].asks != NULL) ||
		    (question != NULL && strstr(question, rows[i].asks) == NULL))
			fail_msg("row %zu: %s", i, question != NULL ? question : "nobody is asked");
		free(question);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start), cmocka_unit_test(test_land),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
