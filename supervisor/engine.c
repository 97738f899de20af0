/* Joins decisions to effects: see engine.h. */
#include "engine.h"

#include <stdlib.h>

#include "clients.h"
#include "events.h"
#include "gates.h"
#include "jobs.h"
#include "project.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "slots.h"
#include "tickets.h"

/* What a step of the table means for the schedule. */
static void
schedule_apply(struct supervisor *supervisor, struct task *task, enum task_event event,
    struct task_step step, uint64_t not_before)
{
	struct schedule *schedule = supervisor->schedule;

	if (step.actions & TASK_REVIVE)
		schedule_revive(schedule, task->node);
	if (step.actions & TASK_REQUEUE) {
		schedule_waits_to_land(schedule, task->node, false);
		schedule_requeue(schedule, task->node, not_before);
	}
	if (step.actions & TASK_PUT_OFF)
		schedule_put_off(schedule, task->node, not_before);
	if (event == TASK_FINISHED)
		schedule_waits_to_land(schedule, task->node, true);
	if (!(step.actions & TASK_END))
		return;
	if (step.next != TASK_COMPLETE) {
		schedule_fail(schedule, task->node);
		return;
	}
	/* A receipt can come for one that is waiting for another attempt. */
	if ((step.actions & TASK_REVIVE) || task->state == TASK_PENDING)
		schedule_start(schedule, task->node);
	schedule_complete(schedule, task->node);
}

bool
engine_apply(struct supervisor *supervisor, struct task *task, enum task_event event,
    const char *name, const char *reason, uint64_t not_before)
{
	struct task_step step = task_step(task->state, event);
	struct event_row row;
	char *why;

	if (!step.possible) {
		log_warnx("task=%s state=%s event=%s why=not possible, ignored", task->spec.id,
		    task_state_name(task->state), task_event_name(event));
		return false;
	}
	if (step.actions & TASK_STOP_JOB)
		jobs_stop(supervisor, task);
	/* The reason may be the task's own of before, which goes away here. */
	why = str_dup(reason);
	row = (struct event_row){ .event = name, .task = task->spec.id, .attempt = task->attempts,
	    .ticket = task->ticket, .commit = event == TASK_LANDED ? task->commit : NULL,
	    .slot = event == TASK_STARTS ? task->slot : NULL, .reason = why };
	schedule_apply(supervisor, task, event, step, not_before);
	registry_set_state(supervisor, task, step.next);
	str_set(&task->reason, step.next == TASK_COMPLETE ? NULL : why);
	task->leased = !task_state_final(step.next) && (task->leased || step.next == TASK_RUNNING) &&
	    !((step.actions & TASK_PUT_OFF) && supervisor->config.order != ORDER_PLAN);
	if (task_state_final(step.next))
		task->ended = clock_wall();
	if ((step.actions & TASK_VOID_TICKET) && task_state_final(step.next) &&
	    !(step.next == TASK_BLOCKED && supervisor->config.on_blocked == ON_BLOCKED_HOLD))
		tickets_void(supervisor, task, step.next != TASK_COMPLETE);
	events_record(supervisor, &row);
	registry_store(supervisor, task);
	supervisor->quiet_told = false;
	free(why);
	return true;
}

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
	engine_apply(supervisor, task, TASK_STARTS, "task.start", NULL, 0);
	events_commit(supervisor);
	jobs_start_attempt(supervisor, slot, task);
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
	if (!supervisor->quiet_told && engine_quiet(supervisor)) {
		supervisor->quiet_told = true;
		clients_tell_end(supervisor);
	}
}

/* ---- the line ---- */

void
engine_rework(struct supervisor *supervisor, struct task *task, const char *reason,
    const char *feedback, bool hopeless)
{
	if (task->state != TASK_LANDING && task->state != TASK_VERIFYING)
		return;
	store_begin(supervisor->store);
	if (hopeless || ++task->reworks > supervisor->config.retries_rework) {
		engine_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", reason, 0);
	} else {
		str_set(&task->feedback, feedback);
		/* In plan order the number is kept and the line waits for it. */
		if (supervisor->config.order == ORDER_COMPLETION)
			tickets_void(supervisor, task, false);
		engine_apply(supervisor, task, TASK_REWORK, "task.rework", reason, clock_monotonic());
	}
	events_commit(supervisor);
	engine_run(supervisor);
}

void
engine_empty(struct supervisor *supervisor, struct task *task, const char *reason)
{
	if (!task->spec.diff_optional) {
		engine_rework(supervisor, task, reason, reason, false);
		return;
	}
	if (task->state != TASK_LANDING && task->state != TASK_VERIFYING)
		return;
	store_begin(supervisor->store);
	engine_apply(supervisor, task, TASK_UNCHANGED, "task.complete", NULL, 0);
	events_commit(supervisor);
	engine_run(supervisor);
}

void
engine_landed(struct supervisor *supervisor, struct task *task, uint64_t ticket, const char *commit,
    const char *verdict)
{
	(void)verdict;
	if (task->state == TASK_COMPLETE)
		return;
	store_begin(supervisor->store);
	str_set(&task->commit, commit);
	task->ticket = ticket;
	tickets_landed(supervisor, task, ticket, commit);
	engine_apply(supervisor, task, TASK_LANDED, "task.complete", NULL, 0);
	events_commit(supervisor);
}

void
engine_tip(struct supervisor *supervisor, const char *tip, char *const *trees)
{
	struct project *project = &supervisor->project;
	bool moved = !str_same(project->tip, tip);
	size_t i;

	str_set(&project->tip, tip);
	strs_free(project->trees);
	project->trees = strs_dup(trees);
	for (i = 0; moved && i < supervisor->waiter_count; i++) {
		struct task *task = supervisor->tasks[supervisor->waiters[i]];

		if (!task->waits_for_tip || task->state != TASK_PENDING)
			continue;
		task->waits_for_tip = false;
		task->laters = 0;
		schedule_not_before(supervisor->schedule, task->node, 0);
	}
	if (moved)
		supervisor->waiter_count = 0;
}

/* ---- a person's wishes ---- */

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
	engine_apply(supervisor, task, TASK_CANCEL, "task.cancelled", reason, 0);
	events_commit(supervisor);
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
	engine_apply(supervisor, task, TASK_RETRY, "task.retry", why, 0);
	events_commit(supervisor);
	engine_run(supervisor);
	return true;
}

size_t
engine_waiting(const struct supervisor *supervisor)
{
	return supervisor->counts[TASK_PENDING] + supervisor->counts[TASK_AWAITING_APPROVAL];
}

bool
engine_quiet(const struct supervisor *supervisor)
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
