/*
 * orch-worker: serves one slot, one attempt at a time, for the supervisor at
 * the other end of descriptor 3, or of a launcher's streams. Trusted with nothing: what it hands over is
 * checked by others.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/fds.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/adopt.h"
#include "worker/base.h"
#include "worker/byhand.h"
#include "worker/dispatch.h"
#include "worker/files.h"
#include "worker/probe.h"
#include "worker/setup.h"
#include "worker/streams.h"
#include "worker/texts.h"

struct arguments {
	const char *slot, *state, *kind, *runtime, *probe, *user, *orphan, *remove, *cgroup;
	struct byhand byhand;
	const char *const *wrap;	/* words before our own; NULL: none */
	enum log_level level;
	bool table, stdio, bare;
};

/* Ourselves, as the program of another one. */
static const char *const wrap_gdb[] = { "gdb", "--quiet", "--args", NULL };
static const char *const wrap_strace[] = { "strace", "-f", "-tt", "-y", "-s", "256", NULL };

static const char usage_text[] =
    "usage: orch-worker -s SLOT -S STATE -w overlay|checkout [-R RUNTIME] [-u UID | -n] [-o SECONDS]\n"
    "                   [-G CGROUP] [-d]                        (started by orchd)\n"
    "       orch-worker --stdio -S STATE [-s SLOT] [-u UID] [-d]\n"
    "                                    the same on standard input and output, for a launcher\n"
    "       orch-worker --task FILE --repository DIR [--keep] [--gdb | --strace] [-d]\n"
    "                                    run one task by hand\n"
    "       orch-worker --remove FOLDER  remove it, whatever rights and depth it has\n"
    "       orch-worker --probe STATE [-G CGROUP]\n"
    "                                    print which kind of workspace works here\n"
    "       orch-worker --table          print the life of an attempt\n";

static void
usage(const char *why)
{
	if (why != NULL)
		fprintf(stderr, "orch-worker: %s\n", why);
	fputs(usage_text, stderr);
	exit(2);
}

