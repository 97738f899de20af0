/*
 * The job at hand: see job.h. Every action of attempt.h has one function here;
 * none of them decides what comes next.
 */
#include "job.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/adapter.h"
#include "worker/agent.h"
#include "worker/around.h"
#include "worker/base.h"
#include "worker/carry.h"
#include "worker/copies.h"
#include "worker/files.h"
#include "worker/handoff.h"
#include "worker/meter.h"
#include "worker/notes.h"
#include "worker/record.h"
#include "worker/relay.h"
#include "worker/requests.h"
#include "worker/telling.h"

#define GRACE_MS	5000u	/* from TERM to KILL, unless the agent's entry says more */
#define SWEEP_MS	20u	/* then the next job, if one waits, has begun */
#define REMOVE_AT_ONCE	4000u	/* entries removed before anything else is done */

/* From TERM to KILL. */
static uint64_t
grace_ms(const struct worker *worker)
{
	if (iterate_ending_takes(worker->ending) || worker->at_once)
		return 0;
	return worker->job.grace != 0 ? worker->job.grace * 1000 : GRACE_MS;
}

/* As orch.yaml(5) has it. */
static const char *
sandbox_name(bool bare)
{
	return bare ? "none" : "bubblewrap";
}

static void
verdict_release(struct verdict *verdict)
{
	free(verdict->reason);
	free(verdict->commit);
	strs_free(verdict->paths);
	*verdict = (struct verdict){ 0 };
}

void
job_release(struct worker *worker)
{
	relay_release(worker);
	record_release(worker);
	workspace_release(&worker->workspace);
	output_release(&worker->output);
	verdict_release(&worker->verdict);
	mask_release(&worker->output_mask);
	mask_release(&worker->errors_mask);
	mask_words_release(&worker->secrets);
	adapter_free(worker->adapter);
	worker->adapter = NULL;
	buffer_release(&worker->errors);
	buffer_init(&worker->errors);
}

/* What the agent prints goes on to the supervisor. */
static void
pass_output(void *context, uint64_t offset, const unsigned char *bytes, size_t len)
{
	struct worker *worker = context;
	struct msg_job_output message = { .attempt = worker->job.attempt, .fence = worker->fence,
	    .offset = offset, .bytes = { bytes, len } };

	if (worker->peer != NULL)
		peer_send(worker->peer, MSG_job_output, &message);
	else if (worker->by_hand && write(STDOUT_FILENO, bytes, len) == -1)
		log_debug("standard output is gone");
}

static int
open_log(struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;
	char *folder = str_format("%s/logs/%s", worker->state, job->task);
	bool hook = worker_is_hook(worker) && job->title != NULL && name_valid(job->title);
	char *path = str_format("%s/%s%s%s%ju.log", folder, worker_is_prepare(worker) ? "setup-" :
	    worker_is_hook(worker) ? "hook-" : worker_is_gate(worker) ? "gate-" : "", hook ? job->title : "",
	    hook ? "-" : "", (uintmax_t)job->number);
	int result = files_folder(folder, 0700);

	if (result == 0)
		result = output_init(&worker->output, path, job->output_limit);
	free(path);
	free(folder);
	if (result == 0) {
		worker->output.pass = pass_output;
		worker->output.context = worker;
	}
	return result;
}

/* Names the folders and locks the trees of the job's workspace. */
static enum error
open_workspace(struct worker *worker, struct buffer *why)
{
	const struct msg_job_start *job = &worker->job;
	char *project = str_format("%s/projects/%s", worker->state, job->project);
	char *prepared = job->prepared != NULL && !worker_is_prepare(worker) ?
	    str_format("%s/prepared/%s/%s", worker->state, job->project, job->prepared) : NULL;
	struct workspace_wanted wanted = { .kind = worker->kind, .slot = worker->folder,
	    .project = project, .tip = job->tip, .tree = job->tree, .agent = job->agent,
	    .trees = job->trees, .prepared = prepared, .prepares = worker_is_prepare(worker),
	    .bare = worker->bare };
	enum error error = workspace_init(&worker->workspace, &wanted, why);

	free(prepared);
	free(project);
	if (error != ERROR_NONE)
		workspace_release(&worker->workspace);
	return error;
}

/* The attempt ends before its agent began. */
static void
cannot_begin(struct worker *worker, const char *why)
{
	worker_verdict(worker, "error", output_text((const unsigned char *)why, strlen(why)));
	job_step(worker, ATTEMPT_EV_FAILED);
}

uint64_t
job_limit(const struct worker *worker)
{
	return worker_is_gate(worker) && worker->job.timeout == 0 ? worker->job.verify_timeout :
	    worker->job.timeout;
}

