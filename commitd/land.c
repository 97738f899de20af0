/*
 * The line, one step at a time: see land.h. Objects are durable before the list of
 * our commits, that before the upstream has them, the upstream before the branch
 * moves, the branch before the tickets' references go, those before anybody is told.
 */
#include "commitd/land.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/candidate.h"
#include "commitd/conflict.h"
#include "commitd/delivery.h"
#include "commitd/durable.h"
#include "commitd/recover.h"
#include "commitd/tell.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define GROUP_MOST	32u	/* tickets that land at once, so that receipts flow */
#define STACK_AHEAD	40u	/* trees in a stack; beyond, a candidate's stands on the tip's */

/* ---- tickets ---- */

/* The candidate of a ticket is worth nothing any more. */
static void
drop(void *context, struct ticket *ticket)
{
	struct commitd *commitd = context;
	struct result *result = ticket->data;

	if (result == NULL)
		return;
	if (result->asked)
		tell_gate_unwanted(commitd, ticket);
	result->asked = false;
	candidate_forget(result);
	if (commitd->trees != NULL)
		trees_drop(commitd->trees, &result->stack);
	stack_release(&result->stack);
}

void
land_answer(struct commitd *commitd, const struct ticket *ticket)
{
	if (ticket->state == TICKET_LANDED)
		tell_landed(commitd, ticket);
	else if (ticket->state == TICKET_VOID)
		tell_voided(commitd, ticket);
	else if (ticket->state == TICKET_GATING)
		tell_gate(commitd, ticket);
	else if (ticket->state == TICKET_STUCK)
		tell_stuck(commitd, ticket);
}

void
land_follow_up(struct commitd *commitd, struct ticket *ticket, unsigned actions)
{
	if (actions & TICKET_DROP)
		drop(commitd, ticket);
	if (actions & TICKET_BEHIND)
		queue_rebuild_after(commitd->queue, ticket->number, drop, commitd);
	if (actions & TICKET_ANSWER)
		land_answer(commitd, ticket);
}

enum error
land_void(struct commitd *commitd, struct ticket *ticket)
{
	char *ref = str_format("%s%ju", TICKET_REF, (uintmax_t)ticket->number);
	enum error error = ERROR_NONE;

	if (ticket->state != TICKET_LANDED && ticket->state != TICKET_VOID &&
	    ticket->state != TICKET_LANDING)
		error = repository_ref_write(commitd->repository, ref, commitd->void_blob, NULL);
	free(ref);
	if (error != ERROR_NONE) {
		log_warnx("ticket=%ju event=void why=its reference cannot be written",
		    (uintmax_t)ticket->number);
		return error;
	}
	land_follow_up(commitd, ticket, queue_event(commitd->queue, ticket, TICKET_CANCEL) &
	    ~TICKET_ANSWER);
	land_answer(commitd, ticket);
	return ERROR_NONE;
}

/* ---- candidates ---- */

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
	land_follow_up(commitd, ticket, queue_event(commitd->queue, ticket,
	    pass ? TICKET_PASS : TICKET_RED));
}

