/* The line, one step at a time: see land.h. */
#include "commitd/land.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/branch.h"
#include "commitd/candidate.h"
#include "commitd/conflict.h"
#include "commitd/delivery.h"
#include "commitd/proved.h"
#include "commitd/tell.h"
#include "commitd/ticket.h"
#include "commitd/tip.h"
#include "protocol/log.h"
#include "protocol/loop.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define SIGN_FIRST_MS	1000	/* until the next try when a signature failed, doubled each time */
#define SIGN_MOST_MS	60000
#define STACK_AHEAD	40u	/* trees in a stack; beyond, a candidate's stands on the tip's */

/* What a candidate stands on: the one before it in line, or the tip. */
static void
below(struct commitd *commitd, const struct ticket *ticket, const char **commit,
    const char **tree, const struct stack **stack)
{
	const struct ticket *before = queue_before(commitd->queue, ticket);
	const struct result *result = before == NULL ? NULL : before->data;

	*commit = result == NULL ? commitd->tip : result->candidate;
	*tree = result == NULL ? commitd->tip_tree : result->tree;
	*stack = result == NULL ? &commitd->stack : &result->stack;
}

static enum error
make_candidate(struct commitd *commitd, struct ticket *ticket)
{
	struct result *result = ticket->data;
	const struct stack *stack;
	const char *commit, *tree;
	enum error error;

	below(commitd, ticket, &commit, &tree, &stack);
	memmove(result->stood, commit, OID_TEXT);
	result->red[0] = '\0';
	error = candidate_make(commitd, result, ticket->number, commit, tree);
	if (error == ERROR_NONE)
		queue_event(commitd->queue, ticket, TICKET_MERGE);
	if (error != ERROR_CONFLICT)
		return error;
	log_info("ticket=%ju event=conflict on=%.12s", (uintmax_t)ticket->number, commit);
	queue_event(commitd->queue, ticket, TICKET_CONFLICT);
	return ERROR_NONE;
}

int
land_wait(const struct commitd *commitd)
{
	const struct signing *signing = &commitd->signing;
	int64_t left = signing->again - (int64_t)clock_monotonic();

	if (signing->failures == 0 || signing->again <= commitd->stepped)
		return -1;
	return left > 0 ? (int)left : 0;
}

/*
 * A candidate, unless it is too early to ask again for a signature: a key or its agent
 * that is away may come back, as a network does.
 */
static enum error
try_candidate(struct commitd *commitd, struct ticket *ticket, bool *more)
{
	struct signing *signing = &commitd->signing;
	int64_t wait = (int64_t)SIGN_FIRST_MS << (signing->failures < 6 ? signing->failures : 6);
	enum error error;

	*more = land_wait(commitd) == -1;
	if (!*more)
		return ERROR_NONE;
	error = make_candidate(commitd, ticket);
	if (signing->failed == NULL) {
		signing->failures = 0;
		return error;
	}
	*more = false;
	if (wait > SIGN_MOST_MS)
		wait = SIGN_MOST_MS;
	signing->failures++;
	signing->again = (int64_t)clock_monotonic() + wait;
	log_warnx("event=stalled try=%u wait=%jdms why=%s", signing->failures, (intmax_t)wait,
	    signing->failed);
	tell_stalled(commitd, signing->failed, (uint64_t)(wait / 1000), 0);
	free(signing->failed);
	signing->failed = NULL;
	return ERROR_NONE;
}

/* The trees of a candidate, for a worker to mount. */
static enum error
make_trees(struct commitd *commitd, struct ticket *ticket, struct buffer *why)
{
	struct result *result = ticket->data;
	const struct stack *stack;
	const char *commit, *tree;

	if (commitd->trees == NULL || result->stack.names != NULL)
		return ERROR_NONE;
	below(commitd, ticket, &commit, &tree, &stack);
	/* One that is not gated has none, of a part only part; and a stack has its limits. */
	if (strcmp(stack->trees[0], tree) != 0 || strs_count(stack->names) > STACK_AHEAD)
		stack = &commitd->stack;
	return trees_add(commitd->trees, stack, candidate_commit(result), candidate_tree(result),
	    &result->stack, why);
}

/* There can be no such files on this machine: as much a reason not to land as a conflict. */
static void
step_aside(struct commitd *commitd, struct ticket *ticket, struct buffer *why)
{
	struct result *result = ticket->data;
	char *text = utf8_repair(buffer_text(why), why->len);

	log_info("ticket=%ju event=unmakeable why=%s", (uintmax_t)ticket->number, buffer_text(why));
	conflict_release(&result->conflict);
	result->conflict.reason = str_format("merges, but cannot be laid out on this machine: %s\n",
	    text);
	free(text);
	why->len = 0;
	ticket_follow_up(commitd, ticket, queue_event(commitd->queue, ticket, TICKET_CONFLICT));
}

static enum error
ask_gate(struct commitd *commitd, struct ticket *ticket, struct buffer *why)
{
	struct result *result = ticket->data;
	enum error error;

	if (!result->gate) {
		queue_event(commitd->queue, ticket, TICKET_PASS);
		return ERROR_NONE;
	}
	/* A worker is going to mount it: it must be there for good. */
	error = make_trees(commitd, ticket, why);
	if (error == ERROR_PERMISSION) {
		step_aside(commitd, ticket, why);
		return ERROR_NONE;
	}
	if (error == ERROR_NONE) {
		queue_event(commitd->queue, ticket, TICKET_ASK);
		result->asked = true;
		tell_gate(commitd, ticket);
	}
	return error;
}

