/*
 * What workers say. Identity is the connection's: a message that names another
 * attempt than the slot's, or another fencing number, is logged and dropped.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admitting.h"
#include "clients.h"
#include "debugging.h"
#include "dispatch.h"
#include "engine.h"
#include "handing.h"
#include "gates.h"
#include "hooks.h"
#include "jobs.h"
#include "modes.h"
#include "prepare.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "requests.h"
#include "settle.h"
#include "slots.h"
#include "told.h"

/* The pure table, from here: the slot's state changes in slots.c only by events. */
static bool
step(struct slot *slot, enum slot_event event)
{
	struct slot_step next = slot_step(slot->state, event);

	/* It is kept by the worker, and told to the next supervisor. */
	if (slot->supervisor->stopping)
		return false;
	if (!next.possible) {
		log_warnx("slot=%s state=%s event=%s why=not now, ignored", slot->name,
		    slot_state_name(slot->state), slot_event_name(event));
		return false;
	}
	slot->state = next.next;
	return true;
}

static void
on_hello(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	debugging_watch(slot);
	if (!str_same(message->hello.slot, slot->name))
		log_warnx("slot=%s why=its worker calls itself %s", slot->name,
		    message->hello.slot ? message->hello.slot : "nothing");
}

static void
on_worker_ready(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;
	struct supervisor *supervisor = slot->supervisor;
	char word[CONFIG_WORD];

	(void)request;
	/* One that was adopted was started as another configuration had it. */
	if (!str_same(message->worker_ready.sandbox, config_word("sandbox", supervisor->sandboxed ?
	    SANDBOX_BUBBLEWRAP : SANDBOX_NONE, word))) {
		log_info("slot=%s event=replaced why=the configuration has another sandbox", slot->name);
		peer_send(peer, MSG_worker_leave, &(struct msg_worker_leave){ .fence = supervisor->fence });
		return;
	}
	if (!step(slot, SLOT_READY))
		return;
	/* It came back clean: an attempt that it had before is not to be found. */
	if (slot->attempt != 0) {
		settle_lost(supervisor, slot);
		slot->attempt = 0;
		slot->task = NULL;
	}
	engine_run(supervisor);
}

/* It was adopted with a job at hand: ours, or one that nobody waits for. */
static void
on_job_running(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	const struct msg_job_running *running = &message->job_running;
	struct slot *slot = context;
	bool ours = str_same(running->kind, "attempt") && slot->attempt == running->attempt &&
	    slot->task != NULL && slot->task->state == TASK_RUNNING;

	(void)request;
	if (!step(slot, SLOT_RUNS))
		return;
	log_info("slot=%s event=goes-on task=%s attempt=%ju", slot->name, running->task,
	    (uintmax_t)running->number);
	admitting_thaw(slot);
	/* The one before us was killed between the order and the end of it. */
	if (ours && modes_of(slot->task->project) == MODE_HALTED)
		jobs_kill(slot, "halted");
	/* A gate is asked for again by the commitd that there is now. */
	else if (!ours || slot->task->cancelled)
		peer_send(peer, MSG_job_stop, &(struct msg_job_stop){ .attempt = running->attempt,
		    .fence = slot->supervisor->fence });
}

static void
on_worker_seen(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	(void)peer;
	(void)request;
	debugging_answer(context, &message->worker_seen);
	admitting_answer(context, &message->worker_seen);
}

/* Its objects are files of this machine: only a worker that a launcher runs asks for chunks. */
static void
on_elsewhere(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	log_warnx("slot=%s what=%s why=its worker is on this machine, ignored", slot->name,
	    message_rows[message->id].method);
}

static void
on_job_output(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	if (slot->attempt == message->job_output.attempt && slot->gate == NULL && slot->task != NULL)
		clients_pump_log(slot->supervisor, slot->task->spec.id, slot->number);
}

/* What a message says of usage; false: nothing. */
static bool
usage_of(const struct records *records, struct usage_row *usage)
{
	const struct record_usage *record = records->items;

	if (records->count == 0)
		return false;
	*usage = (struct usage_row){ record->input, record->cached, record->output, record->steps,
	    record->cost };
	return true;
}

static void
on_job_usage(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	if (slot->attempt == message->job_usage.attempt && slot->gate == NULL)
		slot->used = usage_of(&message->job_usage.usage, &slot->usage);
}

/* The attempt that this slot has at hand, and not on its way out? */
static bool
at_hand(const struct slot *slot, uint64_t attempt)
{
	return slot->attempt == attempt && slot->gate == NULL && slot->task != NULL &&
	    slot->task->state == TASK_RUNNING && !slot->supervisor->stopping;
}

static void
on_job_request(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	if (at_hand(slot, message->job_request.attempt))
		requests_take(slot, &message->job_request);
}

static void
on_job_withdraw(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	if (at_hand(slot, message->job_withdraw.attempt))
		requests_withdraw(slot, message->job_withdraw.serial);
}

