/*
 * The line, one step at a time: see land.h. Objects are durable before the
 * branch moves, the branch before the ticket's reference goes, that before
 * anybody is told.
 */
#include "commitd/land.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/candidate.h"
#include "commitd/recover.h"
#include "commitd/upstream.h"
#include "protocol/log.h"
#include "protocol/mem.h"

void
land_tell_landed(struct commitd *commitd, const struct ticket *ticket)
{
	const struct result *result = ticket->data;
	struct msg_ticket_landed message = { .ticket = ticket->number, .task = result->task,
	    .commit = result->landed, .tip = commitd->tip, .trees = commitd->stack.names,
	    .verdict = result->verdict };

	link_send(&commitd->link, MSG_ticket_landed, 0, &message);
}

void
land_tell_voided(struct commitd *commitd, const struct ticket *ticket)
{
	struct msg_ticket_voided message = { .ticket = ticket->number };

	link_send(&commitd->link, MSG_ticket_voided, 0, &message);
}

void
land_tell_gate(struct commitd *commitd, const struct ticket *ticket)
{
	const struct result *result = ticket->data;
	struct msg_gate_wanted message = { .ticket = ticket->number, .task = result->task,
	    .tip = result->parent, .tree = result->tree, .trees = result->stack.names };

	link_send(&commitd->link, MSG_gate_wanted, 0, &message);
}

static void
tell_conflict(struct commitd *commitd, const struct ticket *ticket, const char *tip,
    const struct conflict *conflict)
{
	const struct result *result = ticket->data;
	struct msg_ticket_conflict message = { .ticket = ticket->number, .task = result->task,
	    .commit = result->commit, .tip = tip, .paths = conflict->paths,
	    .reason = conflict->reason, .empty = conflict->empty };

	if (conflict->reason != NULL && strlen(conflict->reason) > FEEDBACK_MAX)
		conflict->reason[FEEDBACK_MAX] = '\0';
	link_send(&commitd->link, MSG_ticket_conflict, 0, &message);
}

void
land_drop(void *context, struct ticket *ticket)
{
	struct commitd *commitd = context;
	struct result *result = ticket->data;

	if (result == NULL)
		return;
	result->parent[0] = '\0';
	if (commitd->trees != NULL)
		trees_drop(commitd->trees, &result->stack);
	stack_release(&result->stack);
}

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
	struct conflict conflict;
	const struct stack *stack;
	const char *commit, *tree;
	enum error error;

	below(commitd, ticket, &commit, &tree, &stack);
	error = candidate_make(commitd, ticket->data, ticket->number, commit, tree, &conflict);
	if (error == ERROR_NONE)
		queue_event(commitd->queue, ticket, TICKET_MERGE);
	/* Against another candidate it is not decided yet: the tip decides. */
	if (error == ERROR_CONFLICT) {
		queue_event(commitd->queue, ticket, TICKET_CONFLICT);
		log_info("ticket=%ju event=conflict", (uintmax_t)ticket->number);
		tell_conflict(commitd, ticket, commit, &conflict);
		error = ERROR_NONE;
	}
	conflict_release(&conflict);
	return error;
}

/* The trees of a candidate, when there are none yet. */
static enum error
make_trees(struct commitd *commitd, struct ticket *ticket, struct buffer *why)
{
	struct result *result = ticket->data;
	const struct stack *stack;
	const char *commit, *tree;

	if (commitd->trees == NULL || result->stack.names != NULL)
		return ERROR_NONE;
	below(commitd, ticket, &commit, &tree, &stack);
	return trees_add(commitd->trees, stack, result->candidate, result->tree, &result->stack,
	    why);
}

static enum error
ask_gate(struct commitd *commitd, struct ticket *ticket, struct buffer *why)
{
	const struct result *result = ticket->data;
	enum error error;

	if (!result->gate) {
		queue_event(commitd->queue, ticket, TICKET_PASS);
		return ERROR_NONE;
	}
	/* A worker is going to mount it: it must be there for good. */
	error = make_trees(commitd, ticket, why);
	if (error == ERROR_NONE) {
		queue_event(commitd->queue, ticket, TICKET_ASK);
		land_tell_gate(commitd, ticket);
	}
	return error;
}

