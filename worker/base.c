/* What a job begins from, elsewhere: see base.h. */
#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/chunks.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/apart.h"
#include "worker/files.h"
#include "worker/objects.h"

#define LATE_SECONDS	600u	/* that a pack may stand still */

struct base {
	struct objects objects;
	void (*done)(struct worker *worker, const char *why);	/* NULL: nobody waits */
	struct chunks_in chunks;
	char *ids[4];			/* what has to be there; the job's */
	char **have, **shallow;		/* shallow: as the chunk at its beginning says */
	int fd;				/* what has come */
	bool asked;			/* again, for the place where we are */
	struct apart *taking;		/* all has come, and is taken in */
	struct watch *late;
};

static void on_late(void *context);

void
base_init(struct worker *worker)
{
	worker->base = mem_zero(1, sizeof(*worker->base));
	worker->base->fd = -1;
	worker->base->late = watch_timer(worker->loop, on_late, worker);
}

/* Nobody waits any more. */
static void
forget(struct base *base)
{
	size_t i;

	base->done = NULL;
	watch_pause(base->late);
	apart_free(base->taking);
	base->taking = NULL;
	if (base->fd != -1)
		close(base->fd);
	base->fd = -1;
	if (base->objects.incoming != NULL)
		files_remove(base->objects.incoming, SIZE_MAX);
	objects_release(&base->objects);
	for (i = 0; i < COUNT(base->ids); i++) {
		free(base->ids[i]);
		base->ids[i] = NULL;
	}
	strs_free(base->have);
	strs_free(base->shallow);
	base->have = base->shallow = NULL;
	base->chunks = (struct chunks_in){ 0 };
	base->asked = false;
}

void
base_stop(struct worker *worker)
{
	if (worker->base != NULL)
		forget(worker->base);
}

void
base_release(struct worker *worker)
{
	if (worker->base == NULL)
		return;
	forget(worker->base);
	watch_free(worker->base->late);
	free(worker->base);
	worker->base = NULL;
}

/* All is there, or why not. */
static void
finish(struct worker *worker, const char *problem)
{
	void (*done)(struct worker *worker, const char *why) = worker->base->done;
	char *why = problem != NULL ? str_format("the objects that it begins from: %s", problem) : NULL;

	if (why != NULL)
		why[strcspn(why, "\n")] = '\0';
	else if (worker->peer != NULL)
		peer_send(worker->peer, MSG_base_there, &(struct msg_base_there){
		    .attempt = worker->job.attempt, .fence = worker->fence });
	forget(worker->base);
	done(worker, why);
	free(why);
}

static void
on_late(void *context)
{
	char *why = str_format("nothing of them came for %u seconds", LATE_SECONDS);

	finish(context, why);
	free(why);
}

/* Says how much has come and asks for the rest. */
static void
ask(struct worker *worker)
{
	struct base *base = worker->base;

	watch_in(base->late, LATE_SECONDS * 1000);
	if (worker->peer != NULL)
		peer_send(worker->peer, MSG_base_wanted, &(struct msg_base_wanted){
		    .attempt = worker->job.attempt, .fence = worker->fence,
		    .project = worker->job.project, .wanted = base->ids, .have = base->have,
		    .offset = base->chunks.have });
}

static int
open_incoming(struct base *base)
{
	char *path = str_format("%s/pack", base->objects.incoming);

	if (files_remove(base->objects.incoming, SIZE_MAX) &&
	    files_folder(base->objects.incoming, 0700) == 0)
		base->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	free(path);
	return base->fd == -1 ? -1 : 0;
}

void
base_fetch(struct worker *worker, void (*done)(struct worker *worker, const char *why))
{
	struct base *base = worker->base;
	const struct msg_job_start *job = &worker->job;
	char *project = str_format("%s/projects/%s", worker->state, job->project);
	char *incoming = worker_path(worker, "incoming");
	size_t count = 0;
	char *why = NULL;

	forget(base);
	base->done = done;
	base->ids[count++] = str_dup(job->tip);
	if (job->tree != NULL)
		base->ids[count++] = str_dup(job->tree);
	if (job->conflict != NULL)
		base->ids[count++] = str_dup(job->conflict);
	if (objects_init(&base->objects, project, incoming) == -1) {
		why = str_format("cannot make a repository in %s: %s", project, strerror(errno));
	} else if (!objects_whole(&base->objects, base->ids)) {
		if (open_incoming(base) == -1)
			why = str_format("%s: %s", incoming, strerror(errno));
		else
			base->have = objects_have(&base->objects);
	}
	if (why != NULL || base->fd == -1)
		finish(worker, why);
	else
		ask(worker);
	free(why);
	free(incoming);
	free(project);
}

static enum error
take_in(void *context, struct buffer *why)
{
	const struct base *base = ((struct worker *)context)->base;

	return objects_take(&base->objects, base->fd, base->ids, base->shallow, why);
}

static void
on_taken(void *context, const char *why)
{
	struct worker *worker = context;

	/* It ends by itself. */
	worker->base->taking = NULL;
	finish(worker, why);
}

/* The pack is here, as long as it was said to be. Git may need minutes for it. */
static void
take_pack(struct worker *worker)
{
	struct base *base = worker->base;

	watch_pause(base->late);
	base->taking = apart_new(worker->loop, &(struct apart_calls){ worker, take_in, on_taken });
	if (base->taking == NULL)
		finish(worker, strerror(errno));
}

/* Bytes that go on where we are. */
static void
keep(struct worker *worker, const unsigned char *bytes, size_t len)
{
	struct base *base = worker->base;
	ssize_t done;

	while (len > 0) {
		done = pwrite(base->fd, bytes, len, (off_t)base->chunks.have);
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1) {
			finish(worker, strerror(errno));
			return;
		}
		bytes += done;
		len -= (size_t)done;
		base->chunks.have += (uint64_t)done;
	}
	base->asked = false;
	if (base->chunks.have == base->chunks.total)
		take_pack(worker);
	else
		ask(worker);
}

/* Where history ends. False: that is none. */
static bool
keep_shallow(struct base *base, char *const *shallow)
{
	size_t count = strs_count(shallow), i;

	for (i = 0; i < count; i++)
		if (!oid_valid(shallow[i]))
			return false;
	strs_free(base->shallow);
	base->shallow = count > 0 ? strs_dup(shallow) : NULL;
	return true;
}

void
base_take(struct worker *worker, const struct msg_base_chunk *chunk)
{
	struct base *base = worker->base;
	const char *why = NULL;
	size_t skip;

	if (base == NULL || base->done == NULL || chunk->attempt != worker->job.attempt) {
		log_debug("attempt=%ju event=chunk-late", (uintmax_t)chunk->attempt);
		return;
	}
	switch (chunks_take(&base->chunks, BASE_MAX, chunk->offset, chunk->bytes.len, chunk->total,
	    &skip, &why)) {
	case CHUNK_NEW:
		if (chunk->offset == 0 && !keep_shallow(base, chunk->shallow))
			finish(worker, "where its history ends is said by no object id");
		else
			keep(worker, chunk->bytes.bytes + skip, chunk->bytes.len - skip);
		break;
	case CHUNK_KNOWN:
		break;
	case CHUNK_EARLY:
		/* Once: what is on its way behind it is as early, and the answer will be the same. */
		log_info("attempt=%ju event=chunk-early offset=%ju have=%ju", (uintmax_t)chunk->attempt,
		    (uintmax_t)chunk->offset, (uintmax_t)base->chunks.have);
		if (!base->asked)
			ask(worker);
		base->asked = true;
		break;
	case CHUNK_WRONG:
		finish(worker, why);
		break;
	}
}
