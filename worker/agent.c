/*
 * Runs the agent and the verify command: see agent.h. What they are given is in command.h,
 * what their end means in iterate.h.
 */
#include "agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/adapter.h"
#include "worker/agent_socket.h"
#include "worker/command.h"
#include "worker/conflict.h"
#include "worker/files.h"
#include "worker/gauge.h"
#include "worker/home.h"
#include "worker/iteration.h"
#include "worker/meter.h"
#include "worker/notes.h"
#include "worker/relay.h"

#define ERRORS_MAX	4096u		/* bytes in which the kind of a failure is looked for */
#define ARGUMENT_MAX	(128u << 10)	/* MAX_ARG_STRLEN of Linux */
#define REASON_MAX	1000u		/* bytes of output in a reason */

enum error
agent_prepare(struct worker *worker, struct buffer *why)
{
	const struct msg_job_start *job = &worker->job;
	char *input = worker_path(worker, "input");
	char *prompt = str_format("%s/prompt", input), *feedback = str_format("%s/feedback", input);
	enum error error = ERROR_NONE;

	/* Without a sandbox it may be an agent's by now; else it is written over. */
	if (job->prompt == NULL || worker_is_hook(worker) || worker->bare)
		unlink(prompt);
	unlink(feedback);
	if (worker_is_gate(worker) ? job->verify == NULL : strs_count(job->command) == 0) {
		error = ERROR_INVALID;
		buffer_format(why, "the job names no command to run");
	} else if (job->prompt != NULL && command_prompt_by(worker, "argument") &&
	    strlen(job->prompt) >= ARGUMENT_MAX) {
		error = ERROR_TOO_LARGE;
		buffer_format(why, "the prompt has %zu bytes, and an argument holds fewer than %u; "
		    "give it to this agent by stdin or file", strlen(job->prompt), ARGUMENT_MAX);
	} else if (files_folder(input, 0700) == -1 ||
	    (job->prompt != NULL && !worker_is_hook(worker) && files_write(prompt, job->prompt, strlen(job->prompt)) == -1) ||
	    (job->feedback != NULL && !worker_is_gate(worker) &&
	    files_write(feedback, job->feedback, strlen(job->feedback)) == -1)) {
		error = error_from_errno(errno);
		buffer_format(why, "cannot write what the agent needs: %s", strerror(errno));
	} else if (!worker_is_gate(worker) && notes_make(worker) == -1) {
		error = error_from_errno(errno);
		buffer_format(why, "cannot make the folder of its notes: %s", strerror(errno));
	} else {
		error = home_prepare(worker, why);
	}
	free(feedback);
	free(prompt);
	free(input);
	return error;
}

/* What of the agent's output is stored; see adapter.h. */
static void
keep_output(void *context, const unsigned char *bytes, size_t len)
{
	struct worker *worker = context;

	output_add(&worker->output, bytes, len);
}

/* The end of what it says on its standard error, where a failure is explained. */
static void
keep_errors(struct worker *worker, const unsigned char *bytes, size_t len)
{
	buffer_add(&worker->errors, bytes, len);
	if (worker->errors.len > 2 * ERRORS_MAX)
		buffer_drop(&worker->errors, worker->errors.len - ERRORS_MAX);
}

static void
take_output(void *context, const unsigned char *bytes, size_t len)
{
	adapter_output(((struct worker *)context)->adapter, bytes, len);
}

static void
take_errors(void *context, const unsigned char *bytes, size_t len)
{
	keep_errors(context, bytes, len);
	adapter_errors(((struct worker *)context)->adapter, bytes, len);
}

static void
on_output(void *context, bool errors, const unsigned char *bytes, size_t len)
{
	struct worker *worker = context;

	gauge_printed(worker, len);
	if (worker_is_hook(worker)) {
		mask_feed(&worker->output_mask, &worker->secrets, bytes, len, keep_output, worker);
	} else if (worker->at == ATTEMPT_VERIFY || worker->adapter == NULL) {
		output_add(&worker->output, bytes, len);
	} else if (errors) {
		mask_feed(&worker->errors_mask, &worker->secrets, bytes, len, take_errors, worker);
		meter_activity(worker);
	} else {
		mask_feed(&worker->output_mask, &worker->secrets, bytes, len, take_output, worker);
		meter_activity(worker);
	}
	if (worker->peer != NULL && peer_full(worker->peer) && worker->run != NULL)
		run_pause(worker->run);
}

/*
 * Its last word to a person: the error it reports, its last text, or the last line that it
 * printed. The caller frees.
 */
static char *
last_word(const struct worker *worker)
{
	const char *text = NULL;
	char *word;

	if (worker->at == ATTEMPT_AGENT && worker->adapter != NULL && adapter_reads(worker->adapter)) {
		text = adapter_error(worker->adapter);
		if (text == NULL)
			text = adapter_final(worker->adapter);
		word = text != NULL ? output_text((const unsigned char *)text,
		    strlen(text) > REASON_MAX ? REASON_MAX : strlen(text)) : NULL;
		if (word != NULL && *word != '\0')
			return word;
		free(word);
	}
	return output_last_line(&worker->output, REASON_MAX);
}

