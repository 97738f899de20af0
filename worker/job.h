/*
 * The job at hand: turns what happens into events of attempt.h and performs the
 * actions that follow. The only file that joins decisions to effects.
 */
#ifndef ORCH_JOB_H
#define ORCH_JOB_H

#include "worker/worker.h"

void	job_step(struct worker *worker, enum attempt_event event);
/* Ends what runs, for this reason; the first reason stays. `why` may be NULL. */
void	job_end(struct worker *worker, enum ending ending, const char *why);
/* How many seconds it has, from its workspace on; 0: any number. */
uint64_t	job_limit(const struct worker *worker);
/* Another supervisor has come: what there is to know of the slot. */
void	job_announce(struct worker *worker);
/* A person has asked for the end of it, at once: without a grace. */
void	job_kill(struct worker *worker, const char *why);
/* The supervisor has gone: saves what there is, then ends the process. */
void	job_leave(struct worker *worker);
/* At the start, once the supervisor is known: goes on where the last worker fell. */
void	job_recover(struct worker *worker);
/* Removes what was discarded, or has it removed. */
void	job_sweep(struct worker *worker);
/* Frees what is kept of the job; nothing on the disk changes. */
void	job_release(struct worker *worker);

#endif
