/* Messages of the supervisor: see on_supervisor.h. Each may come again without effect. */
#include "commitd/on_supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commitd/delivery.h"
#include "commitd/forget.h"
#include "commitd/intake.h"
#include "commitd/lines.h"
#include "commitd/land.h"
#include "commitd/locks.h"
#include "commitd/project.h"
#include "commitd/tell.h"
#include "commitd/ticket.h"
#include "commitd/tip.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

/* Does it speak of the machine or the network, and not of what a person has to mend? */
static bool
may_pass(enum error error)
{
	return error == ERROR_SYSTEM || error == ERROR_GIT || error == ERROR_TIMEOUT ||
	    error == ERROR_DISK_FULL;
}

void
project_fail(struct commitd *commitd, const char *reason, enum error error)
{
	struct msg_project_failed message = { .project = commitd->name,
	    .usage = error == ERROR_INVALID, .again = may_pass(error) };
	char *shown = utf8_repair(reason, strnlen(reason, TASK_TEXT_MAX));

	message.reason = shown;
	log_warnx("event=project-failed why=%s", shown);
	project_close(commitd);
	link_send(&commitd->link, MSG_project_failed, 0, &message);
	free(shown);
}

void
on_hello(struct commitd *commitd, const struct message *message)
{
	(void)commitd;
	log_debug("event=hello fence=%ju", (uintmax_t)message->hello.fence);
}

static void
tell_opened(struct commitd *commitd)
{
	char **locks = locks_of(commitd, commitd->tip_tree);
	struct msg_project_opened message = { .project = commitd->name, .tip = commitd->tip,
	    .line = commitd->line, .next = queue_next(commitd->queue),
	    .tree = commitd->tip_tree, .locks = locks, .trees = commitd->stack.names };

	link_send(&commitd->link, MSG_project_opened, 0, &message);
	strs_free(locks);
}

/* What is asked for, or what of it cannot be, in words. */
static enum error
read_project(const struct msg_project_open *message, struct project *project, struct buffer *why)
{
	static const char *const methods[METHODS] = { "squash", "rebase", "merge" };
	const char *const identities[] = { message->author, message->committer };
	size_t i;

	*project = (struct project){ .upstream = message->upstream, .branch = message->branch,
	    .method = METHODS, .author = message->author, .committer = message->committer,
	    .sign_key = message->sign_key, .sign_openpgp = message->sign_openpgp,
	    .credential_helper = message->credential_helper, .login = message->login,
	    .trees = message->trees, .alone = message->alone, .again = message->again,
	    .verify_slots = message->verify_slots,
	    .protect = message->protect, .ignore_case = message->ignore_case, .locks = message->locks };
	for (i = 0; i < METHODS; i++)
		if (str_same(message->method, methods[i]))
			project->method = (enum method)i;
	if (project->method == METHODS)
		buffer_format(why, "method '%s' is not known; use squash, rebase or merge",
		    message->method);
	for (i = 0; i < COUNT(identities); i++)
		if (identities[i] != NULL && !identity_valid(identities[i]) && why->len == 0)
			buffer_format(why, "%s: '%s' is not NAME <EMAIL>", i == 0 ? "author" :
			    "committer", identities[i]);
	return why->len == 0 ? ERROR_NONE : ERROR_INVALID;
}

static void
set_limits(struct limits *limits, const struct msg_project_open *message)
{
	*limits = (struct limits)LIMITS_PRESET;
	if (message->pack_limit > 0)
		limits->pack = message->pack_limit;
	if (message->object_limit > 0)
		limits->object = message->object_limit;
	if (message->files_limit > 0)
		limits->files = message->files_limit;
	if (message->path_limit > 0)
		limits->path = message->path_limit;
}

static enum error
open_project(struct commitd *commitd, const struct msg_project_open *message, struct buffer *why)
{
	struct project project;
	enum error error;

	set_limits(&commitd->limits, message);
	commitd->maintenance.loose_limit = message->loose_limit;
	commitd->maintenance.packs_limit = message->packs_limit;
	if (!str_same(message->project, commitd->name)) {
		buffer_format(why, "this orch-commitd serves project '%s'", commitd->name);
		return ERROR_INVALID;
	}
	error = read_project(message, &project, why);
	return error == ERROR_NONE ? project_open(commitd, &project, why) : error;
}

