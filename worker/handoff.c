/*
 * Hands over what the attempt left: see handoff.h. The collector reads hostile bytes
 * in a sandbox of the agent's kind; here only its few lines are parsed.
 */
#include "handoff.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/inside.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/collector.h"
#include "worker/copies.h"
#include "worker/files.h"
#include "worker/layer.h"
#include "worker/layer_make.h"
#include "worker/program.h"
#include "worker/scan.h"

#define TIME_MS		(300u * 1000)	/* the collector's time */
#define SAID_MAX	(64u << 10)	/* bytes kept of what it says */
#define TRIES		3u		/* of the same kind, when it died and said nothing */

struct handoff {
	struct worker *worker;
	struct scan scan;
	struct buffer said, errors;
	bool commits;		/* this try looks at the agent's own commits */
	unsigned tries;		/* of this kind */
	uint64_t started;	/* ms, monotonic */
};

static void	start(struct handoff *handoff);

static void
handoff_free(struct handoff *handoff)
{
	if (handoff == NULL)
		return;
	scan_release(&handoff->scan);
	buffer_release(&handoff->said);
	buffer_release(&handoff->errors);
	free(handoff);
}

static void
done(struct worker *worker)
{
	handoff_free(worker->handoff);
	worker->handoff = NULL;
	worker->step(worker, ATTEMPT_EV_COLLECTED);
}

/* It cannot be packed: kept for a person, and the attempt says so. */
static void
give_up(struct worker *worker, const char *why)
{
	char *kept = workspace_keep(worker->folder, worker->kind, worker->job.attempt);
	char *reason = str_format("%s%swhat the attempt left could not be collected (%s)%s%s",
	    worker->verdict.reason ? worker->verdict.reason : "", worker->verdict.reason ? "; " : "",
	    why, kept ? "; it is in " : "", kept ? kept : "");

	log_warnx("attempt=%ju event=not-collected why=%s", (uintmax_t)worker->job.attempt, why);
	free(worker->verdict.reason);
	worker->verdict.reason = output_text((const unsigned char *)reason, strlen(reason));
	worker->verdict.outcome = "error";
	free(reason);
	free(kept);
	done(worker);
}

/* The paths the collector wrote, as texts. */
static void
read_paths(struct worker *worker)
{
	char *path = worker_path(worker, "outbox/paths");
	struct buffer bytes;
	size_t at = 0, count = 0, len;

	buffer_init(&bytes);
	if (files_read(path, COLLECT_PATHS_BYTES + PATH_MAX, &bytes) == 0 && bytes.len > 0) {
		buffer_add(&bytes, "", 1);
		worker->verdict.paths = mem_zero(COLLECT_PATHS_MAX + 1, sizeof(char *));
		for (; at < bytes.len && count < COLLECT_PATHS_MAX; at += len + 1) {
			len = strlen((char *)bytes.bytes + at);
			if (len > 0)
				worker->verdict.paths[count++] = output_text(bytes.bytes + at, len);
		}
	}
	buffer_release(&bytes);
	free(path);
}

/* Exactly the five lines, in order, or nothing is believed. */
static bool
parse(struct handoff *handoff)
{
	struct verdict *verdict = &handoff->worker->verdict;
	char form[8] = "", oid[65] = "";
	unsigned long long commits, bytes;
	int end = -1;

	if (sscanf(buffer_text(&handoff->said), "form %7[a-z]\ncommit %64[0-9a-f]\ncommits %19llu\n"
	    "bytes %19llu\nend%n", form, oid, &commits, &bytes, &end) != 4 ||
	    end < 0 || (size_t)end + 1 != handoff->said.len || !oid_valid(oid))
		return false;
	verdict->as_files = strcmp(form, "files") == 0;
	verdict->changed = verdict->as_files || strcmp(form, "pack") == 0;
	if (!verdict->changed)
		return strcmp(form, "none") == 0;
	if (verdict->as_files && !handoff->worker->job.as_files)
		return false;
	if (!verdict->as_files)
		verdict->commit = str_dup(oid);
	verdict->commits = commits;
	verdict->bytes = bytes;
	return true;
}

/* What is handed over is there, has the size that was said, and is on the disk. */
static bool
make_durable(struct worker *worker)
{
	char *path = worker_path(worker, worker->verdict.as_files ? "outbox/files" : "outbox/pack");
	char *outbox = worker_path(worker, "outbox");
	struct stat st;
	bool fine = true;

	if (worker->verdict.changed)
		fine = lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		    (uint64_t)st.st_size == worker->verdict.bytes &&
		    files_sync(path) == 0 && files_sync(outbox) == 0 &&
		    files_sync(worker->folder) == 0;
	free(outbox);
	free(path);
	return fine;
}

static void
on_output(void *context, bool errors, const unsigned char *bytes, size_t len)
{
	struct handoff *handoff = context;
	struct buffer *out = errors ? &handoff->errors : &handoff->said;

	if (out->len < SAID_MAX)
		buffer_add(out, bytes, len);
}

