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
/* Does what an event on a ticket asks for besides its new state. */
void		land_follow_up(struct commitd *commitd, struct ticket *ticket, unsigned actions);
/* The line is to pass this ticket. ERROR_SYSTEM: it cannot be written down; ask again. */
enum error	land_void(struct commitd *commitd, struct ticket *ticket);
/* What the gate says of a tree. */
void		land_verdict(struct commitd *commitd, struct ticket *ticket, const char *tree,
		    const char *verdict);
/* Says again what is known of a ticket. */
void		land_answer(struct commitd *commitd, const struct ticket *ticket);

#endif
