/*
 * orchctl run: see run.h. Decides when a run is over and what then happens;
 * what a task needs is the supervisor's business.
 */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "orchctl/checkout.h"
#include "orchctl/live.h"
#include "orchctl/locate.h"
#include "orchctl/log_pipe.h"
#include "orchctl/printer.h"
#include "orchctl/private.h"
#include "orchctl/session.h"
#include "orchctl/task_again.h"
#include "orchctl/task_rows.h"
#include "orchctl/task_send.h"
#include "protocol/mem.h"

#define TICK_MS		1000	/* live lines show seconds */
#define SIGNAL_MS	250	/* a signal is seen within that time */

struct run {
	struct context *context;
	struct session session;
	struct live live;
	struct log_pipe log;
	pid_t pid;
	struct run_wishes wishes;
	bool ended;			/* run.end came */
	uint64_t asked;			/* tasks that wait for an approval, at the end */
	uint64_t questions;		/* those that wait for an answer */
	uint64_t stuck;			/* tasks that are blocked or cancelled, at the end */
	uint64_t unfinished;		/* tasks that are not complete, at the end */
	char *upstream, *branch, *repository;
};

/* Set by the first interrupt; the second one ends us at once. */
static volatile sig_atomic_t interrupted;

static void
on_signal(int number)
{
	(void)number;
	if (interrupted)
		_exit(EXIT_INTERRUPTED);
	interrupted = 1;
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static void
on_message(void *context, const struct message *message)
{
	struct run *run = context;
	const struct msg_event *event = &message->event;

	/* What comes behind the end is our own stop. */
	if (message->id != MSG_event || run->ended)
		return;
	if (str_same(event->event, "run.end")) {
		run->ended = true;
		run->stuck = event->blocked + event->cancelled;
		run->unfinished = run->stuck + event->waiting;
	}
	if (run->context->json)
		run->context->printer->event(event);
	live_event(&run->live, event);
}

/* Learns where the result will be; its answer also counts what was done before. */
static enum error
ask_status(struct run *run)
{
	const struct msg_status ask = { .all = false };
	struct reply_status reply;
	struct arena arena;
	enum error error;

	arena_init(&arena);
	error = session_request(&run->session, MSG_status, &ask, &reply, &arena, -1);
	if (error == ERROR_NONE) {
		free(run->upstream);
		free(run->branch);
		free(run->repository);
		run->upstream = str_dup(reply.upstream);
		run->branch = str_dup(reply.branch);
		run->repository = str_dup(reply.repository);
		live_counts(&run->live, &reply);
	}
	arena_release(&arena);
	return error;
}

/* The state folder: the repository is at STATE/projects/P/repository.git. */
static char *
state_folder(const struct run *run)
{
	char *folder = str_dup(run->repository), *slash;
	int up;

	for (up = 0; up < 3 && folder != NULL && (slash = strrchr(folder, '/')) != NULL; up++)
		*slash = '\0';
	return folder;
}

/* Follows events behind `after`, or with `once` only learns the last one so far. */
static enum error
follow_events(struct run *run, uint64_t after, bool once, uint64_t *last)
{
	const struct msg_events_follow ask = { .after = after, .once = once };
	struct reply_events_follow reply;
	struct arena arena;
	enum error error;

	arena_init(&arena);
	error = session_request(&run->session, MSG_events_follow, &ask, &reply, &arena, -1);
	arena_release(&arena);
	*last = error == ERROR_NONE ? reply.last : 0;
	return error;
}

/*
 * The tasks to the supervisor, and of those that it had before: back into the schedule
 * what is to be tried again, on its way what is approved.
 */
static enum error
send_tasks(struct run *run, const struct task_list *list, struct reply_task_add *added)
{
	char **again = NULL, **waiting = NULL;
	enum error error = ERROR_NONE;

	if (run->wishes.retry)
		error = task_again_find(&run->session, list, &again);
	if (error == ERROR_NONE && run->wishes.approve)
		error = task_again_waiting(&run->session, list, &waiting);
	if (error == ERROR_NONE)
		error = task_send(&run->session, list, true, added);
	if (error == ERROR_NONE)
		error = task_again_send(&run->session, again, "run --retry");
	if (error == ERROR_NONE)
		error = task_again_approve(&run->session, waiting, "run --approve");
	if (error == ERROR_NONE)
		error = task_again_answer(&run->session, run->wishes.answers);
	strs_free(waiting);
	strs_free(again);
	return error;
}

/*
 * Events are followed once the tasks are there, from the one before them: the
 * end of an earlier run on the same state is not the end of this one.
 */
static enum error
begin(struct run *run, const struct task_list *list)
{
	struct reply_task_add added;
	uint64_t before, last;
	enum error error;
	char *state;

	error = follow_events(run, UINT64_MAX, true, &before);
	if (error == ERROR_NONE)
		error = send_tasks(run, list, &added);
	if (error == ERROR_NONE)
		error = ask_status(run);
	if (error != ERROR_NONE)
		return error;
	state = state_folder(run);
	live_say(&run->live, "%ju tasks on %s of %s; state in %s",
	    (uintmax_t)(added.added + added.known), run->branch, run->upstream, state);
	free(state);
	return follow_events(run, before, false, &last);
}

static void
ask_stop(struct run *run, const char *why)
{
	const struct msg_stop ask = { .why = why };
	struct reply_stop reply;
	struct arena arena;

	arena_init(&arena);
	session_request(&run->session, MSG_stop, &ask, &reply, &arena, -1);
	arena_release(&arena);
}

/* Until the run is over or the supervisor is gone. An interrupt asks it to stop. */
static enum error
follow(struct run *run)
{
	enum error error = ERROR_NONE;
	bool asked = false;

	while (error == ERROR_NONE || error == ERROR_TIMEOUT) {
		if (run->ended && !asked)
			return ERROR_NONE;
		if (interrupted && !asked) {
			asked = true;
			live_say(&run->live, "stopping: what agents have done so far is saved; "
			    "interrupt again to leave at once");
			ask_stop(run, "interrupted");
			continue;
		}
		error = session_listen(&run->session, run->live.terminal && !interrupted ?
		    TICK_MS : SIGNAL_MS);
		log_pipe_show(&run->log, &run->live);
		if (error == ERROR_TIMEOUT)
			live_tick(&run->live);
	}
	return error;
}

static void
show_summary(struct run *run)
{
	struct task_rows rows;
	size_t i;

	if (task_rows_get(&run->session, "AWAITING_APPROVAL", &rows) == ERROR_NONE)
		for (i = 0; i < rows.count; i++) {
			run->questions += rows.rows[i].questions > 0;
			run->asked += rows.rows[i].questions == 0;
		}
	task_rows_release(&rows);
	if (run->context->json)
		return;
	if (task_rows_get(&run->session, NULL, &rows) == ERROR_NONE)
		run->context->printer->tasks(rows.rows, rows.count);
	task_rows_release(&rows);
}

static void
update_checkout(const struct run *run)
{
	const struct checkout checkout = { run->upstream, run->branch, run->repository };
	char *text;

	if (run->repository == NULL)
		return;
	text = checkout_forward(&checkout);
	if (text != NULL)
		fprintf(stderr, "%s\n", text);
	free(text);
}

/* A word as a shell would have to be given it. */
static void
print_word(const char *word)
{
	if (word[0] != '\0' && strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_./:=@%+,-") == strlen(word)) {
		fputs(word, stderr);
		return;
	}
	putc('\'', stderr);
	for (; *word != '\0'; word++)
		if (*word == '\'')
			fputs("'\\''", stderr);
		else
			putc(*word, stderr);
	putc('\'', stderr);
}

/* The command line as typed, with one more option behind its name. */
static void
print_again(const struct run *run, const char *option, const char *value)
{
	char **word = run->context->arguments;
	size_t i;

	for (i = 0; word[i] != NULL; i++) {
		putc(' ', stderr);
		print_word(word[i]);
		if (option == NULL || i == 0 || strncmp("run", word[i], strlen(word[i])) != 0)
			continue;
		fprintf(stderr, " %s", option);
		if (value != NULL) {
			putc(' ', stderr);
			print_word(value);
		}
		option = NULL;
	}
	putc('\n', stderr);
}

static void
say_how_to_go_on(const struct run *run)
{
	char *state = run->context->state == NULL ? state_folder(run) : NULL;

	fprintf(stderr, "stopped; nothing is lost; go on with:\n ");
	print_again(run, state != NULL ? "--state" : NULL, state);
	free(state);
}

/* What needed a person does not go on by itself. */
static void
say_what_a_person_can_do(const struct run *run)
{
	if (run->context->json)
		return;
	if (run->asked > 0) {
		fprintf(stderr, "to approve what waits for it:");
		print_again(run, run->wishes.approve ? NULL : "--approve", NULL);
	}
	if (run->questions > 0) {
		fprintf(stderr, "to answer what an agent has asked:");
		print_again(run, "--answer", "TASK=TEXT");
	}
	if (run->stuck > 0) {
		fprintf(stderr, "to try again what is BLOCKED or CANCELLED:");
		print_again(run, run->wishes.retry ? NULL : "--retry", NULL);
	}
}

/* Programs that read our lines get the last one even when no run.end came. */
static void
tell_end(const struct run *run)
{
	const struct live *live = &run->live;
	const struct msg_event event = { .event = "run.end", .complete = live->complete,
	    .blocked = live->blocked, .cancelled = live->cancelled,
	    .waiting = live->total - live->complete - live->blocked - live->cancelled,
	    .seconds = live_seconds(live) };

	if (run->context->json && !run->ended)
		run->context->printer->event(&event);
}

/* The supervisor is gone before the run was over: why, and how we end. */
static int
ended_early(struct run *run, int status)
{
	if (status == EXIT_USAGE)
		return EXIT_USAGE;
	fprintf(stderr, "orchctl: the supervisor ended before the run was over (%s %d)%s\n",
	    status > 128 ? "signal" : "exit status", status > 128 ? status - 128 : status,
	    run->repository == NULL ? "" : "; nothing is lost, the same command goes on");
	return EXIT_UNFINISHED;
}

/* The conversation, from hello to the end of the supervisor. */
static int
converse(struct run *run, int fd, const struct task_list *list)
{
	enum error error = session_start(&run->session, fd);
	int status = EXIT_DONE, ended;

	run->session.on_message = on_message;
	run->session.context = run;
	if (error == ERROR_NONE)
		error = begin(run, list);
	if (error == ERROR_NONE)
		error = follow(run);
	live_finish(&run->live);
	if (error != ERROR_NONE && error != ERROR_CLOSED)
		status = session_failed(&run->session, error);
	if (run->repository != NULL)
		tell_end(run);
	if (error == ERROR_NONE) {
		show_summary(run);
		status = run->unfinished == 0 ? EXIT_DONE : EXIT_UNFINISHED;
	}
	if (error != ERROR_CLOSED)
		ask_stop(run, "the run is over");
	link_release(&run->session.link);
	ended = private_wait(run->pid);
	log_pipe_show(&run->log, &run->live);
	/* Only now: commitd has brought the objects there, and touches the branches no more. */
	if (error == ERROR_NONE || interrupted)
		update_checkout(run);
	if (interrupted) {
		say_how_to_go_on(run);
		return EXIT_INTERRUPTED;
	}
	if (error == ERROR_NONE)
		say_what_a_person_can_do(run);
	return error == ERROR_CLOSED ? ended_early(run, ended) : status;
}

int
run_tasks(struct context *context, char *const *arguments, const struct task_list *list,
    const struct run_wishes *wishes)
{
	struct run run = { .context = context, .wishes = *wishes };
	char *path = locate_program("orchd");
	int fd, status = EXIT_UNFINISHED;

	if (path == NULL) {
		fprintf(stderr, "orchctl: orchd is not beside this program; build or install it\n");
		return EXIT_UNFINISHED;
	}
	catch_signals();
	live_init(&run.live, !context->json);
	fd = private_start(path, arguments, log_pipe_init(&run.log, &run.live), &run.pid);
	log_pipe_started(&run.log);
	if (fd == -1)
		fprintf(stderr, "orchctl: %s: %s\n", path, strerror(errno));
	else
		status = converse(&run, fd, list);
	session_close(&run.session);
	log_pipe_release(&run.log);
	live_release(&run.live);
	free(run.upstream);
	free(run.branch);
	free(run.repository);
	free(path);
	return status;
}
