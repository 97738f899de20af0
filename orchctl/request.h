/* What most commands are: one request, and its reply is shown. */
#ifndef ORCH_REQUEST_H
#define ORCH_REQUEST_H

#include "orchctl/context.h"
#include "protocol/message.h"

/* What it has changed; `task` may be NULL. EXIT_DONE, or told and the status to end with. */
int	request_result(const struct context *context, enum message_id id, const char *task,
	    const void *fields);
/* All that the reply has. The same. */
int	request_reply(const struct context *context, enum message_id id, const void *fields);

#endif
