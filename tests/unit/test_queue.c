/* The line of tickets, by tables and at size. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "commitd/queue.h"
#include "protocol/buffer.h"

static void
table_is_total(void **state)
{
	enum ticket_state from, to;
	unsigned event, actions;
	struct buffer text;
	size_t lines = 0, i;

	(void)state;
	for (from = TICKET_ABSENT; from < TICKET_STATES; from++)
		for (event = 0; event < TICKET_EVENTS; event++) {
			actions = queue_cell(from, (enum ticket_event)event, &to);
			/* What is over stays over, what cannot be changes nothing. */
			if (from == TICKET_LANDED || from == TICKET_VOID ||
			    actions & (TICKET_BUG | TICKET_IGNORE))
				assert_int_equal(from, to);
			/* Only what was proved lands. */
			if (to == TICKET_LANDED && from != TICKET_LANDED)
				assert_int_equal(from, TICKET_LANDING);
			if (to == TICKET_LANDING && from != TICKET_LANDING)
				assert_int_equal(from, TICKET_PROVED);
			/* Under way, only the branch decides. */
			if (from == TICKET_LANDING && to == TICKET_VOID)
				fail();
			if (to == TICKET_VOID && from != TICKET_VOID)
				assert_true(actions & TICKET_PIN);
		}
	buffer_init(&text);
	queue_print_table(&text);
	for (i = 0; i < text.len; i++)
		lines += text.bytes[i] == '\n';
	assert_int_equal(lines, TICKET_STATES * TICKET_EVENTS);
	buffer_release(&text);
}

/* Brings a ticket to the point where it may land. */
static void
prove(struct queue *queue, struct ticket *ticket)
{
	queue_event(queue, ticket, TICKET_MERGE);
	queue_event(queue, ticket, TICKET_PASS);
}

static void
land(struct queue *queue, struct ticket *ticket)
{
	queue_event(queue, ticket, TICKET_LEAVE);
	queue_event(queue, ticket, TICKET_LAND);
}

static void
lands_in_number_order(void **state)
{
	struct queue *queue = queue_new(1, 1, NULL);
	uint64_t number;

	(void)state;
	for (number = 5; number > 1; number--) {
		queue_event(queue, queue_ticket(queue, number), TICKET_ENQUEUE);
		assert_null(queue_work(queue, true));
	}
	queue_event(queue, queue_ticket(queue, 1), TICKET_ENQUEUE);
	queue_event(queue, queue_ticket(queue, 3), TICKET_CANCEL);
	for (number = 1; number <= 5; number++) {
		if (number == 3)
			continue;
		assert_int_equal(queue_work(queue, true)->number, number);
		prove(queue, queue_work(queue, true));
		assert_int_equal(queue_work(queue, true)->number, number);
		land(queue, queue_work(queue, true));
	}
	assert_int_equal(queue_next(queue), 6);
	assert_null(queue_ticket(queue, 0));
	assert_null(queue_ticket(queue, UINT64_MAX / 2));
	queue_free(queue);
}

static unsigned dropped;

static void
drop(void *context, struct ticket *ticket)
{
	(void)context;
	assert_int_equal(ticket->state, TICKET_WAITING);
	dropped++;
}

/* Makes the candidate of the ticket that is due and asks for its gate. */
static void
ask(struct queue *queue, uint64_t number)
{
	struct ticket *ticket = queue_work(queue, true);

	assert_int_equal(ticket->number, number);
	queue_event(queue, ticket, TICKET_MERGE);
	queue_event(queue, ticket, TICKET_ASK);
}

static struct queue *
line_of(uint64_t count, size_t slots)
{
	struct queue *queue = queue_new(1, slots, NULL);
	uint64_t number;

	for (number = 1; number <= count; number++)
		queue_event(queue, queue_ticket(queue, number), TICKET_ENQUEUE);
	return queue;
}

static void
red(struct queue *queue, uint64_t number)
{
	assert_int_equal(queue_event(queue, queue_find(queue, number), TICKET_RED),
	    TICKET_DROP | TICKET_BEHIND);
	queue_rebuild_after(queue, number, drop, NULL);
}

