/* What a worker is told: see jobs.h. */
#include "jobs.h"

#include <stdio.h>
#include <stdlib.h>

#include "feedback.h"
#include "hooks_due.h"
#include "protocol/mem.h"
#include "protocol/url.h"
#include "registry.h"
#include "slots.h"
#include "tickets.h"

/* What is put together for one job; its texts are others'. */
struct parts { char **command, **resume, **environment; };

/* A list of what stands in several, the texts borrowed; the caller frees the list alone. */
static char **
join(char *const *a, char *const *b, char *const *c)
{
	char *const *const from[] = { a, b, c };
	char **list = mem_zero(strs_count(a) + strs_count(b) + strs_count(c) + 1, sizeof(char *));
	size_t i, j, count = 0;

	for (i = 0; i < COUNT(from); i++)
		for (j = 0; j < strs_count(from[i]); j++)
			list[count++] = from[i][j];
	return list;
}

static void
parts_release(struct parts *parts)
{
	free(parts->command);
	free(parts->resume);
	free(parts->environment);
}

/* All that the entry of its agent says. */
static void
fill_entry(const struct agent *agent, struct msg_job_start *job, struct parts *parts)
{
	char *const *model = agent->model != NULL ? agent->model_args : NULL;

	parts->command = join(agent->command, model, agent->unattended);
	parts->environment = join(agent->environment, job->environment, NULL);
	job->command = parts->command;
	job->environment = parts->environment;
	if (agent->resume != NULL)
		job->resume = parts->resume = join(agent->resume, model, agent->unattended);
	job->prompt_via = agent->prompt;
	job->model = agent->model;
	job->pass = agent->pass;
	job->secrets = agent->secrets;
	job->home = agent->home;
	job->adapter = (struct records){ (void *)(uintptr_t)&agent->adapter, 1 };
	job->grace = agent->grace;
	job->read_only = agent->read_only;
	/* The task's own limit, then the agent's, then the project's. */
	if (agent->timeout != 0)
		job->timeout = agent->timeout;
	if (agent->idle != 0)
		job->idle = agent->idle;
	if (agent->steps != 0)
		job->steps = agent->steps;
	if (agent->tokens != 0)
		job->tokens = agent->tokens;
	if (agent->cost > 0)
		job->cost = agent->cost;
	if (agent->network != NULL) {
		job->offline = str_same(agent->network, "off");
		job->allow = NULL;
	}
}

/* What setup made, and a person's files; the layer was chosen before (prepare.h). */
static void
fill_prepared(const struct config_project *config, const struct slot *slot, struct msg_job_start *job)
{
	if (slot->prepared[0] != '\0')
		job->prepared = slot->prepared;
	job->copy = config->copy;
	if (config->copy != NULL)
		job->copy_from = url_folder(config->upstream);
}

/* What a run is in and may take of the machine, an agent's and a verify command's alike. */
static void
fill_run(const struct config_project *config, struct msg_job_start *job)
{
	job->bare = config->sandbox == SANDBOX_NONE;
	job->checkout = config->workspace == WORKSPACE_CHECKOUT;
	job->processes = config->processes;
	job->open_files = config->open_files;
	job->memory = config->memory;
	job->cpu = config->cpu;
	job->cores = config->cores;
	job->disk = config->disk;
	job->entries = config->entries;
	job->print = config->print;
	job->offline = config->network == NETWORK_OFF;
	job->allow = job->offline ? NULL : config->network_allow;
}

/* The slot's own range: what is behind the last port there is, is nobody's. */
static void
fill_ports(const struct config *config, const struct slot *slot, struct msg_job_start *job)
{
	uint64_t index = slots_index(slot);
	uint64_t first = config->ports_first + (slot->verify ? config->slots + index : index) *
	    config->ports_each;

	if (config->ports_each == 0 || first + config->ports_each > 65536)
		return;
	job->port = first;
	job->ports = config->ports_each;
}

/* What the task's agent is and how it gets its prompt. */
static void
fill_agent(const struct supervisor *supervisor, const struct task *task, struct msg_job_start *job,
    struct parts *parts)
{
	const struct agent *agent;

