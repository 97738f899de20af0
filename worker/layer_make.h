/* What setup left in the workspace becomes a prepared layer (layer.h). */
#ifndef ORCH_LAYER_MAKE_H
#define ORCH_LAYER_MAKE_H

#include "worker/worker.h"

/*
 * Takes what setup wrote out of the slot, leaves away what the tip's tree has, and gives
 * it the name that the job says once it is on the disk. Blocks as long as that takes.
 */
enum error	layer_make(struct worker *worker, struct buffer *why);

#endif
