/*
 * Where the slots' cgroups are: found once, at the start. A worker makes its own below that
 * folder, for each run, and removes it. Source: cgroup-v2.rst of the kernel; systemd's
 * CGROUP_DELEGATION.
 */
#ifndef ORCH_CGROUPS_H
#define ORCH_CGROUPS_H

#include "supervisor/supervisor.h"

/*
 * By the option `cgroup`: sets supervisor->cgroup where there may be some, and in any case
 * supervisor->limits to words. Where we are in that very folder we move to one below it,
 * with all that we start: a cgroup with processes cannot have controllers for those below
 * it. Ends the program with words when a folder was asked for and is of no use.
 */
void	 cgroups_init(struct supervisor *supervisor);
/* The cgroup of a slot, which may not be there; NULL: slots have none. The caller frees. */
char	*cgroups_slot(const struct supervisor *supervisor, const char *slot);
/* The name of one for the worker's trial; NULL: nothing to try. The caller frees. */
char	*cgroups_trial(const struct supervisor *supervisor);
/* What the trial said, "\ncgroup: WORDS", or NULL: it said nothing. */
void	 cgroups_tried(struct supervisor *supervisor, const char *said);
/*
 * Takes the controllers away from those below the cgroup that was delegated to us. systemd
 * puts the next orchd in there, which it cannot while they have them. False: told why.
 */
bool	 cgroups_give_back(void);

#endif
