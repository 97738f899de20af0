/*
 * The questions of a client, on the control socket: what there is and how it
 * stands. Handlers of on_client.c's table; nothing is changed here.
 */
#ifndef ORCH_SHOW_H
#define ORCH_SHOW_H

#include "protocol/peer.h"

peer_handler	show_tasks, show_task, show_slots, show_status;

#endif
