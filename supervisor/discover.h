/*
 * Tasks that agents come upon. The words and the scope of one are its name, so that the
 * same found twice is one task, and a message that is repeated changes nothing.
 */
#ifndef ORCH_DISCOVER_H
#define ORCH_DISCOVER_H

#include "supervisor/supervisor.h"

/* The agent of this slot has found one; durable when it returns. */
void	discover_task(struct slot *slot, const struct record_discovery *found,
	    struct msg_job_answer *out, struct arena *arena);

#endif
