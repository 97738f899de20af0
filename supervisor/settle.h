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
/* The line has passed a number without the result that has it here: that gets another. */
void	settle_taken(struct project *project, uint64_t ticket);
/*
 * What landed is at this tip now; the trees that attempts start from follow, and until
 * then none may start: it would miss what it depends on.
 */
void	settle_receipt(struct project *project, const char *tip);
/*
 * The upstream takes nothing now. True: it says no again and again to a run that
 * somebody waits for, and a person has to see to it.
 */
bool	settle_stalled(struct project *project, const struct msg_project_stalled *stalled);
/* commitd could not open it, and tries again: what it says is an event when it is new. */
void	settle_unopened(struct project *project);
/* The branch has moved: who waited for that tries again. */
void	settle_tip(struct project *project, const char *tip, char *const *trees);
/* The answer to a cancel, or to a void that we had told before. */
void	settle_voided(struct project *project, uint64_t ticket);
/* A new connection: all that is not settled is told, and numbers that were passed are none of ours. */
void	settle_opened(struct project *project, uint64_t next);

#endif
