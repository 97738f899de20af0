/* What setup made: which layer fits, when setup runs, what may go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/prepared.h"

#define NOW	1000000u

static void
test_key(void **state)
{
	char *paths[] = { str_dup("a.lock"), str_dup("b.lock"), NULL };
	static const struct { const char *command, *a, *b; bool same; } rows[] = {
		{ "make", "1", "2", true },
		{ "make ", "1", "2", false },
		{ "make", "2", "1", false },
		{ "make", "12", "", false },
		{ "make", "-", "2", false },
	};
	char *first = NULL, *key;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		char *a = str_dup(rows[i].a), *b = str_dup(rows[i].b);
		char *locks[] = { a, b, NULL };

		key = prepared_key(rows[i].command, paths, locks, NULL);
		if (first == NULL)
			first = str_dup(key);
		assert_int_equal(str_same(first, key), rows[i].same);
		free(key);
		free(a);
		free(b);
	}
	/* What is not told is as if it were not there. */
	key = prepared_key("make", paths, NULL, NULL);
	assert_non_null(strstr(key, "-"));
	free(key);
	key = prepared_key("make", NULL, NULL, NULL);
	assert_string_equal(key, "4:make\n");
	free(key);
	free(first);
	free(paths[0]);
	free(paths[1]);
}

static void
add(struct prepared *prepared, const char *name, const char *key, const char *tree, bool landed)
{
	struct prepared_layer layer = { .name = str_dup(name), .key = str_dup(key), .tree = str_dup(tree),
	    .landed = landed };

	prepared_add(prepared, &layer);
	free(layer.name);
	free(layer.key);
	free(layer.tree);
}

