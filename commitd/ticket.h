/* What an event on a ticket asks for besides its new state (queue_table.h). */
#ifndef ORCH_TICKET_H
#define ORCH_TICKET_H

#include "commitd/commitd.h"

/* The candidate of a ticket is worth nothing any more. Context: the commitd. */
void		ticket_drop(void *context, struct ticket *ticket);
/* Does what queue_event has answered. */
void		ticket_follow_up(struct commitd *commitd, struct ticket *ticket, unsigned actions);
/* The line is to pass this ticket. ERROR_SYSTEM: it cannot be written down; ask again. */
enum error	ticket_void(struct commitd *commitd, struct ticket *ticket);
/* Says again what is known of it. */
void		ticket_answer(struct commitd *commitd, const struct ticket *ticket);

#endif
