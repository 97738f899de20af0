/* Makes the commit that would land: merges a result onto a tip. Moves nothing. */
#ifndef ORCH_CANDIDATE_H
#define ORCH_CANDIDATE_H

#include "commitd/commitd.h"

/* Why there is none. */
struct conflict {
	char **paths;
	char *reason;
	bool empty;		/* it merges, and nothing is left to change */
};

/*
 * Fills parent, tree, candidate and verdict of the result. ERROR_CONFLICT: it
 * cannot be merged; *conflict says why and is released by conflict_release.
 * The objects are durable after candidate_sync.
 */
enum error	candidate_make(struct commitd *commitd, struct result *result, uint64_t ticket,
		    const char *parent, const char *parent_tree, struct conflict *conflict);
/* Makes all that the candidate has and the tip has not durable. */
enum error	candidate_sync(struct commitd *commitd, const struct result *result);
void		conflict_release(struct conflict *conflict);

#endif
