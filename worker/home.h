/*
 * HOME: the task's own, kept as long as the task is, with what the agent's entry puts into
 * it at first; for a gate a fresh one.
 */
#ifndef ORCH_HOME_H
#define ORCH_HOME_H

#include "worker/worker.h"

/* Its folder; the caller frees. */
char		*home_folder(const struct worker *worker);
/* Makes it, once. `why` gets a sentence on failure. */
enum error	 home_prepare(const struct worker *worker, struct buffer *why);

#endif
