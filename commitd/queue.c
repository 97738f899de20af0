/* The line of tickets: see queue.h. Decides order; never touches a repository. */
#include "commitd/queue.h"

#include <stdlib.h>

#include "protocol/buffer.h"
#include "protocol/log.h"
#include "protocol/mem.h"

struct queue {
	struct ticket **tickets;	/* by number; [0] is never used */
	size_t room;
	uint64_t next;			/* all below have landed or are void */
	size_t window;
	uint64_t highest;		/* in work at any time since; bounds a rebuild */
	void (*free_data)(void *);
};

struct cell {
	enum ticket_state next;
	unsigned actions;
	bool set;
};

#define TO(state, actions)	{ TICKET_##state, (actions), true }
#define REPLACED		TICKET_PIN | TICKET_DROP | TICKET_BEHIND

static const struct cell table[TICKET_STATES][TICKET_EVENTS] = {
	[TICKET_ABSENT] = {
		[TICKET_ENQUEUE] = TO(WAITING, TICKET_PIN),
		[TICKET_MERGE] = TO(ABSENT, TICKET_BUG),
		[TICKET_CONFLICT] = TO(ABSENT, TICKET_BUG),
		[TICKET_ASK] = TO(ABSENT, TICKET_BUG),
		[TICKET_PASS] = TO(ABSENT, TICKET_IGNORE),
		[TICKET_RED] = TO(ABSENT, TICKET_IGNORE),
		[TICKET_LAND] = TO(ABSENT, TICKET_BUG),
		[TICKET_CANCEL] = TO(VOID, TICKET_PIN),
		[TICKET_REBUILD] = TO(ABSENT, TICKET_IGNORE),
	},
	[TICKET_WAITING] = {
		[TICKET_ENQUEUE] = TO(WAITING, TICKET_PIN),
		[TICKET_MERGE] = TO(MERGED, 0),
		[TICKET_CONFLICT] = TO(STUCK, 0),
		[TICKET_ASK] = TO(WAITING, TICKET_BUG),
		[TICKET_PASS] = TO(WAITING, TICKET_IGNORE),
		[TICKET_RED] = TO(WAITING, TICKET_IGNORE),
		[TICKET_LAND] = TO(WAITING, TICKET_BUG),
		[TICKET_CANCEL] = TO(VOID, TICKET_PIN),
		[TICKET_REBUILD] = TO(WAITING, TICKET_IGNORE),
	},
	[TICKET_MERGED] = {
		[TICKET_ENQUEUE] = TO(WAITING, REPLACED),
		[TICKET_MERGE] = TO(MERGED, TICKET_BUG),
		[TICKET_CONFLICT] = TO(MERGED, TICKET_BUG),
		[TICKET_ASK] = TO(GATING, 0),
		[TICKET_PASS] = TO(PROVED, 0),
		[TICKET_RED] = TO(MERGED, TICKET_IGNORE),
		[TICKET_LAND] = TO(MERGED, TICKET_BUG),
		[TICKET_CANCEL] = TO(VOID, REPLACED),
		[TICKET_REBUILD] = TO(WAITING, TICKET_DROP),
	},
	[TICKET_GATING] = {
		[TICKET_ENQUEUE] = TO(WAITING, REPLACED),
		[TICKET_MERGE] = TO(GATING, TICKET_BUG),
		[TICKET_CONFLICT] = TO(GATING, TICKET_BUG),
		[TICKET_ASK] = TO(GATING, TICKET_ANSWER),
		[TICKET_PASS] = TO(PROVED, 0),
		[TICKET_RED] = TO(STUCK, TICKET_DROP | TICKET_BEHIND),
		[TICKET_LAND] = TO(GATING, TICKET_BUG),
		[TICKET_CANCEL] = TO(VOID, REPLACED),
		[TICKET_REBUILD] = TO(WAITING, TICKET_DROP),
	},
	[TICKET_PROVED] = {
		[TICKET_ENQUEUE] = TO(WAITING, REPLACED),
		[TICKET_MERGE] = TO(PROVED, TICKET_BUG),
		[TICKET_CONFLICT] = TO(PROVED, TICKET_BUG),
		[TICKET_ASK] = TO(PROVED, TICKET_BUG),
		[TICKET_PASS] = TO(PROVED, TICKET_IGNORE),
		[TICKET_RED] = TO(PROVED, TICKET_IGNORE),
		[TICKET_LAND] = TO(LANDED, 0),
		[TICKET_CANCEL] = TO(VOID, REPLACED),
		[TICKET_REBUILD] = TO(WAITING, TICKET_DROP),
	},
	[TICKET_LANDED] = {
		[TICKET_ENQUEUE] = TO(LANDED, TICKET_ANSWER),
		[TICKET_MERGE] = TO(LANDED, TICKET_BUG),
		[TICKET_CONFLICT] = TO(LANDED, TICKET_BUG),
		[TICKET_ASK] = TO(LANDED, TICKET_BUG),
		[TICKET_PASS] = TO(LANDED, TICKET_IGNORE),
		[TICKET_RED] = TO(LANDED, TICKET_IGNORE),
		[TICKET_LAND] = TO(LANDED, TICKET_BUG),
		[TICKET_CANCEL] = TO(LANDED, TICKET_ANSWER),
		[TICKET_REBUILD] = TO(LANDED, TICKET_IGNORE),
	},
	[TICKET_VOID] = {
		[TICKET_ENQUEUE] = TO(VOID, TICKET_ANSWER),
		[TICKET_MERGE] = TO(VOID, TICKET_BUG),
		[TICKET_CONFLICT] = TO(VOID, TICKET_BUG),
		[TICKET_ASK] = TO(VOID, TICKET_BUG),
		[TICKET_PASS] = TO(VOID, TICKET_IGNORE),
		[TICKET_RED] = TO(VOID, TICKET_IGNORE),
		[TICKET_LAND] = TO(VOID, TICKET_BUG),
		[TICKET_CANCEL] = TO(VOID, TICKET_ANSWER),
		[TICKET_REBUILD] = TO(VOID, TICKET_IGNORE),
	},
	[TICKET_STUCK] = {
		[TICKET_ENQUEUE] = TO(WAITING, TICKET_PIN),
		[TICKET_MERGE] = TO(STUCK, TICKET_BUG),
		[TICKET_CONFLICT] = TO(STUCK, TICKET_BUG),
		[TICKET_ASK] = TO(STUCK, TICKET_BUG),
		[TICKET_PASS] = TO(STUCK, TICKET_IGNORE),
		[TICKET_RED] = TO(STUCK, TICKET_IGNORE),
		[TICKET_LAND] = TO(STUCK, TICKET_BUG),
		[TICKET_CANCEL] = TO(VOID, TICKET_PIN),
		[TICKET_REBUILD] = TO(STUCK, TICKET_IGNORE),
	},
};