void
land_verdict(struct commitd *commitd, struct ticket *ticket, const char *tree, const char *verdict)
{
	struct result *result = ticket->data;
	bool pass = str_same(verdict, "PASS");

	/* A verdict belongs to a tree: one of an older candidate says nothing. */
	if (result == NULL || ticket->state != TICKET_GATING ||
	    strcmp(candidate_tree(result), tree) != 0) {
		log_info("ticket=%ju event=late-verdict", (uintmax_t)ticket->number);
		return;
	}
	result->asked = false;
	log_info("ticket=%ju event=verdict verdict=%s window=%zu", (uintmax_t)ticket->number,
	    verdict, queue_window(commitd->queue));
	if (pass && !candidate_is_last(result)) {
		result->part++;
		if (commitd->trees != NULL)
			trees_drop(commitd->trees, &result->stack);
		stack_release(&result->stack);
		queue_event(commitd->queue, ticket, TICKET_NEXT);
		return;
	}
	if (!pass) {
		snprintf(result->red, sizeof(result->red), "%s", verdict);
		strcpy(result->red_tree, tree);
	}
	ticket_follow_up(commitd, ticket, queue_event(commitd->queue, ticket,
	    pass ? TICKET_PASS : TICKET_RED));
}

/* First in line and not fit to land: on the tip, that is the end of it. */
static enum error
judge(struct commitd *commitd, struct ticket *ticket)
{
	struct result *result = ticket->data;
	enum error error = ERROR_NONE;

	if (strcmp(result->stood, commitd->tip) != 0) {
		queue_rebuild_after(commitd->queue, ticket->number - 1, ticket_drop, commitd);
		return ERROR_NONE;
	}
	/* The next attempt begins with it. */
	if (result->red[0] == '\0')
		error = conflict_keep(commitd, result, commitd->tip);
	if (error != ERROR_NONE)
		return error;
	queue_event(commitd->queue, ticket, TICKET_JUDGE);
	log_info("ticket=%ju event=stuck verdict=%s", (uintmax_t)ticket->number,
	    result->red[0] != '\0' ? result->red : "conflict");
	tell_stuck(commitd, ticket);
	return ERROR_NONE;
}

/*
 * The first in line may land. One that waits right behind those that are proved and
 * is not gated joins them first: one sync serves all of them.
 */
static struct ticket *
joins(struct commitd *commitd, struct ticket *first)
{
	struct ticket *ticket = first;
	const struct result *result;
	unsigned count = 0, most = delivery_most(commitd);

	for (; ticket != NULL && ticket->state == TICKET_PROVED && count < most; count++)
		ticket = queue_after(commitd->queue, ticket);
	result = ticket == NULL ? NULL : ticket->data;
	if (count == most || result == NULL || result->gate)
		return first;
	/* One that waits for a signature is not waited for. */
	return ticket->state == TICKET_MERGED || (ticket->state == TICKET_WAITING &&
	    land_wait(commitd) == -1) ? ticket : first;
}

static enum error
next_step(struct commitd *commitd, bool *more, struct buffer *why)
{
	struct ticket *ticket = queue_work(commitd->queue, delivery_ready(commitd));

	if (ticket != NULL && ticket->state == TICKET_PROVED)
		ticket = joins(commitd, ticket);
	*more = ticket != NULL;
	switch (ticket == NULL ? TICKET_ABSENT : ticket->state) {
	case TICKET_WAITING:
		return try_candidate(commitd, ticket, more);
	case TICKET_MERGED:
		return ask_gate(commitd, ticket, why);
	case TICKET_ASIDE:
		return judge(commitd, ticket);
	case TICKET_PROVED:
		/* Its void could not be written down when it came back. */
		return ticket->cancelled ? ticket_void(commitd, ticket) : branch_set_off(commitd, ticket, why);
	case TICKET_ABSENT: case TICKET_GATING: case TICKET_LANDING: case TICKET_LANDED:
	case TICKET_VOID: case TICKET_STUCK: case TICKET_STATES:
		break;
	}
	return ERROR_NONE;
}

enum error
land_step(struct commitd *commitd, bool *more, struct buffer *why)
{
	enum error error, followed;
	struct buffer said;

	*more = false;
	commitd->stepped = (int64_t)clock_monotonic();
	if (commitd->queue == NULL)
		return ERROR_NONE;
	error = branch_step(commitd, why);
	if (error != ERROR_NONE)
		return error;
	error = next_step(commitd, more, why);
	if (error == ERROR_NONE && !*more)
		proved_ahead(commitd);
	/* Who has asked for a look goes on from the tip that it came to: that is told first. */
	buffer_init(&said);
	followed = commitd->delivery.asked ?
	    tip_follow_now(commitd, error == ERROR_NONE ? why : &said) :
	    tip_follow(commitd, error == ERROR_NONE && *more, error == ERROR_NONE ? why : &said);
	buffer_release(&said);
	if (followed == ERROR_NONE && delivery_looked(commitd))
		tell_looked(commitd);
	return error == ERROR_NONE ? followed : error;
}
