/*
 * What a worker must not forget: the job it has (slots/NAME/job) and the result
 * nobody has confirmed (slots/NAME/result), each the map of its message.
 */
#ifndef ORCH_RECORD_H
#define ORCH_RECORD_H

#include "worker/worker.h"

/* Keeps a copy of the message as worker->job, without writing it. */
enum error	record_keep_job(struct worker *worker, const struct msg_job_start *job);
/* Writes worker->job durably. */
enum error	record_write_job(struct worker *worker);
/* Keeps a copy as worker->result and writes it durably. */
enum error	record_write_result(struct worker *worker, const struct msg_job_result *result);
/* Reads what is there into worker->job_kept and result_kept. */
void		record_read(struct worker *worker);
/* Forgets both, durably, the job first: a result without a job is only sent again. */
void		record_forget(struct worker *worker);
/* Frees both copies and leaves the files. */
void		record_release(struct worker *worker);

#endif
