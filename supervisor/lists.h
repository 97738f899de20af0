/*
 * Lists for a client beside show.h: what waits for a person, who holds which files, the
 * line. Handlers of on_client.c's table; nothing is changed here.
 */
#ifndef ORCH_LISTS_H
#define ORCH_LISTS_H

#include "protocol/peer.h"

peer_handler	lists_inbox, lists_locks, lists_tickets;

#endif
