/* What cancel and retry share: a reason and a list of tasks. */
#ifndef ORCH_CHANGE_H
#define ORCH_CHANGE_H

#include "orchctl/context.h"
#include "protocol/message.h"

/*
 * Reads [--why TEXT] TASK... and sends one request for each. The first failure
 * decides the exit status; the others are tried all the same.
 */
int	change_tasks(struct context *context, int argc, char **argv, enum message_id id);

#endif