void
on_project_open(struct commitd *commitd, const struct message *any)
{
	struct buffer why;
	enum error error;

	buffer_init(&why);
	/* Open it may be; then its tip is told with the trees of this one, not of the one before. */
	error = commitd->queue == NULL ? open_project(commitd, &any->project_open, &why) :
	    tip_follow_now(commitd, &why);
	if (error == ERROR_NONE)
		tell_opened(commitd);
	else
		project_fail(commitd, buffer_text(&why), error);
	buffer_release(&why);
}

void
on_project_look(struct commitd *commitd, const struct message *any)
{
	(void)any;
	if (commitd->queue != NULL)
		delivery_look(commitd);
}

void
on_project_call(struct commitd *commitd, const struct message *any)
{
	(void)any;
	tell_answers(commitd);
}

static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* With what it changes. */
static void
tell_accepted(struct commitd *commitd, const char *base, struct msg_result_accepted *accepted)
{
	struct lines *lines = mem_zero(1, sizeof(*lines));

	lines_find(lines, commitd->repository, base, accepted->commit);
	accepted->changed = (struct records){ lines->rows, lines->count };
	accepted->changed_more = lines->more;
	link_send(&commitd->link, MSG_result_accepted, 0, accepted);
	lines_release(lines);
	free(lines);
}

void
on_result_accept(struct commitd *commitd, const struct message *any)
{
	const struct msg_result_accept *message = &any->result_accept;
	char commit[OID_TEXT] = "";
	struct msg_result_accepted accepted = { .attempt = message->attempt, .task = message->task,
	    .number = message->number, .commit = commit };
	struct msg_result_refused refused = { message->attempt, message->task, message->number,
	    NULL, NULL };
	double started = milliseconds();
	struct buffer why;
	struct concerns concerns = { NULL, NULL };
	char *reason = NULL;
	enum error error = ERROR_STATE;

	buffer_init(&why);
	if (commitd->queue == NULL)
		buffer_add_text(&why, "the project is not open");
	else
		error = intake_accept(commitd, message, commit, &concerns, &why);
	if (message->pack != -1)
		close(message->pack);
	log_debug("attempt=%ju event=intake form=%s ms=%.3f", (uintmax_t)message->attempt,
	    message->commit != NULL ? "pack" : "files", milliseconds() - started);
	/* The name of a file may be anything; what is sent is text. */
	reason = utf8_repair(buffer_text(&why), strnlen(buffer_text(&why), TASK_TEXT_MAX));
	refused.error = error_wire(error);
	refused.reason = reason;
	accepted.protected = concerns.protected;
	accepted.outside = concerns.outside;
	if (error == ERROR_NONE) {
		tell_accepted(commitd, message->base, &accepted);
	} else {
		log_info("attempt=%ju event=refused task=%s error=%s why=%s",
		    (uintmax_t)message->attempt, message->task, refused.error, refused.reason);
		link_send(&commitd->link, MSG_result_refused, 0, &refused);
	}
	strs_free(concerns.protected);
	strs_free(concerns.outside);
	free(reason);
	buffer_release(&why);
}

/* The ticket of a message; NULL, with a line in the log, when it cannot be. */
static struct ticket *
ticket_of(struct commitd *commitd, uint64_t number)
{
	struct ticket *ticket = commitd->queue == NULL ? NULL :
	    queue_ticket(commitd->queue, number);

	if (ticket == NULL)
		log_warnx("ticket=%ju event=ignored why=%s", (uintmax_t)number,
		    commitd->queue == NULL ? "the project is not open" : "no such ticket can be");
	return ticket;
}

/*
 * The reference of a ticket cannot be written. That is the machine's failure and says
 * nothing of the ticket: the project is to be opened again, and all is sent again.
 */
static void
cannot_write(struct commitd *commitd, uint64_t number, enum error error)
{
	char *why = str_format("%s/repository.git: " TICKET_REF "%ju cannot be written: %s",
	    commitd->directory, (uintmax_t)number, error_text(error));

	project_fail(commitd, why, error == ERROR_DISK_FULL ? error : ERROR_SYSTEM);
	free(why);
}

