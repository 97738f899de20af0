/* What of an attempt is at work, told to the supervisor. */
#ifndef ORCH_TELLING_H
#define ORCH_TELLING_H

#include "worker/worker.h"

/* The job's state is new, or the supervisor is: says so where it is one that people ask for. */
void	telling_state(struct worker *worker);

#endif
