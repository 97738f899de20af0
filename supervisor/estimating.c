/* What tasks are going to take: see estimating.h. */
#include "estimating.h"

#include <stdlib.h>

#include "protocol/mem.h"
#include "registry.h"
#include "tasks/estimate.h"

#define ATTEMPTS_MOST	1000u	/* the last so many are looked at after a start */

/* What it is like; the caller frees. No name has a line break in it. */
static char *
kind_of(const struct task *task)
{
	const char *agent = task->spec.command != NULL ? NULL : registry_agent(task);

	return str_format("%s\n%s", task->project->config->name, agent != NULL ? agent : "");
}

static void
apply(struct supervisor *supervisor, const struct task *task)
{
	char *kind;

	if (task->spec.estimate != 0)
		return;
	kind = kind_of(task);
	schedule_estimate(supervisor->schedule, task->node, estimates_of(supervisor->estimates, kind, NULL));
	free(kind);
}

void
estimating_added(struct supervisor *supervisor, size_t first)
{
	size_t node;

	for (node = first; node < supervisor->task_count; node++)
		apply(supervisor, supervisor->tasks[node]);
}

static void
load(void *context, uint64_t position, double seconds)
{
	struct supervisor *supervisor = context;
	char *kind = kind_of(supervisor->tasks[position - 1]);

	estimates_add(supervisor->estimates, kind, seconds);
	free(kind);
}

void
estimating_load(struct supervisor *supervisor)
{
	supervisor->estimates = estimates_new();
	store_each_length(supervisor->store, ATTEMPTS_MOST, load, supervisor);
	estimating_added(supervisor, 0);
}

void
estimating_release(struct supervisor *supervisor)
{
	estimates_free(supervisor->estimates);
}

/* All of a kind that have not ended are reckoned anew: it happens in leaps only. */
static void
reckon(struct supervisor *supervisor, const char *kind)
{
	size_t node;
	int state;

	for (state = 0; state < TASK_STATES; state++) {
		const struct node_set *set = &supervisor->by_state[state];

		if (task_state_final((enum task_state)state))
			continue;
		for (node = node_set_next(set, 0); node < supervisor->task_count;
		    node = node_set_next(set, node + 1)) {
			char *other = kind_of(supervisor->tasks[node]);

			if (str_same(kind, other))
				apply(supervisor, supervisor->tasks[node]);
			free(other);
		}
	}
	schedule_reckon(supervisor->schedule);
}

void
estimating_ended(struct supervisor *supervisor, const struct task *task, double seconds)
{
	char *kind = kind_of(task);

	if (estimates_add(supervisor->estimates, kind, seconds))
		reckon(supervisor, kind);
	free(kind);
}

char *
estimating_words(const struct supervisor *supervisor, const struct task *task)
{
	const char *agent = task->spec.command != NULL ? NULL : registry_agent(task);
	size_t lengths;
	char *kind, *words;

	if (task->spec.estimate != 0)
		return str_dup("as the task says");
	kind = kind_of(task);
	if (estimates_of(supervisor->estimates, kind, &lengths) == 0)
		words = str_format("fewer than %u like it have ended well", ESTIMATE_LEAST);
	else if (agent == NULL)
		words = str_format("median of the last %zu commands of project %s", lengths,
		    task->project->config->name);
	else
		words = str_format("median of the last %zu attempts of agent %s in project %s", lengths,
		    agent, task->project->config->name);
	free(kind);
	return words;
}
