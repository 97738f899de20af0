/* What a task waits for: see waits.h. */
#include "waits.h"

#include <stdlib.h>
#include <string.h>

#include "admitting.h"
#include "agents.h"
#include "modes.h"
#include "pauses.h"
#include "prepare.h"
#include "project.h"
#include "protocol/mem.h"
#include "registry.h"
#include "waits_line.h"
#include "waits_running.h"

#define CHAIN_MOST	64u	/* dependencies that are followed to where they begin */

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

/* What of the whole, of its project or of its agent bars it; NULL: nothing. */
static char *
gate_words(struct supervisor *supervisor, const struct task *task)
{
	const char *agent = task->spec.command != NULL ? NULL : registry_agent(task);
	const struct hold *hold = modes_why(task->project);
	const struct pause *pause;
	char *end, *text;

	if (hold != NULL)
		return modes_hold_words(hold);
	if (agent == NULL)
		return NULL;
	hold = modes_find(supervisor, (struct hold_scope){ HOLD_AGENT, agent });
	if (hold != NULL && hold->mode != MODE_NORMAL)
		return modes_hold_words(hold);
	if ((pause = pauses_find(supervisor, agent)) == NULL)
		return NULL;
	end = modes_time_text(pause->until);
	text = str_format("the usage limit of agent %s to end, at %s (or orchctl resume %s)", agent, end,
	    agent);
	free(end);
	return text;
}

/* Which of the holder's patterns is in the way; NULL: its scope is not known, or is all. */
static const char *
barring_pattern(const struct scope *scope, const struct task *holder)
{
	size_t pattern = SCOPE_NONE;

	if (scope != NULL && holder->scope != NULL)
		pattern = scope_meets(scope, holder->scope);
	return pattern != SCOPE_NONE ? holder->spec.files[pattern] : NULL;
}

/* Whose lease is in the way of that scope, and since when. */
static char *
lease_words(const struct scope *scope, const struct task *holder)
{
	const char *pattern = barring_pattern(scope, holder);
	char *since = length_words(clock_wall() - holder->started);
	char *text = str_format("task %s, which is %s and has held the lease on %s for %s", holder->spec.id,
	    task_state_name(holder->state), pattern != NULL ? pattern : "files", since);

	free(since);
	return text;
}

static char *
delay_words(const struct task *task, uint64_t until_ms)
{
	uint64_t now = clock_monotonic();
	char *then = modes_time_text(clock_wall() + (until_ms > now ? (double)(until_ms - now) / 1000 : 0));
	char *text = task->waits_for_tip ?
	    str_format("the branch to move, or its next attempt at %s, after: %s", then,
	    task->reason ? task->reason : "not yet") :
	    str_format("its next attempt at %s, after: %s", then, task->reason ? task->reason : "a failure");

	free(then);
	return text;
}

/* What setup lacks, as what is waited for; NULL: nothing. The caller frees. */
static char *
setup_words(const struct task *task)
{
	char *words = prepare_words(task->project), *text;

	if (words == NULL)
		return NULL;
	text = str_format("setup, which %s", words);
	free(words);
	return text;
}

/* "a free slot", and how many are taken when all of them are. */
static char *
slot_words(const struct supervisor *supervisor)
{
	size_t count = 0, busy = 0, i;

	for (i = 0; i < supervisor->slot_count; i++) {
		count += !supervisor->slots[i]->verify;
		busy += !supervisor->slots[i]->verify && supervisor->slots[i]->state == SLOT_BUSY;
	}
	if (busy < count)
		return str_dup("a free slot");
	return count == 1 ? str_dup("a free slot: the only one is taken") :
	    str_format("a free slot: all %zu are taken", count);
}

/* Nothing of its own bars it. */
static char *
turn_words(struct supervisor *supervisor, const struct task *task)
{
	char *text;

	if (supervisor->shown_only)
		return str_dup(WAITS_SUPERVISOR);
	if ((text = project_words(task->project)) != NULL)
		return text;
	if (admitting_words(supervisor) != NULL)
		return str_format("room on the machine: %s", admitting_words(supervisor));
	text = setup_words(task);
	return text != NULL ? text : slot_words(supervisor);
}

/*
 * Where a chain of dependencies begins: what `other` waits for in the end. `other` itself when
 * that does not wait for another one.
 */
static const struct task *
root_of(struct supervisor *supervisor, const struct task *other)
{
	struct schedule_reason reason;
	unsigned depth;

	for (depth = 0; depth < CHAIN_MOST && other->state == TASK_PENDING; depth++) {
		schedule_why(supervisor->schedule, other->node, clock_monotonic(), &reason);
		if (reason.wait != SCHEDULE_WAITS_DEPENDENCY || reason.node == SCHEDULE_NODE_NONE)
			break;
		other = supervisor->tasks[reason.node];
	}
	return other;
}

static char *
dependency_words(struct supervisor *supervisor, const struct task *other)
{
	const struct task *root = root_of(supervisor, other);
	char *remedy = waits_remedy(root), *text, *first = NULL;

	if (root != other && root->state == TASK_COMPLETE)
		first = str_format("; first of all what task %s has landed to be made ready", root->spec.id);
	else if (root != other)
		first = str_format("; first of all task %s, which is %s", root->spec.id,
		    task_state_name(root->state));
	text = str_format("task %s, which it depends on and which is %s%s%s", other->spec.id,
	    task_state_name(other->state), first != NULL ? first : "", remedy != NULL ? remedy : "");
	free(first);
	free(remedy);
	return text;
}

