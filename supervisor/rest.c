/* What has come to rest: see rest.h. */
#include "rest.h"

#include "admitting.h"
#include "budgets.h"
#include "clients.h"
#include "following.h"
#include "hooks.h"
#include "modes.h"
#include "prepare.h"
#include "project.h"
#include "tickets.h"
#include "transition.h"

/* ---- what was to be drained ---- */

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

bool
rest_drained(struct supervisor *supervisor)
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
		return false;
	/* The next start is to be an ordinary one. */
	set_drained(supervisor, all, MODE_NORMAL);
	return true;
}

/* ---- what waits for a person ---- */

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
	if (!project_current(project) || following_awaited(project) || project_looks(project))
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
		starts |= !modes_hold(supervisor->projects[i]);
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

void
rest_tell(struct supervisor *supervisor)
{
	size_t i;

	if (supervisor->quiet_told || !is_quiet(supervisor))
		return;
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
