/* Runs the agent and the verify command in the workspace of the job. */
#ifndef ORCH_AGENT_H
#define ORCH_AGENT_H

#include "worker/worker.h"

/* Writes what the agent reads (prompt), makes its HOME. */
enum error	agent_prepare(struct worker *worker, struct buffer *why);
/* Starts the next iteration; its end comes as an event of the attempt. */
void		agent_start(struct worker *worker);
void		agent_start_verify(struct worker *worker);

#endif
