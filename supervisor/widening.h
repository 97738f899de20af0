/*
 * An agent wants to write more than its task may: granted, refused, or it waits until who
 * holds it gives it back, while its attempt runs. Decided in tasks/schedule.h. Or its result
 * has done so, and a person lets it land: then that is its scope, and its lease.
 */
#ifndef SUPERVISOR_WIDENING_H
#define SUPERVISOR_WIDENING_H

#include "supervisor.h"

/* Answers a request of the slot's agent; what is granted is in the task's row before. */
void	 widening_ask(struct slot *slot, const struct msg_job_request *request,
	    struct msg_job_answer *out, struct arena *arena);
/* The agent of the attempt at hand waits no longer for what it has asked for by this number. */
void	 widening_withdraw(struct supervisor *supervisor, struct task *task, uint64_t serial);
/* Tells those that waited what became of it: after anything that has given a lease back. */
void	 widening_tell(struct supervisor *supervisor);
/*
 * A person says yes to the results of these tasks. NULL: each can have the lease on what it
 * changes, which widening_lands gives it. Else the first one that cannot, with the reason for
 * the caller to free, and nothing has changed.
 */
struct task	*widening_may_land(struct supervisor *supervisor, struct task *const *tasks,
		    size_t count, char **why);
/* It has that lease now, if it needs one; inside a transaction. */
void	 widening_lands(struct supervisor *supervisor, struct task *task);

#endif
