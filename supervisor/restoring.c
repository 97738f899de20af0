/* The tasks of before a restart: see restoring.h. */
#include "restoring.h"

#include <stdlib.h>
#include <string.h>

#include "projects.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"

static void
load_task(void *context, const struct task_row *row)
{
	struct supervisor *supervisor = context;
	struct project *project = projects_find(supervisor, row->project);
	struct task *task = project != NULL ?
	    registry_enter(supervisor, project, row->spec, row->spec_len) : NULL;
	enum task_state state = task_state_find(row->state);

	if (task == NULL || row->position != task->position || state == TASK_STATES)
		fatalx("state database: task %s is out of place", row->id);
	/* The gate's work is not kept; commitd asks for it again. */
	registry_set_state(supervisor, task, state == TASK_VERIFYING ? TASK_LANDING : state);
	task->reason = str_dup(row->reason);
	task->feedback = str_dup(row->feedback);
	task->commit = str_dup(row->commit);
	task->conflict_id = str_dup(row->conflict_id);
	task->conflict = str_dup(row->conflict);
	task->attempts = row->attempts;
	task->failures = row->failures;
	task->reworks = row->reworks;
	task->laters = row->laters;
	task->ticket = row->ticket;
	task->started = row->started;
	task->ended = row->ended;
	task->leased = row->leased;
	/* While it runs, only a person's wish gives it a reason: see task.c. */
	task->cancelled = state == TASK_RUNNING && row->reason != NULL;
}

static void
load_attempt(void *context, const struct attempt_state *attempt)
{
	struct supervisor *supervisor = context;
	struct task *task = supervisor->tasks[attempt->task - 1];

	task->attempt = attempt->id;
}

/* The schedule learns what had happened before. */
static void
schedule_restore(struct supervisor *supervisor, struct task *task)
{
	struct schedule *schedule = supervisor->schedule;

	switch (task->state) {
	case TASK_COMPLETE:
		schedule_start(schedule, task->node);
		schedule_complete(schedule, task->node);
		break;
	case TASK_BLOCKED:
	case TASK_CANCELLED:
		schedule_fail(schedule, task->node);
		break;
	case TASK_RUNNING:
	case TASK_LANDING:
	case TASK_VERIFYING:
		schedule_start(schedule, task->node);
		schedule_waits_to_land(schedule, task->node, task->state != TASK_RUNNING);
		break;
	case TASK_AWAITING_APPROVAL:
		if (!task->leased) {
			schedule_hold(schedule, task->node, true);
			break;
		}
		schedule_start(schedule, task->node);
		schedule_waits_to_land(schedule, task->node, true);
		break;
	case TASK_PENDING:
	case TASK_STATES:
		if (task->leased) {
			schedule_start(schedule, task->node);
			schedule_requeue(schedule, task->node, 0);
		}
		break;
	}
}

/* What it was granted beyond its specification. */
static void
load_widened(void *context, uint64_t position, const char *pattern)
{
	struct supervisor *supervisor = context;
	struct task *task = supervisor->tasks[position - 1];
	size_t count = strs_count(task->spec.files), i;
	char **files = arena_zero(&task->arena, count + 2, sizeof(char *));

	for (i = 0; i < count; i++)
		files[i] = task->spec.files[i];
	files[count] = arena_copy(&task->arena, pattern, strlen(pattern));
	task->spec.files = files;
	task->widened = true;
}

/* The schedule learns of it while nothing has a lease. */
static void
widen_loaded(struct supervisor *supervisor, struct task *task)
{
	if (!task->widened)
		return;
	registry_change_scope(task, registry_scope(task, task->spec.files));
	schedule_rescope(supervisor->schedule, task->node, task->scope);
}

static void
load_fresh(void *context, uint64_t position, uint64_t attempts)
{
	((struct supervisor *)context)->tasks[position - 1]->fresh = attempts;
}

void
restoring_load(struct supervisor *supervisor)
{
	size_t node;

	store_each_task(supervisor->store, load_task, supervisor);
	store_each_widened(supervisor->store, load_widened, supervisor);
	store_each_fresh(supervisor->store, load_fresh, supervisor);
	for (node = 0; node < supervisor->task_count; node++)
		widen_loaded(supervisor, supervisor->tasks[node]);
}

/* It goes on to become more urgent where it was. */
static void
set_age(struct supervisor *supervisor, const struct task *task)
{
	double age = clock_wall() - task->added;

	if (task->added != 0 && age > 0)
		schedule_set_age(supervisor->schedule, task->node, (uint64_t)(age * 1000));
}

/* Do numbers depend on what was added together? With waves they do, where a line has them. */
static bool
batches_count(const struct supervisor *supervisor)
{
	bool waves = false, plan = false;
	size_t i;

	for (i = 0; i < supervisor->project_count; i++) {
		waves = waves || supervisor->projects[i]->config->waves;
		plan = plan || supervisor->projects[i]->config->order == ORDER_PLAN;
	}
	return waves && plan;
}

/* The batches as they came: those of one have come at one time. */
static void
connect_batches(struct supervisor *supervisor)
{
	char *text = store_get(supervisor->store, BATCHES_FROM);
	/* In older databases tasks of one batch have times of their own. */
	size_t from = text != NULL && batches_count(supervisor) ? strtoull(text, NULL, 10) : SIZE_MAX;
	size_t first = 0, node;

	free(text);
	for (node = 1; node < supervisor->task_count; node++)
		if (node >= from && supervisor->tasks[node]->added != supervisor->tasks[node - 1]->added) {
			registry_connect(supervisor, first, node);
			first = node;
		}
	registry_connect(supervisor, first, supervisor->task_count);
}

void
restoring_settle(struct supervisor *supervisor)
{
	size_t node;

	for (node = 0; node < supervisor->task_count; node++)
		set_age(supervisor, supervisor->tasks[node]);
	connect_batches(supervisor);
	for (node = 0; node < supervisor->task_count; node++)
		schedule_restore(supervisor, supervisor->tasks[node]);
	store_each_attempt(supervisor->store, 0, load_attempt, supervisor);
	for (node = 0; node < supervisor->project_count; node++)
		supervisor->projects[node]->planned = project_tasks(supervisor->projects[node]);
}
