/*
 * Tasks that come in: says what is wrong with them, for which project each is, which ones
 * are there already; what is new becomes a task of the registry.
 */
#ifndef ORCH_ENROL_H
#define ORCH_ENROL_H

#include "supervisor/supervisor.h"

/*
 * Adds a batch with its events, all or nothing; inside a transaction. With
 * `again`, one that is there already in the same words is counted in *known,
 * else it is a problem. Returns false, and nothing was changed, when there are
 * problems.
 */
bool	enrol(struct supervisor *supervisor, const struct record_task *tasks, size_t count, bool again,
	    size_t *known, struct problems *problems);

#endif