static bool
pin(struct commitd *commitd, uint64_t number, const char *oid)
{
	char *ref = str_format("%s%ju", TICKET_REF, (uintmax_t)number);
	enum error error = repository_ref_write(commitd->repository, ref, oid, NULL);

	free(ref);
	if (error != ERROR_NONE)
		cannot_write(commitd, number, error);
	return error == ERROR_NONE;
}

static struct result *
result_new(const struct msg_ticket_enqueue *message)
{
	struct result *result = mem_zero(1, sizeof(*result));

	result->task = str_dup(message->task);
	result->agent = str_dup(message->agent);
	result->message = str_dup(message->message);
	result->files = strs_dup(message->files);
	result->number = message->number;
	result->commits = message->commits;
	result->epoch = message->epoch;
	result->gate = message->gate;
	result->unverified = message->unverified;
	result->bare = str_same(message->sandbox, "none");
	strcpy(result->base, message->base);
	strcpy(result->commit, message->commit);
	return result;
}

static void
refuse_ticket(struct commitd *commitd, const struct msg_ticket_enqueue *message,
    const char *reason)
{
	struct msg_ticket_conflict conflict = { .ticket = message->ticket, .task = message->task,
	    .commit = message->commit, .tip = commitd->tip, .reason = reason };

	log_warnx("ticket=%ju event=refused why=%s", (uintmax_t)message->ticket, reason);
	link_send(&commitd->link, MSG_ticket_conflict, 0, &conflict);
}

void
on_ticket_enqueue(struct commitd *commitd, const struct message *any)
{
	const struct msg_ticket_enqueue *message = &any->ticket_enqueue;
	struct ticket *ticket = ticket_of(commitd, message->ticket);
	const struct result *known = ticket == NULL ? NULL : ticket->data;
	unsigned actions;

	if (ticket == NULL)
		return;
	/* The same again: nothing changes. A stuck one is tried once more. */
	if (known != NULL && ticket->state != TICKET_LANDED && ticket->state != TICKET_STUCK &&
	    strcmp(known->commit, message->commit) == 0) {
		ticket_answer(commitd, ticket);
		return;
	}
	if (ticket->state != TICKET_LANDED && ticket->state != TICKET_VOID &&
	    ticket->state != TICKET_LANDING) {
		if (strlen(message->base) >= OID_TEXT || repository_kind(commitd->repository,
		    message->commit) != OBJECT_COMMIT) {
			refuse_ticket(commitd, message, "the result is not in the repository");
			return;
		}
		if (!pin(commitd, message->ticket, message->commit))
			return;
	}
	actions = queue_event(commitd->queue, ticket, TICKET_ENQUEUE);
	ticket_follow_up(commitd, ticket, actions);
	if (actions & TICKET_PIN) {
		result_free(ticket->data);
		ticket->data = result_new(message);
	}
}

void
on_ticket_void(struct commitd *commitd, const struct message *any)
{
	struct ticket *ticket = ticket_of(commitd, any->ticket_void.ticket);
	enum error error;

	error = ticket == NULL ? ERROR_NONE : ticket_void(commitd, ticket);
	if (error != ERROR_NONE)
		cannot_write(commitd, any->ticket_void.ticket, error);
}

void
on_gate_verdict(struct commitd *commitd, const struct message *any)
{
	const struct msg_gate_verdict *message = &any->gate_verdict;
	struct ticket *ticket = commitd->queue == NULL ? NULL :
	    queue_find(commitd->queue, message->ticket);

	if (ticket != NULL)
		land_verdict(commitd, ticket, message->tree, message->verdict);
}

void
on_attempts_forget(struct commitd *commitd, const struct message *any)
{
	const struct msg_attempts_forget *message = &any->attempts_forget;
	struct msg_attempts_forgotten answer = { .serial = message->serial };

	if (commitd->queue != NULL)
		answer.attempts = forget_attempts(commitd, message->attempts);
	link_send(&commitd->link, MSG_attempts_forgotten, 0, &answer);
}
