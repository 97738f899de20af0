/*
 * What happened, for people and programs: each event is a row in the same
 * transaction as the change, and goes to those who follow once it is durable.
 */
#ifndef ORCH_EVENTS_H
#define ORCH_EVENTS_H

#include "supervisor/supervisor.h"

/* Inside a transaction; the time is set here. */
void	events_record(struct supervisor *supervisor, const struct event_row *event);
/* Ends the transaction, then tells followers, workers and commitd what it caused. */
void	events_commit(struct supervisor *supervisor);
/* An event of the moment, not kept: run.end. */
void	events_tell(struct supervisor *supervisor, const struct msg_event *event);
/* The message that tells a row. */
struct msg_event	events_message(const struct event_row *row);

#endif
