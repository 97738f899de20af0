/* What happened: see events.h. */
#include "events.h"

#include <stdlib.h>

#include "protocol/log.h"

void
events_record(struct supervisor *supervisor, const struct event_row *event)
{
	struct event_row row = *event;

	row.time = clock_wall();
	store_event(supervisor->store, &row);
	log_info("event=%s%s%s%s%s%s%s%s%s", row.event, row.project ? " project=" : "",
	    row.project ? row.project : "", row.task ? " task=" : "", row.task ? row.task : "",
	    row.slot ? " slot=" : "", row.slot ? row.slot : "", row.reason ? " why=" : "",
	    row.reason ? row.reason : "");
}

struct msg_event
events_message(const struct event_row *row)
{
	return (struct msg_event){ .id = row->id, .time = row->time, .event = row->event,
	    .task = row->task, .attempt = row->attempt, .ticket = row->ticket, .commit = row->commit,
	    .slot = row->slot, .reason = row->reason, .project = row->project };
}