/* Somebody else moved the branch: go on from where it is, with every candidate anew. */
static enum error
follow(struct commitd *commitd, const char *tip, struct buffer *why)
{
	struct stack stack = { 0 };
	enum error error = project_moved(commitd, tip, why);

	log_info("event=moved tip=%s", tip);
	queue_rebuild_after(commitd->queue, 0, land_drop, commitd);
	if (error == ERROR_NONE && commitd->trees != NULL &&
	    strcmp(commitd->stack.trees[0], commitd->tip_tree) != 0) {
		error = trees_add(commitd->trees, &commitd->stack, commitd->tip, commitd->tip_tree,
		    &stack, why);
		if (error == ERROR_NONE) {
			stack_release(&commitd->stack);
			commitd->stack = stack;
			trees_landed(commitd->trees, &commitd->stack);
		}
	}
	return error;
}

/* Upstream first: what is refused there must not be on our branch either. */
static enum error
push(struct commitd *commitd, const char *commit, struct buffer *why)
{
	enum error error;

	if (commitd->checked_out)
		return ERROR_NONE;
	error = upstream_push(commitd, commit, why);
	if (error == ERROR_NONE)
		return error;
	if (error != ERROR_MOVED) {
		/* Refused because somebody has changed over to the branch meanwhile? */
		commitd->checked_out = upstream_checked_out(commitd, buffer_text(why));
		if (commitd->checked_out)
			buffer_drop(why, why->len);
		return commitd->checked_out ? ERROR_NONE : error;
	}
	buffer_drop(why, why->len);
	if (!repository_is_ancestor(commitd->repository, commitd->tip, commitd->upstream_tip)) {
		buffer_format(why, "branch '%s' of %s was rewritten: %.12s does not contain what "
		    "landed (%.12s)", commitd->branch, commitd->upstream, commitd->upstream_tip,
		    commitd->tip);
		return ERROR_STATE;
	}
	error = repository_ref_write(commitd->repository, commitd->ref, commitd->upstream_tip,
	    commitd->tip);
	return error == ERROR_NONE ? ERROR_MOVED : error;
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

static enum error
land(struct commitd *commitd, struct ticket *ticket, struct buffer *why)
{
	struct result *result = ticket->data;
	enum error error;

	error = make_trees(commitd, ticket, why);
	if (error == ERROR_NONE)
		error = candidate_sync(commitd, result);
	if (error == ERROR_NONE)
		error = landings_add(&commitd->landings, result->candidate);
	if (error == ERROR_NONE)
		error = push(commitd, result->candidate, why);
	if (error == ERROR_MOVED)
		return follow(commitd, commitd->upstream_tip, why);
	if (error == ERROR_NONE)
		error = repository_ref_write(commitd->repository, commitd->ref, result->candidate,
		    result->parent);
	if (error != ERROR_NONE)
		return error;
	strcpy(result->landed, result->candidate);
	error = project_moved(commitd, result->landed, why);
	queue_event(commitd->queue, ticket, TICKET_LAND);
	forget_tickets(commitd, ticket->number);
	if (commitd->trees != NULL) {
		stack_release(&commitd->stack);
		commitd->stack = result->stack;
		result->stack = (struct stack){ 0 };
	}
	commitd->to_show = commitd->checked_out;
	log_info("ticket=%ju event=landed task=%s commit=%s", (uintmax_t)ticket->number,
	    result->task, result->landed);
	land_tell_landed(commitd, ticket);
	/* Nobody waits for this: the trees that were told stay for some landings. */
	if (commitd->trees != NULL)
		trees_landed(commitd->trees, &commitd->stack);
	return error;
}

enum error
land_step(struct commitd *commitd, bool *more, struct buffer *why)
{
	struct ticket *ticket = commitd->queue == NULL ? NULL : queue_work(commitd->queue);
	enum error error = ERROR_NONE;

	*more = ticket != NULL;
	if (ticket == NULL)
		return ERROR_NONE;
	switch (ticket->state) {
	case TICKET_WAITING:
		error = make_candidate(commitd, ticket);
		break;
	case TICKET_MERGED:
		error = ask_gate(commitd, ticket, why);
		break;
	case TICKET_PROVED:
		error = land(commitd, ticket, why);
		break;
	case TICKET_ABSENT: case TICKET_GATING: case TICKET_LANDED: case TICKET_VOID:
	case TICKET_STUCK: case TICKET_STATES:
		break;
	}
	return error;
}
