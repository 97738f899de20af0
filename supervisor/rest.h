/*
 * Has it come to rest? What was to be drained has ended, or nothing can go on without a
 * person. Starts nothing but the hook that hears of it.
 */
#ifndef ORCH_REST_H
#define ORCH_REST_H

#include "supervisor/supervisor.h"

/*
 * A project that was to be drained is paused when that has ended. True: the whole was, and the
 * service is to end. For what is halted nobody waits then: its results are in the line of the
 * next start, and a project that was to be drained stays so until they have landed.
 */
bool	rest_drained(struct supervisor *supervisor);
/* Tells those who wait for it, once, when nothing can go on without a person. */
void	rest_tell(struct supervisor *supervisor);

#endif
