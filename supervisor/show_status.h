/*
 * What a client is shown of the supervisor as a whole, of its projects and of its slots.
 * Handlers of on_client.c's table; nothing is changed here.
 */
#ifndef ORCH_SHOW_STATUS_H
#define ORCH_SHOW_STATUS_H

#include "protocol/peer.h"

peer_handler	show_slots, show_status;

#endif
