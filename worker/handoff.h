/* Puts what the attempt left into the outbox, a pack or plain files, durable before it is announced. */
#ifndef ORCH_HANDOFF_H
#define ORCH_HANDOFF_H

#include "worker/worker.h"

/*
 * Nothing of the agent runs any more. Ends with the event COLLECTED, perhaps
 * before it returns; the verdict then says what there is.
 */
void	handoff_start(struct worker *worker);

#endif
