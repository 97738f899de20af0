/* Prepared layers: see prepare.h. */
#include "prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "jobs.h"
#include "protocol/mem.h"
#include "setup_layers.h"
#include "slots.h"
#include "transition.h"

#define SETUP		"setup "	/* begins the reason of a failure */

void
prepare_init(struct project *project)
{
	setup_layers_init(project);
}

void
prepare_release(struct project *project)
{
	prepared_release(&project->prepared);
}

char *
prepare_key(const struct project *project, char *const *locks)
{
	const struct config_project *config = project->config;

	return config->setup == NULL ? NULL : prepared_key(config->setup, config->setup_key, locks,
	    config->copy);
}

void
prepare_tip(struct project *project, const char *tree, char *const *locks)
{
	struct prepared *prepared = &project->prepared;
	size_t i;

	free(project->key);
	project->key = tree != NULL ? prepare_key(project, locks) : NULL;
	if (project->key != NULL && prepared_landed(prepared, tree, project->tree != NULL &&
	    !str_same(project->tree, tree)))
		for (i = 0; i < prepared->layer_count; i++)
			if (prepared->layers[i].landed)
				setup_layers_landed(project, prepared->layers[i].name);
	str_set(&project->tree, tree);
}

/* ---- running it ---- */

static struct prepared_wanted
tip_wants(const struct project *project)
{
	return (struct prepared_wanted){ project->key, project->tree, true };
}

/* Is the key that of the tip? Then what is made for the tip will do, and is everybody's. */
static bool
is_tips(const struct gate *gate)
{
	return str_same(gate->key, gate->project->key);
}

static struct prepared_wanted
gate_wants(const struct gate *gate)
{
	return is_tips(gate) ? tip_wants(gate->project) :
	    (struct prepared_wanted){ gate->key, gate->tree, false };
}

static void
record(struct project *project, const char *event, const struct slot *slot, const char *reason)
{
	struct supervisor *supervisor = project->supervisor;

	store_begin(supervisor->store);
	events_record(supervisor, &(struct event_row){ .event = event, .project = project->config->name,
	    .slot = slot->name, .reason = reason });
	transition_commit(supervisor);
}

static void
start(struct project *project, struct slot *slot, const struct prepared_wanted *wanted,
    const char *tip, char **trees)
{
	struct supervisor *supervisor = project->supervisor;
	uint64_t number = ++supervisor->prepare_serial;
	char *name = str_format("%ju-%ju", (uintmax_t)supervisor->fence, (uintmax_t)number);

	prepared_begin(&project->prepared, wanted);
	project->prepare_stopped = false;
	record(project, "setup.start", slot, NULL);
	jobs_start_prepare(project, slot, &(struct prepare_job){ supervisor->fence << 20 | number, name,
	    wanted->key, tip, wanted->tree, trees });
	free(name);
}

/* When somebody has to look again, at the latest. */
static void
look_again(struct supervisor *supervisor, uint64_t again)
{
	if (again != 0 && (supervisor->prepare_again == 0 || again < supervisor->prepare_again))
		supervisor->prepare_again = again;
}

static void
use(struct project *project, struct slot *slot, const struct prepared_wanted *wanted, uint64_t now)
{
	struct prepared_decision decision;

	slot->prepared[0] = '\0';
	if (wanted->key == NULL)
		return;
	decision = prepared_decide(&project->prepared, wanted, now);
	if (decision.answer == PREPARED_READY)
		snprintf(slot->prepared, sizeof(slot->prepared), "%s",
		    project->prepared.layers[decision.layer].name);
}

bool
prepare_tip_ready(struct project *project, uint64_t now)
{
	struct supervisor *supervisor = project->supervisor;
	struct prepared_wanted wanted = tip_wants(project);
	struct prepared_decision decision;
	struct slot *slot;

	if (wanted.key == NULL)
		return true;
	decision = prepared_decide(&project->prepared, &wanted, now);
	look_again(supervisor, decision.again);
	if (decision.answer == PREPARED_MAKE && (slot = slots_free(supervisor, NULL)) != NULL)
		start(project, slot, &wanted, project->tip, project->trees);
	return decision.answer == PREPARED_READY;
}

