/*
 * Questions to a person and the answers: before a task starts, before its result
 * gets its place in the line. No slot is held meanwhile, and a restart changes
 * nothing. When somebody is asked is decided in autonomy.c.
 */
#ifndef ORCH_APPROVAL_H
#define ORCH_APPROVAL_H

#include "supervisor/supervisor.h"

struct concerns;

/* A task that has just been added: asks when it has to; inside a transaction. */
void	approval_before_start(struct supervisor *supervisor, struct task *task);
/*
 * commitd has taken a result that changes something. True: it waits for a person now,
 * else it may be queued; inside a transaction.
 */
bool	approval_before_land(struct supervisor *supervisor, struct task *task,
	    const struct concerns *concerns);

struct answer {
	bool yes;
	unsigned uid;			/* who answers */
	const char *why;		/* or NULL */
};

/* The name of a user for people, which the caller frees. */
char	*approval_who(unsigned uid);
/* The answer for a task that waits for one; inside a transaction. */
void	approval_answer(struct supervisor *supervisor, struct task *task,
	    const struct answer *answer);

#endif
