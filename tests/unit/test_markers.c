/* Which lines of a conflict are left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "commitd/markers.h"
#include "protocol/mem.h"

#define ONE	"0123456789abcdef0123456789abcdef01234567"
#define TWO	"fedcba9876543210fedcba9876543210fedcba98"
#define OURS	"<<<<<<< " ONE "\n"
#define THEIRS	">>>>>>> " TWO "\n"
#define START	"a\n" OURS "b\n=======\nc\n" THEIRS "d\n"

static const struct { const char *start, *branch, *now; bool left; } rows[] = {
	{ START, "a\nb\nd\n", START, true },
	{ START, "a\nb\nd\n", START "more\n", true },
	{ START, "a\nb\nd\n", "a\nb\n" THEIRS "d\n", true },
	{ START, "a\nb\nd\n", "a\n" OURS "b\nd\n", true },
	{ START, "a\nb\nd\n", "a\nb\nc\nd\n", false },
	/* A line of equal signs is text. */
	{ START, "a\nb\nd\n", "a\nb\n=======\nc\nd\n", false },
	/* The end of the file may be that of the line, and a line may end in two ways. */
	{ START, "", "a\n>>>>>>> " TWO, true },
	{ START, "", "a\r\n>>>>>>> " TWO "\r\n", true },
	/* What the agent writes of conflicts is its own. */
	{ START, "", "<<<<<<< HEAD\n", false },
	{ START, "", "<<<<<<< " TWO "\n", false },
	{ START, "", " " OURS, false },
	/* So is what the branch has. */
	{ OURS START, OURS "a\nb\nd\n", OURS "a\nb\nc\nd\n", false },
	{ OURS START, OURS "a\nb\nd\n", OURS "a\n" THEIRS, true },
	/* Longer ones, and sides that have other names. */
	{ "<<<<<<<<<<< " ONE ":old/name\n", "", "x\n<<<<<<<<<<< " ONE ":old/name\n", true },
	{ "<<<<<<< " ONE ":old/name\n", "", OURS, false },
	/* None at all. */
	{ "<<<<<< " ONE "\n", "", "<<<<<< " ONE "\n", false },
	{ "<<<<<<< 0123\n", "", "<<<<<<< 0123\n", false },
	{ "<<<<<<< \n<<<<<<<\n", "", "<<<<<<< \n<<<<<<<\n", false },
	{ "", "", "", false },
};

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct buffer start, branch, now;

		buffer_init(&start);
		buffer_init(&branch);
		buffer_init(&now);
		buffer_add(&start, rows[i].start, strlen(rows[i].start));
		buffer_add(&branch, rows[i].branch, strlen(rows[i].branch));
		buffer_add(&now, rows[i].now, strlen(rows[i].now));
		if (markers_left(&start, &branch, &now) != rows[i].left)
			fail_msg("row %zu", i);
		buffer_release(&now);
		buffer_release(&branch);
		buffer_release(&start);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
