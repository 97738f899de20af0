/* The hook iteration_end: see iteration.h. */
#include "iteration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/json_text.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/command.h"
#include "worker/files.h"
#include "worker/gauge.h"
#include "worker/hook.h"
#include "worker/relay.h"

#define SAID_MAX	(64u << 10)	/* bytes kept of what it prints */
#define LINE_MAX_SAID	500u		/* of its last line */
#define FAILED_MAX	(8u << 10)	/* of all that is told of an attempt's */

struct iteration {
	struct worker *worker;
	enum attempt_event event;
	enum ending ending;		/* of before */
	void (*done)(struct worker *worker, enum attempt_event event);
	struct buffer said;
};

static void
keep(void *context, const unsigned char *bytes, size_t len)
{
	struct iteration *iteration = context;

	if (iteration->said.len + len <= SAID_MAX)
		buffer_add(&iteration->said, bytes, len);
}

static void
on_output(void *context, bool errors, const unsigned char *bytes, size_t len)
{
	struct iteration *iteration = context;
	struct worker *worker = iteration->worker;

	(void)errors;
	mask_feed(&worker->output_mask, &worker->secrets, bytes, len, keep, iteration);
}

/* Beside the attempt's own log. */
static void
write_log(const struct iteration *iteration)
{
	const struct worker *worker = iteration->worker;
	char *path = str_format("%s/logs/%s/hook-iteration_end-%ju.%ju.log", worker->state, worker->job.task,
	    (uintmax_t)worker->job.number, (uintmax_t)worker->iteration);

	if (files_write(path, iteration->said.bytes, iteration->said.len) == -1)
		log_warn("cannot write %s", path);
	free(path);
}

/* Why it has failed; NULL: it has not. The caller frees. */
static char *
problem_of(const struct iteration *iteration, const struct run_end *end)
{
	const struct buffer *said = &iteration->said;
	size_t last = said->len, from;
	char *line, *problem;

	if (iteration->worker->ending == ENDING_VERIFY_TIMEOUT)
		return str_dup("it did not end in time");
	if (end->started && end->exit_code == 0)
		return NULL;
	while (last > 0 && said->bytes[last - 1] == '\n')
		last--;
	for (from = last; from > 0 && said->bytes[from - 1] != '\n' && last - from < LINE_MAX_SAID; from--)
		;
	line = output_text(said->bytes + from, last - from);
	problem = end->started ? str_format("exit status %u%s%s", end->exit_code, *line != '\0' ? ": " : "", line) :
	    str_format("it could not be started%s%s", *line != '\0' ? ": " : "", line);
	free(line);
	return problem;
}

static void
tell(struct worker *worker, const char *problem)
{
	char *all = str_format("%s%siteration %ju: %s", worker->hook_failed != NULL ? worker->hook_failed : "",
	    worker->hook_failed != NULL ? "; " : "", (uintmax_t)worker->iteration, problem);

	log_info("attempt=%ju event=hook-failed why=%s", (uintmax_t)worker->job.attempt, problem);
	if (strlen(all) <= FAILED_MAX) {
		free(worker->hook_failed);
		worker->hook_failed = all;
	} else {
		free(all);
	}
}

static void
finish(struct iteration *iteration, const char *problem)
{
	struct worker *worker = iteration->worker;
	struct iterate_run ended = { .ending = worker->ending };
	enum attempt_event event = iteration->event;
	struct iterate_next next;

	worker->hooking = false;
	mask_words_release(&worker->secrets);
	if (problem != NULL)
		tell(worker, problem);
	if (worker->ending != ENDING_NONE && worker->ending != ENDING_VERIFY_TIMEOUT) {
		/* Ended meanwhile: whatever it was, there is no other iteration. */
		next = iterate_judge(&ended);
		worker_verdict(worker, next.outcome, str_dup(next.reason));
		event = ATTEMPT_EV_FINISH;
	} else {
		worker->ending = iteration->ending;
	}
	iteration->done(worker, event);
	buffer_release(&iteration->said);
	free(iteration);
}

