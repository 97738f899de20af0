/* The line of tickets: see queue.h. Decides order; never touches a repository. */
#include "commitd/queue.h"

#include <stdlib.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define WINDOW_MOST	1000u

struct queue {
	struct ticket **tickets;	/* by number; [0] is never used */
	size_t room;
	uint64_t next;			/* all below have landed or are void */
	size_t slots, window;
	uint64_t highest;		/* in work at any time since; bounds a rebuild */
	void (*free_data)(void *);
};

struct queue *
queue_new(uint64_t next, size_t slots, void (*free_data)(void *))
{
	struct queue *queue = mem_zero(1, sizeof(*queue));

	queue->next = next;
	queue->slots = slots ? slots : 1;
	queue->window = 2 * queue->slots;
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
uint64_t queue_highest(const struct queue *queue) { return queue->highest; }
size_t queue_window(const struct queue *queue) { return queue->window; }

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

/* The window: see queue.h. */
static void
adapt(struct queue *queue, enum ticket_state before, enum ticket_event event)
{
	if (event == TICKET_LAND && queue->window < WINDOW_MOST)
		queue->window++;
	if (event == TICKET_RED && before == TICKET_GATING)
		queue->window = queue->window / 2 > queue->slots ? queue->window / 2 : queue->slots;
}

unsigned
queue_event(struct queue *queue, struct ticket *ticket, enum ticket_event event)
{
	enum ticket_state next;
	unsigned actions = queue_cell(ticket->state, event, &next);

	if (actions & TICKET_BUG)
		fatalx("ticket=%ju is %s: %s cannot happen", (uintmax_t)ticket->number,
		    ticket_state_name(ticket->state), ticket_event_name(event));
	adapt(queue, ticket->state, event);
	ticket->cancelled = actions & TICKET_LATER ? true :
	    ticket->cancelled && next != TICKET_LANDED && next != TICKET_VOID;
	ticket->state = next;
	if ((next == TICKET_MERGED || next == TICKET_ASIDE) && ticket->number > queue->highest)
		queue->highest = ticket->number;
	pass_over(queue);
	return actions;
}

struct ticket *
queue_first(struct queue *queue)
{
	pass_over(queue);
	return queue_find(queue, queue->next);
}

struct ticket *
queue_after(struct queue *queue, const struct ticket *ticket)
{
	struct ticket *after;
	uint64_t number = ticket->number;

	do
		after = queue_find(queue, ++number);
	while (after != NULL && after->state == TICKET_VOID);
	return after;
}

struct ticket *
queue_work(struct queue *queue, bool may_land)
{
	struct ticket *first = queue_first(queue), *ticket;
	size_t seen = 0;

	if (first != NULL && (first->state == TICKET_ASIDE ||
	    (first->state == TICKET_PROVED && may_land)))
		return first;
	for (ticket = first; ticket != NULL && seen < queue->window;
	    ticket = queue_after(queue, ticket))
		switch (ticket->state) {
		case TICKET_ABSENT: case TICKET_STUCK:
			return NULL;
		case TICKET_WAITING: case TICKET_MERGED:
			return ticket;
		case TICKET_GATING: case TICKET_PROVED:
			seen++;
			break;
		case TICKET_ASIDE: case TICKET_LANDING: case TICKET_LANDED: case TICKET_VOID:
		case TICKET_STATES:
			break;
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
		if (before != NULL && before->state != TICKET_VOID && before->state != TICKET_ASIDE)
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
