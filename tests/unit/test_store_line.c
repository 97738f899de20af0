/* The line of a project: its first tickets, or the last of any state, whatever others have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "store_fixture.h"

#define TICKETS	12000u
#define LANDED	11000u

struct seen { uint64_t first, last; size_t count; };

static void
see(void *context, const struct line_row *row)
{
	struct seen *seen = context;

	assert_true(seen->count == 0 || row->number > seen->last);
	seen->first = seen->count++ == 0 ? row->number : seen->first;
	seen->last = row->number;
}

static void
test_line(void **state)
{
	/* Of the first project most have landed; the second one has but three, and the second is void. */
	static const struct { const char *project; bool all; size_t most; struct seen seen; } cases[] = {
		{ "first", false, 10000, { LANDED + 1, TICKETS, TICKETS - LANDED } },
		{ "first", false, 7, { LANDED + 1, LANDED + 7, 7 } },
		{ "first", true, 100, { TICKETS - 99, TICKETS, 100 } },
		{ "first", true, 20000, { 1, TICKETS, TICKETS } },
		{ "second", false, 10000, { 1, 3, 2 } }, { "second", false, 1, { 1, 1, 1 } },
		{ "second", true, 10000, { 1, 3, 3 } }, { "second", true, 2, { 2, 3, 2 } },
		{ "third", true, 10000, { 0, 0, 0 } },
	};
	struct store_fixture fixture;
	uint64_t i;

	(void)state;
	store_fixture_init(&fixture);
	store_begin(fixture.store);
	store_fixture_task(&fixture, 1, "first");
	for (i = 1; i <= TICKETS; i++)
		store_ticket_put(fixture.store, "first", &(struct ticket_row){ .number = i, .task = 1,
		    .state = i <= LANDED ? "landed" : "drawn" });
	for (i = 1; i <= 3; i++)
		store_ticket_put(fixture.store, "second", &(struct ticket_row){ .number = i, .task = 1,
		    .state = i == 2 ? "void" : "waiting" });
	store_commit(fixture.store);
	for (i = 0; i < COUNT(cases); i++) {
		struct seen seen = { 0, 0, 0 };

		store_each_in_line(fixture.store, cases[i].project, cases[i].all, cases[i].most, see, &seen);
		assert_int_equal(seen.first, cases[i].seen.first);
		assert_int_equal(seen.last, cases[i].seen.last);
		assert_int_equal(seen.count, cases[i].seen.count);
	}
	store_fixture_release(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_line) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
