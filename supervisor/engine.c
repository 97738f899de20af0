/* What goes on, and what a person wishes: see engine.h. */
#include "engine.h"

#include <stdlib.h>

#include "admitting.h"
#include "budgets.h"
#include "calling.h"
#include "deadlines.h"
#include "dealing.h"
#include "enrol.h"
#include "export.h"
#include "gates.h"
#include "hooks.h"
#include "jobs.h"
#include "ledger.h"
#include "modes.h"
#include "prepare.h"
#include "project.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "rest.h"
#include "slots.h"
#include "starting.h"
#include "tickets.h"
#include "transition.h"
#include "widening.h"

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
	if (rest_drained(supervisor)) {
		engine_stop(supervisor, "drained");
		return;
	}
	supervisor->prepare_again = 0;
	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->state == PROJECT_OPEN) {
			hooks_run(supervisor->projects[i], true);
			gates_run(supervisor->projects[i]);
			hooks_run(supervisor->projects[i], false);
		}
	wake = starting_run(supervisor, now);
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
	for (i = 0; i < supervisor->project_count; i++)
		calling_expect(supervisor->projects[i]);
	rest_tell(supervisor);
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
		dealing_plan(supervisor->projects[i]);
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

/* What a cancel is told as: what runs, or is in the line, ends later, and by then may have landed. */
static const char *
cancel_event(const struct task *task)
{
	return task_step(task->state, TASK_CANCEL).next == TASK_CANCELLED ? "task.cancelled" : "task.cancel";
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
		transition_apply(supervisor, tasks[i], TASK_CANCEL, cancel_event(tasks[i]), reason, 0);
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
