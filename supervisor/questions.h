/*
 * What agents ask a person, and the answers. A question is kept before the agent is told
 * that it is; the same words asked again, in this attempt or a later one, are the same
 * question. An attempt that ends with "not yet" or "blocked" while one of its task is open
 * gives up its slot, and the task waits for the answer.
 */
#ifndef ORCH_QUESTIONS_H
#define ORCH_QUESTIONS_H

#include "supervisor/supervisor.h"

#define QUESTIONS_MAX	20u	/* of a task */

/* After the tasks were loaded: how many are open of each. */
void	questions_load(struct supervisor *supervisor);
/* The agent of this slot asks; durable when it returns. *out is what the worker is told. */
void	questions_ask(struct slot *slot, const struct msg_job_request *ask,
	    struct msg_job_answer *out, struct arena *arena);
/*
 * A person answers the question of these words, or the one that was asked first, in a
 * transaction of its own: the words of it, for the caller to free. NULL: there is none.
 */
char	*questions_answer(struct supervisor *supervisor, struct task *task, const char *question,
	    const char *answer, unsigned uid);
/*
 * Nobody has answered it in time: its agent is told so, and a task that waited for it alone
 * is blocked; a transaction of its own. `words` makes the reason, for us to free.
 */
void	questions_expire(struct supervisor *supervisor, uint64_t id,
	    char *(*words)(const struct task *task, const char *question));
/* The attempt has ended so that its task could go on once it knows: it waits; inside a transaction. */
bool	questions_wait(struct supervisor *supervisor, struct task *task);
/* The task has what it needs: what is open is not any more; inside a transaction. */
void	questions_close(struct supervisor *supervisor, struct task *task);

#endif
