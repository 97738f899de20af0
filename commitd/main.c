/*
 * orch-commitd: the only process that writes a project's repository. Talks to
 * the supervisor on descriptor 3, one message at a time; between messages it
 * goes on with the line. Ends when the supervisor does.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/commitd.h"
#include "commitd/confine.h"
#include "commitd/courier.h"
#include "commitd/delivery.h"
#include "commitd/dispatch.h"
#include "commitd/environment.h"
#include "commitd/land.h"
#include "commitd/maintain.h"
#include "commitd/on_supervisor.h"
#include "commitd/project.h"
#include "commitd/tip.h"
#include "commitd/upstream.h"
#include "protocol/fds.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define IDLE_MS		300	/* of quiet, then the result is shown upstream */
#define RETRY_MS	2000	/* after a failure that is the machine's */
#define FAILURES_MOST	5	/* of one step; then the project is given up */

static const char usage[] =
    "usage: orch-commitd -S STATE -p PROJECT [-u UPSTREAM] [-r USER] [-d]\n"
    "Lands results in the repository of one project. Started by orchd(8), with the\n"
    "supervisor's socket as descriptor 3.\n"
    "  -S STATE    state folder of the supervisor\n"
    "  -p PROJECT  name of the project\n"
    "  -u UPSTREAM folder of the upstream, if it is one\n"
    "  -r USER     become that user, when root starts it\n"
    "  -d          say what happens on standard error\n"
    "  -h, --help  show this\n";

/* Arguments to state and name; ends the process when they are wrong. */
static void
read_arguments(int argc, char **argv, const char **state, const char **name,
    const char **upstream, const char **user)
{
	static const struct option options[] = { { "help", no_argument, NULL, 'h' },
	    { NULL, 0, NULL, 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "S:p:u:r:dh", options, NULL)) != -1)
		switch (option) {
		case 'S':
			*state = optarg;
			break;
		case 'p':
			*name = optarg;
			break;
		case 'u':
			*upstream = optarg;
			break;
		case 'r':
			*user = optarg;
			break;
		case 'd':
			log_init("orch-commitd", LOG_LEVEL_DEBUG);
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			fputs(usage, stderr);
			exit(2);
		}
	if (*state == NULL || *name == NULL || !name_valid(*name) || optind != argc) {
		fputs(usage, stderr);
		exit(2);
	}
}

static void
prepare_process(void)
{
	struct stat status;

	if (fstat(FD_SUPERVISOR, &status) == -1 || !S_ISSOCK(status.st_mode))
		fatalx("descriptor %d is not the supervisor's socket: orch-commitd is started by "
		    "orchd", FD_SUPERVISOR);
	fcntl(FD_SUPERVISOR, F_SETFD, FD_CLOEXEC);
	signal(SIGPIPE, SIG_IGN);
	/* The supervisor decides what an interrupt at the terminal means. */
	signal(SIGINT, SIG_IGN);
	umask(022);
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
	repository_library_init();
}

/* From root to the user that was asked for, who may be root. */
static void
become(const char *state, const char *name, const char *user)
{
	confine(state, name, user);
	if (geteuid() != 0)
		environment_forget();
}

static void
say_hello(struct commitd *commitd)
{
	struct msg_hello hello = { .version = PROTOCOL_VERSION, .role = role_name(ROLE_COMMITD),
	    .pid = (uint64_t)getpid() };

	link_send(&commitd->link, MSG_hello, 0, &hello);
}

/* The step in hand has failed; how long to wait. */
static int
failed(struct commitd *commitd, enum error error, struct buffer *why)
{
	if (why->len == 0)
		buffer_format(why, "landing failed: %s", error_text(error));
	log_warnx("event=retry error=%s why=%s", error_wire(error), buffer_text(why));
	if (error != ERROR_STATE && error != ERROR_MOVED && ++commitd->failures < FAILURES_MOST)
		return RETRY_MS;
	/* Opened again, it reads what has landed. */
	if (error == ERROR_MOVED)
		error = ERROR_GIT;
	/* What may pass is the supervisor's to try again, from the beginning. */
	project_fail(commitd, buffer_text(why), error);
	return -1;
}

/* Of two times to wait; -1: for ever. */
static int
sooner(int one, int other)
{
	return one == -1 || (other != -1 && other < one) ? other : one;
}

/* One step of the line; how long to wait for a message before the next one. */
static int
step(struct commitd *commitd)
{
	struct buffer why;
	enum error error;
	bool more;
	int wait = 0;

	buffer_init(&why);
	error = land_step(commitd, &more, &why);
	if (error == ERROR_NONE) {
		commitd->failures = 0;
		if (!more)
			wait = commitd->to_show ? IDLE_MS : -1;
		wait = sooner(sooner(wait, tip_wait(commitd)),
		    sooner(delivery_wait(commitd), land_wait(commitd)));
	} else
		wait = failed(commitd, error, &why);
	commitd->link.also = delivery_fd(commitd);
	buffer_release(&why);
	return wait;
}

/* Until the supervisor is gone. */
static int
serve(struct commitd *commitd)
{
	struct incoming in;
	enum error error;
	int wait = -1, status = 0;
	bool quiet;

	for (;;) {
		error = link_receive(&commitd->link, &in, wait);
		quiet = error == ERROR_TIMEOUT;
		if (error == ERROR_NONE && in.envelope.rpc == RPC_NOTIFICATION)
			dispatch(commitd, &in.message);
		else if (error == ERROR_PROTOCOL || error == ERROR_VERSION) {
			log_warnx("event=protocol why=%s", in.why);
			status = 1;
		} else if (error != ERROR_NONE && !quiet && error != ERROR_CLOSED)
			log_warnx("event=ignored why=%s", in.why);
		incoming_release(&in);
		if (error == ERROR_CLOSED || status != 0)
			return status;
		/* One at a time looks there. */
		if (quiet && wait == IDLE_MS && delivery_fd(commitd) == -1)
			upstream_show(commitd);
		wait = maintain_step(commitd, step(commitd), !quiet);
	}
}

int
main(int argc, char **argv)
{
	struct commitd commitd = { .lock_fd = -1, .landings.fd = -1 };
	const char *state = NULL, *upstream = NULL, *user = NULL;
	char folder[PATH_MAX];
	int status;

	log_init("orch-commitd", LOG_LEVEL_WARN);
	if (argc >= 3 && strcmp(argv[1], "--courier") == 0)
		return courier_ask(argv[2]);
	read_arguments(argc, argv, &state, &commitd.name, &upstream, &user);
	prepare_process();
	if (realpath(state, folder) == NULL)
		fatal("%s", state);
	commitd.courier = courier_start(upstream, user != NULL && !str_same(user, "0"),
	    argv[0]);
	if (user != NULL && geteuid() == 0)
		become(folder, commitd.name, user);
	commitd.directory = str_format("%s/projects/%s", folder, commitd.name);
	merge_init(&commitd.merge, NULL);
	link_init(&commitd.link, FD_SUPERVISOR, ROLE_COMMITD, ROLE_SUPERVISOR, "supervisor", true);
	say_hello(&commitd);
	status = serve(&commitd);
	project_close(&commitd);
	link_release(&commitd.link);
	free(commitd.directory);
	if (commitd.lock_fd != -1)
		close(commitd.lock_fd);
	return status;
}
