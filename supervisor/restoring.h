/*
 * Brings back what the database says of the tasks, after a restart: first the tasks, then,
 * when what else is kept of them is loaded, how they stand in the schedule.
 */
#ifndef ORCH_RESTORING_H
#define ORCH_RESTORING_H

#include "supervisor/supervisor.h"

/* Brings back all tasks of the database, each in the state it was left in. */
void	 restoring_load(struct supervisor *supervisor);
/* The schedule learns how they stood; what is known of their ages and lengths is to be loaded. */
void	 restoring_settle(struct supervisor *supervisor);

#endif
