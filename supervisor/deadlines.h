/*
 * approval.timeout: what a person was asked and has not answered in time ends as a no. The
 * clock is that of the wall, from the moment that the database has, so a restart changes
 * nothing.
 */
#ifndef ORCH_DEADLINES_H
#define ORCH_DEADLINES_H

#include "supervisor/supervisor.h"

void	deadlines_init(struct supervisor *supervisor);
void	deadlines_release(struct supervisor *supervisor);
/* Ends what is due; looks again when the next one is. True: something has ended. */
bool	deadlines_run(struct supervisor *supervisor);
/* When the answer to what was asked at `asked` is due, wall clock; 0: never. */
double	deadlines_until(const struct project *project, double asked);

#endif
