/*
 * What an agent asks for by its socket, and what comes of it. That it is blocked, and its
 * progress, the worker takes down itself; a task that it has come upon, more scope and a
 * question to a person go to the supervisor, and again to the next one, until they are
 * answered. So many in an attempt, and so many at once.
 */
#ifndef ORCH_REQUESTS_H
#define ORCH_REQUESTS_H

#include "worker/worker.h"

#define REQUESTS_OPEN	16u	/* that wait for an answer */
#define REQUESTS_ALL	500u	/* of an attempt */
#define REQUESTS_TOLD	1000u	/* words of progress of an attempt that are told */

/* Handlers of the agent's messages. */
peer_handler	requests_progress, requests_discover, requests_scope, requests_ask, requests_blocked;

void	requests_init(struct worker *worker);
void	requests_release(struct worker *worker);
/* Another job: nothing was asked yet. */
void	requests_begin(struct worker *worker);
/* Nobody waits for answers on this connection any more; NULL: the agent has ended. */
void	requests_forget(struct worker *worker, const struct peer *peer);
/* The supervisor's answer. */
void	requests_answer(struct worker *worker, const struct msg_job_answer *answer);
/* Another supervisor has come: what is open is asked again. */
void	requests_again(struct worker *worker);

#endif
