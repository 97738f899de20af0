/* What the next attempt is told: by tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/mem.h"
#include "protocol/valid.h"
#include "supervisor/feedback.h"

#define OID	"0123456789012345678901234567890123456789"

/* Each kind of conflict, with the words that say what there is to decide. */
static void
test_kinds(void **state)
{
	static const struct { const char *said, *told; } rows[] = {
		{ "CONFLICT (content): Merge conflict in f\n", "markers show both" },
		{ "CONFLICT (add/add): Merge conflict in f\n", "both added it" },
		{ "warning: Cannot merge binary files: f (the branch vs. your change)\n",
		    "the branch's version is there" },
		{ "CONFLICT (modify/delete): f deleted in the branch and modified in your change.\n",
		    "keep it or delete it" },
		{ "CONFLICT (rename/delete): f renamed to g in the branch, but deleted in your change.\n",
		    "keep it or delete it" },
		{ "CONFLICT (rename/rename): f renamed to g in the branch and to h in your change.\n",
		    "both names are there" },
		{ "CONFLICT (file/directory): directory in the way of f from the branch\n",
		    "the file got another name" },
		{ "CONFLICT (distinct types): f had different types on each side\n", "two names" },
		{ "CONFLICT (submodule): Merge conflict in f\n", "a submodule that both moved" },
		{ "CONFLICT (something new): f\n", "CONFLICT (something new): f" },
	};
	char path[] = "f", with[] = "1a2b3c4 Subject (task a)";
	char *paths[] = { path, NULL }, *commits[] = { with, NULL };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		const struct msg_ticket_conflict conflict = { .task = "t", .paths = paths, .tip = OID,
		    .reason = rows[i].said, .marked = OID, .with = commits };
		char *text = feedback_conflict(&conflict);

		assert_int_equal(strncmp(text, "conflict with the branch in f\n", 30), 0);
		/* The next attempt may begin further on. */
		assert_non_null(strstr(text, "where the branch was at 012345678901."));
		assert_non_null(strstr(text, rows[i].told));
		assert_non_null(strstr(text, "\n  1a2b3c4 Subject (task a)\n"));
		assert_non_null(strstr(text, "Git's merge of both"));
		free(text);
	}
}

/* Without a tree that was kept nothing is promised. */
static void
test_without_tree(void **state)
{
	const struct msg_ticket_conflict conflict = { .task = "t", .reason = "the result is lost" };
	char *reason = feedback_reason(&conflict), *text = feedback_conflict(&conflict);

	(void)state;
	assert_string_equal(reason, "the result is lost");
	assert_string_equal(text, "the result is lost\n");
	free(reason);
	free(text);
}

static void
test_bounds(void **state)
{
	struct msg_ticket_conflict conflict = { .task = "t", .tip = OID, .marked = OID };
	char *paths[1001], *text, *joined, *filled = mem_zero(FEEDBACK_MAX + 10, 1);
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		paths[i] = str_format("f%zu", i);
	paths[1000] = NULL;
	conflict.paths = paths;
	text = feedback_reason(&conflict);
	assert_string_equal(text, "conflict with the branch in f0, f1, f2, f3, f4, f5, f6, f7, f8, f9 "
	    "and 990 more");
	free(text);
	text = feedback_conflict(&conflict);
	assert_non_null(strstr(text, "\n  f199\n  and 800 more\n"));
	free(text);
	/* Cut between characters, whatever the length before them. */
	for (i = 0; i < 4; i++) {
		memset(filled, 'a', FEEDBACK_MAX - i);
		strcpy(filled + FEEDBACK_MAX - i, "\xf0\x9f\x99\x82");
		joined = feedback_join(filled, "rest");
		assert_true(strlen(joined) <= FEEDBACK_MAX);
		assert_true(strlen(joined) >= FEEDBACK_MAX - 3);
		assert_true(utf8_valid(joined, strlen(joined)));
		free(joined);
	}
	free(filled);
	for (i = 0; i < 1000; i++)
		free(paths[i]);
}

/* A red gate names the pair, and says what was run and what came of it. */
static void
test_gate(void **state)
{
	char a[] = "a", b[] = "b", more[] = "and 7 more";
	char *none[] = { NULL }, *one[] = { a, NULL }, *many[] = { a, b, more, NULL };
	const struct { char **with; const char *reason, *told; bool pair; } rows[] = {
		{ none, "gate FAIL on the tree that would land: red", "combined with nothing", false },
		{ NULL, "gate FAIL on the tree that would land: red", "combined with nothing", false },
		{ one, "gate FAIL on the tree that would land, combined with a: red",
		    "combined with: a\n", true },
		{ many, "gate FAIL on the tree that would land, combined with a, b and 7 more: red",
		    "combined with: a, b and 7 more\n", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		const struct msg_ticket_red red = { .task = "t", .verdict = "FAIL",
		    .with = rows[i].with };
		char *reason = feedback_red(&red, "red"), *text = feedback_gate(&red, "make check", "red",
		    "1 failed\n");

		assert_string_equal(reason, rows[i].reason);
		assert_int_equal(strncmp(text, reason, strlen(reason)), 0);
		assert_non_null(strstr(text, rows[i].told));
		assert_int_equal(strstr(text, "What a changed and what you changed do not go together") !=
		    NULL, rows[i].pair);
		assert_non_null(strstr(text, "\ncommand: make check\n\nThe end of what it printed:\n1 failed\n"));
		free(text);
		free(reason);
	}
}

static void
test_join(void **state)
{
	char *text = feedback_join("a\n", "b\n");

	(void)state;
	assert_string_equal(text, "a\n\nb\n");
	free(text);
	text = feedback_join(NULL, "b");
	assert_string_equal(text, "b");
	free(text);
	text = feedback_join("a", NULL);
	assert_string_equal(text, "a");
	free(text);
	assert_null(feedback_join(NULL, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_without_tree),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_gate),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
