/* What cancel, retry, approve and reject share: a reason and a list of tasks. */
#ifndef ORCH_CHANGE_H
#define ORCH_CHANGE_H

#include "orchctl/context.h"
#include "protocol/message.h"

/*
 * Reads [--why TEXT] TASK... and sends one request for all of them: when it cannot
 * be for one, none is changed.
 */
int	change_tasks(struct context *context, int argc, char **argv, enum message_id id);

#endif
