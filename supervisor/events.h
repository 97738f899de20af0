/*
 * What happened, for people and programs: each event is a row in the same
 * transaction as the change. Told to those who follow once it is durable (transition.h).
 */
#ifndef ORCH_EVENTS_H
#define ORCH_EVENTS_H

#include "supervisor/supervisor.h"

/* Inside a transaction; the time is set here. */
void	events_record(struct supervisor *supervisor, const struct event_row *event);
/* The message that tells a row. */
struct msg_event	events_message(const struct event_row *row);

#endif
