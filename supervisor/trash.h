/*
 * What of the state folder nobody wants any more: moved aside at once, and removed by a
 * process of its own, for an agent may have made it large and deep.
 */
#ifndef ORCH_TRASH_H
#define ORCH_TRASH_H

#include "supervisor/supervisor.h"

/* Moves a folder aside; false: it is not there, or cannot be moved, which is logged. */
bool	trash_take(struct supervisor *supervisor, const char *path);
/* Starts the removal of what is there, unless one is under way. */
void	trash_empty(struct supervisor *supervisor);
/* A child has ended: was it that? */
bool	trash_exited(struct supervisor *supervisor, pid_t pid);

#endif
