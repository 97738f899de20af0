/*
 * A state folder on which nothing runs, shown to one client: what orchctl lists and exports
 * when the run or service of before has ended. Nothing is started and nothing is changed.
 */
#ifndef ORCH_LOOK_H
#define ORCH_LOOK_H

#include "supervisor/supervisor.h"

/* Serves the client on FD_SUPERVISOR until it goes: the status to end with. */
int	look_run(struct supervisor *supervisor, char *state);

#endif
