/*
 * What an attempt left, carried to a supervisor that cannot read the outbox: chunks of the
 * file, when it asks, and no more at once than it takes.
 */
#ifndef ORCH_CARRY_H
#define ORCH_CARRY_H

#include "worker/worker.h"

/* It has so much of it, and wants what follows. */
void	carry_wanted(struct worker *worker, const struct msg_result_wanted *wanted);
/* There is room again on the connection. */
void	carry_on(struct worker *worker);
/* No more of it. */
void	carry_stop(struct worker *worker);

#endif