/* Of its project or its agent as many run as may. */
static char *
cap_words(const struct supervisor *supervisor, const struct task *task, bool project)
{
	const struct agent *agent = project ? NULL : agents_find(&supervisor->config.agents,
	    registry_agent(task));
	uint64_t most = project ? task->project->config->slots : agent != NULL ? agent->slots : 0;

	return str_format("a place %s %s, which has at most %ju task%s running at once",
	    project ? "in project" : "with agent", project ? task->project->config->name :
	    registry_agent(task), (uintmax_t)most, most == 1 ? "" : "s");
}

static char *
wave_words(const struct task *other)
{
	char *remedy = waits_remedy(other);
	char *text = str_format("task %s, which is in a wave before its own and is %s%s", other->spec.id,
	    task_state_name(other->state), remedy != NULL ? remedy : "");

	free(remedy);
	return text;
}

static char *
schedule_words(struct supervisor *supervisor, const struct task *task, const struct schedule_reason *reason)
{
	const struct task *other = reason->node != SCHEDULE_NODE_NONE ? supervisor->tasks[reason->node] : NULL;
	const char *id = other != NULL ? other->spec.id : "?";

	if (other != NULL && other->state == TASK_COMPLETE)
		return str_format("what task %s has landed to be made ready", id);
	switch (reason->wait) {
	case SCHEDULE_WAITS_SLOT: return turn_words(supervisor, task);
	case SCHEDULE_WAITS_DEPENDENCY:
		return other != NULL ? dependency_words(supervisor, other) : str_dup("what it depends on");
	case SCHEDULE_WAITS_HOLD: return str_dup("a person's approval");
	case SCHEDULE_WAITS_DELAY: return delay_words(task, reason->until_ms);
	case SCHEDULE_WAITS_LEASE:
		return other != NULL ? lease_words(task->scope, other) : str_dup("a lease on its files");
	case SCHEDULE_WAITS_RESERVATION:
		return str_format("task %s, which has waited longer for the same files", id);
	case SCHEDULE_WAITS_EARLIER:
		return str_format("task %s, which comes before it and writes the same files", id);
	case SCHEDULE_WAITS_WINDOW:
		return str_format("task %s to land, which is %s and the first in the line: with 'order: plan' "
		    "none starts far ahead of it", id, other != NULL ? task_state_name(other->state) : "?");
	case SCHEDULE_WAITS_WAVE:
		return other != NULL ? wave_words(other) : str_dup("all tasks of the wave before its own to end");
	case SCHEDULE_WAITS_GROUP_CAP: return cap_words(supervisor, task, true);
	case SCHEDULE_WAITS_AGENT_CAP: return cap_words(supervisor, task, false);
	case SCHEDULE_WAITS_PAUSED: return str_dup("its project or its agent to be resumed");
	case SCHEDULE_WAITS_PREPARE:
	case SCHEDULE_IS_RUNNING:
	case SCHEDULE_IS_FINAL: break;
	}
	return NULL;
}

/* It runs: what of its agent's nobody has answered yet; NULL: nothing. */
static char *
asked_words(struct supervisor *supervisor, const struct task *task)
{
	size_t holder = task->wish == NULL ? SCHEDULE_NODE_NONE :
	    schedule_holder(supervisor->schedule, task->node, task->wish->scope);
	char *lease, *text;

	if (task->questions > 0)
		return str_format("an answer to its agent: orchctl answer %s TEXT", task->spec.id);
	if (holder == SCHEDULE_NODE_NONE)
		return NULL;
	lease = lease_words(task->wish->scope, supervisor->tasks[holder]);
	text = str_format("more scope, which its agent asks for: %s", lease);
	free(lease);
	return text;
}

static char *
running_words(struct supervisor *supervisor, const struct task *task)
{
	char *text = supervisor->shown_only ? str_dup(WAITS_SUPERVISOR) : asked_words(supervisor, task);

	return text != NULL ? text : waits_at_work(supervisor, task);
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
	if (task->state == TASK_BLOCKED)
		return str_format("a person: orchctl retry %s, or orchctl cancel %s", task->spec.id,
		    task->spec.id);
	if (task_in_line(task->state))
		return waits_in_line(task);
	if (task->state == TASK_RUNNING)
		return running_words(supervisor, task);
	if (task->state != TASK_PENDING)
		return NULL;
	schedule_why(supervisor->schedule, task->node, clock_monotonic(), &reason);
	/* What stays in its way when all is resumed comes first. */
	if (reason.wait == SCHEDULE_WAITS_DEPENDENCY)
		return schedule_words(supervisor, task, &reason);
	text = gate_words(supervisor, task);
	return text != NULL ? text : schedule_words(supervisor, task, &reason);
}

/* Can the project start what nothing else bars, as slots get free? */
static bool
starts_in_its_turn(struct supervisor *supervisor, const struct task *task)
{
	char *setup;

	if (modes_of(task->project) != MODE_NORMAL || task->project->state != PROJECT_OPEN ||
	    !project_configured(task->project) || admitting_words(supervisor) != NULL)
		return false;
	setup = prepare_words(task->project);
	free(setup);
	return setup == NULL;
}

/* Does it wait for nothing but its turn? Then its words are not worth a place in a list. */
static bool
for_its_turn(struct supervisor *supervisor, const struct task *task)
{
	struct schedule_reason reason;
	char *text;

	if (task_in_line(task->state))
		return waits_for_turn_in_line(task->project);
	if (task->state == TASK_RUNNING) {
		text = asked_words(supervisor, task);
		free(text);
		return text == NULL && !supervisor->shown_only && !waits_kept_back(supervisor, task);
	}
	/* Why it asks, or is blocked, is its reason, which a list has already. */
	if (task->state != TASK_PENDING)
		return true;
	schedule_why(supervisor->schedule, task->node, clock_monotonic(), &reason);
	return reason.wait == SCHEDULE_WAITS_SLOT && starts_in_its_turn(supervisor, task);
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
