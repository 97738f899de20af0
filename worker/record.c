/* Records of the slot: see record.h. */
#include "record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/frame.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/put.h"
#include "worker/files.h"

static void
kept_release(struct kept *kept)
{
	buffer_release(&kept->bytes);
	arena_release(&kept->arena);
	kept->there = false;
}

/* Decodes the bytes of `kept` into `out`. */
static enum error
decode(struct kept *kept, enum message_id id, void *out)
{
	const void *params;
	const char *why = "not MessagePack";
	struct reader *reader = reader_map(kept->bytes.bytes, kept->bytes.len, &params);
	enum error error = ERROR_PROTOCOL;

	if (reader != NULL)
		error = fields_get(message_rows[id].record(), params, out, &kept->arena, NULL, NULL,
		    &why);
	reader_free(reader);
	kept->there = error == ERROR_NONE;
	if (error != ERROR_NONE)
		log_warnx("event=bad-record method=%s why=%s", message_rows[id].method, why);
	return error;
}

static enum error
keep(struct kept *kept, enum message_id id, const void *in, void *out)
{
	struct buffer bytes;

	buffer_init(&bytes);
	put_map(&bytes, message_rows[id].record(), in);
	kept_release(kept);
	kept->bytes = bytes;
	return decode(kept, id, out);
}

static enum error
write_kept(struct worker *worker, const struct kept *kept, const char *name)
{
	char *path = str_format("%s/%s", worker->folder, name);
	enum error error = ERROR_NONE;

	if (files_write_durable(path, kept->bytes.bytes, kept->bytes.len) == -1) {
		error = error_from_errno(errno);
		log_warn("cannot write %s", path);
	}
	free(path);
	return error;
}

enum error
record_keep_job(struct worker *worker, const struct msg_job_start *job)
{
	return keep(&worker->job_kept, MSG_job_start, job, &worker->job);
}

enum error
record_write_job(struct worker *worker)
{
	return write_kept(worker, &worker->job_kept, "job");
}

enum error
record_write_result(struct worker *worker, const struct msg_job_result *result)
{
	enum error error = keep(&worker->result_kept, MSG_job_result, result, &worker->result);

	return error != ERROR_NONE ? error : write_kept(worker, &worker->result_kept, "result");
}

static void
read_kept(struct worker *worker, struct kept *kept, enum message_id id, const char *name, void *out)
{
	char *path = str_format("%s/%s", worker->folder, name);

	kept_release(kept);
	if (files_read(path, FRAME_MAX, &kept->bytes) == 0)
		decode(kept, id, out);
	else if (errno != ENOENT)
		log_warn("cannot read %s", path);
	free(path);
}

void
record_read(struct worker *worker)
{
	read_kept(worker, &worker->job_kept, MSG_job_start, "job", &worker->job);
	read_kept(worker, &worker->result_kept, MSG_job_result, "result", &worker->result);
}

void
record_release(struct worker *worker)
{
	kept_release(&worker->job_kept);
	kept_release(&worker->result_kept);
	worker->job = (struct msg_job_start){ 0 };
	worker->result = (struct msg_job_result){ 0 };
}

/* Emptied, it is what the next record is written to: a name that says nothing. */
static void
set_aside(const char *path)
{
	char *aside = str_format("%s.new", path);

	if (rename(path, aside) == 0 && truncate(aside, 0) == -1)
		unlink(aside);
	free(aside);
}

void
record_forget(struct worker *worker)
{
	static const char *const names[] = { "job", "result", "usage" };
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		char *path = str_format("%s/%s", worker->folder, names[i]);

		if (access(path, F_OK) == 0) {
			set_aside(path);
			files_sync(worker->folder);
		}
		free(path);
	}
	record_release(worker);
}