static struct arguments
parse_arguments(int argc, char **argv)
{
	static const struct option options[] = {
		{ "stdio", no_argument, NULL, 'i' }, { "task", required_argument, NULL, 't' },
		{ "repository", required_argument, NULL, 'r' },
		{ "gdb", no_argument, NULL, 'g' }, { "strace", no_argument, NULL, 'x' },
		{ "keep", no_argument, NULL, 'k' }, { "probe", required_argument, NULL, 'p' },
		{ "remove", required_argument, NULL, 'R' + 256 }, { "table", no_argument, NULL, 'T' }, { "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 } };
	struct arguments arguments = { .level = LOG_LEVEL_INFO };
	int option;

	while ((option = getopt_long(argc, argv, "s:S:w:R:u:o:G:ndh", options, NULL)) != -1)
		switch (option) {
		case 's': arguments.slot = optarg; break;
		case 'S': arguments.state = optarg; break;
		case 'w': arguments.kind = optarg; break;
		case 'R': arguments.runtime = optarg; break;
		case 'o': arguments.orphan = optarg; break;
		case 'u': arguments.user = optarg; break;
		case 'n': arguments.bare = true; break;
		case 'G': arguments.cgroup = optarg; break;
		case 'd': arguments.level = LOG_LEVEL_DEBUG; break;
		case 'i': arguments.stdio = true; break;
		case 't': arguments.byhand.tasks_file = optarg; break;
		case 'r': arguments.byhand.repository = optarg; break;
		case 'g': arguments.wrap = wrap_gdb; break;
		case 'x': arguments.wrap = wrap_strace; break;
		case 'k': arguments.byhand.keep = true; break;
		case 'p': arguments.probe = optarg; break;
		case 'R' + 256: arguments.remove = optarg; break;
		case 'T': arguments.table = true; break;
		case 'h': fputs(usage_text, stdout); exit(0);
		default: usage(NULL);
		}
	if (optind < argc)
		usage("too many arguments");
	return arguments;
}

static bool
user_number(const char *text, uid_t *uid)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	*uid = (uid_t)number;
	return geteuid() == 0 && *text >= '0' && *text <= '9' && *end == '\0' && number > 0 &&
	    number < UINT32_MAX;
}

/* What a supervisor says to every worker; what is missing or wrong ends the process. */
static void
take_arguments(struct worker *worker, const struct arguments *arguments)
{
	char *end;

	if (arguments->slot == NULL || arguments->state == NULL || arguments->kind == NULL)
		usage("-s, -S and -w are needed");
	if (!name_valid(arguments->slot) || arguments->state[0] != '/')
		usage("not the name of a slot, or not an absolute path");
	if (arguments->cgroup != NULL && arguments->cgroup[0] != '/')
		usage("-G takes an absolute path");
	if (strcmp(arguments->kind, "overlay") != 0 && strcmp(arguments->kind, "checkout") != 0)
		usage("a workspace is 'overlay' or 'checkout'");
	if (arguments->user != NULL && !user_number(arguments->user, &worker->user))
		usage("-u is for root, and a number from 1 on");
	if (arguments->bare && (arguments->user != NULL || strcmp(arguments->kind, "checkout") != 0))
		usage("-n, no sandbox, goes with -w checkout and without -u");
	worker->unfenced = arguments->bare;
	worker->overlay = strcmp(arguments->kind, "overlay") == 0;
	if (arguments->orphan != NULL) {
		worker->orphan_ms = strtoull(arguments->orphan, &end, 10) * 1000;
		if (*end != '\0' || worker->orphan_ms == 0 || worker->orphan_ms > SECONDS_MAX * 1000ull)
			usage("-o is a number of seconds");
	}
	umask(077);
	worker->folder = str_format("%s/slots/%s", worker->state, worker->slot);
	if (files_folder(worker->folder, 0700) == -1)
		fatal("%s", worker->folder);
}

/* A launcher runs it: nobody has taken the slot's lock. */
static void
take_lock(struct worker *worker)
{
	if ((worker->lock = streams_lock(worker->folder)) == -1 && errno == EWOULDBLOCK)
		fatalx("slot '%s' in %s is another worker's; give each its own -s", worker->slot, worker->state);
	if (worker->lock == -1)
		fatal("%s/lock", worker->folder);
}

/* Serves the supervisor until it has gone and everything is saved. */
static int
serve(const struct arguments *arguments)
{
	struct worker worker = { .state = arguments->state, .slot = arguments->slot,
	    .runtime = arguments->runtime, .cgroup = arguments->cgroup,
	    .lock = FD_SLOT_LOCK };
	struct msg_hello hello = { .version = PROTOCOL_VERSION, .role = "worker",
	    .slot = arguments->slot, .pid = (uint64_t)getpid() };
	int streams[2] = { FD_SUPERVISOR, FD_SUPERVISOR };
	const char *why;

	if (arguments->stdio && (why = streams_take(&streams[0], &streams[1])) != NULL)
		usage(why);
	take_arguments(&worker, arguments);
	if (arguments->stdio)
		take_lock(&worker);
	else if (fcntl(FD_SUPERVISOR, F_SETFD, FD_CLOEXEC) == -1 ||
	    fcntl(FD_SLOT_LOCK, F_SETFD, FD_CLOEXEC) == -1)
		fatal("descriptors 3 and 4 are not open; orchd starts this program");
	setup_init(&worker);
	if (arguments->stdio)
		base_init(&worker);
	worker.peer = peer_new_streams(worker.loop, streams[0], streams[1], ROLE_WORKER,
	    ROLE_SUPERVISOR, "supervisor", &worker_dispatch, &worker);
	adopt_init(&worker, &worker_dispatch);
	peer_send(worker.peer, MSG_hello, &hello);
	loop_run(worker.loop);
	adopt_release(&worker);
	setup_release(&worker);
	free(worker.folder);
	return 0;
}

/* Becomes the other program, which runs us with the same words but those that name it. */
static void
wrap(const char *const *with, char **argv)
{
	struct texts words;
	size_t i;

	texts_init(&words);
	for (i = 0; with[i] != NULL; i++)
		texts_add(&words, with[i], NULL);
	texts_add(&words, "/proc/self/exe", NULL);
	/* The link is the other program's by the time it is followed. */
	free(words.items[words.count - 1]);
	if ((words.items[words.count - 1] = realpath("/proc/self/exe", NULL)) == NULL)
		fatal("/proc/self/exe");
	for (i = 1; argv[i] != NULL; i++)
		if (strcmp(argv[i], "--gdb") != 0 && strcmp(argv[i], "--strace") != 0)
			texts_add(&words, argv[i], NULL);
	execvp(words.items[0], words.items);
	fatal("%s cannot be run; is it installed?", words.items[0]);
}

int
main(int argc, char **argv)
{
	struct arguments arguments;

	/* Not for a person: its descriptors are there. */
	if (argc > 1 && strcmp(argv[1], RELAY_OPTION) == 0)
		return relay_serve(argv + 2);
	arguments = parse_arguments(argc, argv);

	log_init("orch-worker", arguments.level);
	if (arguments.table) {
		attempt_print(stdout);
		return 0;
	}
	if (arguments.remove != NULL)
		return files_remove(arguments.remove, SIZE_MAX) ? 0 : 1;
	if (arguments.probe != NULL)
		return probe_print(arguments.probe, arguments.cgroup);
	if (arguments.wrap != NULL)
		wrap(arguments.wrap, argv);
	if (arguments.byhand.tasks_file != NULL || arguments.byhand.repository != NULL) {
		if (arguments.byhand.tasks_file == NULL || arguments.byhand.repository == NULL)
			usage("--task and --repository belong together");
		return byhand_run(&arguments.byhand);
	}
	if (arguments.stdio) {
		if (arguments.kind != NULL || arguments.runtime != NULL || arguments.orphan != NULL)
			usage("-w, -R and -o are not for --stdio");
		/* Trees to lay an overlay on are commitd's, which is not here. */
		arguments.kind = "checkout";
		if (arguments.slot == NULL)
			arguments.slot = "0";
	}
	return serve(&arguments);
}
