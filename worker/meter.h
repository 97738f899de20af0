/*
 * Watches the agent while it runs: what it has used, whether it is silent, whether a
 * budget is used up. What is known is told to the supervisor as it grows, and kept in the
 * slot, so that an attempt that is killed has it too.
 */
#ifndef ORCH_METER_H
#define ORCH_METER_H

#include "worker/worker.h"

void	meter_init(struct worker *worker);
void	meter_release(struct worker *worker);
/* The agent starts; the clock of its silence does. */
void	meter_begin(struct worker *worker);
/* It has printed something: it is not silent, and its budgets are looked at. */
void	meter_activity(struct worker *worker);
/* It has ended. */
void	meter_end(struct worker *worker);
/* What the attempt has used so far; false: nothing is known of it. */
bool	meter_usage(const struct worker *worker, struct record_usage *usage);
/* After the death of a worker: what it had kept. */
void	meter_recover(struct worker *worker);

#endif
