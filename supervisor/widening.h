/*
 * An agent wants to write more than its task may: granted, refused, or it waits until who
 * holds it gives it back, while its attempt runs. Decided in tasks/schedule.h.
 */
#ifndef SUPERVISOR_WIDENING_H
#define SUPERVISOR_WIDENING_H

#include "supervisor.h"

/* Answers a request of the slot's agent; what is granted is in the task's row before. */
void	 widening_ask(struct slot *slot, const struct msg_job_request *request,
	    struct msg_job_answer *out, struct arena *arena);
/* Tells those that waited what became of it: after anything that has given a lease back. */
void	 widening_tell(struct supervisor *supervisor);

#endif
