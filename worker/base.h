/*
 * What a job begins from, where there is no repository of commitd's (orch-worker --stdio): asks
 * the supervisor for a pack of what is missing and takes it in, chunk by chunk.
 */
#ifndef ORCH_BASE_H
#define ORCH_BASE_H

#include "worker/worker.h"

#define BASE_MAX	(1ull << 35)	/* bytes of a pack */

/* From now on each job's objects are asked for. */
void	base_init(struct worker *worker);
void	base_release(struct worker *worker);
/*
 * Sees to it that the objects of the job at hand are there: done(worker, NULL), maybe at
 * once; or why not, which lives as long as the call. Not called after base_stop.
 */
void	base_fetch(struct worker *worker, void (*done)(struct worker *worker, const char *why));
/* A chunk has come. One that was here, or for which nobody waits, does nothing. */
void	base_take(struct worker *worker, const struct msg_base_chunk *chunk);
/* The job does not begin: what has come of its pack is removed. */
void	base_stop(struct worker *worker);

#endif
