/*
 * What the end of an attempt, or of its place in the line, means for its task: to
 * land, another attempt, or a person. What an outcome counts as is decided in
 * outcome.c. Starts nothing: who calls this runs the engine then (engine.h).
 */
#ifndef ORCH_SETTLE_H
#define ORCH_SETTLE_H

#include "supervisor/supervisor.h"

struct concerns;

/*
 * The attempt of this slot has ended and what it left is pinned, or `refused` says why not.
 * `concerns`: what it changes that a person may have to be asked about; NULL: nothing.
 */
void	settle_attempt(struct supervisor *supervisor, struct slot *slot, enum error refused,
	    const char *why, const struct concerns *concerns);
/* The worker came back without the attempt it had: it is lost. */
void	settle_lost(struct supervisor *supervisor, struct slot *slot);
/* The candidate does not merge, or its tree failed: another attempt, or a person. */
void	settle_rework(struct supervisor *supervisor, struct task *task, const char *reason,
	    const char *feedback, bool hopeless);
/*
 * It does not merge. With `marked`, the commit that has Git's merge of it, the next
 * attempt starts from that and is told the feedback until a result of it is taken.
 */
void	settle_conflict(struct supervisor *supervisor, struct task *task, const char *reason,
	    const char *feedback, const char *marked);
/* The branch contains it already: fine when the task says so, else a rework. */
void	settle_empty(struct supervisor *supervisor, struct task *task, const char *reason);
/*
 * A receipt. False: no result of this task ever had that ticket, so that it says nothing
 * of it; the number is from a state of before, and taken.
 */
bool	settle_landed(struct supervisor *supervisor, struct task *task,
	    const struct msg_ticket_landed *landed);

#endif
