/*
 * What a task left in conflict is there again when its next attempt begins: laid
 * out by a program of ours in the attempt's sandbox, before the agent starts.
 */
#ifndef ORCH_WORKER_CONFLICT_H
#define ORCH_WORKER_CONFLICT_H

#include "worker/worker.h"

/*
 * Starts it; `done` is called when it has ended, with NULL or with words. A stop or
 * a time limit that came meanwhile is in worker->ending.
 */
void	conflict_lay(struct worker *worker, void (*done)(struct worker *worker, const char *why));

#endif
