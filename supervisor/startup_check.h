/* Whether what the configuration says goes together, and can be on this machine. */
#ifndef ORCH_STARTUP_CHECK_H
#define ORCH_STARTUP_CHECK_H

#include "supervisor/supervisor.h"

/* When all that depends on the machine is filled in. */
void	startup_check(const struct supervisor *supervisor, struct problems *problems);

#endif