	job->agent = registry_agent(task);
	if (task->spec.command != NULL) {
		job->command = task->spec.command;
		job->prompt_via = "stdin";
		job->agent = task->spec.agent != NULL ? task->spec.agent : "command";
		return;
	}
	agent = agents_find(&supervisor->config.agents, job->agent);
	if (agent != NULL)
		fill_entry(agent, job, parts);
}

static void
add_answer(void *context, const struct question_row *row)
{
	char **answers = context, *words, *joined;

	if (row->answer == NULL)
		return;
	words = feedback_answer(row->question, row->who, row->answer);
	joined = feedback_join(*answers, words);
	free(*answers);
	free(words);
	*answers = joined;
}

/* What a person has answered its agents, a conflict, and what was wrong with the last attempt. */
static char *
all_feedback(struct supervisor *supervisor, const struct task *task)
{
	char *answers = NULL, *rest = feedback_join(task->conflict, task->feedback), *all;

	store_each_question(supervisor->store, task->position, add_answer, &answers);
	all = feedback_join(answers, rest);
	free(answers);
	free(rest);
	return all;
}

void
jobs_start_attempt(struct supervisor *supervisor, struct slot *slot, struct task *task)
{
	const struct project *project = task->project;
	const struct config_project *config = project->config;
	char *prompt = store_task_prompt(supervisor->store, task->position);
	char *feedback = all_feedback(supervisor, task);
	struct parts parts = { 0 };
	struct msg_job_start job = {
		.attempt = task->attempt, .fence = supervisor->fence, .kind = "attempt",
		.project = config->name, .task = task->spec.id, .number = task->attempts,
		.tip = project->tip, .trees = project->trees, .prompt = prompt,
		.title = task->spec.title, .feedback = feedback, .conflict = task->conflict_id,
		.environment = task->spec.environment,
		.iteration_end = hook_command(config, HOOK_ITERATION_END),
		.hook_timeout = config->hook_timeout, .hook_secrets = config->hook_secrets,
		.verify = tickets_verify(task),
		.completion_promise = task->spec.completion_promise,
		.max_iterations = task->spec.max_iterations ? task->spec.max_iterations : config->max_iterations,
		.timeout = config->timeout, .idle = config->idle, .steps = config->steps,
		.tokens = config->tokens, .cost = config->cost,
		.verify_timeout = config->verify_timeout, .output_limit = config->output_limit,
		/* What keeps the agent's commits needs them as they are. */
		.as_files = config->hand_over == HAND_OVER_AUTO && config->method == METHOD_SQUASH,
	};

	fill_run(config, &job);
	fill_ports(&supervisor->config, slot, &job);
	fill_prepared(config, slot, &job);
	fill_agent(supervisor, task, &job, &parts);
	if (task->spec.timeout != 0)
		job.timeout = task->spec.timeout;
	slot->task = task;
	slot->attempt = task->attempt;
	slot->number = task->attempts;
	slot->since = clock_wall();
	free(slot->tip);
	slot->tip = str_dup(project->tip);
	slots_event(slot, SLOT_JOB);
	slot->used = false;
	str_set(&slot->progress, NULL);
	slot->at[0] = '\0';
	peer_send(slot->peer, MSG_job_start, &job);
	parts_release(&parts);
	free(feedback);
	free(prompt);
}

/* A gate that is the hook's, on the same tree. */
static void
fill_pre_land(const struct config_project *config, const char *input, const struct gate *gate,
    struct msg_job_start *job)
{
	job->kind = "hook";
	job->agent = "hook";
	job->title = hook_name(HOOK_PRE_LAND);
	job->prompt = input;
	job->number = gate->ticket;
	job->environment = NULL;
	job->verify = hook_command(config, HOOK_PRE_LAND);
	job->verify_timeout = config->hook_timeout;
	job->secrets = config->hook_secrets;
}

