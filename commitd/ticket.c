/* What happens to a ticket besides its new state: see ticket.h. */
#include "commitd/ticket.h"

#include <stdlib.h>

#include "commitd/candidate.h"
#include "commitd/tell.h"
#include "protocol/log.h"
#include "protocol/mem.h"

void
ticket_drop(void *context, struct ticket *ticket)
{
	struct commitd *commitd = context;
	struct result *result = ticket->data;

	if (result == NULL)
		return;
	if (result->asked)
		tell_gate_unwanted(commitd, ticket);
	result->asked = false;
	candidate_forget(result);
	if (commitd->trees != NULL)
		trees_drop(commitd->trees, &result->stack);
	stack_release(&result->stack);
}

void
ticket_answer(struct commitd *commitd, const struct ticket *ticket)
{
	if (ticket->state == TICKET_LANDED)
		tell_landed(commitd, ticket);
	else if (ticket->state == TICKET_VOID)
		tell_voided(commitd, ticket);
	else if (ticket->state == TICKET_GATING)
		tell_gate(commitd, ticket);
	else if (ticket->state == TICKET_STUCK)
		tell_stuck(commitd, ticket);
}

void
ticket_follow_up(struct commitd *commitd, struct ticket *ticket, unsigned actions)
{
	if (actions & TICKET_DROP)
		ticket_drop(commitd, ticket);
	if (actions & TICKET_BEHIND)
		queue_rebuild_after(commitd->queue, ticket->number, ticket_drop, commitd);
	if (actions & TICKET_ANSWER)
		ticket_answer(commitd, ticket);
}

enum error
ticket_void(struct commitd *commitd, struct ticket *ticket)
{
	char *ref = str_format("%s%ju", TICKET_REF, (uintmax_t)ticket->number);
	enum error error = ERROR_NONE;

	if (ticket->state != TICKET_LANDED && ticket->state != TICKET_VOID &&
	    ticket->state != TICKET_LANDING)
		error = repository_ref_write(commitd->repository, ref, commitd->void_blob, NULL);
	free(ref);
	if (error != ERROR_NONE) {
		log_warnx("ticket=%ju event=void why=its reference cannot be written",
		    (uintmax_t)ticket->number);
		return error;
	}
	ticket_follow_up(commitd, ticket, queue_event(commitd->queue, ticket, TICKET_CANCEL) &
	    ~TICKET_ANSWER);
	ticket_answer(commitd, ticket);
	return ERROR_NONE;
}