static const char *const state_names[TICKET_STATES] = { "ABSENT", "WAITING", "MERGED",
    "GATING", "PROVED", "LANDED", "VOID", "STUCK" };
static const char *const event_names[TICKET_EVENTS] = { "enqueue", "merge", "conflict",
    "ask", "pass", "red", "land", "cancel", "rebuild" };
static const char *const action_names[] = { "pin", "drop", "behind", "answer", "ignore",
    "never" };

const char *ticket_state_name(enum ticket_state state) { return state_names[state]; }
const char *ticket_event_name(enum ticket_event event) { return event_names[event]; }

unsigned
queue_cell(enum ticket_state state, enum ticket_event event, enum ticket_state *next)
{
	const struct cell *cell = &table[state][event];

	if (!cell->set)
		fatalx("no rule for a ticket that is %s on %s", state_names[state],
		    event_names[event]);
	*next = cell->next;
	return cell->actions;
}

void
queue_print_table(struct buffer *out)
{
	enum ticket_state state, next;
	unsigned actions, event, bit;

	for (state = TICKET_ABSENT; state < TICKET_STATES; state++)
		for (event = 0; event < TICKET_EVENTS; event++) {
			actions = queue_cell(state, (enum ticket_event)event, &next);
			buffer_format(out, "%-8s %-9s %s", state_names[state], event_names[event],
			    state_names[next]);
			for (bit = 0; bit < COUNT(action_names); bit++)
				if (actions & 1u << bit)
					buffer_format(out, " %s", action_names[bit]);
			buffer_add_text(out, "\n");
		}
}

struct queue *
queue_new(uint64_t next, size_t window, void (*free_data)(void *))
{
	struct queue *queue = mem_zero(1, sizeof(*queue));

	queue->next = next;
	queue->window = window ? window : 1;
	queue->free_data = free_data;
	return queue;
}

