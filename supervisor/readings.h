/*
 * What the machine has: memory and how much is waited for it, load, free space. Read here
 * alone; what it means is in admission.h.
 */
#ifndef ORCH_READINGS_H
#define ORCH_READINGS_H

#include "supervisor/admission.h"

/*
 * `state`: the folder whose file system counts. With ORCHD_READINGS in the environment, for
 * tests: from the files pressure, meminfo, loadavg and disk (bytes) in that folder instead.
 */
void	readings_take(const char *state, struct readings *readings);

#endif
