/*
 * Attempts that begin: whose turn it is says the schedule; whether it may begin now say modes,
 * budgets, pauses, the room on the machine, setup and the upstream. Never ends one.
 */
#ifndef ORCH_STARTING_H
#define ORCH_STARTING_H

#include "supervisor/supervisor.h"

/*
 * All that may start now, of each project in its turn, outside of a transaction. When to try
 * again, by clock_monotonic; SCHEDULE_NEVER: when something happens.
 */
uint64_t	 starting_run(struct supervisor *supervisor, uint64_t now);

#endif
