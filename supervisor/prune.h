/* orchctl prune: attempts of tasks that have ended are forgotten, by commitd, which kept them. */
#ifndef ORCH_PRUNE_H
#define ORCH_PRUNE_H

#include "supervisor/clients.h"

/* Asks commitd for those that ended so many seconds ago; the answer comes later. */
void	prune_ask(struct client *client, uint64_t request, uint64_t older);
/* commitd has forgotten so many of them. */
void	prune_answer(struct project *project, uint64_t serial, uint64_t forgotten);
/* It is gone: whoever waits for its answer is told. */
void	prune_fail(struct project *project);

#endif
