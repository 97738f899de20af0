/*
 * The agent's own socket, ORCH_SOCKET in its sandbox: there while an agent runs and gone
 * with it. What comes by it is from a program that nobody trusts: few connections, small
 * messages, so many a second, and no more read than is answered. What may be asked is in
 * requests.h.
 */
#ifndef ORCH_AGENT_SOCKET_H
#define ORCH_AGENT_SOCKET_H

#include "worker/worker.h"

/* Where it lies, for the sandbox to bind; the caller frees. */
char	*agent_socket_path(const struct worker *worker);
/* An agent begins: listens there. -1 with errno. */
int	 agent_socket_open(struct worker *worker);
/* It has ended: connections are closed, what was asked and not answered is dropped. */
void	 agent_socket_close(struct worker *worker);

#endif
