/* How agents can be run on this machine: in which sandbox and workspaces, as which users. */
#ifndef ORCH_PROBING_H
#define ORCH_PROBING_H

#include "supervisor/supervisor.h"

/* Asks a worker. Ends with words when a project cannot have what it wants. */
void	probing_run(struct supervisor *supervisor);

#endif
