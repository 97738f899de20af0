/* Starts, stops, ends: see engine.h. */
#include "engine.h"

#include <stdlib.h>

#include "admitting.h"
#include "budgets.h"
#include "clients.h"
#include "deadlines.h"
#include "enrol.h"
#include "export.h"
#include "following.h"
#include "gates.h"
#include "hooks.h"
#include "jobs.h"
#include "ledger.h"
#include "modes.h"
#include "pauses.h"
#include "prepare.h"
#include "project.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "slots.h"
#include "tickets.h"
#include "transition.h"
#include "widening.h"

/* ---- starting ---- */

/* Stores the attempt, then lets the worker begin: in this order. */
static void
start(struct supervisor *supervisor, struct task *task, struct slot *slot)
{
	struct attempt_state attempt = { .task = task->position, .number = task->attempts + 1,
	    .slot = slot->name, .tip = task->project->tip, .started = clock_wall() };

	store_begin(supervisor->store);
	task->attempts++;
	task->attempt = store_attempt_insert(supervisor->store, &attempt);
	if (task->started == 0)
		task->started = attempt.started;
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
	char *why;

	if (!budgets_allow_agent(supervisor, task)) {
		put_back(supervisor, task->node, 0);
		schedule_hold(supervisor->schedule, task->node, true);
		return true;
	}
	if ((why = budgets_task_over(supervisor, task)) == NULL)
		return false;
	store_begin(supervisor->store);
	transition_escalate(supervisor, task, why, why);
	transition_commit(supervisor);
	free(why);
	return true;
}

/* May attempts of it start at all, as far as people and budgets go? */
static bool
is_held(const struct project *project)
{
	return modes_of(project) != MODE_NORMAL;
}

/* Can nothing of this project go on without a person, when no attempt runs or starts? */
static bool
project_quiet(struct project *project)
{
	size_t line = project->counts[TASK_LANDING] + project->counts[TASK_VERIFYING];
	const enum mode mode = modes_of(project);

	if (mode == MODE_HALTED)
		return true;
	/* It is opened in a while, and then goes on. */
	if (project->state != PROJECT_OPEN)
		return line + (mode == MODE_NORMAL ? project->counts[TASK_PENDING] : 0) == 0;
	if (!project_current(project) || project_looks(project))
		return false;
	/* What is paused waits for a person, and not for a moment. */
	if (mode == MODE_NORMAL && prepare_awaited(project, clock_monotonic()))
		return false;
	return line == 0 || (project->gates == NULL && tickets_stand(project));
}

/* Can nothing go on without a person? */
static bool
is_quiet(struct supervisor *supervisor)
{
	bool starts = false;
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		starts |= !is_held(supervisor->projects[i]);
	if (supervisor->counts[TASK_RUNNING] > 0 || supervisor->task_count == 0 ||
	    budgets_wake(supervisor, clock_monotonic()) != UINT64_MAX ||
	    admitting_words(supervisor) != NULL ||
	    (starts && schedule_wake(supervisor->schedule, clock_monotonic()) != SCHEDULE_NEVER))
		return false;
	for (i = 0; i < supervisor->slot_count; i++)
		if (!supervisor->slots[i]->verify && (supervisor->slots[i]->state != SLOT_IDLE ||
		    supervisor->slots[i]->peer == NULL))
			return false;
	/* Idle slots and nothing started: what is pending waits for a person, and the line for that. */
	for (i = 0; i < supervisor->project_count; i++)
		if (!project_quiet(supervisor->projects[i]))
			return false;
	return true;
}

