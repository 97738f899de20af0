/* Prints the tables that documents take from the code: "states" or "messages". */
#include <stdio.h>
#include <string.h>

#include "commitd/queue.h"
#include "protocol/message.h"
#include "supervisor/slot.h"
#include "supervisor/task.h"
#include "worker/attempt.h"

static void
queue_table(void)
{
	struct buffer text;

	buffer_init(&text);
	queue_print_table(&text);
	fputs(buffer_text(&text), stdout);
	buffer_release(&text);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "messages") == 0) {
		message_print_manual();
	} else if (argc == 2 && strcmp(argv[1], "states") == 0) {
		printf("task (supervisor/task.c): state, event, next state, actions\n\n");
		task_table_print();
		printf("\nslot (supervisor/slot.c)\n\n");
		slot_table_print();
		printf("\nattempt (worker/attempt.c)\n\n");
		attempt_print(stdout);
		printf("\nticket (commitd/queue_table.c)\n\n");
		queue_table();
	} else {
		fprintf(stderr, "usage: print-tables states|messages\n");
		return 2;
	}
	return 0;
}
