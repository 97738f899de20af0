/*
 * Waits between attempts that outlive a restart: what a failed task waits for follows from
 * its last attempt, so it is reckoned again from when that ended.
 */
#ifndef ORCH_BACKOFF_H
#define ORCH_BACKOFF_H

#include "supervisor/supervisor.h"

/* When the tasks are loaded and known to the schedule. */
void	 backoff_load(struct supervisor *supervisor);

#endif
