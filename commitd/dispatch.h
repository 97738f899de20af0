/* Which handler takes which message: exactly those addressed to commitd. */
#ifndef ORCH_COMMITD_DISPATCH_H
#define ORCH_COMMITD_DISPATCH_H

#include "commitd/commitd.h"

/* The link has let through only what is addressed to us, and the table has all of that. */
void	dispatch(struct commitd *commitd, const struct message *message);

#endif
