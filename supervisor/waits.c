/* What a task waits for: see waits.h. */
#include "waits.h"

#include <stdlib.h>
#include <string.h>

#include "admitting.h"
#include "modes.h"
#include "pauses.h"
#include "prepare.h"
#include "project.h"
#include "protocol/mem.h"
#include "registry.h"
#include "tickets.h"

/* "4 min": how long something has been so, roughly; the caller frees. */
static char *
length_words(double seconds)
{
	if (seconds < 0)
		seconds = 0;
	if (seconds < 60)
		return str_format("%.0f s", seconds);
	if (seconds < 3600)
		return str_format("%.0f min", seconds / 60);
	if (seconds < 48 * 3600)
		return str_format("%.1f h", seconds / 3600);
	return str_format("%.0f days", seconds / 86400);
}

/* "project NAME, which is paused by ...", or what the budget says that has stopped it. */
static char *
hold_words(const struct hold *hold)
{
	char *of = hold->kind == HOLD_ALL ? str_dup("orchd") :
	    modes_scope_words((struct hold_scope){ hold->kind, hold->name });
	char *how = modes_words(hold), *text;

	text = hold->tripped ? str_format("the budget of %s: %s", hold->kind == HOLD_ALL ? "all" : of,
	    hold->why) : str_format("%s, which is %s", of, how);
	free(how);
	free(of);
	return text;
}

/* What of the whole, of its project or of its agent bars it; NULL: nothing. */
static char *
gate_words(struct supervisor *supervisor, const struct task *task)
{
	const char *agent = task->spec.command != NULL ? NULL : registry_agent(task);
	const struct hold *hold = modes_why(task->project);
	const struct pause *pause;
	char *end, *text;

	if (hold != NULL)
		return hold_words(hold);
	if (agent == NULL)
		return NULL;
	hold = modes_find(supervisor, (struct hold_scope){ HOLD_AGENT, agent });
	if (hold != NULL && hold->mode != MODE_NORMAL)
		return hold_words(hold);
	if ((pause = pauses_find(supervisor, agent)) == NULL)
		return NULL;
	end = modes_time_text(pause->until);
	text = str_format("the usage limit of agent %s to end, at %s", agent, end);
	free(end);
	return text;
}

/* Which of the holder's patterns is in the way; NULL: its scope is not known, or is all. */
static const char *
barring_pattern(const struct task *task, const struct task *holder)
{
	char *one[2] = { NULL, NULL };
	size_t i;

	for (i = 0; task->scope != NULL && holder->spec.files != NULL && holder->spec.files[i] != NULL; i++) {
		struct scope *scope;
		bool overlap;

		one[0] = holder->spec.files[i];
		scope = scope_new(one);
		overlap = scope_overlap(task->scope, scope);
		scope_free(scope);
		if (overlap)
			return holder->spec.files[i];
	}
	return NULL;
}

static char *
lease_words(const struct task *task, const struct task *holder)
{
	const char *pattern = barring_pattern(task, holder);
	char *since = length_words(clock_wall() - holder->started);
	char *text = str_format("the lease on %s that task %s holds since %s", pattern != NULL ? pattern :
	    "files", holder->spec.id, since);

	free(since);
	return text;
}

static char *
delay_words(const struct task *task, uint64_t until_ms)
{
	uint64_t now = clock_monotonic();
	char *then = modes_time_text(clock_wall() + (until_ms > now ? (double)(until_ms - now) / 1000 : 0));
	char *text = task->waits_for_tip ?
	    str_format("the branch to move, or its back-off to end, at %s", then) :
	    str_format("the back-off until %s, after: %s", then, task->reason ? task->reason : "a failure");

	free(then);
	return text;
}

/* Nothing of its own bars it. */
static char *
turn_words(struct supervisor *supervisor, const struct task *task)
{
	char *text = project_words(task->project);

	if (text != NULL)
		return text;
	if (admitting_words(supervisor) != NULL)
		return str_dup(admitting_words(supervisor));
	text = prepare_words(task->project);
	return text != NULL ? text : str_dup("a free slot");
}

