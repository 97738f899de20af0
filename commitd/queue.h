/*
 * The line of tickets of one project: what is known of each number, what may
 * be worked on now, and what an event does to it. Pure; the effects (pinning,
 * merging, asking, landing) belong to land.c and on_supervisor.c. Every
 * operation is O(1), amortised, but for queue_work, which looks at no more
 * than `window` tickets.
 */
#ifndef ORCH_QUEUE_H
#define ORCH_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUEUE_SPAN	4000000u	/* how far past `next` a number may be */

enum ticket_state {
	TICKET_ABSENT,		/* nothing came for this number yet */
	TICKET_WAITING,		/* a result is pinned, no candidate made */
	TICKET_MERGED,		/* its candidate is made */
	TICKET_GATING,		/* a verdict was asked for */
	TICKET_PROVED,		/* may land when it is first in line */
	TICKET_LANDED,
	TICKET_VOID,		/* the line passes it */
	TICKET_STUCK,		/* conflict or red: holds the line for a void or a new result */
	TICKET_STATES
};

enum ticket_event {
	TICKET_ENQUEUE,		/* a result came, or another one for the same number */
	TICKET_MERGE,		/* its candidate was made */
	TICKET_CONFLICT,	/* its candidate cannot be made */
	TICKET_ASK,		/* the gate was asked */
	TICKET_PASS,		/* the gate passed, or there is none */
	TICKET_RED,		/* the gate did not pass */
	TICKET_LAND,		/* the branch has it */
	TICKET_CANCEL,		/* to be void */
	TICKET_REBUILD,		/* what its candidate stands on is gone */
	TICKET_EVENTS
};

/* What the caller has to do besides; bits. */
#define TICKET_PIN	1u	/* keep the new result, or the void, in a ref */
#define TICKET_DROP	2u	/* its candidate is worth nothing any more */
#define TICKET_BEHIND	4u	/* queue_rebuild_after: so are those behind it */
#define TICKET_ANSWER	8u	/* say again what became of it */
#define TICKET_IGNORE	16u	/* too late or too early: nothing happens */
#define TICKET_BUG	32u	/* our own code must never do this */

struct ticket {
	uint64_t number;
	enum ticket_state state;
	void *data;		/* the owner's */
};

struct queue;

/* `next` is the first number that may land, `window` how many may be in work. */
struct queue	*queue_new(uint64_t next, size_t window, void (*free_data)(void *));
void		 queue_free(struct queue *queue);
uint64_t	 queue_next(const struct queue *queue);
void		 queue_set_window(struct queue *queue, size_t window);
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
 * The ticket to work on: the first WAITING or MERGED one in the window, or the
 * first in line when it is PROVED; NULL when all wait for somebody. A ticket
 * behind one that is absent or stuck is never worked on.
 */
struct ticket	*queue_work(struct queue *queue);
/* The ticket whose candidate stands directly before this one; NULL: the tip. */
struct ticket	*queue_before(const struct queue *queue, const struct ticket *ticket);
/*
 * Those behind `number` that are in work start again: calls `drop` for each
 * whose candidate is worth nothing any more. 0 means all.
 */
void		 queue_rebuild_after(struct queue *queue, uint64_t number,
		    void (*drop)(void *context, struct ticket *ticket), void *context);

const char	*ticket_state_name(enum ticket_state state);
const char	*ticket_event_name(enum ticket_event event);
/* The table of states and events as text, one line for each cell. */
struct buffer;
void		 queue_print_table(struct buffer *out);
/* One cell, for the test that proves that all are set. */
unsigned	 queue_cell(enum ticket_state state, enum ticket_event event,
		    enum ticket_state *next);

#endif
