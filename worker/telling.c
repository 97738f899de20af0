/* What is at work: see telling.h. */
#include "worker/telling.h"

void
telling_state(struct worker *worker)
{
	struct msg_job_at message = { .attempt = worker->job.attempt, .fence = worker->fence,
	    .at = attempt_state_name(worker->at) };

	if (worker->peer == NULL || worker_is_gate(worker))
		return;
	if (worker->at == ATTEMPT_AGENT || worker->at == ATTEMPT_VERIFY || worker->at == ATTEMPT_COLLECT)
		peer_send(worker->peer, MSG_job_at, &message);
}