static char *
schedule_words(struct supervisor *supervisor, const struct task *task, const struct schedule_reason *reason)
{
	const struct task *other = reason->node != SCHEDULE_NODE_NONE ? supervisor->tasks[reason->node] : NULL;
	const char *id = other != NULL ? other->spec.id : "?";

	switch (reason->wait) {
	case SCHEDULE_WAITS_SLOT: return turn_words(supervisor, task);
	case SCHEDULE_WAITS_DEPENDENCY:
		return str_format("task %s, which it depends on and which is %s", id,
		    other != NULL ? task_state_name(other->state) : "?");
	case SCHEDULE_WAITS_HOLD: return str_dup("a person's approval");
	case SCHEDULE_WAITS_DELAY: return delay_words(task, reason->until_ms);
	case SCHEDULE_WAITS_LEASE:
		return other != NULL ? lease_words(task, other) : str_dup("a lease on its files");
	case SCHEDULE_WAITS_RESERVATION:
		return str_format("task %s, which has waited longer for the same files", id);
	case SCHEDULE_WAITS_EARLIER:
		return str_format("task %s, which comes before it and writes the same files", id);
	case SCHEDULE_WAITS_WINDOW: return str_format("the line: task %s has not landed", id);
	case SCHEDULE_WAITS_WAVE: return str_dup("the wave before its own");
	case SCHEDULE_WAITS_GROUP_CAP:
		return str_dup("another of its project to end: so many run as may at once");
	case SCHEDULE_WAITS_AGENT_CAP:
		return str_dup("another of its agent to end: so many run as may at once");
	case SCHEDULE_WAITS_PAUSED: return str_dup("its project or its agent to be resumed");
	case SCHEDULE_WAITS_PREPARE:
	case SCHEDULE_IS_RUNNING:
	case SCHEDULE_IS_FINAL: break;
	}
	return NULL;
}

/* Its result is in the line. */
static char *
line_words(const struct task *task)
{
	const struct project *project = task->project;
	const struct gate *gate;

	if (modes_of(project) == MODE_HALTED)
		return hold_words(modes_why(project));
	for (gate = project->gates; gate != NULL; gate = gate->next)
		if (gate->ticket == task->ticket)
			return gate->slot != NULL ?
			    str_format("its verify command, which runs in slot %s", gate->slot->name) :
			    str_dup("a free slot for its verify command");
	if (project->stalled != NULL)
		return str_format("the upstream: %s", project->stalled);
	return str_format("its turn in the line, as ticket %ju", (uintmax_t)task->ticket);
}

char *
waits_words(struct supervisor *supervisor, const struct task *task)
{
	struct schedule_reason reason;
	char *text;

	if (task->state == TASK_AWAITING_APPROVAL && task->questions > 0)
		return str_format("a person: orchctl answer %s TEXT", task->spec.id);
	if (task->state == TASK_AWAITING_APPROVAL)
		return str_format("a person: orchctl approve %s, or orchctl reject %s", task->spec.id,
		    task->spec.id);
	if (task_in_line(task->state))
		return line_words(task);
	if (task->state != TASK_PENDING)
		return NULL;
	schedule_why(supervisor->schedule, task->node, clock_monotonic(), &reason);
	/* What stays in its way when all is resumed comes first. */
	if (reason.wait == SCHEDULE_WAITS_DEPENDENCY)
		return schedule_words(supervisor, task, &reason);
	text = gate_words(supervisor, task);
	return text != NULL ? text : schedule_words(supervisor, task, &reason);
}

/* Does it wait for nothing but its turn? Then its words are not worth a place in a list. */
static bool
for_its_turn(struct supervisor *supervisor, const struct task *task)
{
	struct schedule_reason reason;

	if (task_in_line(task->state))
		return modes_of(task->project) != MODE_HALTED && task->project->stalled == NULL;
	/* Why it asks is its reason, which a list has already. */
	if (task->state != TASK_PENDING)
		return true;
	schedule_why(supervisor->schedule, task->node, clock_monotonic(), &reason);
	return reason.wait == SCHEDULE_WAITS_SLOT && modes_of(task->project) == MODE_NORMAL &&
	    task->project->state == PROJECT_OPEN && admitting_words(supervisor) == NULL;
}

void
waits_add(struct supervisor *supervisor, const struct task *task, struct record_task_row *row,
    struct arena *arena)
{
	char *words = for_its_turn(supervisor, task) ? NULL : waits_words(supervisor, task);

	if (words != NULL)
		row->waits_for = arena_copy(arena, words, strlen(words));
	free(words);
}