/* The kind of its failure, and when it may be tried again. */
static const char *
classify(struct worker *worker)
{
	const char *error = adapter_error(worker->adapter), *class;
	char *tail, *text;
	time_t until;

	/* Its own word of an error says more than all it printed, which has the task's words too. */
	if (error != NULL)
		text = str_dup(error);
	else if (adapter_reads(worker->adapter))
		text = output_text(worker->errors.bytes, worker->errors.len);
	else {
		tail = output_tail(&worker->output);
		text = str_dup(strlen(tail) > ERRORS_MAX ? tail + strlen(tail) - ERRORS_MAX : tail);
		free(tail);
	}
	class = adapter_classify(worker->adapter, text, (time_t)clock_wall(), &until);
	worker->verdict.retry_at = (uint64_t)until;
	/* It ends by this before anybody has counted its processes. */
	if (class == NULL && worker->job.processes != 0 && (strstr(text, "annot fork") != NULL ||
	    strstr(text, "fork: retry: Resource temporarily unavailable") != NULL))
		class = iterate_ending_word(ENDING_PROCESSES);
	free(text);
	return class;
}

/* Why a run ended the way it did, in a sentence. The caller frees. */
static char *
explain(const struct worker *worker, const struct iterate_next *next, const struct run_end *end)
{
	char *line = last_word(worker), *reason;
	bool gate = worker_is_gate(worker), quote = next->last_line && *line != '\0';

	if (!end->started && worker->ending == ENDING_NONE && strstr(line, "execvp") != NULL)
		reason = str_format("%s '%s' not found: %s", gate ? "shell" : "agent",
		    gate ? "sh" : worker->job.command[0], line);
	else if (next->reason == NULL)
		reason = quote ? str_dup(line) : next->last_line ?
		    str_format("exit status %u without a word", end->exit_code) : NULL;
	else if (end->started && end->exit_code != 0 && next->last_line)
		reason = str_format("%s (exit status %u)%s%s", next->reason, end->exit_code,
		    quote ? ": " : "", quote ? line : "");
	else
		reason = str_format("%s%s%s", next->reason, quote ? ": " : "", quote ? line : "");
	free(line);
	return reason;
}

/* Another iteration: what was printed becomes the feedback. */
static void
write_feedback(const struct worker *worker, bool verify)
{
	const char *final = verify || worker->adapter == NULL ? NULL : adapter_final(worker->adapter);
	char *path = worker_path(worker, "input/feedback");
	char *tail = final != NULL ? str_dup(final) : output_tail(&worker->output);

	if (files_write(path, tail, strlen(tail)) == -1)
		log_warn("cannot write %s", path);
	free(tail);
	free(path);
}

/* What is known of a run that has ended. */
static struct iterate_run
make_run(struct worker *worker, const struct run_end *end)
{
	static const enum iterate_said said[] = { [SAID_NOTHING] = ITERATE_SAID_NOTHING,
	    [SAID_WELL] = ITERATE_SAID_WELL, [SAID_BADLY] = ITERATE_SAID_BADLY };
	const struct msg_job_start *job = &worker->job;
	struct iterate_run run = {
		.verify = worker->at == ATTEMPT_VERIFY, .gate = worker_is_gate(worker),
		.setup = worker_is_prepare(worker) || worker_is_hook(worker),
		.started = end->started, .killed = end->killed, .exit_code = end->exit_code,
		.exit_good = end->exit_code == 0, .ending = worker->ending,
		.promise_wanted = job->completion_promise != NULL && *job->completion_promise != '\0',
		.promise_seen = worker->output.promise_seen,
		.verify_wanted = job->verify != NULL && *job->verify != '\0',
		.iteration = worker->iteration,
		.max_iterations = job->max_iterations ? job->max_iterations : 1,
	};

	if (run.verify || worker->adapter == NULL)
		return run;
	run.blocked = worker->blocked != NULL;
	run.exit_good = adapter_exit_good(worker->adapter, end->exit_code);
	run.said = said[adapter_said(worker->adapter)];
	if (adapter_reads(worker->adapter))
		run.promise_seen = adapter_promised(worker->adapter);
	if (!run.exit_good || run.said == ITERATE_SAID_BADLY)
		run.class = classify(worker);
	return run;
}

