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
 * later. Words in *why.
 */
enum error	land_step(struct commitd *commitd, bool *more, struct buffer *why);
/* The candidate of a ticket is worth nothing any more. Context: the commitd. */
void		land_drop(void *context, struct ticket *ticket);
/* What is said of a ticket, from what is known of it. */
void		land_tell_landed(struct commitd *commitd, const struct ticket *ticket);
void		land_tell_voided(struct commitd *commitd, const struct ticket *ticket);
void		land_tell_gate(struct commitd *commitd, const struct ticket *ticket);

#endif
