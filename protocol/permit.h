/* May this message come now, from this sender? Pure; read from the table. */
#ifndef ORCH_PERMIT_H
#define ORCH_PERMIT_H

#include <stdbool.h>

#include "protocol/error.h"
#include "protocol/message.h"

/*
 * `requested` tells a request from a notification. ERROR_PERMISSION when the
 * sender or the receiver is not the row's, ERROR_PROTOCOL when it comes at the
 * wrong time or in the wrong form.
 */
enum error	permit(enum message_id id, enum role from, enum role to, bool said_hello,
		    bool requested);

#endif
