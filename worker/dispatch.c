/* Who handles which message in a worker: every row addressed to it, no other. */
#include "dispatch.h"

#include "worker/on_supervisor.h"

const struct peer_dispatch worker_dispatch = {
	.handlers = {
		[MSG_hello] = on_hello,
		[MSG_job_start] = on_job_start,
		[MSG_job_stop] = on_job_stop,
		[MSG_job_saved] = on_job_saved,
		[MSG_job_answer] = on_job_answer,
		[MSG_base_chunk] = on_base_chunk,
		[MSG_result_wanted] = on_result_wanted,
		[MSG_worker_leave] = on_worker_leave,
		[MSG_worker_look] = on_worker_look,
	},
	.on_closed = on_supervisor_closed,
	.on_drained = on_supervisor_drained,
};