static void
on_end(void *context, const struct run_end *end)
{
	struct iteration *iteration = context;
	struct worker *worker = iteration->worker;
	char *problem;

	worker->run = NULL;
	watch_pause(worker->run_limit);
	mask_end(&worker->output_mask, &worker->secrets, keep, iteration);
	write_log(iteration);
	problem = problem_of(iteration, end);
	finish(iteration, problem);
	free(problem);
}

/* What it is told, but for the folder and the transcript. */
static char *
make_object(const struct worker *worker, enum attempt_event event)
{
	const struct msg_job_start *job = &worker->job;
	char *session = str_format("%s/%s/%ju", job->project, job->task, (uintmax_t)job->number), *text;
	struct buffer out;

	buffer_init(&out);
	json_text_begin(&out);
	json_text_add(&out, "hook", "iteration_end");
	json_text_add(&out, "project", job->project);
	json_text_real(&out, "time", clock_wall());
	json_text_add(&out, "session_id", session);
	json_text_add(&out, "task", job->task);
	json_text_add(&out, "title", job->title);
	json_text_number(&out, "attempt", job->number);
	json_text_number(&out, "iteration", worker->iteration);
	json_text_add(&out, "outcome", event == ATTEMPT_EV_FINISH ? worker->verdict.outcome : "again");
	json_text_add(&out, "reason", event == ATTEMPT_EV_FINISH ? worker->verdict.reason : NULL);
	json_text_end(&out);
	text = str_dup(buffer_text(&out));
	buffer_release(&out);
	free(session);
	return text;
}

/* HOME of its own, and empty. */
static bool
make_home(const struct worker *worker)
{
	char *home = worker_path(worker, "home");
	bool made = files_remove(home, SIZE_MAX) && files_folder(home, 0700) == 0;

	free(home);
	return made;
}

static void
start(struct iteration *iteration, char *const *command, const char *object, struct buffer *why)
{
	struct worker *worker = iteration->worker;
	struct sandbox_run what = { .workspace = &worker->workspace, .command = command, .lock = worker->lock,
	    .fence = true, .limits = gauge_limits(worker), .within = gauge_within(worker) };
	const struct run_calls calls = { iteration, on_output, on_end };

	texts_init(&what.options);
	if (make_home(worker) && command_options(worker, &what, true, why) == ERROR_NONE &&
	    relay_begin(worker, &what, why) == ERROR_NONE &&
	    (what.input = hook_input(worker, object)) != -1) {
		worker->run = run_new(worker->loop, &worker->sandbox, &what, true, &calls);
		close(what.input);
	}
	if (worker->run == NULL && why->len == 0)
		buffer_format(why, "cannot start the sandbox: %s", strerror(errno));
	relay_started(worker);
	texts_release(&what.options);
	binds_release(&what.binds);
}

bool
iteration_hook(struct worker *worker, enum attempt_event event,
    void (*done)(struct worker *worker, enum attempt_event event))
{
	char shell[] = "sh", option[] = "-c", *text, *object;
	struct iteration *iteration;
	struct buffer why;

	if (worker->job.iteration_end == NULL || worker_is_gate(worker) || event == ATTEMPT_EV_RUN_VERIFY ||
	    (worker->ending != ENDING_NONE && worker->ending != ENDING_VERIFY_TIMEOUT))
		return false;
	iteration = mem_zero(1, sizeof(*iteration));
	*iteration = (struct iteration){ .worker = worker, .event = event, .ending = worker->ending, .done = done };
	buffer_init(&iteration->said);
	buffer_init(&why);
	object = make_object(worker, event);
	text = str_dup(worker->job.iteration_end);
	worker->hooking = true;
	worker->ending = ENDING_NONE;
	start(iteration, (char *[]){ shell, option, text, NULL }, object, &why);
	if (worker->run != NULL)
		watch_in(worker->run_limit, (worker->job.hook_timeout != 0 ? worker->job.hook_timeout : 30) * 1000);
	else
		finish(iteration, buffer_text(&why));
	buffer_release(&why);
	free(text);
	free(object);
	return true;
}
