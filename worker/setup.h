/* What main.c and byhand.c do alike to the struct of the process. */
#ifndef ORCH_SETUP_H
#define ORCH_SETUP_H

#include "worker/worker.h"

/* Loop, sandbox, timers, signals. `lock` and what it was started with are set. */
void	setup_init(struct worker *worker);
void	setup_release(struct worker *worker);

#endif