void
jobs_start_gate(struct supervisor *supervisor, struct slot *slot, struct gate *gate)
{
	const struct config_project *config = gate->project->config;
	struct task *task = supervisor->tasks[gate->node];
	struct msg_job_start job;
	char *input = NULL;

	/* Apart from the numbers of attempts; unique as long as this supervisor lives. */
	slot->attempt = 1ull << 62 | supervisor->fence << 32 | ++supervisor->gate_number;
	slot->number = task->attempts;
	slot->task = task;
	slot->gate = gate;
	slot->since = clock_wall();
	gate->slot = slot;
	slots_event(slot, SLOT_JOB);
	if (gate->hooking)
		input = hooks_gate_input(task, gate);
	job = (struct msg_job_start){
	    .attempt = slot->attempt, .fence = supervisor->fence, .kind = "gate",
	    .project = config->name, .task = task->spec.id, .number = slot->number,
	    .tip = gate->tip, .tree = gate->tree, .trees = gate->trees, .agent = "gate",
	    .environment = task->spec.environment, .verify = gate->command,
	    .verify_timeout = config->verify_timeout, .output_limit = config->output_limit };
	fill_run(config, &job);
	fill_ports(&supervisor->config, slot, &job);
	fill_prepared(config, slot, &job);
	if (gate->hooking)
		fill_pre_land(config, input, gate, &job);
	peer_send(slot->peer, MSG_job_start, &job);
	free(input);
}

void
jobs_start_hook(struct supervisor *supervisor, struct slot *slot, struct hook_run *run)
{
	const struct config_project *config = run->project->config;
	struct msg_job_start job;

	/* As for gates. */
	slot->attempt = 1ull << 62 | supervisor->fence << 32 | ++supervisor->gate_number;
	slot->number = run->id;
	slot->task = NULL;
	slot->hook = run;
	slot->since = clock_wall();
	slot->prepared[0] = '\0';
	run->slot = slot;
	slots_event(slot, SLOT_JOB);
	job = (struct msg_job_start){
	    .attempt = slot->attempt, .fence = supervisor->fence, .kind = "hook",
	    .project = config->name, .task = run->task != NULL ? run->task->spec.id : config->name,
	    .number = run->id, .tip = run->project->tip, .trees = run->project->trees, .agent = "hook",
	    .title = hook_name(run->hook), .prompt = run->input, .transcript = run->attempt,
	    .verify = hook_command(config, run->hook), .verify_timeout = config->hook_timeout,
	    .secrets = config->hook_secrets, .output_limit = config->output_limit };
	fill_run(config, &job);
	fill_ports(&supervisor->config, slot, &job);
	peer_send(slot->peer, MSG_job_start, &job);
}

void
jobs_start_prepare(struct project *project, struct slot *slot, const struct prepare_job *prepare)
{
	struct supervisor *supervisor = project->supervisor;
	const struct config_project *config = project->config;
	struct msg_job_start job;

	/* As for gates. */
	slot->attempt = 1ull << 62 | supervisor->fence << 32 | ++supervisor->gate_number;
	slot->number = prepare->number;
	slot->task = NULL;
	slot->prepare = project;
	slot->since = clock_wall();
	snprintf(slot->prepared, sizeof(slot->prepared), "%s", prepare->name);
	slots_event(slot, SLOT_JOB);
	job = (struct msg_job_start){
	    .attempt = slot->attempt, .fence = supervisor->fence, .kind = "prepare",
	    .project = config->name, .task = config->name, .number = slot->number,
	    .tip = prepare->tip, .tree = prepare->tree, .trees = prepare->trees, .agent = "setup",
	    .verify = config->setup, .verify_timeout = config->setup_timeout,
	    .output_limit = config->output_limit, .key = prepare->key };
	fill_run(config, &job);
	fill_ports(&supervisor->config, slot, &job);
	fill_prepared(config, slot, &job);
	if (config->setup_network != SETUP_NETWORK_PROJECT) {
		job.offline = config->setup_network == SETUP_NETWORK_OFF;
		job.allow = NULL;
	}
	peer_send(slot->peer, MSG_job_start, &job);
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

void
jobs_kill(struct slot *slot, const char *why)
{
	if (slot->peer != NULL && slot->state == SLOT_BUSY)
		peer_send(slot->peer, MSG_job_stop, &(struct msg_job_stop){ .attempt = slot->attempt,
		    .fence = slot->supervisor->fence, .why = why, .now = true });
}
