/*
 * What is around a job: its sandbox or none, and the kind of its workspace. The job says so
 * (projects share the slots); what the machine allows, and which user the slot has, the
 * worker was told when it was started.
 */
#ifndef ORCH_AROUND_H
#define ORCH_AROUND_H

#include "worker/worker.h"

/* As most jobs will want it. */
void	around_init(struct worker *worker);
void	around_release(struct worker *worker);
/* As the job at hand has it. */
void	around_job(struct worker *worker);

#endif
