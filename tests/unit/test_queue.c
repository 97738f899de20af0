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
				assert_int_equal(from, TICKET_PROVED);
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
lands_in_number_order(void **state)
{
	struct queue *queue = queue_new(1, 1, NULL);
	uint64_t number;

	(void)state;
	for (number = 5; number > 1; number--) {
		queue_event(queue, queue_ticket(queue, number), TICKET_ENQUEUE);
		assert_null(queue_work(queue));
	}
	queue_event(queue, queue_ticket(queue, 1), TICKET_ENQUEUE);
	queue_event(queue, queue_ticket(queue, 3), TICKET_CANCEL);
	for (number = 1; number <= 5; number++) {
		if (number == 3)
			continue;
		assert_int_equal(queue_work(queue)->number, number);
		prove(queue, queue_work(queue));
		assert_int_equal(queue_work(queue)->number, number);
		queue_event(queue, queue_work(queue), TICKET_LAND);
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

static void
works_ahead_in_a_window(void **state)
{
	struct queue *queue = queue_new(1, 3, NULL);
	struct ticket *ticket;
	uint64_t number;

	(void)state;
	for (number = 1; number <= 5; number++)
		queue_event(queue, queue_ticket(queue, number), TICKET_ENQUEUE);
	for (number = 1; number <= 3; number++) {
		ticket = queue_work(queue);
		assert_int_equal(ticket->number, number);
		assert_ptr_equal(queue_before(queue, ticket), number == 1 ? NULL :
		    queue_find(queue, number - 1));
		queue_event(queue, ticket, TICKET_MERGE);
		queue_event(queue, ticket, TICKET_ASK);
	}
	assert_null(queue_work(queue));
	queue_event(queue, queue_find(queue, 2), TICKET_PASS);
	assert_null(queue_work(queue));		/* proved, but not its turn */
	dropped = 0;
	assert_int_equal(queue_event(queue, queue_find(queue, 1), TICKET_RED) & TICKET_BEHIND,
	    TICKET_BEHIND);
	queue_rebuild_after(queue, 1, drop, NULL);
	assert_int_equal(dropped, 2);
	assert_null(queue_work(queue));		/* the line is held */
	queue_event(queue, queue_find(queue, 1), TICKET_CANCEL);
	assert_int_equal(queue_work(queue)->number, 2);
	queue_free(queue);
}

static void
recovers(void **state)
{
	struct queue *queue = queue_new(4, 1, NULL);

	(void)state;
	assert_true(queue_recover(queue, 1, TICKET_LANDED, &dropped));
	assert_true(queue_recover(queue, 4, TICKET_VOID, NULL));
	assert_null(queue_work(queue));
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
			prove(queue, queue_work(queue));
			queue_event(queue, queue_find(queue, number), TICKET_LAND);
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
		cmocka_unit_test(recovers),
		cmocka_unit_test(ten_thousand_tickets),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