/* May attempts of this project start, from a tip that is as new as it should be? Else when to look. */
static bool
may_start(struct project *project, uint64_t now, uint64_t *wake)
{
	uint64_t again;

	if (is_held(project) || project->state != PROJECT_OPEN || project->counts[TASK_PENDING] == 0 || following_awaited(project))
		return false;
	if (!project_fresh(project, now, &again)) {
		if (again < *wake)
			*wake = again;
		return false;
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

		if (project->starts && (is_held(project) || !budgets_allow(project) || is_held(project))) {
			project->starts = false;
			schedule_pause_group(supervisor->schedule, project->group, true);
		}
		any = any || project->starts;
	}
	return any;
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

/* All that may start now, of each project in its turn; when to try again. */
static uint64_t
start_some(struct supervisor *supervisor, uint64_t now)
{
	struct slot *slot = slots_free(supervisor, NULL);
	uint64_t wake = SCHEDULE_NEVER, later;
	size_t node, i;

	if (supervisor->counts[TASK_PENDING] == 0)
		admitting_idle(supervisor);
	for (i = 0; slot != NULL && i < supervisor->project_count; i++) {
		struct project *project = supervisor->projects[i];

		project->starts = may_start(project, now, &wake);
		schedule_pause_group(supervisor->schedule, project->group, !project->starts);
	}
	/* Setup may have taken it. */
	slot = slots_free(supervisor, NULL);
	while (slot != NULL && within_budgets(supervisor) && has_room(supervisor, now, &wake) &&
	    schedule_next(supervisor->schedule, now, &node)) {
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

/* Does anything of it run, or is it on its way from a slot to the repository? */
static bool
is_running(const struct project *project)
{
	const struct supervisor *supervisor = project->supervisor;
	size_t i;

	if (project->counts[TASK_RUNNING] > 0)
		return true;
	for (i = 0; i < supervisor->slot_count; i++)
		if (supervisor->slots[i]->state == SLOT_SAVING && supervisor->slots[i]->task != NULL &&
		    supervisor->slots[i]->task->project == project)
			return true;
	return false;
}

/* Does anything of it wait to land, and for nothing but its turn? */
static bool
is_landing(struct project *project)
{
	return project->counts[TASK_LANDING] + project->counts[TASK_VERIFYING] > 0 &&
	    !(project->gates == NULL && tickets_stand(project));
}

static void
set_drained(struct supervisor *supervisor, struct hold_scope scope, enum mode mode)
{
	store_begin(supervisor->store);
	modes_set(supervisor, scope, &(struct hold){ .mode = mode, .who = (char *)(uintptr_t)"orchd",
	    .why = (char *)(uintptr_t)"what was to be drained has ended" });
	transition_commit(supervisor);
}

/*
 * What was to be drained has ended: a project stays paused, and the service ends. For what is
 * halted nobody waits then: its results are in the line of the next start, and a project that
 * was to be drained stays so until they have landed.
 */
static void
end_drain(struct supervisor *supervisor)
{
	const struct hold_scope all = { HOLD_ALL, NULL };
	bool busy = false;
	size_t i;

	for (i = 0; i < supervisor->project_count; i++) {
		struct project *project = supervisor->projects[i];
		const struct hold_scope own = { HOLD_PROJECT, project->config->name };

		if (is_running(project) || (is_landing(project) && modes_of(project) != MODE_HALTED))
			busy = true;
		else if (!is_landing(project) && modes_own(supervisor, own) == MODE_DRAINING)
			set_drained(supervisor, own, MODE_PAUSED);
	}
	if (busy || supervisor->one_shot || modes_own(supervisor, all) != MODE_DRAINING)
		return;
	/* The next start is to be an ordinary one. */
	set_drained(supervisor, all, MODE_NORMAL);
	engine_stop(supervisor, "drained");
}

/* Nothing can go on without a person. */
static void
tell_quiet(struct supervisor *supervisor)
{
	size_t i;

	store_begin(supervisor->store);
	hooks_due_idle(supervisor);
	store_commit(supervisor->store);
	for (i = 0; i < supervisor->project_count; i++)
		hooks_run(supervisor->projects[i], false);
	/* Who waits for a run would end it before its hooks have run. */
	if (supervisor->one_shot && supervisor->hooks != NULL && modes_of(supervisor->projects[0]) != MODE_HALTED)
		return;
	supervisor->quiet_told = true;
	clients_tell_end(supervisor);
}

void
engine_run(struct supervisor *supervisor)
{
	uint64_t now = clock_monotonic(), wake, room;
	size_t i;

	if (supervisor->stopping)
		return;
	widening_tell(supervisor);
	room = budgets_wake(supervisor, now);
	deadlines_run(supervisor);
	end_drain(supervisor);
	if (supervisor->stopping)
		return;
	supervisor->prepare_again = 0;
	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->state == PROJECT_OPEN) {
			hooks_run(supervisor->projects[i], true);
			gates_run(supervisor->projects[i]);
			hooks_run(supervisor->projects[i], false);
		}
	wake = start_some(supervisor, now);
	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->state == PROJECT_OPEN &&
		    modes_of(supervisor->projects[i]) != MODE_HALTED)
			prepare_run(supervisor->projects[i], now);
	if (supervisor->prepare_again != 0 && supervisor->prepare_again < wake)
		wake = supervisor->prepare_again;
	if (room < wake)
		wake = room;
	if ((room = admitting_relieve(supervisor, now)) < wake)
		wake = room;
	if (wake != SCHEDULE_NEVER)
		watch_in(supervisor->schedule_timer, wake > now ? wake - now : 1);
	if (!supervisor->quiet_told && is_quiet(supervisor))
		tell_quiet(supervisor);
}

/* ---- a person's wishes ---- */

/* What the upstreams have by now is to count. */
static void
all_stale(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		project_stale(supervisor->projects[i]);
}

bool
engine_add(struct supervisor *supervisor, const struct record_task *tasks, size_t count, bool again,
    size_t *known, struct problems *problems)
{
	size_t first = supervisor->task_count, node, i;
	bool added;

	store_begin(supervisor->store);
	added = enrol(supervisor, tasks, count, again, known, problems);
	if (added)
		export_take_states(supervisor, tasks, count, first);
	for (i = 0; added && i < supervisor->project_count; i++)
		tickets_plan(supervisor->projects[i]);
	for (node = first; node < supervisor->task_count; node++)
		if (supervisor->tasks[node]->state == TASK_PENDING)
			approval_before_start(supervisor, supervisor->tasks[node]);
	transition_commit(supervisor);
	all_stale(supervisor);
	return added;
}

/* The first of them for which this cannot be, or NULL. */
static struct task *
refuses(struct task *const *tasks, size_t count, enum task_event event)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!task_step(tasks[i]->state, event).possible ||
		    (event == TASK_RETRY && !project_configured(tasks[i]->project)))
			return tasks[i];
	return NULL;
}