static void
on_end(void *context, const struct run_end *end)
{
	struct worker *worker = context;
	const struct msg_job_start *job = &worker->job;
	struct iterate_run run;
	struct iterate_next next;

	worker->run = NULL;
	agent_socket_close(worker);
	watch_pause(worker->run_limit);
	gauge_end(worker, end, !end->started || end->exit_code != 0);
	if (worker->at != ATTEMPT_VERIFY && worker->adapter != NULL) {
		mask_end(&worker->errors_mask, &worker->secrets, take_errors, worker);
		mask_end(&worker->output_mask, &worker->secrets, take_output, worker);
		adapter_end(worker->adapter);
		meter_end(worker);
	}
	if (worker_is_hook(worker))
		mask_end(&worker->output_mask, &worker->secrets, keep_output, worker);
	run = make_run(worker, end);
	next = iterate_judge(&run);
	log_debug("attempt=%ju event=%s-ended status=%u", (uintmax_t)job->attempt,
	    run.verify ? "verify" : "agent", end->exit_code);
	if (next.event == ATTEMPT_EV_FINISH) {
		worker->verdict.exit_code = end->exit_code;
		worker_verdict(worker, next.outcome, worker->blocked != NULL && str_same(next.outcome, "blocked") ?
		    str_dup(worker->blocked) : explain(worker, &next, end));
	} else if (next.event == ATTEMPT_EV_RUN_AGENT) {
		write_feedback(worker, run.verify);
		worker->ending = ENDING_NONE;
	}
	if (!iteration_hook(worker, next.event, worker->step))
		worker->step(worker, next.event);
}

/* Starts a command; when that fails the attempt has failed. */
static void
start(struct worker *worker, char *const *command, bool verify)
{
	struct sandbox_run what = { .workspace = &worker->workspace, .command = command,
	    .lock = worker->lock, .fence = true, .scratch = verify && !worker_is_prepare(worker) && !worker_is_hook(worker),
	    .limits = gauge_limits(worker),
	    .within = gauge_within(worker) };
	const struct run_calls calls = { worker, on_output, on_end };
	bool merge = verify || worker->adapter == NULL || !adapter_reads(worker->adapter);
	struct buffer why;

	buffer_init(&why);
	texts_init(&what.options);
	if (!verify && agent_socket_open(worker) == -1)
		log_warn("the agent's socket: it can ask for nothing");
	if (command_options(worker, &what, verify, &why) == ERROR_NONE &&
	    relay_begin(worker, &what, &why) == ERROR_NONE &&
	    (what.input = command_input(worker, verify, worker->resumed)) != -1) {
		if (!what.scratch || workspace_scratch(&worker->workspace) == 0)
			worker->run = run_new(worker->loop, &worker->sandbox, &what, merge, &calls);
		close(what.input);
	}
	relay_started(worker);
	if (worker->run != NULL)
		gauge_begin(worker);
	if (worker->run == NULL) {
		/* A relay that has begun. */
		processes_end(getpid(), worker->remover);
		if (why.len == 0)
			buffer_format(&why, "cannot start the sandbox: %s", strerror(errno));
		worker_verdict(worker, "error", output_text(why.bytes, why.len));
		agent_socket_close(worker);
		worker->step(worker, ATTEMPT_EV_FAILED);
	}
	texts_release(&what.options);
	binds_release(&what.binds);
	buffer_release(&why);
}

static void
run_agent(struct worker *worker)
{
	const char *promise = worker->job.completion_promise;
	struct texts command;

	worker->iteration++;
	worker->resumed = worker->iteration > 1 && command_can_resume(worker);
	worker->errors.len = 0;
	/* Of output that is read, its last words alone can have the promise. */
	output_begin(&worker->output, adapter_reads(worker->adapter) ? NULL : promise);
	adapter_begin(worker->adapter, worker->resumed, promise);
	texts_init(&command);
	command_make(worker, &command, worker->resumed);
	meter_begin(worker);
	start(worker, command.items, false);
	texts_release(&command);
}

/* The conflict is there, or the attempt ends before its agent began. */
static void
on_laid(struct worker *worker, const char *why)
{
	struct iterate_run run = { .ending = worker->ending };
	struct iterate_next next = iterate_judge(&run);

	if (worker->ending == ENDING_NONE && why == NULL) {
		run_agent(worker);
		return;
	}
	/* Somebody stopped it, or it is our own trouble. */
	if (worker->ending != ENDING_NONE && worker->ending != ENDING_VERIFY_TIMEOUT)
		worker_verdict(worker, next.outcome, str_dup(next.reason));
	else
		worker_verdict(worker, "error", str_dup(why != NULL ? why : "it took too long"));
	worker->step(worker, ATTEMPT_EV_FINISH);
}

void
agent_start(struct worker *worker)
{
	if (worker->adapter == NULL)
		worker->adapter = adapter_new(worker->job.adapter.count > 0 ? worker->job.adapter.items :
		    NULL, keep_output, worker);
	if (worker->job.conflict != NULL && worker->iteration == 0)
		conflict_lay(worker, on_laid);
	else
		run_agent(worker);
}

void
agent_start_verify(struct worker *worker)
{
	char *shell = str_dup("sh"), *option = str_dup("-c"), *text = str_dup(worker->job.verify);
	char *command[] = { shell, option, text, NULL };

	output_begin(&worker->output, NULL);
	if (worker->job.verify_timeout != 0)
		watch_in(worker->run_limit, worker->job.verify_timeout * 1000);
	start(worker, command, true);
	free(text);
	free(option);
	free(shell);
}
