/* The tip of the branch and what is read from it: see tip.h. */
#include "commitd/tip.h"

#include <string.h>

#include "commitd/attributes.h"
#include "commitd/tell.h"
#include "commitd/walk.h"
#include "protocol/loop.h"
#include "protocol/mem.h"

/* While others wait: so long, no more than a part of the time is spent on it. */
#define BEHIND_MS	200
#define BEHIND_TIMES	4
#define BEHIND_MOST_MS	1000
/* While nobody does, after the last time: what it costs in a large repository, agents lack. */
#define REST_TIMES	3
#define TREES_MANY	32u		/* in the tip's stack: they have to be folded, busy or not */

enum error
tip_move(struct commitd *commitd, const char *tip, struct buffer *why)
{
	struct commit commit;
	enum error error = commit_read(commitd->repository, tip, &commit);

	if (error == ERROR_NONE) {
		memmove(commitd->tip, tip, OID_TEXT);
		strcpy(commitd->tip_tree, commit.tree);
		attributes_follow(commitd);
	} else
		buffer_format(why, "the tip of branch '%s', %s, cannot be read", commitd->branch,
		    tip);
	commit_release(&commit);
	return error;
}

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
follow(struct commitd *commitd, struct buffer *why)
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

enum error
tip_follow_now(struct commitd *commitd, struct buffer *why)
{
	int64_t began = (int64_t)clock_monotonic();
	enum error error;

	if (strcmp(commitd->stack.commit, commitd->tip) == 0)
		return ERROR_NONE;
	error = follow(commitd, why);
	/* It is due until it can be made, or failures would not be in a row. */
	if (error != ERROR_NONE)
		return error;
	commitd->behind = 0;
	commitd->followed = (int64_t)clock_monotonic();
	commitd->took = commitd->followed - began;
	return ERROR_NONE;
}

/* When its turn is: clock_monotonic in ms. */
static int64_t
due(const struct commitd *commitd, bool busy)
{
	int64_t wait = busy ? BEHIND_MS + BEHIND_TIMES * commitd->took : REST_TIMES * commitd->took;

	return (busy ? commitd->behind : commitd->followed) +
	    (wait < BEHIND_MOST_MS ? wait : BEHIND_MOST_MS);
}

enum error
tip_follow(struct commitd *commitd, bool busy, struct buffer *why)
{
	int64_t now = (int64_t)clock_monotonic();

	if (strcmp(commitd->stack.commit, commitd->tip) == 0)
		return ERROR_NONE;
	if (commitd->behind == 0)
		commitd->behind = now;
	if (now < due(commitd, busy) && strs_count(commitd->stack.names) < TREES_MANY)
		return ERROR_NONE;
	return tip_follow_now(commitd, why);
}

int
tip_wait(const struct commitd *commitd)
{
	int64_t left = due(commitd, false) - (int64_t)clock_monotonic();

	if (commitd->queue == NULL || strcmp(commitd->stack.commit, commitd->tip) == 0)
		return -1;
	return left > 0 ? (int)left : 0;
}
