/* The gate: see gates.h. */
#include "gates.h"

#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "feedback.h"
#include "jobs.h"
#include "modes.h"
#include "pre_land.h"
#include "prepare.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "proof.h"
#include "registry.h"
#include "settle.h"
#include "slots.h"
#include "tickets.h"
#include "transition.h"

#define GATE_TRIES	5	/* of one gate that somebody kills */

static void
gate_free(struct gate *gate)
{
	struct gate **at = &gate->project->gates;

	while (*at != NULL && *at != gate)
		at = &(*at)->next;
	if (*at != NULL)
		*at = gate->next;
	if (gate->slot != NULL)
		gate->slot->gate = NULL;
	free(gate->tip);
	free(gate->tree);
	free(gate->command);
	free(gate->key);
	strs_free(gate->trees);
	free(gate);
}

void
gates_release(struct project *project)
{
	while (project->gates != NULL)
		gate_free(project->gates);
}

/* The verdict goes to commitd, which knows what it means by now. */
static void
answer(struct project *project, uint64_t ticket, const char *tree, const char *verdict)
{
	if (project->state == PROJECT_OPEN)
		peer_send(project->peer, MSG_gate_verdict, &(struct msg_gate_verdict){
		    .ticket = ticket, .fence = project->supervisor->fence, .tree = tree,
		    .verdict = str_same(verdict, "FLAKY") ? "PASS" : verdict });
}

static void
gate_stop(struct gate *gate)
{
	if (gate->slot != NULL && gate->slot->peer != NULL)
		peer_send(gate->slot->peer, MSG_job_stop, &(struct msg_job_stop){
		    .attempt = gate->slot->attempt, .fence = gate->project->supervisor->fence });
	gate_free(gate);
}

void
gates_forget(struct project *project)
{
	while (project->gates != NULL)
		gate_stop(project->gates);
}

static struct gate *
gate_find(struct project *project, uint64_t ticket)
{
	struct gate *gate;

	for (gate = project->gates; gate != NULL; gate = gate->next)
		if (gate->ticket == ticket)
			return gate;
	return NULL;
}

/* Is the gate for this tree under way already? One for another tree is dropped. */
static bool
under_way(struct project *project, const struct msg_gate_wanted *wanted)
{
	struct gate *gate = gate_find(project, wanted->ticket);

	if (gate == NULL)
		return false;
	if (str_same(gate->tree, wanted->tree))
		return true;
	gate_stop(gate);
	return false;
}

/* It is so of the tree, whoever made it. */
static bool
is_lasting(const char *verdict)
{
	return str_same(verdict, "PASS") || str_same(verdict, "FLAKY");
}

/*
 * By what a verdict on a task's tree is kept: one that is not lasting by the task's result.
 * The tree has the files that setup depends on, and not its command; nor what else its
 * project gives a verify command.
 */
static char *
key_of(const struct task *task, const char *command, bool lasting)
{
	char *const *environment = task->spec.environment;
	char *setup = prepare_key(task->project, NULL), *both;
	char *key = lasting ? proof_of(command, environment) :
	    proof_of_result(command, environment, task->spec.id, task->attempts);

	both = str_format("%sproject %s\n%s%s", key, task->project->config->name, setup != NULL ? "setup " : "",
	    setup != NULL ? setup : "");
	free(setup);
	free(key);
	return both;
}

static struct verdict
verdict_by(struct supervisor *supervisor, const struct task *task, const char *command,
    const char *tree, bool lasting)
{
	char *key = key_of(task, command, lasting);
	struct verdict verdict = store_verdict(supervisor->store, tree, key);

	free(key);
	return verdict;
}

/* A verdict that makes a gate needless; TIMEOUT and ERROR say something of that run only. */
static struct verdict
verdict_known(struct supervisor *supervisor, const struct task *task, const char *command,
    const char *tree)
{
	struct verdict verdict = verdict_by(supervisor, task, command, tree, true);

	if (is_lasting(verdict.verdict))
		return verdict;
	verdict_release(&verdict);
	verdict = verdict_by(supervisor, task, command, tree, false);
	if (!str_same(verdict.verdict, "FAIL"))
		verdict_release(&verdict);
	return verdict;
}

/*
 * What is known of the tree without running anything; NULL: something has to run, the verify
 * command first unless it is *verified.
 */
static const char *
known_word(struct supervisor *supervisor, const struct task *task, const char *command, const char *tree,
    bool *verified)
{
	struct verdict known = { 0 };
	enum pre_land hook;

	if (command != NULL)
		known = verdict_known(supervisor, task, command, tree);
	*verified = command == NULL || is_lasting(known.verdict);
	hook = *verified ? pre_land_known(supervisor, task, tree) : PRE_LAND_UNKNOWN;
	if (known.verdict != NULL && !*verified)
		hook = PRE_LAND_BAD;
	verdict_release(&known);
	return hook == PRE_LAND_UNKNOWN ? NULL : hook == PRE_LAND_BAD ? "FAIL" : "PASS";
}

