/* The parts every worker has: see setup.h. */
#include "setup.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "protocol/cgroup.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/agent_socket.h"
#include "worker/around.h"
#include "worker/base.h"
#include "worker/carry.h"
#include "worker/files.h"
#include "worker/gauge.h"
#include "worker/job.h"
#include "worker/meter.h"
#include "worker/requests.h"

#define PATH_MOST	4096u
#define REMOVE_MS	2000u	/* for what is dying */

static void
on_child(void *context)
{
	struct worker *worker = context;

	run_reap(worker->run, &worker->remover);
}

static void
on_limit(void *context)
{
	struct worker *worker = context;
	char *why = str_format("the time limit is reached: %ju s", (uintmax_t)job_limit(worker));

	job_end(worker, ENDING_TIMEOUT, why);
	free(why);
}

static void
on_run_limit(void *context)
{
	job_end(context, ENDING_VERIFY_TIMEOUT, NULL);
}

static void
on_sweep(void *context)
{
	job_sweep(context);
}

static void
on_terminate(void *context)
{
	job_leave(context);
}

/*
 * The slot's cgroup: what a worker before left in it is no more. It may have been at another
 * place: the slot's record says where, and for orchctl doctor it says where ours is.
 */
static void
take_cgroup(const struct worker *worker)
{
	char *path = worker_path(worker, "cgroup");
	struct buffer before;

	buffer_init(&before);
	if (files_read(path, PATH_MOST, &before) == 0 && before.len > 0 &&
	    cgroup_remove(buffer_text(&before), REMOVE_MS) == -1)
		log_warn("slot=%s cgroup=%s: left by the worker before", worker->slot, buffer_text(&before));
	if (worker->cgroup == NULL)
		unlink(path);
	else if (cgroup_remove(worker->cgroup, REMOVE_MS) == -1 ||
	    files_write(path, worker->cgroup, strlen(worker->cgroup)) == -1)
		log_warn("slot=%s cgroup=%s: cannot be taken over", worker->slot, worker->cgroup);
	buffer_release(&before);
	free(path);
}

void
setup_init(struct worker *worker)
{
	/* What loses its parent in the sandbox becomes ours, so that we can wait for it. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	worker->step = job_step;
	worker->end = job_end;
	worker->loop = loop_new();
	around_init(worker);
	if (worker->folder != NULL && !worker->by_hand)
		take_cgroup(worker);
	worker->output.log = worker->carry.fd = -1;
	buffer_init(&worker->errors);
	mask_init(&worker->output_mask);
	mask_init(&worker->errors_mask);
	meter_init(worker);
	gauge_init(worker);
	requests_init(worker);
	worker->child = watch_signal(worker->loop, SIGCHLD, on_child, worker);
	worker->terminate = watch_signal(worker->loop, SIGTERM, on_terminate, worker);
	worker->interrupt = watch_signal(worker->loop, SIGINT, on_terminate, worker);
	worker->limit = watch_timer(worker->loop, on_limit, worker);
	worker->run_limit = watch_timer(worker->loop, on_run_limit, worker);
	worker->sweep = watch_timer(worker->loop, on_sweep, worker);
}

void
setup_release(struct worker *worker)
{
	agent_socket_close(worker);
	job_release(worker);
	requests_release(worker);
	carry_stop(worker);
	base_release(worker);
	gauge_release(worker);
	meter_release(worker);
	watch_free(worker->sweep);
	watch_free(worker->run_limit);
	watch_free(worker->limit);
	watch_free(worker->interrupt);
	watch_free(worker->terminate);
	watch_free(worker->child);
	peer_free(worker->peer);
	around_release(worker);
	loop_free(worker->loop);
}