/* First in line and not fit to land: on the tip, that is the end of it. */
static enum error
judge(struct commitd *commitd, struct ticket *ticket)
{
	struct result *result = ticket->data;
	enum error error = ERROR_NONE;

	if (strcmp(result->stood, commitd->tip) != 0) {
		queue_rebuild_after(commitd->queue, ticket->number - 1, drop, commitd);
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

/* ---- the branch ---- */

/* Folds the tip's trees, and with them those of all that stand on it. */
static void
fold_trees(struct commitd *commitd)
{
	struct ticket *ticket = queue_first(commitd->queue);
	struct fold fold;

	/* A gate that was asked for may still wait: no longer than those before it. */
	trees_landed(commitd->trees, &commitd->stack, queue_window(commitd->queue), &fold);
	for (; fold.gone != NULL && ticket != NULL; ticket = queue_after(commitd->queue, ticket)) {
		struct result *result = ticket->data;

		if (result != NULL)
			stack_fold(&result->stack, &fold);
		if (ticket->number > queue_highest(commitd->queue))
			break;
	}
	fold_release(&fold);
}

/* The trees of the tip, which new attempts start from; then those may. */
static enum error
follow_tip(struct commitd *commitd, struct buffer *why)
{
	struct stack stack = { 0 };
	enum error error;

	if (commitd->trees != NULL && strcmp(commitd->stack.trees[0], commitd->tip_tree) != 0) {
		error = trees_add(commitd->trees, &commitd->stack, commitd->tip, commitd->tip_tree,
		    &stack, why);
		if (error != ERROR_NONE)
			return error;
		stack_release(&commitd->stack);
		commitd->stack = stack;
	}
	memmove(commitd->stack.commit, commitd->tip, OID_TEXT);
	tell_tip(commitd);
	/* Nobody waits for this: the trees that were told stay for some landings. */
	if (commitd->trees != NULL)
		fold_trees(commitd);
	return ERROR_NONE;
}

/* Those under way, in order. */
static size_t
group(struct commitd *commitd, struct ticket *tickets[GROUP_MOST])
{
	struct ticket *ticket = queue_first(commitd->queue);
	size_t count = 0;

	for (; ticket != NULL && ticket->state == TICKET_LANDING && count < GROUP_MOST;
	    ticket = queue_after(commitd->queue, ticket))
		tickets[count++] = ticket;
	return count;
}

/* Not there: they may be cancelled again, and what was put off is done now. */
static void
give_back(struct commitd *commitd)
{
	struct ticket *tickets[GROUP_MOST];
	size_t count = group(commitd, tickets), i;

	for (i = 0; i < count; i++)
		queue_event(commitd->queue, tickets[i], TICKET_RETURN);
	for (i = 0; i < count; i++)
		if (tickets[i]->cancelled)
			land_void(commitd, tickets[i]);
}

/* The upstream is ahead of the branch: somebody else was there, or an old push arrived late. */
static bool
overtaken(struct commitd *commitd)
{
	return !commitd->checked_out && strcmp(commitd->tip, commitd->upstream_tip) != 0 &&
	    repository_is_ancestor(commitd->repository, commitd->tip, commitd->upstream_tip);
}

/* The branch goes to where the upstream is; perhaps a try before this one got it there. */
static enum error
move_branch(struct commitd *commitd)
{
	char now[OID_TEXT] = "";

	if (repository_ref_read(commitd->repository, commitd->ref, now) == ERROR_NONE &&
	    strcmp(now, commitd->upstream_tip) == 0)
		return ERROR_NONE;
	return repository_ref_write(commitd->repository, commitd->ref, commitd->upstream_tip,
	    commitd->tip);
}

/*
 * Goes on from where the upstream is, with every candidate anew. ERROR_MOVED: it has
 * commits of ours, by a push of a process before this one that arrived late. What has
 * landed is then to be read as it is after a crash; nothing of the queue holds any more.
 */
static enum error
follow_upstream(struct commitd *commitd, struct buffer *why)
{
	bool ours = false;
	enum error error = project_landed(commitd, commitd->tip, commitd->upstream_tip, &ours);

	if (error == ERROR_NONE)
		error = move_branch(commitd);
	if (error == ERROR_NONE && ours) {
		buffer_format(why, "a push of ours to branch '%s' of %s arrived late",
		    commitd->branch, commitd->upstream);
		return ERROR_MOVED;
	}
	if (error == ERROR_NONE)
		error = project_moved(commitd, commitd->upstream_tip, why);
	if (error == ERROR_NONE) {
		log_info("event=moved tip=%s", commitd->tip);
		give_back(commitd);
		queue_rebuild_after(commitd->queue, 0, drop, commitd);
	}
	return error;
}

/*
 * References of tickets up to one that has just landed: only now may those of
 * the voids before it go. Losing this to a crash is mended at the next start.
 */
static void
forget_tickets(struct commitd *commitd, uint64_t landed)
{
	char *ref;

	for (; commitd->voids_from <= landed; commitd->voids_from++) {
		ref = str_format("%s%ju", TICKET_REF, (uintmax_t)commitd->voids_from);
		repository_ref_delete(commitd->repository, ref);
		free(ref);
	}
}

/* The upstream has them, or need not: moves the branch, then gives the receipts. */
static enum error
arrive(struct commitd *commitd, struct buffer *why)
{
	struct ticket *tickets[GROUP_MOST];
	size_t count = group(commitd, tickets), i;
	struct result *last = tickets[count - 1]->data;
	enum error error = repository_ref_write(commitd->repository, commitd->ref, last->candidate,
	    commitd->tip);

	if (error == ERROR_NONE)
		error = project_moved(commitd, last->candidate, why);
	if (error != ERROR_NONE)
		return error;
	for (i = 0; i < count; i++) {
		struct result *result = tickets[i]->data;

		strcpy(result->landed, result->candidate);
		queue_event(commitd->queue, tickets[i], TICKET_LAND);
		if (result->stack.names != NULL) {
			stack_release(&commitd->stack);
			commitd->stack = result->stack;
			result->stack = (struct stack){ 0 };
		}
	}
	/* Of the tip itself, told or not: follow_tip compares. */
	commitd->stack.commit[0] = '\0';
	forget_tickets(commitd, tickets[count - 1]->number);
	commitd->to_show = commitd->checked_out;
	for (i = 0; i < count; i++) {
		const struct result *result = tickets[i]->data;

		log_info("ticket=%ju event=landed task=%s commit=%s", (uintmax_t)tickets[i]->number,
		    result->task, result->landed);
		conflict_forget(commitd, result->task);
		tell_landed(commitd, tickets[i]);
	}
	return ERROR_NONE;
}

/* All that is proved, from the first on: durable, written down, and off. */
static enum error
set_off(struct commitd *commitd, struct ticket *first, struct buffer *why)
{
	struct sync sync = { .objects = repository_objects(commitd->repository) };
	const char *tree = commitd->tip_tree;
	const struct result *result = NULL;
	struct ticket *ticket = first;
	struct buffer lines;
	enum error error = ERROR_NONE;
	unsigned count = 0;
	size_t i;

	buffer_init(&lines);
	for (; error == ERROR_NONE && ticket != NULL && ticket->state == TICKET_PROVED &&
	    !ticket->cancelled && count < GROUP_MOST;
	    ticket = queue_after(commitd->queue, ticket), count++) {
		result = ticket->data;
		for (i = 0; error == ERROR_NONE && i < result->part_count; i++)
			error = durable_add(&sync, commitd->repository, tree, result->parts[i].tree,
			    result->parts[i].commit);
		if (error == ERROR_NONE)
			error = durable_add(&sync, commitd->repository, tree, result->tree,
			    result->candidate);
		landings_line(&lines, result->candidate);
		tree = result->tree;
		queue_event(commitd->queue, ticket, TICKET_LEAVE);
	}
	if (error == ERROR_NONE)
		error = durable_end(&sync);
	if (error == ERROR_NONE)
		error = landings_add(&commitd->landings, &lines);
	if (error == ERROR_NONE && !commitd->checked_out)
		error = delivery_begin(commitd, result->candidate, why);
	buffer_release(&lines);
	if (error != ERROR_NONE)
		give_back(commitd);
	return error;
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
	unsigned count = 0;

	for (; ticket != NULL && ticket->state == TICKET_PROVED && count < GROUP_MOST; count++)
		ticket = queue_after(commitd->queue, ticket);
	result = ticket == NULL ? NULL : ticket->data;
	return count < GROUP_MOST && result != NULL && !result->gate &&
	    (ticket->state == TICKET_WAITING || ticket->state == TICKET_MERGED) ? ticket : first;
}

/* Are those under way where they were to go? */
static bool
has_arrived(struct commitd *commitd)
{
	struct ticket *tickets[GROUP_MOST];
	const struct result *last = tickets[group(commitd, tickets) - 1]->data;

	return commitd->checked_out || strcmp(last->candidate, commitd->upstream_tip) == 0 ||
	    repository_is_ancestor(commitd->repository, last->candidate, commitd->upstream_tip);
}

/*
 * Something came of what is under way. What is done about it is decided by where the
 * commits are, so that what failed goes on at the next step; they are given back only
 * when it is known that none of them is there.
 */
static enum error
received(struct commitd *commitd, struct buffer *why)
{
	struct ticket *first = queue_first(commitd->queue);
	enum error error = ERROR_NONE;

	if (delivery_check(commitd, why) == DELIVERY_REWRITTEN)
		return ERROR_STATE;
	if (commitd->delivery.state != DELIVERY_NONE)
		return ERROR_NONE;
	if (first != NULL && first->state == TICKET_LANDING && has_arrived(commitd))
		error = arrive(commitd, why);
	if (error == ERROR_NONE && overtaken(commitd))
		error = follow_upstream(commitd, why);
	if (error == ERROR_NONE)
		give_back(commitd);
	return error;
}

enum error
land_step(struct commitd *commitd, bool *more, struct buffer *why)
{
	struct ticket *ticket;
	enum error error;

	*more = false;
	if (commitd->queue == NULL)
		return ERROR_NONE;
	error = received(commitd, why);
	if (error == ERROR_NONE && strcmp(commitd->stack.commit, commitd->tip) != 0)
		error = follow_tip(commitd, why);
	if (error != ERROR_NONE)
		return error;
	ticket = queue_work(commitd->queue, delivery_ready(commitd));
	if (ticket != NULL && ticket->state == TICKET_PROVED)
		ticket = joins(commitd, ticket);
	*more = ticket != NULL;
	switch (ticket == NULL ? TICKET_ABSENT : ticket->state) {
	case TICKET_WAITING:
		return make_candidate(commitd, ticket);
	case TICKET_MERGED:
		return ask_gate(commitd, ticket, why);
	case TICKET_ASIDE:
		return judge(commitd, ticket);
	case TICKET_PROVED:
		/* Its void could not be written down when it came back. */
		return ticket->cancelled ? land_void(commitd, ticket) : set_off(commitd, ticket, why);
	case TICKET_ABSENT: case TICKET_GATING: case TICKET_LANDING: case TICKET_LANDED:
	case TICKET_VOID: case TICKET_STUCK: case TICKET_STATES:
		break;
	}
	return ERROR_NONE;
}
