/* Makes the commit that would land: merges a result onto a tip. Moves nothing. */
#ifndef ORCH_CANDIDATE_H
#define ORCH_CANDIDATE_H

#include "commitd/commitd.h"

/*
 * Fills parent, tree, candidate and verdict of the result. ERROR_CONFLICT: it
 * cannot be merged; its `conflict` says why. Its objects are not durable.
 */
enum error	candidate_make(struct commitd *commitd, struct result *result, uint64_t ticket,
		    const char *parent, const char *parent_tree);

#endif
