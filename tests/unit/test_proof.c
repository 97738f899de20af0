/* What a verdict is about: the same only where all is the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/proof.h"

/* Each of these is another one, however alike they read when put together. */
static void
test_apart(void **state)
{
	static const struct { const char *command; const char *environment[3]; } rows[] = {
		{ "true", { NULL } },
		{ "true\nX=1", { NULL } },
		{ "true", { "X=1", NULL } },
		{ "true\n3:X=1", { NULL } },
		{ "true", { "X=1\n3:Y=2", NULL } },
		{ "true", { "X=1", "Y=2", NULL } },
		{ "true", { "Y=2", "X=1", NULL } },
		{ "true", { "TZ=UTC", NULL } },
		{ "", { "true", NULL } },
	};
	char *proofs[COUNT(rows)];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		proofs[i] = proof_of(rows[i].command, (char *const *)(uintptr_t)rows[i].environment);
		for (j = 0; j < i; j++)
			assert_string_not_equal(proofs[i], proofs[j]);
	}
	for (i = 0; i < COUNT(rows); i++)
		free(proofs[i]);
}

/* What passes into a sandbox is part of it, what does not is none. */
static void
test_environment(void **state)
{
	static const struct { const char *name; bool part; } rows[] = {
		{ "PATH", true }, { "LANG", true }, { "LC_ALL", true }, { "TZ", true },
		{ "SOURCE_DATE_EPOCH", true }, { "EDITOR", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		char *before = proof_of("true", NULL), *after, *empty;

		setenv(rows[i].name, "another", 1);
		after = proof_of("true", NULL);
		setenv(rows[i].name, "", 1);
		empty = proof_of("true", NULL);
		assert_int_equal(rows[i].part, !str_same(before, after));
		assert_int_equal(rows[i].part, !str_same(after, empty));
		free(empty);
		free(after);
		free(before);
	}
}

/* A result is one attempt of one task. */
static void
test_result(void **state)
{
	char *all = proof_of("true", NULL), *one = proof_of_result("true", NULL, "a", 1);
	char *same = proof_of_result("true", NULL, "a", 1);
	char *next = proof_of_result("true", NULL, "a", 2);
	char *other = proof_of_result("true", NULL, "b", 1);

	(void)state;
	assert_string_equal(one, same);
	assert_string_not_equal(one, all);
	assert_string_not_equal(one, next);
	assert_string_not_equal(one, other);
	free(other);
	free(next);
	free(same);
	free(one);
	free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_apart), cmocka_unit_test(test_environment),
		cmocka_unit_test(test_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
