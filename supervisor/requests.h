/* What agents ask for by their sockets, as their workers pass it on. */
#ifndef ORCH_REQUESTS_H
#define ORCH_REQUESTS_H

#include "supervisor/supervisor.h"

/* One request; the worker is answered when what it changed is durable. */
void	requests_take(struct slot *slot, const struct msg_job_request *request);
/* The agent waits no longer for what it has asked for by this number; nothing else changes. */
void	requests_withdraw(struct slot *slot, uint64_t serial);
/* Where the agent is, by its own word. */
void	requests_progress(struct slot *slot, const char *text);

#endif