/* One that is red steps aside alone, and is judged when all before it have landed. */
static void
works_ahead_in_a_window(void **state)
{
	struct queue *queue = line_of(12, 2);
	uint64_t number;

	(void)state;
	for (number = 1; number <= 4; number++) {
		ask(queue, number);
		assert_ptr_equal(queue_before(queue, queue_find(queue, number)), number == 1 ? NULL :
		    queue_find(queue, number - 1));
	}
	assert_null(queue_work(queue, true));		/* the window is 2 x 2 */
	queue_event(queue, queue_find(queue, 3), TICKET_PASS);
	assert_null(queue_work(queue, true));		/* proved, but not its turn */
	dropped = 0;
	red(queue, 2);
	assert_int_equal(queue_window(queue), 2);	/* never below the slots */
	assert_int_equal(dropped, 2);
	ask(queue, 3);
	assert_ptr_equal(queue_before(queue, queue_find(queue, 3)), queue_find(queue, 1));
	assert_null(queue_work(queue, true));
	queue_event(queue, queue_find(queue, 1), TICKET_PASS);
	land(queue, queue_work(queue, true));
	assert_int_equal(queue_window(queue), 3);
	assert_int_equal(queue_work(queue, true)->number, 2);
	assert_int_equal(queue_work(queue, true)->state, TICKET_ASIDE);
	queue_event(queue, queue_find(queue, 2), TICKET_JUDGE);
	assert_null(queue_work(queue, true));		/* the line is held */
	queue_event(queue, queue_find(queue, 2), TICKET_CANCEL);
	assert_int_equal(queue_find(queue, 3)->state, TICKET_GATING);
	ask(queue, 4);
	ask(queue, 5);
	queue_free(queue);
}

/* What it stood on is red itself: that may have been the reason. */
static void
forgives_what_stood_on_a_red_one(void **state)
{
	struct queue *queue = line_of(3, 3);

	(void)state;
	ask(queue, 1);
	ask(queue, 2);
	ask(queue, 3);
	red(queue, 3);
	assert_int_equal(queue_find(queue, 3)->state, TICKET_ASIDE);
	red(queue, 1);
	assert_int_equal(queue_find(queue, 3)->state, TICKET_WAITING);
	assert_int_equal(queue_find(queue, 2)->state, TICKET_WAITING);
	/* A new result for the first one: all behind it stand on that. */
	queue_event(queue, queue_work(queue, true), TICKET_JUDGE);
	assert_true(queue_event(queue, queue_find(queue, 1), TICKET_ENQUEUE) & TICKET_BEHIND);
	ask(queue, 1);
	queue_free(queue);
}

/* A cancel that comes too late to be sure waits for what the branch says. */
static void
cancels_what_is_under_way_later(void **state)
{
	struct queue *queue = line_of(2, 1);
	struct ticket *first = queue_find(queue, 1);

	(void)state;
	prove(queue, queue_work(queue, true));
	prove(queue, queue_work(queue, false));
	queue_event(queue, first, TICKET_LEAVE);
	assert_null(queue_work(queue, false));
	assert_int_equal(queue_event(queue, first, TICKET_CANCEL), TICKET_LATER);
	assert_int_equal(first->state, TICKET_LANDING);
	queue_event(queue, first, TICKET_RETURN);
	assert_true(first->cancelled);
	assert_true(queue_event(queue, first, TICKET_CANCEL) & TICKET_BEHIND);
	assert_false(first->cancelled);
	queue_rebuild_after(queue, 1, drop, NULL);
	assert_int_equal(queue_work(queue, true)->number, 2);
	assert_int_equal(queue_work(queue, true)->state, TICKET_WAITING);
	queue_free(queue);
}

static void
recovers(void **state)
{
	struct queue *queue = queue_new(4, 1, NULL);

	(void)state;
	assert_true(queue_recover(queue, 1, TICKET_LANDED, &dropped));
	assert_true(queue_recover(queue, 4, TICKET_VOID, NULL));
	assert_null(queue_work(queue, true));
	assert_int_equal(queue_next(queue), 5);
	/* Passed without having landed: it was void. */
	assert_int_equal(queue_ticket(queue, 2)->state, TICKET_VOID);
	assert_int_equal(queue_event(queue, queue_ticket(queue, 2), TICKET_ENQUEUE), TICKET_ANSWER);
	assert_int_equal(queue_event(queue, queue_ticket(queue, 1), TICKET_ENQUEUE), TICKET_ANSWER);
	queue_free(queue);
}

/* A scan of all on every event would take minutes. */
static void
ten_thousand_tickets(void **state)
{
	const uint64_t count = 100000;
	struct queue *queue = queue_new(1, 4, NULL);
	clock_t start = clock();
	uint64_t number;

	(void)state;
	for (number = count; number > 0; number--)
		queue_event(queue, queue_ticket(queue, number), TICKET_ENQUEUE);
	for (number = 1; number <= count; number++) {
		if (number % 2)
			queue_event(queue, queue_find(queue, number), TICKET_CANCEL);
		else {
			prove(queue, queue_work(queue, true));
			land(queue, queue_find(queue, number));
		}
	}
	assert_int_equal(queue_next(queue), count + 1);
	assert_true((clock() - start) / CLOCKS_PER_SEC < 2);
	queue_free(queue);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_total),
		cmocka_unit_test(lands_in_number_order),
		cmocka_unit_test(works_ahead_in_a_window),
		cmocka_unit_test(forgives_what_stood_on_a_red_one),
		cmocka_unit_test(cancels_what_is_under_way_later),
		cmocka_unit_test(recovers),
		cmocka_unit_test(ten_thousand_tickets),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
