/* Attempts that begin: see starting.h. */
#include "starting.h"

#include <stdlib.h>

#include "admitting.h"
#include "budgets.h"
#include "following.h"
#include "jobs.h"
#include "modes.h"
#include "pauses.h"
#include "prepare.h"
#include "project.h"
#include "protocol/mem.h"
#include "registry.h"
#include "slots.h"
#include "sums.h"
#include "transition.h"

/* Stores the attempt, then lets the worker begin: in this order. */
static void
start(struct supervisor *supervisor, struct task *task, struct slot *slot)
{
	struct attempt_state attempt = { .task = task->position, .number = task->attempts + 1,
	    .slot = slot->name, .tip = task->project->tip, .started = clock_wall() };

	store_begin(supervisor->store);
	task->attempts++;
	task->attempt = store_attempt_insert(supervisor->store, &attempt);
	if (task->started == 0) {
		task->started = attempt.started;
		sums_started(task);
	}
	task->waits_for_tip = false;
	task->slot = slot->name;
	str_set(&task->seen_tip, task->project->tip);
	budgets_started(supervisor, task);
	transition_apply(supervisor, task, TASK_STARTS, "task.start", NULL, 0);
	transition_commit(supervisor);
	admitting_started(supervisor, task->project->config->memory);
	jobs_start_attempt(supervisor, slot, task);
}

/* Its agent has reached a usage limit: it goes back to where it came from, until that ends. */
static bool
put_off(struct supervisor *supervisor, struct task *task)
{
	const struct pause *pause = task->spec.command != NULL ? NULL :
	    pauses_find(supervisor, registry_agent(task));

	if (pause == NULL)
		return false;
	if (task->leased)
		schedule_requeue(supervisor->schedule, task->node, pauses_end_ms(pause->until));
	else
		schedule_put_off(supervisor->schedule, task->node, pauses_end_ms(pause->until));
	return true;
}

/* It was to start and does not: back to where it came from. */
static void
put_back(struct supervisor *supervisor, size_t node, uint64_t now)
{
	if (supervisor->tasks[node]->leased)
		schedule_requeue(supervisor->schedule, node, now);
	else
		schedule_put_off(supervisor->schedule, node, now);
}

/* A budget bars it: its agent's holds it back, its own ends it. */
static bool
is_over(struct supervisor *supervisor, struct task *task)
{
	char *text, *why;

	if (!budgets_allow_agent(supervisor, task)) {
		put_back(supervisor, task->node, 0);
		schedule_hold(supervisor->schedule, task->node, true);
		return true;
	}
	if ((why = budgets_task_over(supervisor, task)) == NULL)
		return false;
	text = str_format("%s, and orchctl retry counts anew%s%s", why, task->reason != NULL ? "; after: " : "",
	    task->reason != NULL ? task->reason : "");
	store_begin(supervisor->store);
	transition_escalate(supervisor, task, text, text);
	transition_commit(supervisor);
	free(text);
	free(why);
	return true;
}

/*
 * May attempts of this project start, from a tip that is as new as it should be? While its
 * upstream is looked at it takes part, and when to go on is told.
 */
static bool
may_start(struct project *project, uint64_t now, uint64_t *wake)
{
	uint64_t again;

	project->looks = false;
	if (modes_hold(project) || project->state != PROJECT_OPEN || project->counts[TASK_PENDING] == 0 || following_awaited(project))
		return false;
	if (!project_fresh(project, now, &again)) {
		if (again < *wake)
			*wake = again;
		return project->looks = true;
	}
	return prepare_tip_ready(project, now);
}

/* What has used up a budget meanwhile takes no part any more. False: nothing may start. */
static bool
within_budgets(struct supervisor *supervisor)
{
	bool any = false;
	size_t i;

	for (i = 0; i < supervisor->project_count; i++) {
		struct project *project = supervisor->projects[i];

		if (project->starts && (modes_hold(project) || !budgets_allow(project) || modes_hold(project))) {
			project->starts = false;
			schedule_pause_group(supervisor->schedule, project->group, true);
		}
		any = any || project->starts;
	}
	return any;
}

/* Does all that could start wait for a person or a budget, so that room is of no matter? */
static bool
all_held(const struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		if (!modes_hold(supervisor->projects[i]))
			return false;
	return true;
}

/* Has the machine room for one more? If not, that is told when something would have started. */
static bool
has_room(struct supervisor *supervisor, uint64_t now, uint64_t *wake)
{
	size_t node;

	if (admitting_allows(supervisor, now))
		return true;
	if (admitting_words(supervisor) == NULL && schedule_next(supervisor->schedule, now, &node)) {
		put_back(supervisor, node, now);
		admitting_waits(supervisor);
	}
	if (admitting_words(supervisor) != NULL && now + ADMITTING_LOOK_MS < *wake)
		*wake = now + ADMITTING_LOOK_MS;
	return false;
}

/*
 * The next one, if it is to start now. Whose upstream answers late keeps its turn: it would
 * come after those that answer at once, each time.
 */
static bool
next(struct supervisor *supervisor, uint64_t now, size_t *node)
{
	return schedule_turn(supervisor->schedule, now, node) && !supervisor->tasks[*node]->project->looks &&
	    schedule_next(supervisor->schedule, now, node);
}

uint64_t
starting_run(struct supervisor *supervisor, uint64_t now)
{
	struct slot *slot = slots_free(supervisor, NULL);
	uint64_t wake = SCHEDULE_NEVER, later;
	size_t node, i;

	if (supervisor->counts[TASK_PENDING] == 0 || all_held(supervisor))
		admitting_idle(supervisor);
	for (i = 0; slot != NULL && i < supervisor->project_count; i++) {
		struct project *project = supervisor->projects[i];

		project->starts = may_start(project, now, &wake);
		schedule_pause_group(supervisor->schedule, project->group, !project->starts);
	}
	/* Setup may have taken it. */
	slot = slots_free(supervisor, NULL);
	while (slot != NULL && within_budgets(supervisor) && has_room(supervisor, now, &wake) &&
	    next(supervisor, now, &node)) {
		if (put_off(supervisor, supervisor->tasks[node]) ||
		    is_over(supervisor, supervisor->tasks[node]))
			continue;
		prepare_use_tip(supervisor->tasks[node]->project, slot, now);
		start(supervisor, supervisor->tasks[node], slot);
		slot = slots_free(supervisor, NULL);
	}
	/* It was for this moment: why a task waits is asked of the schedule at any time. */
	for (i = 0; i < supervisor->project_count; i++)
		schedule_pause_group(supervisor->schedule, supervisor->projects[i]->group, false);
	later = schedule_wake(supervisor->schedule, now);
	/* What is due already waits for something else, and that is told. */
	if (later <= now)
		later = SCHEDULE_NEVER;
	return later < wake ? later : wake;
}
