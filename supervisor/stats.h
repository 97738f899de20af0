/*
 * What has come of it all, for orchctl stats: how much was done and how long it took, by
 * quantile; why tasks are blocked; what agents have used. A handler of on_client.c's table.
 */
#ifndef ORCH_STATS_H
#define ORCH_STATS_H

#include "protocol/peer.h"

peer_handler	stats_show;

#endif