/* Nobody had asked; inside a transaction. */
static void
stepped_in(struct supervisor *supervisor, struct task *task, const char *what, unsigned uid, const char *why)
{
	char *who = approval_who(uid);

	ledger_intervened(supervisor, task, &(struct intervention){ .attempt = task->attempts,
	    .question = "task", .answer = what, .who = who, .why = why });
	free(who);
}

struct task *
engine_cancel(struct supervisor *supervisor, struct task *const *tasks, size_t count,
    unsigned uid, const char *why)
{
	const char *reason = why != NULL ? why : "cancelled by a person";
	struct task *bad = refuses(tasks, count, TASK_CANCEL);
	size_t i;

	if (bad != NULL)
		return bad;
	store_begin(supervisor->store);
	for (i = 0; i < count; i++) {
		/* One that is named twice has ended already. */
		if (!task_step(tasks[i]->state, TASK_CANCEL).possible)
			continue;
		tasks[i]->cancelled = true;
		stepped_in(supervisor, tasks[i], "cancel", uid, why);
		transition_apply(supervisor, tasks[i], TASK_CANCEL, "task.cancelled", reason, 0);
	}
	transition_commit(supervisor);
	engine_run(supervisor);
	return NULL;
}

struct task *
engine_retry(struct supervisor *supervisor, struct task *const *tasks, size_t count,
    unsigned uid, const char *why)
{
	struct task *bad = refuses(tasks, count, TASK_RETRY);
	size_t i;

	if (bad != NULL)
		return bad;
	store_begin(supervisor->store);
	for (i = 0; i < count; i++) {
		if (!task_step(tasks[i]->state, TASK_RETRY).possible)
			continue;
		tasks[i]->fresh = tasks[i]->attempts;
		store_task_fresh(supervisor->store, tasks[i]->position, tasks[i]->fresh);
		tasks[i]->failures = tasks[i]->reworks = tasks[i]->laters = tasks[i]->losses = 0;
		tasks[i]->cancelled = false;
		stepped_in(supervisor, tasks[i], "retry", uid, why);
		transition_apply(supervisor, tasks[i], TASK_RETRY, "task.retry", why, 0);
	}
	transition_commit(supervisor);
	all_stale(supervisor);
	engine_run(supervisor);
	return NULL;
}

struct task *
engine_answer(struct supervisor *supervisor, struct task *const *tasks, size_t count,
    const struct answer *answer, char **why)
{
	struct task *bad;
	size_t i;

	*why = NULL;
	for (i = 0; i < count; i++)
		if (tasks[i]->state != TASK_AWAITING_APPROVAL ||
		    (answer->yes && tasks[i]->questions > 0))
			return tasks[i];
	if (answer->yes && (bad = widening_may_land(supervisor, tasks, count, why)) != NULL)
		return bad;
	store_begin(supervisor->store);
	for (i = 0; i < count; i++) {
		/* One that is named twice has its answer already. */
		if (tasks[i]->state != TASK_AWAITING_APPROVAL)
			continue;
		if (answer->yes)
			widening_lands(supervisor, tasks[i]);
		approval_answer(supervisor, tasks[i], answer);
	}
	transition_commit(supervisor);
	for (i = 0; i < count; i++)
		if (tasks[i]->state == TASK_LANDING)
			tickets_send(tasks[i]);
	engine_run(supervisor);
	return NULL;
}

void
engine_halt(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	const struct hold *hold = modes_why(project);
	char *why = hold != NULL ? modes_words(hold) : NULL;
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		if (slot->project == project || slot->prepare == project ||
		    (slot->task != NULL && slot->task->project == project))
			jobs_kill(slot, why);
	}
	free(why);
}

void
engine_stop(struct supervisor *supervisor, const char *why)
{
	size_t i;

	if (supervisor->stopping)
		return;
	log_info("event=stop why=%s", why);
	supervisor->stopping = true;
	slots_stop_all(supervisor);
	for (i = 0; i < supervisor->project_count; i++)
		project_stop(supervisor->projects[i]);
	slots_check_end(supervisor);
}