/* Its objects are there, or not: makes the workspace. From here on its time counts. */
static void
on_base(struct worker *worker, const char *problem)
{
	uint64_t limit = job_limit(worker);
	struct buffer why;

	buffer_init(&why);
	if (limit != 0)
		watch_in(worker->limit, limit * 1000);
	if (problem != NULL)
		buffer_add_text(&why, problem);
	else if (open_workspace(worker, &why) == ERROR_NONE &&
	    workspace_prepare(&worker->workspace, &why) == ERROR_NONE &&
	    copies_put(worker, &why) == ERROR_NONE)
		agent_prepare(worker, &why);
	if (why.len > 0)
		cannot_begin(worker, buffer_text(&why));
	else
		job_step(worker, worker_is_gate(worker) ? ATTEMPT_EV_RUN_VERIFY : ATTEMPT_EV_RUN_AGENT);
	buffer_release(&why);
}

static void
prepare(struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;
	char *why = NULL;

	around_job(worker);
	verdict_release(&worker->verdict);
	worker->ending = ENDING_NONE;
	worker->iteration = 0;
	worker->recovered = worker->resumed = worker->paused = worker->frozen = worker->at_once = false;
	worker->hooking = false;
	free(worker->hook_failed);
	worker->hook_failed = NULL;
	worker->meter.has_recovered = false;
	worker->meter.reports = 0;
	worker->gauge.printed = worker->gauge.cpu_before = 0;
	requests_begin(worker);
	worker->started = clock_wall();
	if (record_write_job(worker) != ERROR_NONE)
		why = str_format("cannot write the job's record in %s: %s", worker->folder,
		    strerror(errno));
	else if (open_log(worker) == -1)
		why = str_format("cannot open the log: %s", strerror(errno));
	else if (worker_is_gate(worker) && !worker_is_hook(worker) && job->tree == NULL)
		why = str_dup("the job names no tree to verify");
	if (why != NULL)
		cannot_begin(worker, why);
	else if (worker->base != NULL)
		base_fetch(worker, on_base);
	else
		on_base(worker, NULL);
	free(why);
}

/* Makes the result from the verdict and writes it. */
static void
make_result(struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;
	const struct verdict *verdict = &worker->verdict;
	bool green = str_same(verdict->outcome, "done") || str_same(verdict->outcome, "pass");
	char *tail = green ? NULL : output_tail(&worker->output);
	struct record_usage usage;
	bool used = meter_usage(worker, &usage);
	struct record_traffic_row *traffic;
	struct notes_read notes;
	size_t traffic_count = relay_rows(worker, &traffic), note_count = notes_read(worker, &notes);
	struct msg_job_result result = {
		.attempt = job->attempt, .fence = worker->fence, .kind = job->kind,
		.task = job->task, .number = job->number,
		.outcome = verdict->outcome ? verdict->outcome : "error", .reason = verdict->reason,
		.exit_code = verdict->exit_code, .base = job->tip, .commit = verdict->commit,
		.commits = verdict->commits, .changed = verdict->changed,
		.as_files = verdict->as_files, .bytes = verdict->bytes, .paths = verdict->paths,
		.output = tail != NULL && *tail != '\0' ? tail : NULL,
		.iterations = worker->iteration,
		.seconds = worker->recovered ? 0 : clock_wall() - worker->started,
		.recovered = worker->recovered,
		.usage = { &usage, used ? 1 : 0 }, .retry_at = verdict->retry_at,
		.sandbox = sandbox_name(worker->bare), .traffic = { traffic, traffic_count },
		.hook_failed = worker->hook_failed,
		.notes = { notes.parts, note_count },
	};

	if (record_write_result(worker, &result) != ERROR_NONE)
		log_warnx("attempt=%ju event=result-not-durable", (uintmax_t)job->attempt);
	notes_read_release(&notes);
	free(traffic);
	free(tail);
}

static void
report(struct worker *worker)
{
	watch_pause(worker->limit);
	base_stop(worker);
	if (!worker->result_kept.there)
		make_result(worker);
	worker->result.fence = worker->fence;
	worker->result.recovered = worker->recovered;
	log_debug("attempt=%ju event=result outcome=%s", (uintmax_t)worker->result.attempt,
	    worker->result.outcome);
	if (worker->peer != NULL)
		peer_send(worker->peer, MSG_job_result, &worker->result);
	if (worker->by_hand)
		loop_stop(worker->loop);
	else if (worker->leaving)
		job_step(worker, ATTEMPT_EV_LEAVE);
}

/* A process of its own removes what takes long. */
static void
remove_later(struct worker *worker, const char *trash)
{
	if (worker->remover != 0)
		return;
	worker->remover = fork();
	if (worker->remover == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close_range(3, ~0u, 0);
		_exit(files_empty(trash, SIZE_MAX) ? 0 : 1);
	}
	if (worker->remover == -1)
		worker->remover = 0;
}

void
job_sweep(struct worker *worker)
{
	char *trash = worker_path(worker, "trash");

	watch_pause(worker->sweep);
	if (!files_empty(trash, REMOVE_AT_ONCE))
		remove_later(worker, trash);
	free(trash);
}

/* What is discarded is removed while the next agent runs, not while it waits. */
static void
clean(struct worker *worker)
{
	carry_stop(worker);
	record_forget(worker);
	job_release(worker);
	if (workspace_discard(worker->folder) == -1)
		log_warn("slot=%s: what is left in it", worker->slot);
	watch_in(worker->sweep, SWEEP_MS);
}

