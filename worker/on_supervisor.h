/* What the supervisor may say to a worker: one handler a message. */
#ifndef ORCH_ON_SUPERVISOR_H
#define ORCH_ON_SUPERVISOR_H

#include "protocol/peer.h"

peer_handler	on_hello, on_job_start, on_job_stop, on_job_saved, on_job_answer, on_base_chunk,
		on_result_wanted, on_worker_leave, on_worker_look;
void		on_supervisor_closed(void *context, struct peer *peer, const char *why);
void		on_supervisor_drained(void *context, struct peer *peer);

#endif
