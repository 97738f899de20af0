/* One change of a task: see transition.h. */
#include "transition.h"

#include <stdlib.h>

#include "clients.h"
#include "dealing.h"
#include "events.h"
#include "following.h"
#include "hooks_due.h"
#include "jobs.h"
#include "ledger.h"
#include "notes.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "shares.h"
#include "sums.h"
#include "tickets.h"

/* What a step of the table means for the schedule. */
static void
schedule_apply(struct supervisor *supervisor, struct task *task, enum task_event event,
    struct task_step step, uint64_t not_before)
{
	struct schedule *schedule = supervisor->schedule;

	schedule_clock(schedule, clock_monotonic());
	if (event == TASK_APPROVED || event == TASK_ANSWERED || event == TASK_RETRY)
		following_wished(task->project);
	if (step.actions & TASK_REVIVE)
		schedule_revive(schedule, task->node);
	if (step.actions & (TASK_HOLD | TASK_RELEASE))
		schedule_hold(schedule, task->node, step.actions & TASK_HOLD);
	if (step.actions & TASK_REQUEUE) {
		schedule_waits_to_land(schedule, task->node, false);
		schedule_requeue(schedule, task->node, not_before);
	}
	if (step.actions & TASK_PUT_OFF)
		schedule_put_off(schedule, task->node, not_before);
	if (event == TASK_FINISHED || (event == TASK_ASKS && task->state == TASK_RUNNING))
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
	/* What was imported has landed elsewhere: no tip is told for that. */
	if (event == TASK_LANDED && task->commit != NULL)
		following_add(task);
	else
		schedule_complete(schedule, task->node);
}

/* Who is to hear of it, outside. */
static void
tell_hooks(struct supervisor *supervisor, struct task *task, enum task_state was, enum task_event event,
    const char *why)
{
	if (event == TASK_STARTS)
		hooks_due(supervisor, task, HOOK_TASK_START, NULL, NULL);
	if (task_state_final(task->state) && task->state != was)
		hooks_due(supervisor, task, HOOK_TASK_END, NULL, why);
	if (task->state == TASK_BLOCKED && was != TASK_BLOCKED)
		hooks_due(supervisor, task, HOOK_ESCALATION, "blocked", why);
	/* A question was told when it was asked. */
	if (event == TASK_ASKS && task->questions == 0)
		hooks_due(supervisor, task, HOOK_ESCALATION, "approval", why);
}

bool
transition_apply(struct supervisor *supervisor, struct task *task, enum task_event event,
    const char *name, const char *reason, uint64_t not_before)
{
	struct task_step step = task_step(task->state, event);
	enum task_state before;
	enum task_state was = task->state;
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
	before = task->state;
	registry_set_state(supervisor, task, step.next);
	/* Why it is not wanted any more outlives its gates. */
	if (event != TASK_GATE)
		str_set(&task->reason, step.next == TASK_COMPLETE ? NULL : why);
	task->leased = !task_state_final(step.next) && (task->leased || step.next == TASK_RUNNING) &&
	    !((step.actions & TASK_PUT_OFF) && task->project->config->order != ORDER_PLAN);
	if (task_state_final(step.next))
		task->ended = clock_wall();
	if (step.next == TASK_COMPLETE && before != TASK_COMPLETE)
		sums_completed(task);
	if (step.actions & TASK_VOID_TICKET)
		tickets_follow(supervisor, task);
	if (step.actions & TASK_REVIVE)
		supervisor->revived = true;
	events_record(supervisor, &row);
	ledger_moved(supervisor, task, before, event);
	registry_store(supervisor, task);
	if (task_state_final(step.next))
		notes_end(supervisor, task);
	tell_hooks(supervisor, task, was, event, why);
	supervisor->quiet_told = false;
	free(why);
	return true;
}

void
transition_escalate(struct supervisor *supervisor, struct task *task, const char *why,
    const char *because)
{
	if (!transition_apply(supervisor, task, TASK_GIVES_UP, "task.blocked", why, 0))
		return;
	events_record(supervisor, &(struct event_row){ .event = "task.escalated", .task = task->spec.id,
	    .attempt = task->attempts, .reason = because });
}

void
transition_commit(struct supervisor *supervisor)
{
	size_t i;

	/* In any line may be what depends on it. */
	for (i = 0; supervisor->revived && i < supervisor->project_count; i++)
		dealing_fill(supervisor->projects[i]);
	supervisor->revived = false;
	shares_keep(supervisor);
	store_commit(supervisor->store);
	clients_pump_events(supervisor);
	for (i = 0; i < supervisor->project_count; i++)
		tickets_flush_voids(supervisor->projects[i]);
	jobs_flush_stops(supervisor);
	notes_soon(supervisor);
}
