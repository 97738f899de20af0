/*
 * What people and programs ask for tasks, on the control socket: to add some, to change how
 * they stand, to wait for them, to see what they print. Handlers for the table of on_client.c.
 */
#ifndef ORCH_ON_TASK_H
#define ORCH_ON_TASK_H

#include "supervisor/clients.h"

/* The task of that name; NULL: there is none, and the client is told. */
struct task	*on_task_find(struct client *client, uint64_t request, const char *id);

void	on_task_add(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);
void	on_task_cancel(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);
void	on_task_retry(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);
void	on_task_approve(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);
void	on_task_reject(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);
void	on_task_wait(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);
void	on_task_log(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);
void	on_task_answer(void *context, struct peer *peer, uint64_t request,
	    const struct message *message);

#endif