void
queue_free(struct queue *queue)
{
	size_t i;

	if (queue == NULL)
		return;
	for (i = 0; i < queue->room; i++)
		if (queue->tickets[i] != NULL) {
			if (queue->free_data != NULL)
				queue->free_data(queue->tickets[i]->data);
			free(queue->tickets[i]);
		}
	free(queue->tickets);
	free(queue);
}

uint64_t queue_next(const struct queue *queue) { return queue->next; }
void queue_set_window(struct queue *queue, size_t window) { queue->window = window ? window : 1; }

struct ticket *
queue_find(const struct queue *queue, uint64_t number)
{
	return number < queue->room ? queue->tickets[number] : NULL;
}

struct ticket *
queue_ticket(struct queue *queue, uint64_t number)
{
	size_t room = queue->room ? queue->room : 64, i;

	if (number == 0 || number > queue->next + QUEUE_SPAN)
		return NULL;
	while (room <= number)
		room *= 2;
	if (room != queue->room) {
		queue->tickets = mem_resize(queue->tickets, room, sizeof(struct ticket *));
		for (i = queue->room; i < room; i++)
			queue->tickets[i] = NULL;
		queue->room = room;
	}
	if (queue->tickets[number] == NULL) {
		queue->tickets[number] = mem_zero(1, sizeof(struct ticket));
		queue->tickets[number]->number = number;
		/* The line has passed it and it did not land: it was void. */
		if (number < queue->next)
			queue->tickets[number]->state = TICKET_VOID;
	}
	return queue->tickets[number];
}

bool
queue_recover(struct queue *queue, uint64_t number, enum ticket_state state, void *data)
{
	struct ticket *ticket = queue_ticket(queue, number);

	if (ticket == NULL || ticket->data != NULL)
		return false;
	ticket->state = state;
	ticket->data = data;
	return true;
}

/* The first in line is the first that is neither landed nor void. */
static void
pass_over(struct queue *queue)
{
	struct ticket *ticket;

	while ((ticket = queue_find(queue, queue->next)) != NULL &&
	    (ticket->state == TICKET_VOID || ticket->state == TICKET_LANDED))
		queue->next++;
}

unsigned
queue_event(struct queue *queue, struct ticket *ticket, enum ticket_event event)
{
	enum ticket_state next;
	unsigned actions = queue_cell(ticket->state, event, &next);

	if (actions & TICKET_BUG)
		fatalx("ticket=%ju is %s: %s cannot happen", (uintmax_t)ticket->number,
		    state_names[ticket->state], event_names[event]);
	ticket->state = next;
	if (next == TICKET_MERGED && ticket->number > queue->highest)
		queue->highest = ticket->number;
	pass_over(queue);
	return actions;
}

struct ticket *
queue_work(struct queue *queue)
{
	struct ticket *ticket;
	uint64_t number;
	size_t seen = 0;

	pass_over(queue);
	for (number = queue->next; seen < queue->window; number++) {
		if ((ticket = queue_find(queue, number)) == NULL)
			return NULL;
		switch (ticket->state) {
		case TICKET_ABSENT: case TICKET_STUCK:
			return NULL;
		case TICKET_WAITING: case TICKET_MERGED:
			return ticket;
		case TICKET_PROVED:
			if (number == queue->next)
				return ticket;
			seen++;
			break;
		case TICKET_GATING:
			seen++;
			break;
		case TICKET_LANDED: case TICKET_VOID: case TICKET_STATES:
			break;
		}
	}
	return NULL;
}

struct ticket *
queue_before(const struct queue *queue, const struct ticket *ticket)
{
	struct ticket *before;
	uint64_t number;

	for (number = ticket->number - 1; number >= queue->next; number--) {
		before = queue_find(queue, number);
		if (before != NULL && before->state != TICKET_VOID)
			return before;
	}
	return NULL;
}

void
queue_rebuild_after(struct queue *queue, uint64_t number,
    void (*drop)(void *context, struct ticket *ticket), void *context)
{
	struct ticket *ticket;

	if (number < queue->next)
		number = queue->next - 1;
	for (number++; number <= queue->highest; number++)
		if ((ticket = queue_find(queue, number)) != NULL &&
		    (queue_event(queue, ticket, TICKET_REBUILD) & TICKET_DROP) != 0)
			drop(context, ticket);
}
