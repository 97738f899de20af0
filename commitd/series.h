/*
 * The agent's own commits, from the one after the base to the result, along first
 * parents. A result whose first parents do not lead to the base has no series.
 */
#ifndef ORCH_SERIES_H
#define ORCH_SERIES_H

#include "commitd/repository.h"

#define SERIES_MOST	1000u		/* commits; a result with more is taken as one */

struct series {
	char (*commits)[OID_TEXT];	/* parents first; the last is the result */
	size_t count;			/* 0: there is none */
};

/* ERROR_UNKNOWN when a commit is missing; series_release in every case. */
enum error	series_read(struct repository *repository, const char *base, const char *commit,
		    struct series *series);
/*
 * Adds what the agent's commits merged, as far as the base has not got it. Where that
 * makes too many, there is no series.
 */
enum error	series_widen(struct repository *repository, const char *base,
		    struct series *series);
/*
 * The same commits without what an agent wrote in our name (trailers.h): those that
 * have such trailers are written anew, and all that descend from them.
 */
enum error	series_strip(struct repository *repository, struct series *series);
void		series_release(struct series *series);

#endif
