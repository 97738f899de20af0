/* Events by each filter, as an index finds them and as one looks at all. */
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "store_fixture.h"

#define EVENTS	2000u
#define TASKS	5u

static const char *const types[] = { "task.start", "task.complete", "mode", "hook.failed", "task[1]" };
static const char *const projects[] = { "p", "q", "none" };

struct event { const char *type, *task, *project; };

struct world { struct store_fixture fixture; struct store *store; struct event events[EVENTS + 1]; };

static bool
is_meant(const struct event *event, const struct event_filter *filter)
{
	return (filter->task == NULL || str_same(filter->task, event->task)) &&
	    (filter->project == NULL || str_same(filter->project, event->project)) &&
	    (filter->type == NULL || fnmatch(filter->type, event->type, 0) == 0);
}

static int
setup(void **state)
{
	static const char *const tasks[TASKS] = { "t1", "t2", "t3", "t4", "t5" };
	struct world *world = mem_zero(1, sizeof(*world));
	uint64_t seed = 3, i, k;

	store_fixture_init(&world->fixture);
	world->store = world->fixture.store;
	store_begin(world->store);
	for (i = 1; i <= TASKS; i++)
		store_fixture_task(&world->fixture, i, "p");
	for (i = 1; i <= EVENTS; i++) {
		struct event *event = &world->events[i];

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		k = seed >> 40;
		/* Some are of no task, and of these some of no project; one kind is rare. */
		*event = (struct event){ types[k % 3], k % 4 == 0 ? NULL : tasks[k / 8 % TASKS],
		    k % 4 == 0 && k % 8 == 0 ? NULL : projects[k / 64 % 2] };
		if (i % 700 == 0)
			event->type = types[3 + i / 700 % 2];
		assert_int_equal(store_event(world->store, &(struct event_row){ .time = (double)i,
		    .event = event->type, .task = event->task, .project = event->project }), i);
		if (event->task != NULL && event->project == NULL)
			event->project = "p";
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

struct page { const struct world *world; const struct event_filter *filter; uint64_t last; };

/* The next one that is meant, and none between. */
static void
take(void *context, const struct event_row *row)
{
	struct page *page = context;
	uint64_t next = page->last + 1;

	while (next < EVENTS && !is_meant(&page->world->events[next], page->filter))
		next++;
	assert_int_equal(row->id, next);
	assert_string_equal(row->event, page->world->events[next].type);
	page->last = next;
}

/* Pages forward from `after`, then where the last so many begin. */
static void
check(const struct world *world, const struct event_filter *filter, uint64_t after)
{
	static const uint64_t mosts[] = { 1, 3, 100, EVENTS };
	struct page page = { world, filter, after };
	size_t count = 0, meant = 0, i, k;
	uint64_t id, first;

	for (id = after + 1; id <= EVENTS; id++)
		meant += is_meant(&world->events[id], filter);
	do {
		k = store_each_event(world->store, filter, page.last, 64, take, &page);
		count += k;
	} while (k == 64);
	assert_int_equal(count, meant);
	for (i = 0; i < COUNT(mosts); i++) {
		for (first = 0, k = 0, id = EVENTS; id > after && k < mosts[i]; id--)
			if (is_meant(&world->events[id], filter)) {
				first = id;
				k++;
			}
		assert_int_equal(store_event_back(world->store, filter, after, mosts[i]), first);
	}
}

static void
test_filters(void **state)
{
	static const char *const some_types[] = { NULL, "task.start", "hook.failed", "never", "task.*", "h*",
		"*", "mod?", "task[[]1]" };
	static const char *const some_tasks[] = { NULL, "t1", "t9" };
	static const char *const some_projects[] = { NULL, "p", "q", "none" };
	static const uint64_t afters[] = { 0, 1000, 1990, EVENTS };
	const size_t types_count = COUNT(some_types), tasks_count = COUNT(some_tasks);
	struct world *world = *state;
	size_t i;

	for (i = 0; i < types_count * tasks_count * COUNT(some_projects) * COUNT(afters); i++) {
		const struct event_filter filter = { some_tasks[i / types_count % tasks_count],
			some_types[i % types_count], some_projects[i / types_count / tasks_count % 4] };

		check(world, &filter, afters[i / types_count / tasks_count / 4]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(test_filters, setup, teardown) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