/* A layer of a tree that has not landed is that tree's alone. */
static void
test_fits(void **state)
{
	static const struct { const char *key, *tree; bool landed; const char *wanted, *on; bool fits; } rows[] = {
		{ "k", "t", true, "k", "t", true },
		{ "k", "t", true, "k", "u", true },
		{ "k", "t", false, "k", "t", true },
		{ "k", "t", false, "k", "u", false },
		{ "k", "t", true, "l", "t", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct prepared prepared = { 0 };
		struct prepared_wanted wanted = { rows[i].wanted, rows[i].on, true };

		add(&prepared, "1", rows[i].key, rows[i].tree, rows[i].landed);
		assert_int_equal(prepared_fits(&prepared.layers[0], &wanted), rows[i].fits);
		assert_int_equal(prepared_decide(&prepared, &wanted, NOW).answer,
		    rows[i].fits ? PREPARED_READY : PREPARED_MAKE);
		prepared_release(&prepared);
	}
}

static void
test_lands(void **state)
{
	struct prepared prepared = { 0 };
	struct prepared_wanted other = { "k", "u", true };

	(void)state;
	add(&prepared, "1", "k", "t", false);
	assert_int_equal(prepared_decide(&prepared, &other, NOW).answer, PREPARED_MAKE);
	assert_false(prepared_landed(&prepared, "x", true));
	assert_true(prepared_landed(&prepared, "t", true));
	assert_false(prepared_landed(&prepared, "t", false));
	assert_int_equal(prepared_decide(&prepared, &other, NOW).answer, PREPARED_READY);
	prepared_release(&prepared);
}

/* One at a time; the newest that fits is used. */
static void
test_makes(void **state)
{
	struct prepared prepared = { 0 };
	struct prepared_wanted a = { "a", "t", true }, b = { "b", "t", true };

	(void)state;
	assert_int_equal(prepared_decide(&prepared, &a, NOW).answer, PREPARED_MAKE);
	prepared_begin(&prepared, &a);
	assert_true(prepared_expected(&prepared));
	assert_int_equal(prepared_decide(&prepared, &a, NOW).answer, PREPARED_WAIT);
	assert_int_equal(prepared_decide(&prepared, &b, NOW).answer, PREPARED_WAIT);
	add(&prepared, "1", "a", "t", true);
	prepared_end(&prepared, NULL, true, NOW);
	assert_false(prepared_expected(&prepared));
	assert_int_equal(prepared_decide(&prepared, &b, NOW).answer, PREPARED_MAKE);
	add(&prepared, "2", "a", "u", true);
	assert_int_equal(prepared_decide(&prepared, &a, NOW).layer, 1);
	prepared_release(&prepared);
}

/* Tried again after longer and longer, then given up, then seldom; another tree begins anew. */
static void
test_fails(void **state)
{
	struct prepared prepared = { 0 };
	struct prepared_wanted a = { "a", "t", true }, moved = { "a", "u", true };
	struct prepared_decision decision;
	uint64_t now = NOW, again, before = 0;
	unsigned try;

	(void)state;
	for (try = 1; try <= PREPARED_TRIES; try++) {
		assert_int_equal(prepared_decide(&prepared, &a, now).answer, PREPARED_MAKE);
		prepared_begin(&prepared, &a);
		prepared_end(&prepared, "red", true, now);
		decision = prepared_decide(&prepared, &a, now);
		assert_int_equal(decision.answer, try < PREPARED_TRIES ? PREPARED_WAIT : PREPARED_GIVEN_UP);
		assert_string_equal(decision.reason, "red");
		again = decision.again - now;
		assert_true(again > before);
		before = again;
		now = decision.again;
	}
	assert_int_equal(prepared_decide(&prepared, &moved, now - 1).answer, PREPARED_MAKE);
	/* Stopped by us: no failure. */
	prepared_begin(&prepared, &moved);
	prepared_end(&prepared, "stopped", false, now);
	assert_int_equal(prepared_decide(&prepared, &moved, now).answer, PREPARED_MAKE);
	/* It is tried even so, and what was is forgotten once it is well. */
	assert_int_equal(prepared_decide(&prepared, &a, now).answer, PREPARED_MAKE);
	prepared_begin(&prepared, &a);
	prepared_end(&prepared, NULL, true, now);
	assert_null(prepared_decide(&prepared, &a, now).reason);
	/* Only so many are remembered. */
	for (try = 0; try < 100; try++) {
		char *tree = str_format("%u", try);

		prepared_begin(&prepared, &(struct prepared_wanted){ "a", tree, false });
		prepared_end(&prepared, "red", true, now);
		free(tree);
	}
	assert_true(prepared.failure_count < 20);
	prepared_release(&prepared);
}

static void
test_renews(void **state)
{
	static const struct { uint64_t renew, moves; bool making, old; } rows[] = {
		{ 2, 0, false, false }, { 2, 1, false, false }, { 2, 2, false, true },
		{ 2, 3, true, false }, { 0, 1000, false, false },
	};
	uint64_t move;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct prepared prepared = { 0 };

		add(&prepared, "1", "a", "t", true);
		for (move = 0; move < rows[i].moves; move++)
			prepared_landed(&prepared, "x", true);
		if (rows[i].making)
			prepared_begin(&prepared, &(struct prepared_wanted){ "b", "t", true });
		assert_int_equal(prepared_is_old(&prepared, 0, rows[i].renew), rows[i].old);
		prepared_release(&prepared);
	}
}

/* What is in use stays, however many there are; the others go by when they were wanted. */
static void
test_surplus(void **state)
{
	static const struct { size_t count; const char *used; size_t wanted, keep, gone; } rows[] = {
		{ 0, "", 9, 2, 0 }, { 1, ".", 9, 2, 1 }, { 2, "..", 9, 2, 2 },
		{ 3, "...", 9, 2, 0 }, { 3, "x..", 9, 2, 1 }, { 3, "xxx", 9, 2, 3 },
		{ 3, "...", 0, 2, 1 }, { 4, "x...", 1, 2, 2 }, { 1, ".", 9, 0, 0 }, { 1, "x", 9, 0, 1 },
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct prepared prepared = { 0 };

		for (j = 0; j < rows[i].count; j++) {
			char name[] = { (char)('0' + j), '\0' };

			add(&prepared, name, name, "t", true);
			prepared.layers[j].in_use = rows[i].used[j] == 'x';
		}
		if (rows[i].wanted < rows[i].count) {
			char name[] = { (char)('0' + rows[i].wanted), '\0' };

			prepared_decide(&prepared, &(struct prepared_wanted){ name, "t", true }, NOW);
		}
		assert_int_equal(prepared_surplus(&prepared, rows[i].keep), rows[i].gone);
		prepared_release(&prepared);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_lands),
		cmocka_unit_test(test_makes),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_renews),
		cmocka_unit_test(test_surplus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