void
prepare_use_tip(struct project *project, struct slot *slot, uint64_t now)
{
	struct prepared_wanted wanted = tip_wants(project);

	use(project, slot, &wanted, now);
}

/* One before it in the line brings the same key: if that lands, what was made for it will do. */
static bool
waits_for_other(const struct gate *gate)
{
	const struct gate *other;

	for (other = gate->project->gates; other != gate; other = other->next)
		if (str_same(other->key, gate->key))
			return true;
	return false;
}

static void
start_for_gate(const struct gate *gate, const struct prepared_wanted *wanted)
{
	struct project *project = gate->project;
	struct supervisor *supervisor = project->supervisor;
	/* Its own slot, or one that no attempt has. */
	struct slot *slot = slots_free(supervisor, project);

	if (slot == NULL)
		slot = slots_free(supervisor, NULL);
	if (slot == NULL)
		return;
	if (wanted->landed)
		start(project, slot, wanted, project->tip, project->trees);
	else if (!waits_for_other(gate))
		start(project, slot, wanted, gate->tip, gate->trees);
}

bool
prepare_gate_ready(struct gate *gate, uint64_t now, const char **failed)
{
	struct project *project = gate->project;
	struct supervisor *supervisor = project->supervisor;
	struct prepared_wanted wanted = gate_wants(gate);
	struct prepared_decision decision;

	*failed = NULL;
	if (wanted.key == NULL)
		return true;
	decision = prepared_decide(&project->prepared, &wanted, now);
	look_again(supervisor, decision.again);
	/* When it is not the change's fault, a service can wait, and its work is not done again. */
	if (decision.answer == PREPARED_GIVEN_UP && (!wanted.landed || supervisor->one_shot))
		*failed = decision.reason;
	if (decision.answer == PREPARED_MAKE)
		start_for_gate(gate, &wanted);
	return decision.answer == PREPARED_READY;
}

void
prepare_use_gate(struct slot *slot, const struct gate *gate, uint64_t now)
{
	struct prepared_wanted wanted = gate_wants(gate);

	use(gate->project, slot, &wanted, now);
}

/* Does anybody still want what is being made? */
static bool
is_wanted(struct project *project, uint64_t now)
{
	const struct prepared *prepared = &project->prepared;
	const struct gate *gate;

	if (prepared->making_landed)
		return str_same(prepared->making_key, project->key);
	for (gate = project->gates; gate != NULL; gate = gate->next) {
		struct prepared_wanted wanted = gate_wants(gate);

		if (str_same(wanted.key, prepared->making_key) && str_same(wanted.tree, prepared->making_tree))
			return prepared_decide(&project->prepared, &wanted, now).answer != PREPARED_READY;
	}
	return str_same(prepared->making_tree, project->tree);
}

static void
stop_unwanted(struct project *project, uint64_t now)
{
	struct supervisor *supervisor = project->supervisor;
	size_t i;

	if (!prepared_expected(&project->prepared) || project->prepare_stopped ||
	    is_wanted(project, now))
		return;
	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		if (slot->prepare == project && slot->peer != NULL)
			peer_send(slot->peer, MSG_job_stop, &(struct msg_job_stop){ .attempt = slot->attempt,
			    .fence = supervisor->fence, .why = "nobody needs it any more" });
	}
	project->prepare_stopped = true;
}

