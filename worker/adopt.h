/*
 * The slot's own socket, and the time without a supervisor: a worker outlives the one that
 * started it, and the next one, which has a higher fencing number, adopts it there. Of
 * two at once the older one is cut off.
 */
#ifndef ORCH_ADOPT_H
#define ORCH_ADOPT_H

#include "worker/worker.h"

/*
 * Listens on RUNTIME/slot-SLOT.sock; connections get `dispatch`. Without orphan_ms it does
 * nothing: the worker ends with its supervisor.
 */
void	adopt_init(struct worker *worker, const struct peer_dispatch *dispatch);
void	adopt_release(struct worker *worker);
/* A supervisor says its number; false: it is an older one, and was cut off. */
bool	adopt_hello(struct worker *worker, struct peer *peer, uint64_t fence);
/* A connection has ended; true: it was our supervisor's. */
bool	adopt_closed(struct worker *worker, struct peer *peer);
/* Our supervisor has gone: waits for the next; false: nobody will come. */
bool	adopt_wait(struct worker *worker);

#endif
