/*
 * Progress of a run on standard error: one plain line for each event, and on a
 * terminal a line for each busy slot below them, drawn anew as things change.
 */
#ifndef ORCH_LIVE_H
#define ORCH_LIVE_H

#include <stdbool.h>

#include "protocol/message.h"

struct live_slot;

struct live {
	bool shown;			/* false: nothing is written at all */
	bool terminal, colours;
	size_t drawn;			/* lines below the last plain one */
	struct live_slot *slots;
	size_t slot_count;
	uint64_t total, complete, blocked, cancelled;
	double started;
};

void	live_init(struct live *live, bool shown);
/* Takes the live lines away for good; what was written above them stays. */
void	live_finish(struct live *live);
void	live_release(struct live *live);
/* Counts the event, writes its line and draws anew. */
void	live_event(struct live *live, const struct msg_event *event);
/* What is so far, from the supervisor. */
void	live_counts(struct live *live, const struct reply_status *status);
/* A line of our own. */
void	live_say(struct live *live, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
/* Since live_init(). */
double	live_seconds(const struct live *live);
/* Draws anew: time has passed. */
void	live_tick(struct live *live);

#endif
