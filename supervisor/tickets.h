/*
 * Tickets: numbers in the one line of results. Drawn here, in a transaction;
 * kept in order and landed by commitd alone. Whatever is not settled is told
 * commitd again on every new connection.
 */
#ifndef ORCH_TICKETS_H
#define ORCH_TICKETS_H

#include "supervisor/supervisor.h"

/* Plan order: numbers for the tasks from node `first` on; inside a transaction. */
void	tickets_plan(struct supervisor *supervisor, size_t first);
/* Does the line wait for a number that no result has? */
bool	tickets_stand(struct supervisor *supervisor);
/* A result has been pinned: draws (or uses) the task's ticket; inside a transaction. */
void	tickets_queue(struct supervisor *supervisor, struct task *task, const struct result *result);
/*
 * The task's state is new: its ticket, and those of all that depend on it, are void
 * unless line.h keeps them. That of a result in the line is not wanted any more, and
 * commitd is asked until it has told what became of it. Inside a transaction.
 */
void	tickets_follow(struct supervisor *supervisor, struct task *task);
/* The same for all, at the start: other rules may have held before. */
void	tickets_restore(struct supervisor *supervisor);
/* A receipt: the ticket's row is closed; inside a transaction. */
void	tickets_landed(struct supervisor *supervisor, uint64_t number, const char *commit);
/* Tells commitd of a waiting ticket; after the transaction. */
void	tickets_send(struct supervisor *supervisor, struct task *task);
/* Tells commitd of the voids of the transaction that has ended. */
void	tickets_flush_voids(struct supervisor *supervisor);
/* A new connection to commitd: all that is not settled, in order. */
void	tickets_resend(struct supervisor *supervisor, uint64_t next);
/* The command that proves the task's result, NULL when none is asked for. */
const char	*tickets_verify(const struct supervisor *supervisor, const struct task *task);

#endif
