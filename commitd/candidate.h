/* Makes the commits that would land: merges a result onto a tip. Moves nothing. */
#ifndef ORCH_CANDIDATE_H
#define ORCH_CANDIDATE_H

#include "commitd/commitd.h"

/*
 * Fills parent, tree, candidate, parts and verdict of the result. ERROR_CONFLICT: it
 * cannot be merged; its `conflict` says why. Its objects are not durable.
 */
enum error	candidate_make(struct commitd *commitd, struct result *result, uint64_t ticket,
		    const char *parent, const char *parent_tree);
/* There is no candidate any more. */
void		candidate_forget(struct result *result);
/* The tree that is to be proved now, and its commit: a part's, at last the candidate's. */
const char	*candidate_tree(const struct result *result);
const char	*candidate_commit(const struct result *result);
bool		 candidate_is_last(const struct result *result);

#endif