static void
insert(struct gate *gate)
{
	struct gate **at = &gate->project->gates;

	while (*at != NULL && (*at)->ticket < gate->ticket)
		at = &(*at)->next;
	gate->next = *at;
	*at = gate;
}

void
gates_wanted(struct project *project, const struct msg_gate_wanted *wanted)
{
	struct supervisor *supervisor = project->supervisor;
	struct task *task = registry_find(supervisor, wanted->task);
	const char *command = task != NULL ? tickets_verify(task) : NULL, *word;
	struct gate *gate;
	bool verified;

	if (task == NULL || task->project != project || under_way(project, wanted) ||
	    (command == NULL && pre_land_command(task) == NULL))
		return;
	if ((word = known_word(supervisor, task, command, wanted->tree, &verified)) != NULL) {
		answer(project, wanted->ticket, wanted->tree, word);
		return;
	}
	gate = mem_zero(1, sizeof(*gate));
	gate->project = project;
	gate->ticket = wanted->ticket;
	gate->node = task->node;
	gate->tip = str_dup(wanted->tip);
	gate->tree = str_dup(wanted->tree);
	gate->command = str_dup(command);
	gate->hooking = verified;
	gate->trees = strs_dup(wanted->trees);
	gate->key = prepare_key(project, wanted->locks);
	insert(gate);
	if (task->state == TASK_LANDING) {
		store_begin(supervisor->store);
		transition_apply(supervisor, task, TASK_GATE, "task.verify", NULL, 0);
		transition_commit(supervisor);
	}
}

void
gates_unwanted(struct project *project, uint64_t ticket)
{
	struct gate *gate = gate_find(project, ticket);

	if (gate != NULL)
		gate_stop(gate);
}

/* Is it red because pre_land says no? Then a person decides. */
static bool
refused(struct supervisor *supervisor, struct task *task, const char *tree)
{
	struct verdict refusal = pre_land_refusal(supervisor, task, tree);
	bool is = refusal.verdict != NULL;
	char *why;

	if (is) {
		why = str_format("hook pre_land: %s", refusal.reason != NULL ? refusal.reason : refusal.verdict);
		settle_rework(supervisor, task, why, refusal.output != NULL ? refusal.output : why, true);
		free(why);
	}
	verdict_release(&refusal);
	return is;
}

void
gates_red(struct project *project, const struct msg_ticket_red *red)
{
	struct supervisor *supervisor = project->supervisor;
	struct task *task = registry_find(supervisor, red->task);
	const char *command = task != NULL ? tickets_verify(task) : NULL;
	struct verdict known;
	char *reason, *feedback;

	if (task == NULL || task->project != project || task->ticket != red->ticket ||
	    refused(supervisor, task, red->tree) || command == NULL)
		return;
	known = verdict_by(supervisor, task, command, red->tree, false);
	reason = feedback_red(red, known.reason);
	feedback = feedback_gate(red, command, known.reason, known.output);
	settle_rework(supervisor, task, reason, feedback, str_same(red->verdict, "ERROR"));
	free(feedback);
	free(reason);
	verdict_release(&known);
}

static const char *
word_of(const char *outcome)
{
	static const struct { const char *outcome, *verdict; } words[] = {
		{ "pass", "PASS" }, { "fail", "FAIL" }, { "timeout", "TIMEOUT" },
	};
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (str_same(words[i].outcome, outcome))
			return words[i].verdict;
	return "ERROR";
}

/* Kept, with what a rework has to know; then told. The gate is over. */
static void
finish(struct supervisor *supervisor, struct gate *gate, const struct verdict *verdict)
{
	const struct task *task = supervisor->tasks[gate->node];
	struct slot *slot = gate->slot;
	char *key = key_of(task, gate->command, is_lasting(verdict->verdict));
	enum pre_land hook;

	store_begin(supervisor->store);
	store_verdict_put(supervisor->store, gate->tree, key, verdict, clock_wall());
	if (str_same(verdict->verdict, "FLAKY"))
		events_record(supervisor, &(struct event_row){ .event = "gate.flaky",
		    .task = task->spec.id, .ticket = gate->ticket, .reason = verdict->reason });
	transition_commit(supervisor);
	free(key);
	hook = is_lasting(verdict->verdict) ? pre_land_known(supervisor, task, gate->tree) : PRE_LAND_NONE;
	if (hook == PRE_LAND_UNKNOWN) {
		/* It waits for another slot, or the same. */
		gate->hooking = true;
		gate->tries = 0;
		gate->slot = NULL;
		if (slot != NULL)
			slot->gate = NULL;
	} else {
		answer(gate->project, gate->ticket, gate->tree, hook == PRE_LAND_BAD ? "FAIL" : verdict->verdict);
		gate_free(gate);
	}
	if (slot != NULL)
		slots_saved(supervisor, slot);
}