/* In the background: with a slot that nobody has, while the old layer is used. */
static void
renew(struct project *project, uint64_t now)
{
	struct supervisor *supervisor = project->supervisor;
	struct prepared_wanted wanted = tip_wants(project);
	struct prepared_decision decision;
	struct slot *slot = NULL;

	/* A run would wait for it at its end. */
	if (supervisor->one_shot || wanted.key == NULL || project->landed == NULL ||
	    !str_same(project->tip, project->landed))
		return;
	decision = prepared_decide(&project->prepared, &wanted, now);
	if (decision.answer != PREPARED_READY || !prepared_is_old(&project->prepared, decision.layer,
	    project->config->setup_renew))
		return;
	slot = slots_free(supervisor, NULL);
	if (slot == NULL && project->gates == NULL)
		slot = slots_free(supervisor, project);
	if (slot != NULL)
		start(project, slot, &wanted, project->tip, project->trees);
}

void
prepare_run(struct project *project, uint64_t now)
{
	stop_unwanted(project, now);
	renew(project, now);
	setup_layers_remove(project);
}

bool
prepare_awaited(struct project *project, uint64_t now)
{
	struct prepared_wanted wanted = tip_wants(project);
	enum prepared_answer answer;

	if (prepared_expected(&project->prepared))
		return true;
	if (wanted.key == NULL || project->counts[TASK_PENDING] == 0)
		return false;
	answer = prepared_decide(&project->prepared, &wanted, now).answer;
	return answer == PREPARED_MAKE || answer == PREPARED_WAIT;
}

/* ---- how it ended ---- */

/* What it made is there, or is told why not. */
static void
finish(struct project *project, struct slot *slot, const struct msg_job_result *result)
{
	struct prepared *prepared = &project->prepared;
	bool landed = prepared->making_landed;
	bool stopped = str_same(result->outcome, "stopped"), made = str_same(result->outcome, "pass");
	/* The words of a failure say that it failed. */
	bool said = str_same(result->outcome, "fail") && result->reason != NULL;
	char *reason;

	if (made && setup_layers_load(project, slot->prepared)) {
		prepared_end(prepared, NULL, true, clock_monotonic());
		prepared->layers[prepared->layer_count - 1].landed = landed;
		if (landed)
			setup_layers_landed(project, slot->prepared);
		record(project, "setup.done", slot, NULL);
		return;
	}
	reason = str_format(SETUP "failed: %s%s%s (%s/logs/%s/setup-%ju.log)",
	    made ? "what it made is not there" : said ? "" : result->outcome,
	    result->reason != NULL && !said ? ": " : "", result->reason != NULL ? result->reason : "",
	    project->supervisor->config.state, project->config->name, (uintmax_t)slot->number);
	prepared_end(prepared, reason, !stopped, clock_monotonic());
	record(project, stopped ? "setup.stopped" : "setup.failed", slot,
	    stopped ? result->reason : reason);
	free(reason);
}

void
prepare_finished(struct slot *slot, const struct msg_job_result *result)
{
	struct supervisor *supervisor = slot->supervisor;
	size_t i;

	if (slot->prepare != NULL && slot->attempt == result->attempt) {
		finish(slot->prepare, slot, result);
		slot->prepare = NULL;
	}
	slots_saved(supervisor, slot);
	slot->prepared[0] = '\0';
	/* And what a worker made for the supervisor before this one. */
	for (i = 0; i < supervisor->project_count; i++)
		setup_layers_look(supervisor->projects[i]);
}

void
prepare_lost(struct slot *slot)
{
	struct project *project = slot->prepare;

	slot->prepare = NULL;
	prepared_end(&project->prepared, SETUP "failed: its worker died", true, clock_monotonic());
	record(project, "setup.failed", slot, "its worker died");
}

char *
prepare_words(struct project *project)
{
	struct prepared_wanted wanted = tip_wants(project);
	struct prepared_decision decision;

	if (wanted.key == NULL)
		return NULL;
	decision = prepared_decide(&project->prepared, &wanted, clock_monotonic());
	if (decision.answer == PREPARED_READY)
		return NULL;
	if (decision.reason != NULL)
		return str_format("%s; %s", decision.reason + strlen(SETUP), prepared_expected(&project->prepared) ?
		    "it runs again now" : "it is run again after a while, or when the branch moves");
	return str_dup(prepared_expected(&project->prepared) ? "runs now" : "has not run");
}
