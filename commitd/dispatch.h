/* Which handler takes which message: exactly those addressed to commitd. */
#ifndef ORCH_COMMITD_DISPATCH_H
#define ORCH_COMMITD_DISPATCH_H

#include "commitd/commitd.h"

/* False when there is no handler: the row is not ours. */
bool	dispatch(struct commitd *commitd, const struct message *message);
/* Is there a handler? For the test that proves the table total. */
bool	dispatch_has(enum message_id id);

#endif
