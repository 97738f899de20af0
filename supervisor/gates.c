/* The gate: see gates.h. */
#include "gates.h"

#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "settle.h"
#include "slots.h"
#include "tickets.h"
#include "transition.h"

#define GATE_TRIES	5	/* of one gate that somebody kills */

static void
gate_free(struct supervisor *supervisor, struct gate *gate)
{
	struct gate **at = &supervisor->gates;

	while (*at != NULL && *at != gate)
		at = &(*at)->next;
	if (*at != NULL)
		*at = gate->next;
	if (gate->slot != NULL)
		gate->slot->gate = NULL;
	free(gate->tip);
	free(gate->tree);
	free(gate->command);
	strs_free(gate->trees);
	free(gate);
}

void
gates_release(struct supervisor *supervisor)
{
	while (supervisor->gates != NULL)
		gate_free(supervisor, supervisor->gates);
}

/* The verdict goes to commitd; a task whose tree is not proved is reworked or blocked. */
static void
answer(struct supervisor *supervisor, uint64_t ticket, struct task *task, const char *tree,
    const char *verdict, const char *why, const char *output)
{
	char *reason;

	if (supervisor->project.state == PROJECT_OPEN)
		peer_send(supervisor->project.peer, MSG_gate_verdict, &(struct msg_gate_verdict){
		    .ticket = ticket, .fence = supervisor->fence, .tree = tree, .verdict = verdict });
	if (str_same(verdict, "PASS") || task->ticket != ticket)
		return;
	reason = str_format("gate %s on the tree that would land%s%s", verdict, why ? ": " : "", why ? why : "");
	settle_rework(supervisor, task, reason, output != NULL ? output : reason,
	    str_same(verdict, "ERROR"));
	free(reason);
}

static void
gate_stop(struct supervisor *supervisor, struct gate *gate)
{
	if (gate->slot != NULL && gate->slot->peer != NULL)
		peer_send(gate->slot->peer, MSG_job_stop, &(struct msg_job_stop){
		    .attempt = gate->slot->attempt, .fence = supervisor->fence });
	gate_free(supervisor, gate);
}

void
gates_forget(struct supervisor *supervisor)
{
	while (supervisor->gates != NULL)
		gate_stop(supervisor, supervisor->gates);
}

static struct gate *
gate_find(struct supervisor *supervisor, uint64_t ticket)
{
	struct gate *gate;

	for (gate = supervisor->gates; gate != NULL; gate = gate->next)
		if (gate->ticket == ticket)
			return gate;
	return NULL;
}

/* Is the gate for this tree under way already? One for another tree is dropped. */
static bool
under_way(struct supervisor *supervisor, const struct msg_gate_wanted *wanted)
{
	struct gate *gate = gate_find(supervisor, wanted->ticket);

	if (gate == NULL)
		return false;
	if (str_same(gate->tree, wanted->tree))
		return true;
	gate_stop(supervisor, gate);
	return false;
}

/* What a verdict is about, beside the tree: the command and what it finds around it. */
static char *
proof_of(const struct task *task, const char *command)
{
	struct buffer text;
	char *proof;
	size_t i;

	buffer_init(&text);
	buffer_add_text(&text, command);
	for (i = 0; task->spec.environment != NULL && task->spec.environment[i] != NULL; i++)
		buffer_format(&text, "\n%s", task->spec.environment[i]);
	proof = str_dup(buffer_text(&text));
	buffer_release(&text);
	return proof;
}

void
gates_wanted(struct supervisor *supervisor, const struct msg_gate_wanted *wanted)
{
	struct task *task = registry_find(supervisor, wanted->task);
	const char *command = task != NULL ? tickets_verify(supervisor, task) : NULL;
	struct gate *gate, **last;
	char *verdict, *proof;

	if (task == NULL || command == NULL || under_way(supervisor, wanted))
		return;
	proof = proof_of(task, command);
	verdict = store_verdict(supervisor->store, wanted->tree, proof);
	free(proof);
	if (verdict != NULL) {
		answer(supervisor, wanted->ticket, task, wanted->tree, verdict, "known from before", NULL);
		free(verdict);
		return;
	}
	gate = mem_zero(1, sizeof(*gate));
	gate->ticket = wanted->ticket;
	gate->node = task->node;
	gate->tip = str_dup(wanted->tip);
	gate->tree = str_dup(wanted->tree);
	gate->command = str_dup(command);
	gate->trees = strs_dup(wanted->trees);
	for (last = &supervisor->gates; *last != NULL; last = &(*last)->next)
		;
	*last = gate;
	if (task->state == TASK_LANDING) {
		store_begin(supervisor->store);
		transition_apply(supervisor, task, TASK_GATE, "task.verify", NULL, 0);
		transition_commit(supervisor);
	}
}

void
gates_run(struct supervisor *supervisor)
{
	struct gate *gate;
	struct slot *slot;

	for (gate = supervisor->gates; gate != NULL; gate = gate->next) {
		if (gate->slot != NULL)
			continue;
		if ((slot = slots_free(supervisor, true)) == NULL)
			return;
		jobs_start_gate(supervisor, slot, gate);
	}
}

static const char *
verdict_of(const char *outcome)
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

void
gates_finished(struct supervisor *supervisor, struct slot *slot, const struct msg_job_result *result)
{
	const char *verdict = verdict_of(result->outcome);
	struct gate *gate = slot->attempt == result->attempt ? slot->gate : NULL;
	struct task *task;
	uint64_t ticket;
	char *tree, *reason, *output, *proof;

	/* Nobody waits for it any more, or it says nothing of the tree. */
	if (gate == NULL || str_same(result->outcome, "stopped") || str_same(result->outcome, "lost") ||
	    (str_same(result->outcome, "error") && result->exit_code > 128)) {
		if (gate != NULL)
			gates_lost(supervisor, gate, result->reason);
		slots_saved(supervisor, slot);
		return;
	}
	if (str_same(verdict, "PASS") || str_same(verdict, "FAIL")) {
		proof = proof_of(supervisor->tasks[gate->node], gate->command);
		store_begin(supervisor->store);
		store_verdict_put(supervisor->store, gate->tree, proof, verdict, clock_wall());
		store_commit(supervisor->store);
		free(proof);
	}
	task = supervisor->tasks[gate->node];
	ticket = gate->ticket;
	tree = str_dup(gate->tree);
	reason = str_dup(result->reason);
	output = str_dup(result->output);
	gate_free(supervisor, gate);
	slots_saved(supervisor, slot);
	answer(supervisor, ticket, task, tree, verdict, reason, output);
	free(tree);
	free(reason);
	free(output);
}

void
gates_lost(struct supervisor *supervisor, struct gate *gate, const char *why)
{
	struct task *task = supervisor->tasks[gate->node];
	uint64_t ticket = gate->ticket;
	char *tree, *reason;

	if (gate->slot != NULL)
		gate->slot->gate = NULL;
	gate->slot = NULL;
	if (++gate->tries < GATE_TRIES) {
		log_info("ticket=%ju event=gate-again why=%s", (uintmax_t)ticket, why ? why : "?");
		return;
	}
	tree = str_dup(gate->tree);
	reason = str_format("%d times in a row: %s", GATE_TRIES, why ? why : "killed");
	gate_free(supervisor, gate);
	answer(supervisor, ticket, task, tree, "ERROR", reason, NULL);
	free(reason);
	free(tree);
}
