/*
 * Life of one ticket: state and event give the next state and what is to be done
 * besides. Pure and total. What depends on the other tickets is in queue.h.
 */
#ifndef ORCH_QUEUE_TABLE_H
#define ORCH_QUEUE_TABLE_H

enum ticket_state {
	TICKET_ABSENT,		/* nothing came for this number yet */
	TICKET_WAITING,		/* a result is pinned, no candidate made */
	TICKET_MERGED,		/* its candidate is made */
	TICKET_GATING,		/* a verdict was asked for */
	TICKET_PROVED,		/* may land when it is first in line */
	TICKET_ASIDE,		/* red or in conflict; judged when it is first in line */
	TICKET_LANDING,		/* under way to the branch: nothing but that decides now */
	TICKET_LANDED,
	TICKET_VOID,		/* the line passes it */
	TICKET_STUCK,		/* judged: holds the line for a void or a new result */
	TICKET_STATES
};

enum ticket_event {
	TICKET_ENQUEUE,		/* a result came, or another one for the same number */
	TICKET_MERGE,		/* its candidate was made */
	TICKET_CONFLICT,	/* its candidate cannot be made */
	TICKET_ASK,		/* the gate was asked */
	TICKET_NEXT,		/* the gate passed, and there is another tree to prove */
	TICKET_PASS,		/* the gate passed, or there is none */
	TICKET_RED,		/* the gate did not pass */
	TICKET_JUDGE,		/* first in line, and what it stood on is the tip */
	TICKET_LEAVE,		/* all before it have landed or leave with it */
	TICKET_RETURN,		/* the branch has it not, and may take it yet */
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
#define TICKET_LATER	32u	/* to be done when it is not under way any more */
#define TICKET_BUG	64u	/* our own code must never do this */

const char	*ticket_state_name(enum ticket_state state);
const char	*ticket_event_name(enum ticket_event event);
/* The table of states and events as text, one line for each cell. */
struct buffer;
void		 queue_print_table(struct buffer *out);
/* One cell, for the test that proves that all are set. */
unsigned	 queue_cell(enum ticket_state state, enum ticket_event event,
		    enum ticket_state *next);

#endif
