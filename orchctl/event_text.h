/* An event as a sentence for people. */
#ifndef ORCH_EVENT_TEXT_H
#define ORCH_EVENT_TEXT_H

#include "orchctl/table.h"
#include "protocol/message.h"

/* Adds one line without a newline, fit for a terminal; returns its colour. */
enum colour	event_text(const struct msg_event *event, struct buffer *out);

#endif
