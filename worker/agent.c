/*
 * Runs the agent and the verify command: see agent.h. Decides what they find in
 * their sandbox: environment, HOME, prompt, feedback.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/conflict.h"
#include "worker/files.h"

#define PROMPT_FILE	"/run/orch/prompt"
#define FEEDBACK_FILE	"/run/orch/feedback"
#define SOCKET_FILE	"/run/orch/socket"
#define ARGUMENT_MAX	(128u << 10)	/* MAX_ARG_STRLEN of Linux */
#define REASON_MAX	1000u		/* bytes of output in a reason */

static bool
prompt_by(const struct worker *worker, const char *way)
{
	return str_same(worker->job.prompt_via ? worker->job.prompt_via : "stdin", way);
}

/* The task's own HOME, or for a gate a fresh one. */
static char *
home_folder(const struct worker *worker)
{
	if (worker_is_gate(worker))
		return worker_path(worker, "home");
	return str_format("%s/projects/%s/homes/%s", worker->state, worker->job.project,
	    worker->job.task);
}

enum error
agent_prepare(struct worker *worker, struct buffer *why)
{
	const struct msg_job_start *job = &worker->job;
	char *input = worker_path(worker, "input"), *home = home_folder(worker);
	char *prompt = str_format("%s/prompt", input), *feedback = str_format("%s/feedback", input);
	enum error error = ERROR_NONE;

	unlink(prompt);
	unlink(feedback);
	if (worker_is_gate(worker) ? job->verify == NULL : strs_count(job->command) == 0) {
		error = ERROR_INVALID;
		buffer_format(why, "the job names no command to run");
	} else if (job->prompt != NULL && prompt_by(worker, "argument") &&
	    strlen(job->prompt) >= ARGUMENT_MAX) {
		error = ERROR_TOO_LARGE;
		buffer_format(why, "the prompt has %zu bytes, and an argument holds fewer than %u; "
		    "give it to this agent by stdin or file", strlen(job->prompt), ARGUMENT_MAX);
	} else if (files_folder(input, 0700) == -1 || files_folder(home, 0700) == -1 ||
	    (job->prompt != NULL && files_write(prompt, job->prompt, strlen(job->prompt)) == -1) ||
	    (job->feedback != NULL && !worker_is_gate(worker) &&
	    files_write(feedback, job->feedback, strlen(job->feedback)) == -1)) {
		error = error_from_errno(errno);
		buffer_format(why, "cannot write what the agent needs: %s", strerror(errno));
	}
	free(feedback);
	free(prompt);
	free(home);
	free(input);
	return error;
}

/* A verify command is not told whose tree it has: the verdict holds for anybody's. */
static void
add_whose(const struct worker *worker, struct texts *options)
{
	texts_add(options, "--setenv", "ORCH_TASK", worker->job.task, "--setenv", "ORCH_ATTEMPT", NULL);
	texts_format(options, "%ju", (uintmax_t)worker->job.number);
	texts_add(options, "--setenv", "ORCH_ITERATION", NULL);
	texts_format(options, "%ju", (uintmax_t)worker->iteration);
}

/* Binds and environment of the agent or of the verify command. */
static void
add_options(const struct worker *worker, struct texts *options, bool verify)
{
	const struct msg_job_start *job = &worker->job;
	char *home = home_folder(worker), *prompt = worker_path(worker, "input/prompt");
	char *feedback = worker_path(worker, "input/feedback");
	size_t i;

	texts_add(options, "--bind", worker->workspace.root, INSIDE_WORKSPACE, "--bind", home,
	    INSIDE_HOME, "--ro-bind", worker->workspace.shown, INSIDE_OBJECTS,
	    "--chdir", INSIDE_WORKSPACE, NULL);
	sandbox_environment(&worker->sandbox, options);
	texts_add(options, "--setenv", "HOME", INSIDE_HOME, "--setenv", "ORCH_SLOT", worker->slot,
	    "--setenv", "ORCH_SOCKET", SOCKET_FILE, NULL);
	if (!verify)
		add_whose(worker, options);
	if (access(prompt, F_OK) == 0)
		texts_add(options, "--ro-bind", prompt, PROMPT_FILE, "--setenv", "ORCH_PROMPT_FILE",
		    PROMPT_FILE, NULL);
	if (access(feedback, F_OK) == 0)
		texts_add(options, "--ro-bind", feedback, FEEDBACK_FILE, "--setenv",
		    "ORCH_FEEDBACK_FILE", FEEDBACK_FILE, NULL);
	for (i = 0; i < strs_count(job->environment); i++) {
		char *name = str_dup(job->environment[i]), *value = strchr(name, '=');

		if (value != NULL && value != name) {
			*value++ = '\0';
			texts_add(options, "--setenv", name, value, NULL);
		}
		free(name);
	}
	free(feedback);
	free(prompt);
	free(home);
}

