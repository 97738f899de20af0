/* How the collector gives up; all of it may call this, and this calls nobody. */
#ifndef ORCH_COLLECT_FAIL_H
#define ORCH_COLLECT_FAIL_H

#include "collect/collect.h"

/*
 * Ends the process with a message: with COLLECT_UNUSABLE when `collect` is there
 * and builds on commits of the agent's, else with 1.
 */
void	fail(const struct collect *collect, const char *format, ...)
	    __attribute__((format(printf, 2, 3), noreturn));

#endif