/* The agent's author, date and message are lost with its commits: its log says so. */
static void
drop_commits(struct handoff *handoff, const char *why)
{
	struct worker *worker = handoff->worker;
	struct buffer line;

	log_warnx("attempt=%ju event=commits-dropped why=%s", (uintmax_t)worker->job.attempt, why);
	buffer_init(&line);
	buffer_format(&line, "\n[the agent's own commits cannot be used (%s): what it left is one "
	    "commit of our making]\n", why);
	if (worker->output.log != -1)
		output_add(&worker->output, line.bytes, line.len);
	buffer_release(&line);
	handoff->commits = false;
	handoff->tries = 0;
}

/*
 * A collector that died has said nothing of the agent's commits and is run again
 * as it was; only its own word, its time or its repeated death costs them.
 */
static void
on_end(void *context, const struct run_end *end)
{
	struct handoff *handoff = context;
	struct worker *worker = handoff->worker;
	bool late = clock_monotonic() - handoff->started >= TIME_MS;
	bool judged = late || (end->started && end->exit_code == COLLECT_UNUSABLE);
	char *why;

	worker->run = NULL;
	watch_pause(worker->run_limit);
	if (end->started && end->exit_code == 0 && parse(handoff) && make_durable(worker)) {
		read_paths(worker);
		done(worker);
		return;
	}
	why = output_text(handoff->errors.bytes, handoff->errors.len > 500 ? 500 : handoff->errors.len);
	why[strcspn(why, "\n")] = '\0';
	if (*why == '\0') {
		free(why);
		why = str_dup(late ? "the collector took too long" : "the collector was killed");
	}
	free(worker->verdict.commit);
	worker->verdict.commit = NULL;
	worker->verdict.changed = worker->verdict.as_files = false;
	if (!judged && ++handoff->tries < TRIES) {
		log_info("attempt=%ju event=collect-again why=%s", (uintmax_t)worker->job.attempt, why);
		start(handoff);
	} else if (handoff->commits) {
		drop_commits(handoff, why);
		start(handoff);
	} else {
		give_up(worker, why);
	}
	free(why);
}

/* One try. */
static void
start(struct handoff *handoff)
{
	struct worker *worker = handoff->worker;
	const struct msg_job_start *job = &worker->job;
	const char *title = job->title != NULL && *job->title != '\0' ? job->title : job->task;
	char *argv[] = { str_dup(COLLECT_PROGRAM), str_dup(job->tip), str_dup(title),
	    str_dup(worker->workspace.agent), str_dup(handoff->commits ? "1" : "0"),
	    str_dup(job->as_files ? "files" : "pack"), NULL };
	struct sandbox_run what = { .workspace = &worker->workspace, .command = argv, .input = -1,
	    .lock = worker->lock, .unprepared = true, .programs = true };
	const struct run_calls calls = { handoff, on_output, on_end };
	size_t i;

	handoff->said.len = handoff->errors.len = 0;
	handoff->started = clock_monotonic();
	texts_init(&what.options);
	collector_environment(worker, &what.options);
	if (collector_prepare(worker, &handoff->scan, handoff->tries == 0, &what.binds) == 0)
		worker->run = run_new(worker->loop, &worker->sandbox, &what, false, &calls);
	texts_release(&what.options);
	binds_release(&what.binds);
	for (i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	if (worker->run != NULL)
		watch_in(worker->run_limit, TIME_MS);
	else
		give_up(worker, strerror(errno));
}

/* Setup has ended well: what it left becomes a layer, or it has failed after all. */
static void
make_layer(struct worker *worker)
{
	struct buffer why;

	buffer_init(&why);
	if (layer_make(worker, &why) != ERROR_NONE) {
		worker->verdict.outcome = "error";
		free(worker->verdict.reason);
		worker->verdict.reason = output_text(why.bytes, why.len);
	}
	buffer_release(&why);
}

/* Takes away what is not the agent's: copies, and in a checkout what setup made. */
static bool
take_back(struct worker *worker, struct buffer *why)
{
	const struct workspace *workspace = &worker->workspace;

	if (copies_take_back(worker, why) != ERROR_NONE)
		return false;
	/* An overlay is looked at without it. */
	return workspace->kind != WORKSPACE_CHECKOUT || workspace->prepared == NULL ||
	    layer_take_back(workspace->prepared, workspace->root, why) == ERROR_NONE;
}

void
handoff_start(struct worker *worker)
{
	struct handoff *handoff = mem_zero(1, sizeof(*handoff));
	struct buffer why;

	buffer_init(&why);
	handoff->worker = worker;
	worker->handoff = handoff;
	scan_init(&handoff->scan);
	buffer_init(&handoff->said);
	buffer_init(&handoff->errors);
	if (worker_is_prepare(worker) && str_same(worker->verdict.outcome, "pass"))
		make_layer(worker);
	if (worker_is_gate(worker) || worker->workspace.slot == NULL) {
		done(worker);
	} else if (!take_back(worker, &why)) {
		give_up(worker, buffer_text(&why));
	} else if (scan_workspace(&handoff->scan, &worker->workspace) == -1) {
		give_up(worker, strerror(errno));
	} else if (handoff->scan.count == 0 && !handoff->scan.committed) {
		done(worker);
	} else {
		handoff->commits = handoff->scan.committed;
		start(handoff);
	}
	buffer_release(&why);
}
