/* What is said to the supervisor of a ticket and of the branch, from what is known of it. */
#ifndef ORCH_TELL_H
#define ORCH_TELL_H

#include "commitd/commitd.h"

/* The receipt: it is on the branch, durable. */
void	tell_landed(struct commitd *commitd, const struct ticket *ticket);
void	tell_voided(struct commitd *commitd, const struct ticket *ticket);
/* A verdict on its tree is wanted. */
void	tell_gate(struct commitd *commitd, const struct ticket *ticket);
/* Not any more: the candidate came to nothing. */
void	tell_gate_unwanted(struct commitd *commitd, const struct ticket *ticket);
/* It cannot land, since it is red or in conflict on the tip. */
void	tell_stuck(struct commitd *commitd, const struct ticket *ticket);
/* New attempts start from here: the tip, with its trees. */
void	tell_tip(struct commitd *commitd);
/* The upstream was looked at, or cannot be; the tip was told before when it moved. */
void	tell_looked(struct commitd *commitd);
/* We are here. */
void	tell_answers(struct commitd *commitd);
/*
 * The upstream takes nothing now; seconds until it is tried again. `refusals`: how often
 * it was reached and said no, in a row; 0: that it is not.
 */
void	tell_stalled(struct commitd *commitd, const char *reason, uint64_t seconds,
	    unsigned refusals);

#endif
