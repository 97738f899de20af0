/* The supervisor, its projects and its slots, for people. */
#ifndef ORCH_PRINT_STATUS_H
#define ORCH_PRINT_STATUS_H

#include "protocol/message.h"

void	print_slots(const struct record_slot_row *rows, size_t count);
/* With several projects, a block for each. */
void	print_status(const struct reply_status *reply);

#endif
