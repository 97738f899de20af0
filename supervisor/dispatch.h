/* Who may say what: the tables of handlers, each at the end of its file. */
#ifndef ORCH_DISPATCH_H
#define ORCH_DISPATCH_H

#include "protocol/peer.h"

extern const struct peer_dispatch client_dispatch;	/* on_client.c */
extern const struct peer_dispatch worker_dispatch;	/* on_worker.c */
extern const struct peer_dispatch commitd_dispatch;	/* on_commitd.c */

#endif
