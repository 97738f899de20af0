/* See around.h. */
#include "around.h"

#include <stdlib.h>

#include "protocol/mem.h"

static void
make(struct worker *worker, bool bare)
{
	char *folder;

	worker->bare = bare;
	worker->uid = bare ? 0 : worker->user;
	if (!bare) {
		sandbox_init(&worker->sandbox, worker->state, worker->runtime, worker->uid, worker->cgroup);
		return;
	}
	folder = worker_path(worker, "place");
	sandbox_init_bare(&worker->sandbox, folder);
	free(folder);
}

void
around_init(struct worker *worker)
{
	make(worker, worker->unfenced);
}

void
around_release(struct worker *worker)
{
	sandbox_release(&worker->sandbox);
}

void
around_job(struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;

	worker->kind = worker->overlay && !job->bare && !job->checkout ? WORKSPACE_OVERLAY :
	    WORKSPACE_CHECKOUT;
	if (job->bare == worker->bare)
		return;
	around_release(worker);
	make(worker, job->bare);
}
