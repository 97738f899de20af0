/* What a worker is told: see jobs.h. */
#include "jobs.h"

#include <stdlib.h>

#include "feedback.h"
#include "protocol/mem.h"
#include "slots.h"
#include "tickets.h"

/* What the task's agent is and how it gets its prompt. */
static void
fill_agent(struct supervisor *supervisor, const struct task *task, struct msg_job_start *job)
{
	const struct agent *agent;

	job->agent = task->spec.agent != NULL ? task->spec.agent : supervisor->config.agent;
	if (task->spec.command != NULL) {
		job->command = task->spec.command;
		job->prompt_via = "stdin";
		job->agent = task->spec.agent != NULL ? task->spec.agent : "command";
		return;
	}
	agent = config_agent(&supervisor->config, job->agent);
	if (agent != NULL) {
		job->command = agent->command;
		job->prompt_via = agent->prompt;
	}
}

void
jobs_start_attempt(struct supervisor *supervisor, struct slot *slot, struct task *task)
{
	const struct config *config = &supervisor->config;
	char *prompt = store_task_prompt(supervisor->store, task->position);
	char *feedback = feedback_join(task->conflict, task->feedback);
	struct msg_job_start job = {
		.attempt = task->attempt, .fence = supervisor->fence, .kind = "attempt",
		.project = config->project, .task = task->spec.id, .number = task->attempts,
		.tip = supervisor->project.tip, .trees = supervisor->project.trees, .prompt = prompt,
		.title = task->spec.title, .feedback = feedback, .conflict = task->conflict_id,
		.environment = task->spec.environment,
		.verify = tickets_verify(supervisor, task),
		.completion_promise = task->spec.completion_promise,
		.max_iterations = task->spec.max_iterations ? task->spec.max_iterations : config->max_iterations,
		.timeout = task->spec.timeout ? task->spec.timeout : config->timeout,
		.verify_timeout = config->verify_timeout, .output_limit = config->output_limit,
		/* What keeps the agent's commits needs them as they are. */
		.as_files = config->hand_over == HAND_OVER_AUTO && config->method == METHOD_SQUASH,
	};

	fill_agent(supervisor, task, &job);
	slot->task = task;
	slot->attempt = task->attempt;
	slot->number = task->attempts;
	slot->since = clock_wall();
	free(slot->tip);
	slot->tip = str_dup(supervisor->project.tip);
	slots_event(slot, SLOT_JOB);
	peer_send(slot->peer, MSG_job_start, &job);
	free(feedback);
	free(prompt);
}

void
jobs_start_gate(struct supervisor *supervisor, struct slot *slot, struct gate *gate)
{
	const struct config *config = &supervisor->config;
	struct task *task = supervisor->tasks[gate->node];

	/* Apart from the numbers of attempts; unique as long as this supervisor lives. */
	slot->attempt = 1ull << 62 | supervisor->fence << 32 | ++supervisor->gate_number;
	slot->number = task->attempts;
	slot->task = task;
	slot->gate = gate;
	slot->since = clock_wall();
	gate->slot = slot;
	slots_event(slot, SLOT_JOB);
	peer_send(slot->peer, MSG_job_start, &(struct msg_job_start){
	    .attempt = slot->attempt, .fence = supervisor->fence, .kind = "gate",
	    .project = config->project, .task = task->spec.id, .number = slot->number,
	    .tip = gate->tip, .tree = gate->tree, .trees = gate->trees, .agent = "gate",
	    .environment = task->spec.environment, .verify = gate->command,
	    .verify_timeout = config->verify_timeout, .output_limit = config->output_limit });
}

void
jobs_stop(struct supervisor *supervisor, const struct task *task)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		if (slot->task != task || slot->gate != NULL || slot->state != SLOT_BUSY)
			continue;
		supervisor->stops = mem_resize(supervisor->stops, supervisor->stop_count + 1, sizeof(slot));
		supervisor->stops[supervisor->stop_count++] = slot;
	}
}

void
jobs_flush_stops(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->stop_count; i++) {
		struct slot *slot = supervisor->stops[i];

		if (slot->peer != NULL)
			peer_send(slot->peer, MSG_job_stop, &(struct msg_job_stop){
			    .attempt = slot->attempt, .fence = supervisor->fence });
	}
	supervisor->stop_count = 0;
}
