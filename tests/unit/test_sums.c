/*
 * What is kept of tasks and attempts, against what is counted: stats of all that ever was, and
 * of all since the beginning of time, on histories made by chance, with restarts between.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "store_fixture.h"
#include "supervisor/clients.h"
#include "supervisor/projects.h"
#include "supervisor/registry.h"
#include "supervisor/show.h"
#include "supervisor/stats.h"
#include "supervisor/sums.h"

#define TASKS		400u
#define PROJECTS	3u
#define STEPS		6000u
#define BEGINNING	-1.0

static char first[] = "first", second[] = "second", third[] = "third", other[] = "other", command[] = "true";
static char *const commands[] = { command, NULL };

struct world {
	struct store_fixture fixture;
	struct supervisor supervisor;
	struct config_project configs[PROJECTS];
	struct project projects[PROJECTS];	/* the last one is a former one */
	struct project *list[PROJECTS];
	struct task tasks[TASKS];
	struct task *by_node[TASKS];
	uint64_t ended[STEPS];			/* attempts */
	size_t ended_count;
	double now;
};

/* ---- what stats call besides ---- */

static struct reply_stats replies[2];
static struct record_quantile_row times[2][8];
static struct record_spend_row spent[2][32];
static struct record_reason_row reasons[2][100];
static size_t replied;

void	__wrap_peer_reply(struct peer *peer, enum message_id id, uint64_t request, const void *fields);

static void
keep(struct records *records, void *rows, size_t size)
{
	const unsigned char *from = records->items;
	size_t i;

	for (i = 0; i < records->count * size; i++)
		((unsigned char *)rows)[i] = from[i];
	records->items = rows;
}

void
__wrap_peer_reply(struct peer *peer, enum message_id id, uint64_t request, const void *fields)
{
	struct reply_stats *reply = &replies[replied];

	(void)peer;
	(void)request;
	assert_int_equal(id, MSG_stats);
	*reply = *(const struct reply_stats *)fields;
	keep(&reply->times, times[replied], sizeof(times[0][0]));
	keep(&reply->spent, spent[replied], sizeof(spent[0][0]));
	keep(&reply->reasons, reasons[replied], sizeof(reasons[0][0]));
	replied++;
}

bool
show_knows(struct client *client, uint64_t request, const char *project)
{
	(void)client;
	(void)request;
	(void)project;
	return true;
}

const char *
registry_agent(const struct task *task)
{
	return task->spec.agent != NULL ? task->spec.agent : task->project->config->agent;
}

struct project *
projects_find(const struct supervisor *supervisor, const char *name)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		if (str_same(supervisor->projects[i]->config->name, name))
			return supervisor->projects[i];
	for (i = 0; i < supervisor->former_count; i++)
		if (str_same(supervisor->former[i]->config->name, name))
			return supervisor->former[i];
	return NULL;
}

/* ---- the two ways ---- */

static void
ask(struct world *world, const char *project)
{
	struct client client = { .supervisor = &world->supervisor };
	struct message message = { .id = MSG_stats };

	replied = 0;
	message.stats = (struct msg_stats){ .project = project };
	stats_show(&client, NULL, 1, &message);
	message.stats.since = BEGINNING;
	stats_show(&client, NULL, 1, &message);
	assert_int_equal(replied, 2);
}

static bool
near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * (1 + fabs(a));
}

static void
compare_rows(void)
{
	size_t i;

	assert_int_equal(replies[0].times.count, replies[1].times.count);
	for (i = 0; i < replies[0].times.count; i++) {
		const struct record_quantile_row *a = &times[0][i], *b = &times[1][i];

		assert_string_equal(a->name, b->name);
		assert_int_equal(a->count, b->count);
		assert_true(a->p50 == b->p50 && a->p90 == b->p90 && a->p99 == b->p99 && a->most == b->most);
	}
	assert_int_equal(replies[0].spent.count, replies[1].spent.count);
	for (i = 0; i < replies[0].spent.count; i++) {
		const struct record_spend_row *a = &spent[0][i], *b = &spent[1][i];

		assert_string_equal(a->project, b->project);
		assert_true(str_same(a->agent, b->agent));
		assert_int_equal(a->attempts, b->attempts);
		assert_int_equal(a->done, b->done);
		assert_int_equal(a->input, b->input);
		assert_int_equal(a->cached, b->cached);
		assert_int_equal(a->output, b->output);
		assert_true(near(a->seconds, b->seconds) && near(a->cost, b->cost));
	}
	/* Their words went with the reply. */
	assert_int_equal(replies[0].reasons.count, replies[1].reasons.count);
	for (i = 0; i < replies[0].reasons.count; i++)
		assert_int_equal(reasons[0][i].tasks, reasons[1][i].tasks);
}

