/*
 * Hooks that are due are run, in idle verify slots, in order. What one means is decided
 * here: one that fails is an event and nothing else. Only hooks_run starts any: who calls
 * another runs the engine then.
 */
#ifndef ORCH_HOOKS_H
#define ORCH_HOOKS_H

#include "supervisor/hooks_due.h"

/* Gives those that wait, or have waited for long, to idle verify slots. */
void	hooks_run(struct project *project, bool long_ones);
/* A slot has ended the job of a hook; the slot is free then. */
void	hooks_finished(struct supervisor *supervisor, struct slot *slot,
	    const struct msg_job_result *result);
/* Its worker died: it is run again, a few times at the most. */
void	hooks_lost(struct supervisor *supervisor, struct slot *slot);
#endif
