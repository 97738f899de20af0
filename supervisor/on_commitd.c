/* What commitd says: only its receipts complete a task. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "autonomy.h"
#include "calling.h"
#include "dispatch.h"
#include "engine.h"
#include "feedback.h"
#include "gates.h"
#include "notify.h"
#include "following.h"
#include "outcome.h"
#include "prepare.h"
#include "project.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "handing.h"
#include "history.h"
#include "prune.h"
#include "registry.h"
#include "settle.h"
#include "slots.h"
#include "standing.h"
#include "told.h"

static void
on_hello(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	(void)context;
	(void)peer;
	(void)request;
	(void)message;
}

static void
on_project_opened(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;
	struct supervisor *supervisor = project->supervisor;
	const struct msg_project_opened *opened = &message->project_opened;

	(void)peer;
	(void)request;
	project_opened(project, opened);
	/* All that is not settled is told again. */
	prepare_tip(project, opened->tree, opened->locks);
	standing_tip(project, opened->tip, opened->trees);
	standing_opened(project, opened->next);
	handing_over_all(project);
	notify_ready(supervisor);
	engine_run(supervisor);
}

static void
on_project_failed(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	if (project_failed(project, &message->project_failed)) {
		engine_stop(project->supervisor, message->project_failed.reason);
		return;
	}
	standing_unopened(project);
	/* Others need not wait for its tip any more. */
	engine_run(project->supervisor);
}

/* The slot whose result this is: an attempt at a task of the project's own. */
static struct slot *
slot_of(struct project *project, uint64_t attempt)
{
	struct slot *slot = slots_by_attempt(project->supervisor, attempt);

	return slot != NULL && slot->state == SLOT_SAVING && slot->task != NULL &&
	    slot->task->project == project ? slot : NULL;
}

/* Its task, by the name that commitd knows; NULL: none of the project's. */
static struct task *
task_of(struct project *project, const char *id)
{
	struct task *task = registry_find(project->supervisor, id);

	return task != NULL && task->project == project ? task : NULL;
}

static void
on_result_accepted(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;
	struct supervisor *supervisor = project->supervisor;
	struct slot *slot = slot_of(project, message->result_accepted.attempt);

	(void)peer;
	(void)request;
	if (slot != NULL) {
		str_set(&slot->result.commit, message->result_accepted.commit);
		told_by_commitd(&slot->result, &message->result_accepted);
		settle_attempt(supervisor, slot, ERROR_NONE, NULL, &(struct concerns){
		    message->result_accepted.protected, message->result_accepted.outside });
	}
	engine_run(supervisor);
}

static void
on_result_refused(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;
	struct supervisor *supervisor = project->supervisor;
	const struct msg_result_refused *refused = &message->result_refused;
	struct slot *slot = slot_of(project, refused->attempt);
	enum error error = error_from_wire(refused->error);
	struct decision decision;
	char *why;

	(void)peer;
	(void)request;
	log_warnx("task=%s attempt=%ju why=result refused: %s", refused->task,
	    (uintmax_t)refused->number, refused->reason);
	if (slot == NULL)
		return;
	str_set(&slot->result.refused, refused->reason);
	decision = decide_hand_over(error, ++slot->result.refusals);
	/* What the machine cannot do now is tried again: the work stays where it is. */
	if (!decision.give_up) {
		handing_over_later(slot, decision.wait_ms);
		return;
	}
	/* At once, it is the result's fault. */
	why = decide_hand_over(error, 1).give_up ? str_dup(refused->reason) :
	    str_format("its work could not be taken in, %u times: %s", slot->result.refusals,
	    refused->reason);
	settle_attempt(supervisor, slot, error, why, NULL);
	free(why);
	engine_run(supervisor);
}

static void
on_gate_wanted(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	gates_wanted(project, &message->gate_wanted);
	engine_run(project->supervisor);
}

