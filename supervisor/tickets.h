/*
 * Tickets: numbers in the line of a project's results. Drawn here, in a transaction;
 * kept in order and landed by commitd alone. Whatever is not settled is told
 * commitd again on every new connection.
 */
#ifndef ORCH_TICKETS_H
#define ORCH_TICKETS_H

#include "supervisor/line.h"
#include "supervisor/supervisor.h"

/* Does the line wait for a number that no result has? */
bool	tickets_stand(struct project *project);
/* A result has been pinned: draws (or uses) the task's ticket; inside a transaction. */
void	tickets_queue(struct supervisor *supervisor, struct task *task, const struct result *result);
/*
 * The task's state is new: its ticket, and those of all that depend on it, are void
 * unless line.h keeps them. That of a result in the line is not wanted any more, and
 * commitd is asked until it has told what became of it. Inside a transaction.
 */
void	tickets_follow(struct supervisor *supervisor, struct task *task);
/*
 * This number is `state`, which is not drawn and not waiting, or nobody's any more: kept with
 * it, told after the transaction and on every new connection.
 */
void	tickets_not_wanted(struct project *project, uint64_t number, const char *state);
/* The lines of all projects, whose tasks depend on each other's, for line.h. */
struct line	tickets_line(struct supervisor *supervisor);
/*
 * The project is open, and its line has passed all numbers below `next`: a state that
 * is lost or old knew nothing of them. None is drawn again, and who has one without a
 * result that commitd was told gets another; inside a transaction.
 */
void	tickets_opened(struct project *project, uint64_t next);
/* The line has passed this task's number without its result: another; inside a transaction. */
void	tickets_taken(struct task *task);
/* Was a result of this task ever queued with that number? */
bool	tickets_sent(const struct task *task, uint64_t number);
/* A receipt: the task's ticket is this one, and settled; inside a transaction. */
void	tickets_landed(struct supervisor *supervisor, struct task *task, uint64_t number,
	    const char *commit);
/* Tells commitd of a waiting ticket; after the transaction. */
void	tickets_send(struct task *task);
/* Tells commitd of the voids of the transaction that has ended. */
void	tickets_flush_voids(struct project *project);
/* A new connection to commitd: all that is not settled, in order. */
void	tickets_resend(struct project *project, uint64_t next);
/* The command that proves the task's result, NULL when none is asked for. */
const char	*tickets_verify(const struct task *task);

#endif
