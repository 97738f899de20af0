/*
 * What a worker is told to do: an attempt of a task, a gate on a tree, to stop.
 * That its result is safe is told by slots.h, which then has the slot free.
 */
#ifndef ORCH_JOBS_H
#define ORCH_JOBS_H

#include "supervisor/supervisor.h"

/* The attempt is stored already; the slot is idle. */
void	jobs_start_attempt(struct supervisor *supervisor, struct slot *slot, struct task *task);
void	jobs_start_gate(struct supervisor *supervisor, struct slot *slot, struct gate *gate);
/* On the tip; the slot is a verify slot. */
void	jobs_start_hook(struct supervisor *supervisor, struct slot *slot, struct hook_run *run);
/* Setup, on a tree. */
struct prepare_job {
	uint64_t number;
	const char *name;	/* of the layer it makes */
	const char *key, *tip, *tree;
	char **trees;
};
void	jobs_start_prepare(struct project *project, struct slot *slot,
	    const struct prepare_job *prepare);
/* Tells the worker of the task to stop, when the transaction at hand is through. */
void	jobs_stop(struct supervisor *supervisor, const struct task *task);
/* Tells this slot's worker to end what it has, without a grace; what it left is saved. */
void	jobs_kill(struct slot *slot, const char *why);
void	jobs_flush_stops(struct supervisor *supervisor);

#endif