static void
compare(struct world *world)
{
	static const char *const names[] = { NULL, first, second, third };
	const struct reply_stats *a = &replies[0], *b = &replies[1];
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		ask(world, names[i]);
		assert_int_equal(a->added, b->added);
		assert_int_equal(a->complete, b->complete);
		assert_int_equal(a->blocked, b->blocked);
		assert_int_equal(a->cancelled, b->cancelled);
		assert_int_equal(a->attempts, b->attempts);
		assert_int_equal(a->reworks, b->reworks);
		assert_int_equal(a->human_interventions, b->human_interventions);
		assert_int_equal(a->escalations, b->escalations);
		assert_true(a->land_rate == b->land_rate && a->rework_rate == b->rework_rate);
		compare_rows();
	}
}

/* ---- what happens ---- */

static uint64_t seed;

static size_t
below(size_t limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % limit;
}

static void
move(struct world *world, struct task *task, enum task_state state)
{
	struct supervisor *supervisor = &world->supervisor;

	node_set_remove(&supervisor->by_state[task->state], task->node);
	task->project->counts[task->state]--;
	task->state = state;
	node_set_add(&supervisor->by_state[state], task->node);
	task->project->counts[state]++;
}

/* Of before the ledger there is no time of entry. */
static void
add_task(struct world *world)
{
	struct supervisor *supervisor = &world->supervisor;
	struct task *task = &world->tasks[supervisor->task_count];
	struct project *project = &world->projects[below(PROJECTS)];

	*task = (struct task){ .project = project, .node = supervisor->task_count,
	    .position = supervisor->task_count + 1, .added = below(20) == 0 ? 0 : world->now };
	if (below(3) == 0)
		task->spec.command = (char **)(uintptr_t)commands;
	else if (below(2) == 0)
		task->spec.agent = other;
	world->by_node[supervisor->task_count++] = task;
	node_set_add(&supervisor->by_state[TASK_PENDING], task->node);
	project->counts[TASK_PENDING]++;
	store_fixture_task(&world->fixture, task->position, project->config->name);
	/* What was added is imported as complete now and then, and has no attempt here. */
	if (below(30) == 0) {
		move(world, task, TASK_COMPLETE);
		task->ended = world->now;
		sums_completed(task);
	}
}

static void
start(struct world *world, struct task *task)
{
	struct attempt_state attempt = { .task = task->position, .number = ++task->attempts, .slot = "0",
		.tip = "tip", .started = world->now };

	task->attempt = store_attempt_insert(world->fixture.store, &attempt);
	if (task->started == 0) {
		task->started = world->now;
		sums_started(task);
	}
	move(world, task, TASK_RUNNING);
}

/* As settle does, and now and then twice, for a message may come again. */
static void
end_attempt(struct world *world, uint64_t attempt)
{
	struct store *store = world->fixture.store;

	sums_take(&world->supervisor, attempt);
	store_attempt_end(store, &(struct attempt_state){ .id = attempt, .ended = world->now,
	    .outcome = below(2) == 0 ? "done" : "failed" });
	if (below(2) == 0)
		store_usage_put(store, attempt, &(struct usage_row){ below(1000), below(100), below(500), 1,
		    (double)below(1000) / 7 });
	sums_add(&world->supervisor, attempt);
}

