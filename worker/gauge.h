/*
 * What a run takes of the machine, measured while it runs: processes, memory, time of the
 * processor, disk. Where the kernel holds a bound by itself (run->limits of sandbox.h), it
 * is found out here that it was reached, so that the reason is told right.
 */
#ifndef ORCH_GAUGE_H
#define ORCH_GAUGE_H

#include <stdint.h>

#include "worker/worker.h"

void	gauge_init(struct worker *worker);
void	gauge_release(struct worker *worker);
/* What the kernel is to hold, for a run of the agent's or of the verify command. */
struct sandbox_limits	gauge_limits(const struct worker *worker);
/* And its cgroup, of all processes together, where there is one. */
struct cgroup_limits	gauge_within(const struct worker *worker);
/* Seconds of the processor that the attempt has taken. `ticks`: of the processes that live. */
double	gauge_seconds(const struct worker *worker, uint64_t ticks);
/* A run has begun, and is measured until it ends. */
void	gauge_begin(struct worker *worker);
/* It has ended; once more, when it ended badly: had it reached a bound? */
void	gauge_end(struct worker *worker, const struct run_end *end, bool badly);
/* It has printed so many bytes more. */
void	gauge_printed(struct worker *worker, size_t len);

#endif
