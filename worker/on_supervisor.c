/* Messages of the supervisor: see on_supervisor.h. Each may be repeated. */
#include "on_supervisor.h"

#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/adopt.h"
#include "worker/base.h"
#include "worker/carry.h"
#include "worker/debug.h"
#include "worker/job.h"
#include "worker/record.h"
#include "worker/requests.h"

/* Is it from the supervisor that owns this worker? */
static bool
current(const struct worker *worker, uint64_t fence, const char *what)
{
	if (fence == worker->fence)
		return true;
	log_info("event=stale what=%s fence=%ju current=%ju", what, (uintmax_t)fence,
	    (uintmax_t)worker->fence);
	return false;
}

void
on_hello(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;
	bool adopted = peer != worker->peer;

	(void)request;
	if (!adopt_hello(worker, peer, message->hello.fence) || (worker->said_hello && !adopted))
		return;
	worker->fence = message->hello.fence;
	if (worker->said_hello) {
		job_announce(worker);
		return;
	}
	worker->said_hello = true;
	job_recover(worker);
}

void
on_worker_leave(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)peer;
	(void)request;
	if (current(worker, message->worker_leave.fence, "worker.leave"))
		job_leave(worker);
}

void
on_job_start(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;
	const struct msg_job_start *job = &message->job_start;

	(void)peer;
	(void)request;
	if (!current(worker, job->fence, "job.start"))
		return;
	if (worker->at != ATTEMPT_IDLE) {
		log_info("event=busy attempt=%ju wanted=%ju", (uintmax_t)worker->job.attempt,
		    (uintmax_t)job->attempt);
		return;
	}
	if (record_keep_job(worker, job) == ERROR_NONE)
		job_step(worker, ATTEMPT_EV_START);
}

void
on_job_stop(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)peer;
	(void)request;
	if (!current(worker, message->job_stop.fence, "job.stop") || worker->at == ATTEMPT_IDLE ||
	    message->job_stop.attempt != worker->job.attempt)
		return;
	if (message->job_stop.now)
		job_kill(worker, message->job_stop.why);
	else
		job_end(worker, ENDING_STOPPED, message->job_stop.why);
}

void
on_job_saved(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)peer;
	(void)request;
	if (current(worker, message->job_saved.fence, "job.saved") &&
	    worker->at == ATTEMPT_SAVING && message->job_saved.attempt == worker->result.attempt)
		job_step(worker, ATTEMPT_EV_SAVED);
}

void
on_job_answer(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)peer;
	(void)request;
	if (current(worker, message->job_answer.fence, "job.answer") && worker->at != ATTEMPT_IDLE &&
	    message->job_answer.attempt == worker->job.attempt)
		requests_answer(worker, &message->job_answer);
}

void
on_base_chunk(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)peer;
	(void)request;
	if (current(worker, message->base_chunk.fence, "base.chunk"))
		base_take(worker, &message->base_chunk);
}

void
on_result_wanted(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)peer;
	(void)request;
	if (current(worker, message->result_wanted.fence, "result.wanted"))
		carry_wanted(worker, &message->result_wanted);
}

void
on_worker_look(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	(void)peer;
	(void)request;
	if (current(worker, message->worker_look.fence, "worker.look"))
		debug_look(worker, &message->worker_look);
}

void
on_supervisor_closed(void *context, struct peer *peer, const char *why)
{
	struct worker *worker = context;

	if (!adopt_closed(worker, peer))
		return;
	if (why != NULL)
		log_warnx("event=supervisor-lost why=%s", why);
	worker->peer = NULL;
	/* Nobody is left who could be too slow. */
	if (worker->run != NULL)
		run_resume(worker->run);
	if (!adopt_wait(worker))
		job_leave(worker);
}

void
on_supervisor_drained(void *context, struct peer *peer)
{
	struct worker *worker = context;

	(void)peer;
	if (worker->run != NULL)
		run_resume(worker->run);
	carry_on(worker);
}
