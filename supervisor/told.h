/*
 * What a result tells of itself for its task's note: what its agent wrote, which files it
 * changes. Kept with the result until its attempt ends, then in the database.
 */
#ifndef ORCH_TOLD_H
#define ORCH_TOLD_H

#include "supervisor/supervisor.h"

/* By its worker, and by commitd; again takes the place of before. */
void	told_by_worker(struct result *result, const struct msg_job_result *message);
void	told_by_commitd(struct result *result, const struct msg_result_accepted *message);
/* Into the database, inside a transaction. `task` may be NULL. */
void	told_store(struct store *store, const struct task *task, const struct result *result);
/* What is to be told of its hook iteration_end; NULL: nothing. */
const char	*told_hook_failed(const struct result *result);
void	told_release(struct result *result);

#endif