static void
ready(struct worker *worker)
{
	struct msg_worker_ready message = { .fence = worker->fence,
	    .sandbox = sandbox_name(worker->unfenced) };

	if (worker->peer != NULL)
		peer_send(worker->peer, MSG_worker_ready, &message);
}

void
job_step(struct worker *worker, enum attempt_event event)
{
	struct attempt_step step = attempt_step(worker->at, event);

	log_debug("state=%s event=%s next=%s", attempt_state_name(worker->at),
	    attempt_event_name(event), attempt_state_name(step.next));
	if (step.actions & ATTEMPT_IGNORE)
		log_info("event=ignored what=%s state=%s", attempt_event_name(event),
		    attempt_state_name(worker->at));
	if (worker->at != step.next) {
		worker->at = step.next;
		telling_state(worker);
	}
	if ((step.actions & ATTEMPT_END_RUN) && worker->run != NULL)
		run_stop(worker->run, grace_ms(worker));
	if (step.actions & ATTEMPT_CLEAN)
		clean(worker);
	if (step.actions & ATTEMPT_READY)
		ready(worker);
	if (step.actions & ATTEMPT_EXIT) {
		job_sweep(worker);
		loop_stop(worker->loop);
	}
	/* At most one of these; each may end with a step of its own. */
	if (step.actions & ATTEMPT_PREPARE)
		prepare(worker);
	else if (step.actions & ATTEMPT_START_AGENT)
		agent_start(worker);
	else if (step.actions & ATTEMPT_START_VERIFY)
		agent_start_verify(worker);
	else if (step.actions & ATTEMPT_START_COLLECT)
		handoff_start(worker);
	else if (step.actions & ATTEMPT_REPORT)
		report(worker);
}

void
job_end(struct worker *worker, enum ending ending, const char *why)
{
	bool running = worker->at == ATTEMPT_AGENT || worker->at == ATTEMPT_VERIFY;

	if (running && (worker->ending == ENDING_NONE || worker->ending == ENDING_VERIFY_TIMEOUT)) {
		worker->ending = ending;
		if (why != NULL && *why != '\0')
			worker_verdict(worker, iterate_ending_word(ending), str_dup(why));
	}
	if (ending == ENDING_VERIFY_TIMEOUT) {
		/* Only this run ends; what follows is judged as for any other. */
		if (worker->run != NULL)
			run_stop(worker->run, worker->handoff != NULL ? 0 : grace_ms(worker));
		return;
	}
	if (worker->at == ATTEMPT_PREPARING)
		worker_verdict(worker, iterate_ending_word(ending), str_dup(why != NULL && *why != '\0' ? why :
		    "it was ended before its agent began"));
	job_step(worker, ending == ENDING_SUPERVISOR ? ATTEMPT_EV_LEAVE : ATTEMPT_EV_STOP);
}

void
job_kill(struct worker *worker, const char *why)
{
	worker->at_once = true;
	/* It has its grace already: no longer. */
	if (worker->at == ATTEMPT_STOPPING && worker->run != NULL)
		run_stop(worker->run, 0);
	job_end(worker, ENDING_STOPPED, why);
}

void
job_leave(struct worker *worker)
{
	worker->leaving = true;
	job_end(worker, ENDING_SUPERVISOR, NULL);
}

void
job_announce(struct worker *worker)
{
	const struct msg_job_start *job = &worker->job;

	switch (worker->at) {
	case ATTEMPT_IDLE:
		ready(worker);
		break;
	case ATTEMPT_SAVING:
		worker->result.fence = worker->fence;
		peer_send(worker->peer, MSG_job_result, &worker->result);
		break;
	default:
		peer_send(worker->peer, MSG_job_running, &(struct msg_job_running){
		    .attempt = job->attempt, .fence = worker->fence, .kind = job->kind,
		    .task = job->task, .number = job->number });
		telling_state(worker);
		requests_again(worker);
		break;
	}
}

void
job_recover(struct worker *worker)
{
	struct buffer why, open_why;

	record_read(worker);
	if (worker->job_kept.there)
		around_job(worker);
	if (worker->result_kept.there) {
		worker->recovered = true;
		job_step(worker, ATTEMPT_EV_RESULT_KEPT);
		return;
	}
	if (!worker->job_kept.there) {
		clean(worker);
		ready(worker);
		return;
	}
	buffer_init(&why);
	buffer_init(&open_why);
	worker->recovered = true;
	meter_recover(worker);
	buffer_add_text(&why, "the worker ended before the attempt did");
	if (workspace_left(worker->folder) && open_workspace(worker, &open_why) != ERROR_NONE) {
		char *kept = workspace_keep(worker->folder, worker->kind, worker->job.attempt);

		buffer_format(&why, "; what it left could not be collected (%s)%s%s",
		    buffer_text(&open_why), kept ? "; it is in " : "", kept ? kept : "");
		free(kept);
	}
	buffer_release(&open_why);
	worker_verdict(worker, "lost", output_text(why.bytes, why.len));
	buffer_release(&why);
	job_step(worker, ATTEMPT_EV_RECOVER);
}
