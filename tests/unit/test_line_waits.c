/*
 * How long the line waits by the clock, which is made up. A step takes time, and what
 * becomes due while it lasts was not due when it looked: nobody else would wake the
 * process for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "commitd/delivery.h"
#include "commitd/land.h"
#include "commitd/tip.h"
#include "protocol/mem.h"
#include "tests/unit/line_world.h"

#define STEPPED	100

static const struct row { int64_t again, now; int wait; } rows[] = {
	{ 0, 150, -1 },			/* never put off */
	{ 99, 150, -1 },		/* the step has seen that it may */
	{ 100, 150, -1 },
	{ 101, 150, 0 },		/* due since then: another step, at once */
	{ 149, 150, 0 },
	{ 150, 150, 0 },
	{ 151, 150, 1 },
	{ 350, 150, 200 },
};

static void
delivers_again(void **state)
{
	struct commitd commitd = { .stepped = STEPPED };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		commitd.delivery.again = rows[i].again;
		world.now = rows[i].now;
		assert_int_equal(delivery_wait(&commitd), rows[i].wait);
	}
}

static void
signs_again(void **state)
{
	struct commitd commitd = { .stepped = STEPPED };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		commitd.signing.again = rows[i].again;
		commitd.signing.failures = 1;
		world.now = rows[i].now;
		assert_int_equal(land_wait(&commitd), rows[i].wait);
		commitd.signing.failures = 0;
		assert_int_equal(land_wait(&commitd), -1);
	}
}

/* The trees of the tip were made last at 100. */
static const struct follow_row { int64_t took, now; int wait; } follow_rows[] = {
	{ 0, 100, 0 },			/* costs nothing: at once */
	{ 1, 100, 3 },
	{ 20, 101, 59 },		/* a quarter of the time at most */
	{ 20, 159, 1 },
	{ 20, 160, 0 },
	{ 20, 900, 0 },
	{ 5000, 100, 1000 },		/* never longer */
};

static void
follows_again(void **state)
{
	struct commitd commitd = { .followed = 100, .tip = "b", .stack.commit = "a" };
	size_t i;

	(void)state;
	assert_int_equal(tip_wait(&commitd), -1);
	commitd.queue = queue_new(1, 1, free);
	for (i = 0; i < COUNT(follow_rows); i++) {
		commitd.took = follow_rows[i].took;
		world.now = follow_rows[i].now;
		assert_int_equal(tip_wait(&commitd), follow_rows[i].wait);
	}
	/* They are those of the tip. */
	strcpy(commitd.stack.commit, "b");
	assert_int_equal(tip_wait(&commitd), -1);
	queue_free(commitd.queue);
}

/* What cannot be made is no rest: each try counts, until the project is given up. */
static void
does_not_rest_from_a_failure(void **state)
{
	struct commitd commitd = { .followed = 100, .took = 20, .tip = "b", .tip_tree = "t", .stack.commit = "a" };
	struct buffer why;
	int i;

	(void)state;
	buffer_init(&why);
	/* There are some, and the world never asks which. */
	commitd.trees = (struct trees *)&commitd;
	world.fails = 1;
	for (world.now = 200, i = 0; i < 5; i++, world.now++)
		assert_int_equal(tip_follow(&commitd, false, &why), ERROR_SYSTEM);
	world.fails = 0;
	buffer_release(&why);
}

static void
notes_when_it_began(void **state)
{
	struct commitd commitd = { .stepped = 0 };
	struct buffer why;
	bool more;

	(void)state;
	buffer_init(&why);
	world.now = 700;
	assert_int_equal(land_step(&commitd, &more, &why), ERROR_NONE);
	assert_false(more);
	assert_int_equal(commitd.stepped, 700);
	buffer_release(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivers_again),
		cmocka_unit_test(signs_again),
		cmocka_unit_test(follows_again),
		cmocka_unit_test(does_not_rest_from_a_failure),
		cmocka_unit_test(notes_when_it_began),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
