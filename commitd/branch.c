/*
 * What is proved, on its way to the branch: see branch.h. Objects are durable before
 * the list of our commits, that before the upstream has them, the upstream before the
 * branch moves, the branch before the tickets' references go, those before anybody is
 * told.
 */
#include "commitd/branch.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/conflict.h"
#include "commitd/delivery.h"
#include "commitd/proved.h"
#include "commitd/recover.h"
#include "commitd/tell.h"
#include "commitd/ticket.h"
#include "commitd/tip.h"
#include "protocol/log.h"
#include "protocol/mem.h"

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
			ticket_void(commitd, tickets[i]);
}

/*
 * The upstream is ahead of the branch: somebody else was there, or an old push arrived late.
 * What it lacks of the branch it lacks as the branch goes on, until it is looked at again:
 * that is asked once, for it takes longer with each commit between them.
 */
static enum error
overtaken(struct commitd *commitd, bool *is)
{
	enum error error;

	*is = false;
	if (strcmp(commitd->tip, commitd->upstream_tip) == 0 ||
	    strcmp(commitd->lacking, commitd->upstream_tip) == 0)
		return ERROR_NONE;
	error = repository_find_ancestor(commitd->repository, commitd->tip, commitd->upstream_tip);
	*is = error == ERROR_NONE;
	if (error == ERROR_UNKNOWN) {
		strcpy(commitd->lacking, commitd->upstream_tip);
		error = ERROR_NONE;
	}
	return error;
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
	enum error error = recover_landed(commitd, commitd->tip, commitd->upstream_tip, &ours);

	if (error == ERROR_NONE)
		error = move_branch(commitd);
	if (error == ERROR_NONE && ours) {
		buffer_format(why, "a push of ours to branch '%s' of %s arrived late",
		    commitd->branch, commitd->upstream);
		return ERROR_MOVED;
	}
	if (error == ERROR_NONE)
		error = tip_move(commitd, commitd->upstream_tip, why);
	if (error == ERROR_NONE) {
		log_info("event=moved tip=%s", commitd->tip);
		give_back(commitd);
		queue_rebuild_after(commitd->queue, 0, ticket_drop, commitd);
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
		error = tip_move(commitd, last->candidate, why);
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
	/* Of the tip itself, told or not: tip_follow compares. */
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
enum error
branch_set_off(struct commitd *commitd, struct ticket *first, struct buffer *why)
{
	const char *tree = commitd->tip_tree;
	const struct result *result = NULL;
	struct ticket *ticket = first;
	struct buffer lines;
	enum error error = ERROR_NONE;
	unsigned count = 0, most = delivery_most(commitd);

	buffer_init(&lines);
	for (; error == ERROR_NONE && ticket != NULL && ticket->state == TICKET_PROVED &&
	    !ticket->cancelled && count < most;
	    ticket = queue_after(commitd->queue, ticket), count++) {
		result = ticket->data;
		error = proved_add(commitd, ticket, tree);
		landings_line(&lines, result->candidate);
		tree = result->tree;
		queue_event(commitd->queue, ticket, TICKET_LEAVE);
	}
	if (error == ERROR_NONE)
		error = proved_end(commitd);
	if (error == ERROR_NONE)
		error = landings_add(&commitd->landings, &lines);
	if (error == ERROR_NONE && !commitd->checked_out)
		error = delivery_begin(commitd, result->candidate, why);
	buffer_release(&lines);
	if (error != ERROR_NONE)
		give_back(commitd);
	return error;
}

/* Are those under way where they were to go? */
static bool
has_arrived(struct commitd *commitd, bool over)
{
	struct ticket *tickets[GROUP_MOST];
	const struct result *last = tickets[group(commitd, tickets) - 1]->data;

	/* Checked out there, it is to land here alone; but on what a person has there by now. */
	return (commitd->checked_out && !over) ||
	    repository_is_ancestor(commitd->repository, last->candidate, commitd->upstream_tip);
}

/*
 * Something came of what is under way. What is done about it is decided by where the
 * commits are, so that what failed goes on at the next step; they are given back only
 * when it is known that none of them is there.
 */
static enum error
settle(struct commitd *commitd, struct buffer *why)
{
	struct ticket *first = queue_first(commitd->queue);
	bool over;
	enum error error = overtaken(commitd, &over);

	if (error == ERROR_NONE && first != NULL && first->state == TICKET_LANDING &&
	    has_arrived(commitd, over)) {
		error = arrive(commitd, why);
		if (error == ERROR_NONE)
			error = overtaken(commitd, &over);
	}
	if (error == ERROR_NONE && over)
		error = follow_upstream(commitd, why);
	if (error == ERROR_NONE)
		give_back(commitd);
	return error;
}

enum error
branch_step(struct commitd *commitd, struct buffer *why)
{
	enum error error = ERROR_NONE;

	if (delivery_check(commitd, why) == DELIVERY_REWRITTEN)
		return ERROR_STATE;
	if (commitd->delivery.state == DELIVERY_NONE)
		error = settle(commitd, why);
	return error;
}
