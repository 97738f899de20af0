/*
 * How far projects are ahead of their shares of the slots (tasks/schedule.h), kept with
 * what changes it, so that a restart does not make all of them alike.
 */
#ifndef ORCH_SHARES_H
#define ORCH_SHARES_H

#include "supervisor/supervisor.h"

/* Inside a transaction: what has changed. Of one project there is nothing to share. */
void	 shares_keep(struct supervisor *supervisor);
/* When all that runs is known to the schedule. */
void	 shares_load(struct supervisor *supervisor);

#endif
