/* Starts, stops, ends: see engine.h. */
#include "engine.h"

#include <stdlib.h>

#include "clients.h"
#include "gates.h"
#include "jobs.h"
#include "project.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "slots.h"
#include "tickets.h"
#include "transition.h"

/* ---- starting ---- */

/* Stores the attempt, then lets the worker begin: in this order. */
static void
start(struct supervisor *supervisor, struct task *task, struct slot *slot)
{
	struct attempt_state attempt = { .task = task->position, .number = task->attempts + 1,
	    .slot = slot->name, .tip = supervisor->project.tip, .started = clock_wall() };

	store_begin(supervisor->store);
	task->attempts++;
	task->attempt = store_attempt_insert(supervisor->store, &attempt);
	if (task->started == 0)
		task->started = attempt.started;
	task->waits_for_tip = false;
	task->slot = slot->name;
	str_set(&task->seen_tip, supervisor->project.tip);
	transition_apply(supervisor, task, TASK_STARTS, "task.start", NULL, 0);
	transition_commit(supervisor);
	jobs_start_attempt(supervisor, slot, task);
}

/* Can nothing go on without a person? */
static bool
is_quiet(const struct supervisor *supervisor)
{
	size_t i;

	if (supervisor->counts[TASK_RUNNING] + supervisor->counts[TASK_LANDING] +
	    supervisor->counts[TASK_VERIFYING] > 0 || supervisor->task_count == 0)
		return false;
	if (schedule_wake(supervisor->schedule, clock_monotonic()) != SCHEDULE_NEVER)
		return false;
	for (i = 0; i < supervisor->slot_count; i++)
		if (supervisor->slots[i]->state != SLOT_IDLE && !supervisor->slots[i]->verify)
			return false;
	/* Idle slots and nothing started: what is pending waits for a person. */
	return true;
}

void
engine_run(struct supervisor *supervisor)
{
	uint64_t now = clock_monotonic(), wake;
	struct slot *slot;
	size_t node;

	if (supervisor->stopping || supervisor->project.state != PROJECT_OPEN)
		return;
	gates_run(supervisor);
	while ((slot = slots_free(supervisor, false)) != NULL &&
	    schedule_next(supervisor->schedule, now, &node))
		start(supervisor, supervisor->tasks[node], slot);
	wake = schedule_wake(supervisor->schedule, now);
	if (wake != SCHEDULE_NEVER)
		watch_in(supervisor->schedule_timer, wake > now ? wake - now : 1);
	if (!supervisor->quiet_told && is_quiet(supervisor)) {
		supervisor->quiet_told = true;
		clients_tell_end(supervisor);
	}
}

/* ---- a person's wishes ---- */

bool
engine_add(struct supervisor *supervisor, const struct record_task *tasks, size_t count, bool again,
    size_t *known, struct problems *problems)
{
	size_t first = supervisor->task_count;
	bool added;

	store_begin(supervisor->store);
	added = registry_add(supervisor, tasks, count, again, known, problems);
	if (added)
		tickets_plan(supervisor, first);
	transition_commit(supervisor);
	return added;
}

bool
engine_cancel(struct supervisor *supervisor, struct task *task, const char *why)
{
	const char *reason = why != NULL ? why : "cancelled by a person";
	bool possible = task_step(task->state, TASK_CANCEL).possible;
	uint64_t ticket = task->ticket;

	if (!possible)
		return false;
	store_begin(supervisor->store);
	task->cancelled = true;
	transition_apply(supervisor, task, TASK_CANCEL, "task.cancelled", reason, 0);
	transition_commit(supervisor);
	/* In the line it is only a request: the receipt decides. */
	if ((task->state == TASK_LANDING || task->state == TASK_VERIFYING) &&
	    supervisor->project.state == PROJECT_OPEN)
		peer_send(supervisor->project.peer, MSG_ticket_void, &(struct msg_ticket_void){
		    .ticket = ticket, .fence = supervisor->fence, .why = reason });
	engine_run(supervisor);
	return true;
}

bool
engine_retry(struct supervisor *supervisor, struct task *task, const char *why)
{
	if (!task_step(task->state, TASK_RETRY).possible)
		return false;
	store_begin(supervisor->store);
	task->failures = task->reworks = task->laters = task->losses = 0;
	task->cancelled = false;
	transition_apply(supervisor, task, TASK_RETRY, "task.retry", why, 0);
	transition_commit(supervisor);
	engine_run(supervisor);
	return true;
}

void
engine_stop(struct supervisor *supervisor, const char *why)
{
	if (supervisor->stopping)
		return;
	log_info("event=stop why=%s", why);
	supervisor->stopping = true;
	slots_stop_all(supervisor);
	project_stop(supervisor);
	slots_check_end(supervisor);
}