/* What pre_land says is kept, and told; the gate is over. */
static void
finish_hook(struct supervisor *supervisor, struct gate *gate, const char *word, const char *reason,
    const char *output)
{
	struct slot *slot = gate->slot;
	struct verdict verdict = { .verdict = str_dup(word), .reason = str_dup(reason),
	    .output = str_dup(output) };

	store_begin(supervisor->store);
	pre_land_keep(supervisor, supervisor->tasks[gate->node], gate->tree, &verdict);
	transition_commit(supervisor);
	answer(gate->project, gate->ticket, gate->tree, str_same(word, "PASS") ? "PASS" : "FAIL");
	verdict_release(&verdict);
	gate_free(gate);
	if (slot != NULL)
		slots_saved(supervisor, slot);
}

/* Its setup cannot be had: that is the verdict, with what setup said. */
static void
finish_unprepared(struct supervisor *supervisor, struct gate *gate, const char *why)
{
	struct verdict verdict;

	if (gate->hooking) {
		finish_hook(supervisor, gate, "FAIL", why, why);
		return;
	}
	verdict = (struct verdict){ .verdict = str_dup("FAIL"), .reason = str_dup(why),
	    .output = str_dup(why) };
	finish(supervisor, gate, &verdict);
	verdict_release(&verdict);
}

void
gates_run(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	uint64_t now = clock_monotonic();
	struct gate *gate, *next;
	const char *failed;
	struct slot *slot;

	if (modes_of(project) == MODE_HALTED)
		return;
	for (gate = project->gates; gate != NULL; gate = next) {
		next = gate->next;
		if (gate->slot != NULL)
			continue;
		if (!prepare_gate_ready(gate, now, &failed)) {
			if (failed != NULL)
				finish_unprepared(supervisor, gate, failed);
			continue;
		}
		if ((slot = slots_free(supervisor, project)) == NULL)
			return;
		prepare_use_gate(slot, gate, now);
		jobs_start_gate(supervisor, slot, gate);
	}
}

/* It failed: perhaps not always? */
static bool
try_again(struct supervisor *supervisor, struct gate *gate, const struct msg_job_result *result)
{
	struct slot *slot = gate->slot;

	if (gate->second || gate->project->config->retries_flaky == 0)
		return false;
	log_info("ticket=%ju event=gate-second why=%s", (uintmax_t)gate->ticket,
	    result->reason ? result->reason : "it failed");
	gate->second = true;
	gate->slot = NULL;
	slot->gate = NULL;
	slots_saved(supervisor, slot);
	return true;
}

void
gates_finished(struct supervisor *supervisor, struct slot *slot, const struct msg_job_result *result)
{
	const char *word = word_of(result->outcome);
	struct gate *gate = slot->attempt == result->attempt ? slot->gate : NULL;
	struct verdict verdict = { 0 };

	/* Nobody waits for it any more, or it says nothing of the tree. */
	if (gate == NULL || str_same(result->outcome, "stopped") || str_same(result->outcome, "lost")) {
		if (gate != NULL)
			gates_lost(supervisor, gate, result->reason, result->output);
		slots_saved(supervisor, slot);
		return;
	}
	if (gate->hooking) {
		char *why = str_format("%s%s%s", result->outcome, result->reason != NULL ? ": " : "",
		    result->reason != NULL ? result->reason : "");

		finish_hook(supervisor, gate, word, str_same(word, "PASS") ? NULL : why, result->output);
		free(why);
		return;
	}
	if (str_same(word, "FAIL") && try_again(supervisor, gate, result))
		return;
	verdict.verdict = str_dup(str_same(word, "PASS") && gate->second ? "FLAKY" : word);
	verdict.reason = str_dup(gate->second && str_same(word, "PASS") ?
	    "failed, then passed on the same tree" : result->reason);
	verdict.output = str_dup(str_same(word, "PASS") ? NULL : result->output);
	finish(supervisor, gate, &verdict);
	verdict_release(&verdict);
}

void
gates_lost(struct supervisor *supervisor, struct gate *gate, const char *why, const char *output)
{
	struct verdict verdict = { 0 };

	if (gate->slot != NULL)
		gate->slot->gate = NULL;
	gate->slot = NULL;
	/* A halt ended it, which says nothing of the tree or of the machine. */
	if (modes_of(gate->project) == MODE_HALTED)
		return;
	if (++gate->tries < GATE_TRIES) {
		log_info("ticket=%ju event=gate-again why=%s", (uintmax_t)gate->ticket, why ? why : "?");
		return;
	}
	if (gate->hooking) {
		finish_hook(supervisor, gate, "ERROR", why != NULL ? why : "killed again and again", output);
		return;
	}
	verdict.verdict = str_dup("ERROR");
	verdict.reason = str_format("%d times in a row: %s", GATE_TRIES, why ? why : "killed");
	verdict.output = str_dup(output);
	finish(supervisor, gate, &verdict);
	verdict_release(&verdict);
}