static void
on_job_at(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	if (at_hand(slot, message->job_at.attempt))
		snprintf(slot->at, sizeof(slot->at), "%s", message->job_at.at);
}

static void
on_job_progress(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;

	(void)peer;
	(void)request;
	if (at_hand(slot, message->job_progress.attempt))
		requests_progress(slot, message->job_progress.text);
}

static void
result_keep(struct slot *slot, const struct msg_job_result *message)
{
	slot->frozen = false;
	slot->freeze_serial = 0;
	slot->result = (struct result){
		.present = true, .attempt = message->attempt, .number = message->number,
		.commits = message->commits, .iterations = message->iterations,
		.exit_code = message->exit_code, .outcome = str_dup(message->outcome),
		.reason = str_dup(message->reason), .base = str_dup(message->base),
		.commit = str_dup(message->commit), .output = str_dup(message->output),
		.changed = message->changed, .as_files = message->as_files,
		.retry_at = message->retry_at, .sandbox = str_dup(message->sandbox),
	};
	slot->result.used = usage_of(&message->usage, &slot->result.usage);
	told_by_worker(&slot->result, message);
}

/* A result of before: already settled, or of nobody we know. */
static bool
settled_before(struct slot *slot, const struct msg_job_result *message)
{
	char *outcome;
	bool settled;

	if (slot->attempt == message->attempt && slot->task != NULL)
		return false;
	outcome = store_attempt_outcome(slot->supervisor->store, message->attempt);
	settled = outcome == NULL || !str_same(outcome, "open");
	free(outcome);
	return settled;
}

/* Of an attempt that we know; again is the same. */
static void
keep_traffic(struct store *store, const struct msg_job_result *result)
{
	const struct record_traffic_row *rows = result->traffic.items;
	size_t i;

	if (result->traffic.count == 0)
		return;
	store_begin(store);
	for (i = 0; i < result->traffic.count; i++)
		store_traffic_put(store, result->attempt, &(struct traffic){ rows[i].destination,
		    rows[i].connections, rows[i].refused, rows[i].sent, rows[i].received });
	store_commit(store);
}

static void
on_job_result(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct slot *slot = context;
	struct supervisor *supervisor = slot->supervisor;
	const struct msg_job_result *result = &message->job_result;

	(void)peer;
	(void)request;
	if (!step(slot, SLOT_RESULT))
		return;
	result_keep(slot, result);
	slot->failures = 0;
	if (str_same(result->kind, "gate") || (str_same(result->kind, "hook") && slot->gate != NULL &&
	    slot->attempt == result->attempt)) {
		gates_finished(supervisor, slot, result);
		engine_run(supervisor);
		return;
	}
	if (str_same(result->kind, "hook")) {
		hooks_finished(supervisor, slot, result);
		engine_run(supervisor);
		return;
	}
	if (str_same(result->kind, "prepare")) {
		prepare_finished(slot, result);
		engine_run(supervisor);
		return;
	}
	clients_end_log(supervisor, result->task, result->number);
	if (settled_before(slot, result)) {
		slots_saved(supervisor, slot);
		engine_run(supervisor);
		return;
	}
	if (slot->attempt != result->attempt || slot->task == NULL) {
		log_warnx("slot=%s attempt=%ju why=not this slot's, kept in its folder", slot->name,
		    (uintmax_t)result->attempt);
		return;
	}
	keep_traffic(supervisor->store, result);
	if ((result->commit != NULL || result->as_files) && result->base != NULL)
		handing_over(supervisor, slot);
	else
		settle_attempt(supervisor, slot, ERROR_NONE, NULL, NULL);
	engine_run(supervisor);
}

static void
on_closed(void *context, struct peer *peer, const char *why)
{
	struct slot *slot = context;

	(void)peer;
	if (why != NULL)
		log_warnx("slot=%s why=its worker does not speak the protocol (%s), killed", slot->name, why);
	slot->peer = NULL;
	debugging_lost(slot);
	/* Its exit says the rest; garbage is answered with a kill. One that lives is to end. */
	if (slot->pid > 0)
		kill(slot->pid, why != NULL ? SIGKILL : SIGTERM);
}

const struct peer_dispatch worker_dispatch = {
	.handlers = {
		[MSG_hello] = on_hello,
		[MSG_worker_ready] = on_worker_ready,
		[MSG_job_running] = on_job_running,
		[MSG_worker_seen] = on_worker_seen,
		[MSG_base_wanted] = on_elsewhere,
		[MSG_base_there] = on_elsewhere,
		[MSG_result_chunk] = on_elsewhere,
		[MSG_job_output] = on_job_output,
		[MSG_job_usage] = on_job_usage,
		[MSG_job_request] = on_job_request,
		[MSG_job_withdraw] = on_job_withdraw,
		[MSG_job_at] = on_job_at,
		[MSG_job_progress] = on_job_progress,
		[MSG_job_result] = on_job_result,
	},
	.on_closed = on_closed,
};
