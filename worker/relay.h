/*
 * The relay of an attempt, from the worker's side: with named destinations a run has a network
 * of its own, and one process of ours outside that takes its connections there. It is a child
 * of the worker's and ends with the run, as all its children do.
 */
#ifndef ORCH_RELAY_H
#define ORCH_RELAY_H

#include "worker/worker.h"

/*
 * Starts it for a run, when the job names destinations: what the sandbox needs is put into
 * `run`. ERROR_NONE, or `why` gets a sentence.
 */
enum error	relay_begin(struct worker *worker, struct sandbox_run *run, struct buffer *why);
/* The run has begun, or will not: what only its start needed is let go of. */
void		relay_started(struct worker *worker);
/* What was counted in this attempt, a row for each destination, for the caller to free. */
size_t		relay_rows(const struct worker *worker, struct record_traffic_row **rows);
void		relay_release(struct worker *worker);

#endif
