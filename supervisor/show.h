/*
 * The questions of a client, on the control socket: what there is and how it
 * stands. Handlers of on_client.c's table; nothing is changed here.
 */
#ifndef ORCH_SHOW_H
#define ORCH_SHOW_H

#include <stdbool.h>

#include "protocol/peer.h"

struct client;

peer_handler	show_tasks, show_task;
/* Is there such a project (NULL: all are meant)? Else the request has its answer. */
bool	show_knows(struct client *client, uint64_t request, const char *project);

#endif
