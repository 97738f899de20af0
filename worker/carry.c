/* The result's file, in chunks: see carry.h. It was made durable before. */
#include "carry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

/* NULL, or why the file cannot be read. */
static const char *
open_file(struct worker *worker)
{
	const struct msg_job_result *result = &worker->result;
	char *path = worker_path(worker, result->as_files ? "outbox/files" : "outbox/pack");
	struct stat st;

	worker->carry.fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	free(path);
	if (worker->carry.fd == -1)
		return strerror(errno);
	if (fstat(worker->carry.fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != result->bytes) {
		carry_stop(worker);
		return "the file in the outbox is not the one that was made";
	}
	worker->carry.chunks = (struct chunks_out){ .total = result->bytes };
	return NULL;
}

static void
tell_problem(struct worker *worker, uint64_t offset, const char *why)
{
	log_warnx("attempt=%ju event=not-carried why=%s", (uintmax_t)worker->result.attempt, why);
	carry_stop(worker);
	peer_send(worker->peer, MSG_result_chunk, &(struct msg_result_chunk){
	    .attempt = worker->result.attempt, .fence = worker->fence, .offset = offset,
	    .total = worker->result.bytes, .problem = why });
}

void
carry_wanted(struct worker *worker, const struct msg_result_wanted *wanted)
{
	const struct msg_job_result *result = &worker->result;
	const char *why = NULL;

	if (worker->at != ATTEMPT_SAVING || wanted->attempt != result->attempt) {
		log_info("attempt=%ju event=ignored what=result.wanted", (uintmax_t)wanted->attempt);
		return;
	}
	if (!result->changed)
		why = "it has changed nothing";
	else if (worker->carry.fd == -1)
		why = open_file(worker);
	if (why == NULL && !chunks_wanted(&worker->carry.chunks, wanted->offset))
		why = "it ends before that place";
	if (why != NULL)
		tell_problem(worker, wanted->offset, why);
	else
		carry_on(worker);
}

void
carry_on(struct worker *worker)
{
	struct chunks_out *chunks = &worker->carry.chunks;
	struct buffer bytes;
	size_t due;
	ssize_t len;

	buffer_init(&bytes);

	while (worker->carry.fd != -1 && worker->peer != NULL && !peer_full(worker->peer) &&
	    (due = chunks_due(chunks)) > 0) {
		len = pread(worker->carry.fd, buffer_reserve(&bytes, due), due, (off_t)chunks->sent);
		if (len <= 0) {
			tell_problem(worker, chunks->sent, len == 0 ? "it was cut" : strerror(errno));
			break;
		}
		peer_send(worker->peer, MSG_result_chunk, &(struct msg_result_chunk){
		    .attempt = worker->result.attempt, .fence = worker->fence,
		    .offset = chunks->sent, .total = chunks->total, .bytes = { bytes.bytes, (size_t)len } });
		chunks->sent += (uint64_t)len;
	}
	buffer_release(&bytes);
}

void
carry_stop(struct worker *worker)
{
	if (worker->carry.fd != -1)
		close(worker->carry.fd);
	worker->carry.fd = -1;
}
