/* A person's hand on all of it: see steering.h. */
#include "steering.h"

#include <stdlib.h>

#include "budgets.h"
#include "engine.h"
#include "pauses.h"
#include "protocol/mem.h"
#include "tickets.h"
#include "transition.h"

static const char no_reason[] = "a budget has stopped it; say why it may go on, with --why TEXT";

/* What this means for each project: what is halted now ends, what was and is not goes on. */
static void
follow(struct supervisor *supervisor, const struct hold_scope *scope, enum mode from)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++) {
		struct project *project = supervisor->projects[i];

		if (scope->kind == HOLD_PROJECT && !str_same(project->config->name, scope->name))
			continue;
		if (modes_of(project) == MODE_HALTED)
			engine_halt(project);
		else if (from == MODE_HALTED && project->state == PROJECT_OPEN)
			tickets_resend(project, 0);
	}
}

const char *
steering_set(struct supervisor *supervisor, const char *project, enum mode mode, unsigned uid,
    const char *why)
{
	const struct hold_scope scope = { project != NULL ? HOLD_PROJECT : HOLD_ALL, project };
	const struct hold *hold = modes_find(supervisor, scope);
	const enum mode from = hold != NULL ? hold->mode : MODE_NORMAL;
	const bool anew = hold != NULL && hold->tripped && mode == MODE_NORMAL;
	const char *refused;
	char *who;

	if ((refused = mode_refuses(from, mode)) != NULL)
		return refused;
	if (anew && why == NULL)
		return no_reason;
	who = approval_who(uid);
	store_begin(supervisor->store);
	modes_set(supervisor, scope, &(struct hold){ .mode = mode, .who = who,
	    .why = (char *)(uintptr_t)why, .fresh = anew ? clock_wall() : 0 });
	if (anew)
		budgets_anew(supervisor, scope.kind, project);
	transition_commit(supervisor);
	follow(supervisor, &scope, from);
	engine_run(supervisor);
	free(who);
	return NULL;
}

/* What a budget has stopped, it counts anew. */
static void
lift_hold(struct supervisor *supervisor, const struct hold_scope scope, unsigned uid, const char *why)
{
	char *who = approval_who(uid);

	modes_set(supervisor, scope, &(struct hold){ .mode = MODE_NORMAL, .who = who,
	    .why = (char *)(uintptr_t)why, .fresh = clock_wall() });
	budgets_anew(supervisor, HOLD_AGENT, scope.name);
	free(who);
}

const char *
steering_resume_agent(struct supervisor *supervisor, const char *agent, unsigned uid,
    const char *why, uint64_t *tasks)
{
	const struct hold_scope scope = { HOLD_AGENT, agent };
	const struct hold *hold = modes_find(supervisor, scope);
	const bool held = hold != NULL && hold->mode != MODE_NORMAL;
	bool lifted;

	if (held && hold->tripped && why == NULL)
		return no_reason;
	store_begin(supervisor->store);
	if (held)
		lift_hold(supervisor, scope, uid, why);
	lifted = pauses_lift(supervisor, agent, why, tasks);
	transition_commit(supervisor);
	if (held)
		*tasks = budgets_release_agent(supervisor, agent);
	engine_run(supervisor);
	return held || lifted ? NULL : "this agent does not pause; see orchctl status";
}