/* The configured command with the prompt in it, where that is how it comes. */
static void
make_command(const struct worker *worker, struct texts *command)
{
	const struct msg_job_start *job = &worker->job;
	static const char place[] = "{prompt_file}";
	size_t i;

	for (i = 0; job->command[i] != NULL; i++) {
		const char *found = strstr(job->command[i], place);

		if (found != NULL)
			texts_format(command, "%.*s%s%s", (int)(found - job->command[i]),
			    job->command[i], PROMPT_FILE, found + sizeof(place) - 1);
		else
			texts_add(command, job->command[i], NULL);
	}
	if (job->prompt != NULL && prompt_by(worker, "argument"))
		texts_add(command, job->prompt, NULL);
}

/* The prompt in an unlinked file, or /dev/null. -1 with errno. */
static int
open_input(const struct worker *worker, bool verify)
{
	const char *prompt = worker->job.prompt;
	size_t len = prompt != NULL ? strlen(prompt) : 0, done = 0;
	ssize_t wrote = 1;
	int fd;

	if (verify || len == 0 || !prompt_by(worker, "stdin"))
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if ((fd = memfd_create("prompt", MFD_CLOEXEC)) == -1)
		return -1;
	while (done < len && (wrote = write(fd, prompt + done, len - done)) > 0)
		done += (size_t)wrote;
	if (wrote > 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
on_output(void *context, bool errors, const unsigned char *bytes, size_t len)
{
	struct worker *worker = context;

	(void)errors;
	output_add(&worker->output, bytes, len);
	if (worker->peer != NULL && peer_full(worker->peer) && worker->run != NULL)
		run_pause(worker->run);
}

/* Why a run ended the way it did, in a sentence. The caller frees. */
static char *
explain(const struct worker *worker, const struct iterate_next *next, const struct run_end *end)
{
	char *line = output_last_line(&worker->output, REASON_MAX), *reason;
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
write_feedback(const struct worker *worker)
{
	char *path = worker_path(worker, "input/feedback"), *tail = output_tail(&worker->output);

	if (files_write(path, tail, strlen(tail)) == -1)
		log_warn("cannot write %s", path);
	free(tail);
	free(path);
}

static void
on_end(void *context, const struct run_end *end)
{
	struct worker *worker = context;
	const struct msg_job_start *job = &worker->job;
	struct iterate_run run = {
		.verify = worker->at == ATTEMPT_VERIFY, .gate = worker_is_gate(worker),
		.started = end->started, .killed = end->killed, .exit_code = end->exit_code,
		.ending = worker->ending,
		.promise_wanted = job->completion_promise != NULL && *job->completion_promise != '\0',
		.promise_seen = worker->output.promise_seen,
		.verify_wanted = job->verify != NULL && *job->verify != '\0',
		.iteration = worker->iteration,
		.max_iterations = job->max_iterations ? job->max_iterations : 1,
	};
	struct iterate_next next = iterate_judge(&run);

	worker->run = NULL;
	watch_pause(worker->run_limit);
	log_debug("attempt=%ju event=%s-ended status=%u", (uintmax_t)job->attempt,
	    run.verify ? "verify" : "agent", end->exit_code);
	if (next.event == ATTEMPT_EV_FINISH) {
		worker->verdict.exit_code = end->exit_code;
		worker_verdict(worker, next.outcome, explain(worker, &next, end));
	} else if (next.event == ATTEMPT_EV_RUN_AGENT) {
		write_feedback(worker);
		worker->ending = ENDING_NONE;
	}
	worker->step(worker, next.event);
}

/* Starts a command; when that fails the attempt has failed. */
static void
start(struct worker *worker, char *const *command, bool verify)
{
	struct sandbox_run what = { .workspace = &worker->workspace, .command = command,
	    .lock = worker->lock, .scratch = verify };
	const struct run_calls calls = { worker, on_output, on_end };

	texts_init(&what.options);
	add_options(worker, &what.options, verify);
	what.input = open_input(worker, verify);
	if (what.input != -1 && (!verify || workspace_scratch(&worker->workspace) == 0)) {
		worker->run = run_new(worker->loop, &worker->sandbox, &what, true, &calls);
		close(what.input);
	}
	texts_release(&what.options);
	if (worker->run == NULL) {
		worker_verdict(worker, "error", str_format("cannot start the sandbox: %s", strerror(errno)));
		worker->step(worker, ATTEMPT_EV_FAILED);
	}
}

static void
run_agent(struct worker *worker)
{
	struct texts command;

	worker->iteration++;
	output_begin(&worker->output, worker->job.completion_promise);
	texts_init(&command);
	make_command(worker, &command);
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
