/* What the collector finds in its sandbox: a repository of ours, and room for what it makes. */
#ifndef ORCH_COLLECTOR_H
#define ORCH_COLLECTOR_H

#include <stdbool.h>

#include "worker/binds.h"
#include "worker/scan.h"
#include "worker/texts.h"
#include "worker/worker.h"

/* What Git finds around it wherever we run it in the sandbox: nothing of anybody's. */
void	collector_environment(const struct worker *worker, struct texts *options);
/*
 * Makes all of it and adds what is bound. What a small change needs besides lies in memory
 * the first time; where that was too little it is on the disk. -1 with errno.
 */
int	collector_prepare(const struct worker *worker, const struct scan *scan, bool first,
	    struct binds *binds);

#endif
