/* Who handles which message in a worker. */
#ifndef ORCH_DISPATCH_H
#define ORCH_DISPATCH_H

#include "protocol/peer.h"

extern const struct peer_dispatch worker_dispatch;

#endif
