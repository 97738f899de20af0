/* What is true of the job at hand: see worker.h. */
#include "worker.h"

#include <stdlib.h>

#include "protocol/mem.h"

bool
worker_is_gate(const struct worker *worker)
{
	return str_same(worker->job.kind, "gate") || worker_is_prepare(worker) || worker_is_hook(worker);
}

bool
worker_is_hook(const struct worker *worker)
{
	return worker->hooking || str_same(worker->job.kind, "hook");
}

bool
worker_is_prepare(const struct worker *worker)
{
	return str_same(worker->job.kind, "prepare");
}

char *
worker_path(const struct worker *worker, const char *name)
{
	return str_format("%s/%s", worker->folder, name);
}

void
worker_verdict(struct worker *worker, const char *outcome, char *reason)
{
	if (worker->verdict.outcome != NULL) {
		free(reason);
		return;
	}
	worker->verdict.outcome = outcome;
	free(worker->verdict.reason);
	worker->verdict.reason = reason;
}