static void
finish(struct world *world, struct task *task)
{
	static char *const words[] = { NULL, first, second, third };

	end_attempt(world, task->attempt);
	if (below(10) == 0)
		end_attempt(world, task->attempt);
	world->ended[world->ended_count++] = task->attempt;
	task->ended = world->now;
	switch (below(4)) {
	case 0:
		move(world, task, TASK_COMPLETE);
		sums_completed(task);
		return;
	case 1:
		task->reason = words[below(COUNT(words))];
		task->escalations++;
		task->project->escalations++;
		move(world, task, TASK_BLOCKED);
		return;
	default:
		move(world, task, TASK_PENDING);
		return;
	}
}

static void
come_back(struct world *world, const struct task *task)
{
	uint64_t attempt = store_attempt_id(world->fixture.store, task->position, task->attempts);

	sums_take(&world->supervisor, attempt);
	store_attempt_rework(world->fixture.store, task->position, task->attempts, "conflict");
	sums_add(&world->supervisor, attempt);
}

static void
forget(struct world *world)
{
	size_t at = below(world->ended_count);

	sums_take(&world->supervisor, world->ended[at]);
	store_attempt_forget(world->fixture.store, world->ended[at]);
	world->ended[at] = world->ended[--world->ended_count];
}

static void
step(struct world *world)
{
	struct supervisor *supervisor = &world->supervisor;
	struct task *task;

	/* Clocks are set back as well. */
	world->now += (double)below(1000) / 64 - (below(50) == 0 ? 100 : 0);
	if (supervisor->task_count == 0 || (supervisor->task_count < TASKS && below(8) == 0)) {
		add_task(world);
		return;
	}
	task = &world->tasks[below(supervisor->task_count)];
	if (task->state == TASK_PENDING && below(20) == 0) {
		move(world, task, TASK_CANCELLED);
		task->ended = world->now;
	} else if (task->state == TASK_PENDING) {
		start(world, task);
	} else if (task->state == TASK_RUNNING) {
		finish(world, task);
	} else if (task->state != TASK_COMPLETE) {
		task->interventions++;
		task->project->interventions++;
		move(world, task, TASK_PENDING);
	} else if (below(3) == 0) {
		come_back(world, task);
	} else if (world->ended_count > 0) {
		forget(world);
	}
}

static void
test_random(void **state)
{
	struct world *world = *state;
	size_t i;

	store_begin(world->fixture.store);
	for (i = 0; i < STEPS; i++) {
		step(world);
		if (i % 50 == 0)
			compare(world);
		if (i % 1000 == 999) {
			sums_release(&world->supervisor);
			sums_load(&world->supervisor);
			compare(world);
		}
	}
	/* Nothing is left of attempts, to the last bit. */
	while (world->ended_count > 0)
		forget(world);
	store_commit(world->fixture.store);
	compare(world);
	assert_int_equal(world->supervisor.sums->running.count, 0);
}

static int
setup(void **state)
{
	static char *const names[PROJECTS] = { first, second, third };
	struct world *world = mem_zero(1, sizeof(*world));
	struct supervisor *supervisor = &world->supervisor;
	size_t i;

	seed = 5;
	store_fixture_init(&world->fixture);
	world->now = 1000;
	for (i = 0; i < PROJECTS; i++) {
		/* Of the second nobody has said by which agent. */
		world->configs[i] = (struct config_project){ .name = names[i], .agent = i == 1 ? NULL : third };
		world->projects[i] = (struct project){ .supervisor = supervisor, .config = &world->configs[i] };
		world->list[i] = &world->projects[i];
	}
	supervisor->projects = world->list;
	supervisor->project_count = PROJECTS - 1;
	supervisor->former = &world->list[PROJECTS - 1];
	supervisor->former_count = 1;
	supervisor->tasks = world->by_node;
	supervisor->store = world->fixture.store;
	sums_load(supervisor);
	*state = world;
	return 0;
}

static int
teardown(void **state)
{
	struct world *world = *state;
	size_t i;

	sums_release(&world->supervisor);
	for (i = 0; i < TASK_STATES; i++)
		node_set_release(&world->supervisor.by_state[i]);
	store_fixture_release(&world->fixture);
	free(world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(test_random, setup, teardown) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
