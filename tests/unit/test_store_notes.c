/* Pages of notes since a time: few and many, against a list of all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "store_fixture.h"
#include "supervisor/store_notes.h"

#define NOTES	3000u

struct world { struct store_fixture fixture; struct store *store; double written[NOTES + 1]; };

static int
setup(void **state)
{
	struct world *world = mem_zero(1, sizeof(*world));
	uint64_t i;

	store_fixture_init(&world->fixture);
	world->store = world->fixture.store;
	store_begin(world->store);
	for (i = 1; i <= NOTES; i++) {
		store_fixture_task(&world->fixture, i, "p");
		store_note_due(world->store, i, "a note");
		/* In no order of time, and one in fifty has none yet. */
		if (i % 50 == 0)
			continue;
		world->written[i] = 1000 + (double)(i * 7919 % NOTES);
		store_note_written(world->store, i, 1, world->written[i]);
	}
	store_commit(world->store);
	*state = world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;

	store_fixture_release(&world->fixture);
	free(world);
	return 0;
}

struct page { struct world *world; double since; uint64_t last; size_t count; };

/* The next one that is meant, and none between. */
static void
take(void *context, const struct note_state *note)
{
	struct page *page = context;
	uint64_t next = page->last + 1;

	while (page->world->written[next] != 0 && page->world->written[next] < page->since)
		next++;
	assert_int_equal(note->task, next);
	assert_true(note->written == page->world->written[next]);
	page->last = note->task;
	page->count++;
}

static void
test_pages(void **state)
{
	/* All, many, as many as are few, few, and those that are not written alone. */
	static const double times[] = { 0, 1000, 2000, 3020, 3039, 3040, 3060, 3990, 1e9 };
	static const size_t pages[] = { 1, 17, 400, 1000, 10000 };
	struct world *world = *state;
	size_t i, k, meant;
	uint64_t n;

	for (i = 0; i < COUNT(times) * COUNT(pages); i++) {
		struct page page = { .world = world, .since = times[i / COUNT(pages)] };

		for (meant = 0, n = 1; n <= NOTES; n++)
			meant += world->written[n] == 0 || world->written[n] >= page.since;
		do {
			k = store_each_note(world->store, page.last, page.since, pages[i % COUNT(pages)], take, &page);
		} while (k == pages[i % COUNT(pages)] && page.count <= NOTES);
		assert_int_equal(page.count, meant);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(test_pages, setup, teardown) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