static void
on_ticket_landed(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;
	struct supervisor *supervisor = project->supervisor;
	const struct msg_ticket_landed *landed = &message->ticket_landed;
	struct task *task = task_of(project, landed->task);

	(void)peer;
	(void)request;
	if (task == NULL || !settle_landed(supervisor, task, landed)) {
		log_warnx("ticket=%ju task=%s commit=%s why=has landed, and this state knows nothing of it; "
		    "it completes no task", (uintmax_t)landed->ticket, landed->task, landed->commit);
		standing_taken(project, landed->ticket);
		return;
	}
	standing_receipt(project, landed->tip);
	engine_run(supervisor);
}

static void
on_project_tip(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	standing_receipt(project, message->project_tip.tip);
	prepare_tip(project, message->project_tip.tree, message->project_tip.locks);
	standing_tip(project, message->project_tip.tip, message->project_tip.trees);
	engine_run(project->supervisor);
}

static void
on_project_looked(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	(void)message;
	project_looked(project);
	engine_run(project->supervisor);
}

static void
on_project_answers(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	(void)peer;
	(void)request;
	(void)message;
	calling_end(context);
}

static void
on_project_stalled(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	if (standing_stalled(project, &message->project_stalled))
		engine_stop(project->supervisor, message->project_stalled.reason);
}

static void
on_gate_unwanted(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	gates_unwanted(project, message->gate_unwanted.ticket);
	engine_run(project->supervisor);
}

static void
on_ticket_red(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	following_stood(project, message->ticket_red.tip);
	gates_red(project, &message->ticket_red);
	engine_run(project->supervisor);
}

static void
on_ticket_conflict(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;
	struct supervisor *supervisor = project->supervisor;
	const struct msg_ticket_conflict *conflict = &message->ticket_conflict;
	struct task *task = task_of(project, conflict->task);
	char *reason, *feedback;

	(void)peer;
	(void)request;
	if (task == NULL || task->ticket != conflict->ticket)
		return;
	following_stood(project, conflict->tip);
	reason = feedback_reason(conflict);
	feedback = feedback_conflict(conflict);
	if (conflict->empty)
		settle_empty(supervisor, task, reason);
	else
		settle_conflict(supervisor, task, reason, feedback, conflict->marked);
	free(reason);
	free(feedback);
	engine_run(supervisor);
}

static void
on_ticket_voided(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	standing_voided(project, message->ticket_voided.ticket);
	engine_run(project->supervisor);
}

static void
on_closed(void *context, struct peer *peer, const char *why)
{
	struct project *project = context;

	(void)peer;
	project->peer = NULL;
	prune_fail(project);
	if (project->state != PROJECT_FAILED)
		project->state = PROJECT_DOWN;
	if (why != NULL)
		log_warnx("commitd project=%s why=does not speak the protocol (%s), killed",
		    project->config->name, why);
	if (why != NULL && project->pid > 0)
		kill(project->pid, SIGKILL);
}

static void
on_attempts_forgotten(void *context, struct peer *peer, uint64_t request,
    const struct message *message)
{
	struct project *project = context;

	(void)peer;
	(void)request;
	history_forgotten(project->supervisor, message->attempts_forgotten.serial);
	prune_answer(project, message->attempts_forgotten.serial,
	    message->attempts_forgotten.attempts);
}

const struct peer_dispatch commitd_dispatch = {
	.handlers = {
		[MSG_hello] = on_hello,
		[MSG_attempts_forgotten] = on_attempts_forgotten,
		[MSG_project_opened] = on_project_opened,
		[MSG_project_failed] = on_project_failed,
		[MSG_result_accepted] = on_result_accepted,
		[MSG_result_refused] = on_result_refused,
		[MSG_gate_wanted] = on_gate_wanted,
		[MSG_gate_unwanted] = on_gate_unwanted,
		[MSG_project_tip] = on_project_tip,
		[MSG_project_looked] = on_project_looked,
		[MSG_project_answers] = on_project_answers,
		[MSG_project_stalled] = on_project_stalled,
		[MSG_ticket_red] = on_ticket_red,
		[MSG_ticket_landed] = on_ticket_landed,
		[MSG_ticket_conflict] = on_ticket_conflict,
		[MSG_ticket_voided] = on_ticket_voided,
	},
	.on_closed = on_closed,
};
