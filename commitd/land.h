/*
 * Makes candidates and lands them: one step at a time, each of which may be
 * the last one of this process. The order is the queue's.
 */
#ifndef ORCH_LAND_H
#define ORCH_LAND_H

#include "commitd/commitd.h"

/*
 * Does the next thing that can be done on the line; *more says whether there
 * may be another one. An error is the machine's, not the result's: try again
 * later; ERROR_MOVED: only opening the project again helps. Words in *why.
 */
enum error	land_step(struct commitd *commitd, bool *more, struct buffer *why);
/* In how many ms a candidate may be made, when the last one could not be signed; -1: at any time. */
int		land_wait(const struct commitd *commitd);
/* What the gate says of a tree. */
void		land_verdict(struct commitd *commitd, struct ticket *ticket, const char *tree,
		    const char *verdict);

#endif
