/* Lists and sums for people, by the reply that has them. */
#ifndef ORCH_PRINT_LISTS_H
#define ORCH_PRINT_LISTS_H

#include "protocol/message.h"

/* Prints a reply that has a table of its own; what has none is printed by print_text.c. */
void	print_lists(enum message_id id, const void *reply);

#endif
