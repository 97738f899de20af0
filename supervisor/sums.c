/* Sums that are kept up: see sums.h. */
#include "sums.h"

#include <stdlib.h>

#include "protocol/mem.h"
#include "registry.h"

/* No clock that was set back makes a length less than nothing. */
static double
length(double from, double until)
{
	return until > from ? until - from : 0;
}

const char *
sums_agent_name(const struct task *task)
{
	return task->spec.command != NULL ? "command" : registry_agent(task);
}

static struct sums_agent *
agent_of(struct sums *sums, const struct task *task)
{
	const char *name = sums_agent_name(task);
	size_t i;

	for (i = 0; i < sums->agent_count; i++)
		if (str_same(sums->agents[i].agent, name))
			return &sums->agents[i];
	sums->agents = mem_resize(sums->agents, sums->agent_count + 1, sizeof(*sums->agents));
	sums->agents[sums->agent_count] = (struct sums_agent){ .agent = name };
	return &sums->agents[sums->agent_count++];
}

/* ---- tasks ---- */

void
sums_started(const struct task *task)
{
	const double seconds = length(task->added, task->started);

	if (task->added == 0)
		return;
	lengths_add(&task->project->sums->waiting, seconds);
	lengths_add(&task->project->supervisor->sums->waiting, seconds);
}

void
sums_completed(const struct task *task)
{
	const double seconds = length(task->added, task->ended);

	if (task->added == 0 || task->attempts == 0)
		return;
	lengths_add(&task->project->sums->total, seconds);
	lengths_add(&task->project->supervisor->sums->total, seconds);
}

/* ---- attempts ---- */

static void
add_attempt(void *context, const struct attempt_sum *attempt)
{
	struct supervisor *supervisor = context;
	const struct task *task = supervisor->tasks[attempt->task - 1];
	struct sums *both[] = { supervisor->sums, task->project->sums };
	struct sums_agent *agent = agent_of(task->project->sums, task);
	size_t i;

	for (i = 0; i < COUNT(both); i++) {
		lengths_add(&both[i]->running, length(attempt->started, attempt->ended));
		both[i]->attempts++;
		both[i]->reworks += attempt->rework;
	}
	agent->attempts++;
	agent->done += str_same(attempt->outcome, "done");
	agent->seconds += attempt->ended - attempt->started;
	agent->input += attempt->usage.input;
	agent->cached += attempt->usage.cached;
	agent->output += attempt->usage.output;
	agent->cost += attempt->usage.cost;
}

static void
take_attempt(void *context, const struct attempt_sum *attempt)
{
	struct supervisor *supervisor = context;
	const struct task *task = supervisor->tasks[attempt->task - 1];
	struct sums *both[] = { supervisor->sums, task->project->sums };
	struct sums_agent *agent = agent_of(task->project->sums, task);
	size_t i;

	for (i = 0; i < COUNT(both); i++) {
		lengths_take(&both[i]->running, length(attempt->started, attempt->ended));
		both[i]->attempts--;
		both[i]->reworks -= attempt->rework;
	}
	agent->attempts--;
	agent->done -= str_same(attempt->outcome, "done");
	agent->seconds -= attempt->ended - attempt->started;
	agent->input -= attempt->usage.input;
	agent->cached -= attempt->usage.cached;
	agent->output -= attempt->usage.output;
	agent->cost -= attempt->usage.cost;
	/* What rounding has left of nothing. */
	if (agent->attempts == 0)
		agent->seconds = agent->cost = 0;
}

void
sums_take(struct supervisor *supervisor, uint64_t attempt)
{
	store_one_attempt_sum(supervisor->store, attempt, take_attempt, supervisor);
}

void
sums_add(struct supervisor *supervisor, uint64_t attempt)
{
	store_one_attempt_sum(supervisor->store, attempt, add_attempt, supervisor);
}

/* ---- the whole ---- */

void
sums_load(struct supervisor *supervisor)
{
	size_t i;

	supervisor->sums = mem_zero(1, sizeof(*supervisor->sums));
	for (i = 0; i < supervisor->project_count; i++)
		supervisor->projects[i]->sums = mem_zero(1, sizeof(struct sums));
	for (i = 0; i < supervisor->former_count; i++)
		supervisor->former[i]->sums = mem_zero(1, sizeof(struct sums));
	for (i = 0; i < supervisor->task_count; i++) {
		const struct task *task = supervisor->tasks[i];

		if (task->started != 0)
			sums_started(task);
		if (task->state == TASK_COMPLETE)
			sums_completed(task);
	}
	store_each_attempt_sum(supervisor->store, 0, add_attempt, supervisor);
}

static void
release(struct sums *sums)
{
	if (sums == NULL)
		return;
	lengths_release(&sums->waiting);
	lengths_release(&sums->running);
	lengths_release(&sums->total);
	free(sums->agents);
	free(sums);
}

void
sums_release(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		release(supervisor->projects[i]->sums);
	for (i = 0; i < supervisor->former_count; i++)
		release(supervisor->former[i]->sums);
	release(supervisor->sums);
}
