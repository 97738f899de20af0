/*
 * The line of tickets of one project: what is known of each number, what may
 * be worked on now, and what an event does to it. Pure; the effects (pinning,
 * merging, asking, landing) belong to land.c and on_supervisor.c. Every
 * operation is O(1), amortised, but for queue_work and queue_rebuild_after,
 * which look at the tickets in work only.
 *
 * Candidates are made ahead, each on the one before it in line, and proved side
 * by side. One that is red or in conflict steps aside: alone, those behind it are
 * made anew without it, and since what it stood on may itself come to nothing, it
 * is judged when it is first in line; if anything before it has changed until then,
 * it is made anew too. How far ahead is the window: it starts at twice the number
 * of slots, grows by one with each landing, halves with each red gate, and is never
 * below that number (additive increase, multiplicative decrease, as in Zuul's
 * dependent pipeline; there with a floor of its own).
 */
#ifndef ORCH_QUEUE_H
#define ORCH_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "commitd/queue_table.h"

#define QUEUE_SPAN	4000000u	/* how far past `next` a number may be */

struct ticket {
	uint64_t number;
	enum ticket_state state;
	bool cancelled;		/* TICKET_CANCEL came while it was under way */
	void *data;		/* the owner's */
};

struct queue;

/* `next` is the first number that may land, `slots` how many are proved at once. */
struct queue	*queue_new(uint64_t next, size_t slots, void (*free_data)(void *));
void		 queue_free(struct queue *queue);
uint64_t	 queue_next(const struct queue *queue);
/* How many may be in work now. */
size_t		 queue_window(const struct queue *queue);
/* NULL when nothing was ever said about this number. */
struct ticket	*queue_find(const struct queue *queue, uint64_t number);
/* The ticket, made when it is not there; NULL when the number is 0 or past QUEUE_SPAN. */
struct ticket	*queue_ticket(struct queue *queue, uint64_t number);
/* A ticket that was landed or void before this process began. */
bool		 queue_recover(struct queue *queue, uint64_t number, enum ticket_state state,
		    void *data);
/* Applies an event; returns the TICKET_ bits of the cell. */
unsigned	 queue_event(struct queue *queue, struct ticket *ticket, enum ticket_event event);
/*
 * The ticket to work on: the first in line when it is ASIDE, or PROVED and `may_land`;
 * else the first WAITING or MERGED one in the window. NULL when all wait for somebody.
 * A ticket behind one that is absent or stuck is never worked on.
 */
struct ticket	*queue_work(struct queue *queue, bool may_land);
/* The first in line that has neither landed nor is void; NULL: nothing came for it. */
struct ticket	*queue_first(struct queue *queue);
/* The next one in line behind it that is not void; NULL: nothing came for it. */
struct ticket	*queue_after(struct queue *queue, const struct ticket *ticket);
/* No ticket with a higher number was ever in work. */
uint64_t	 queue_highest(const struct queue *queue);
/* The ticket whose candidate stands directly before this one; NULL: the tip. */
struct ticket	*queue_before(const struct queue *queue, const struct ticket *ticket);
/*
 * Those behind `number` that are in work start again: calls `drop` for each
 * whose candidate is worth nothing any more. 0 means all.
 */
void		 queue_rebuild_after(struct queue *queue, uint64_t number,
		    void (*drop)(void *context, struct ticket *ticket), void *context);

#endif
