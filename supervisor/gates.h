/*
 * The gate: every tree is verified in a fresh mount before it lands. commitd
 * says which, some of them ahead of their turn; a verdict that is known is given at
 * once, else a verify slot finds it. PASS is kept by tree, command and environment
 * (proof.h), also across restarts; FAIL for one result of one task only, since what was
 * wrong may be mended by the next. What a red one means, commitd says when its turn has come. Of these
 * only gates_run starts anything: who calls another runs the engine then (engine.h).
 */
#ifndef ORCH_GATES_H
#define ORCH_GATES_H

#include "supervisor/supervisor.h"

/* commitd wants a tree proved, or not any more. */
void	gates_wanted(struct project *project, const struct msg_gate_wanted *wanted);
void	gates_unwanted(struct project *project, uint64_t ticket);
/* The tree is red, and it is what would land: its task is reworked or blocked. */
void	gates_red(struct project *project, const struct msg_ticket_red *red);
/* Gives waiting gates to idle verify slots. */
void	gates_run(struct project *project);
/* A verify slot has ended its job; the slot is free then. */
void	gates_finished(struct supervisor *supervisor, struct slot *slot,
	    const struct msg_job_result *result);
/*
 * Its worker died or its sandbox was killed, which says nothing of the tree: it is
 * run again, a few times at the most. What it printed may be NULL.
 */
void	gates_lost(struct supervisor *supervisor, struct gate *gate, const char *why,
	    const char *output);
/* commitd is gone, and with it the trees it named: it will ask again. */
void	gates_forget(struct project *project);
void	gates_release(struct project *project);

#endif
