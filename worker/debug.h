/*
 * What a person sees of a running attempt, and may do to it: its processes, what it takes
 * of what it may, the end of its output; a signal, a stop for a look, and on again.
 */
#ifndef ORCH_DEBUG_H
#define ORCH_DEBUG_H

#include "worker/worker.h"

/* Does what is asked, then tells what there is: worker.seen. */
void	debug_look(struct worker *worker, const struct msg_worker_look *look);

#endif
