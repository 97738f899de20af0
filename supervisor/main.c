/*
 * orchd, the supervisor: decides which task runs when, owns tasks, slots,
 * leases, tickets and the database. Arguments, configuration, folders, loop.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "admitting.h"
#include "backoff.h"
#include "budgets.h"
#include "cgroups.h"
#include "clients.h"
#include "deadlines.h"
#include "dealing.h"
#include "dispatch.h"
#include "engine.h"
#include "estimating.h"
#include "gates.h"
#include "hooks.h"
#include "look.h"
#include "history.h"
#include "kinds.h"
#include "ledger.h"
#include "modes.h"
#include "notes.h"
#include "notify.h"
#include "prepare.h"
#include "probing.h"
#include "pauses.h"
#include "project.h"
#include "projects.h"
#include "protocol/fds.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "questions.h"
#include "registry.h"
#include "restoring.h"
#include "settle.h"
#include "shares.h"
#include "slots.h"
#include "spawn.h"
#include "sql_dump.h"
#include "startup.h"
#include "sums.h"
#include "trash.h"

static const char usage[] =
    "usage: orchd [-dn] [-c FILE] [-o KEY=VALUE]...\n"
    "       orchd --give-back\n"
    "       orchd --look STATE | --dump STATE\n"
    "       orchd -1 [-d] [-C DIR] [-c FILE] [-o KEY=VALUE]...\n"
    "  -c FILE       configuration (default: /etc/orch.yaml; with -1 .orch.yaml in DIR)\n"
    "  -o KEY=VALUE  sets one option, as in orch.yaml(5)\n"
    "  -n            checks the configuration and ends\n"
    "  -1            serves the client on descriptor 3 and ends with it (orchctl run)\n"
    "  -C DIR        the repository of -1\n"
    "  --dump STATE  writes the database of a state folder as SQL\n"
    "  --look STATE  shows the client on descriptor 3 a state folder on which nothing runs\n"
    "  --give-back   for systemd, after orchd has ended: gives the controllers of its cgroup back\n"
    "  -d            more words in the log: every message\n";

static void
on_worker_gone(struct supervisor *supervisor, struct slot *slot)
{
	struct gate *gate = slot->gate;

	if (!supervisor->stopping)
		log_warnx("slot=%s event=exit why=the worker that was adopted has ended", slot->name);
	slots_gone(slot);
	if (gate != NULL)
		gates_lost(supervisor, gate, "its worker died", NULL);
	if (slot->prepare)
		prepare_lost(slot);
	if (slot->hook != NULL)
		hooks_lost(supervisor, slot);
	engine_run(supervisor);
	slots_check_end(supervisor);
}

static void
on_child(void *context)
{
	struct supervisor *supervisor = context;
	struct project *project;
	struct slot *slot;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (trash_exited(supervisor, pid) || notes_exited(supervisor, pid))
			continue;
		if ((slot = slots_exited(supervisor, pid, status)) == NULL) {
			project = projects_exited(supervisor, pid, status);
			if (project != NULL && !supervisor->stopping) {
				gates_forget(project);
				engine_run(supervisor);
			}
		} else if (slot->gate != NULL) {
			gates_lost(supervisor, slot->gate, "its worker died", NULL);
			engine_run(supervisor);
		} else if (slot->prepare) {
			prepare_lost(slot);
			engine_run(supervisor);
		} else if (slot->hook != NULL) {
			hooks_lost(supervisor, slot);
			engine_run(supervisor);
		}
	}
	slots_check_end(supervisor);
}

static void
on_nothing_left(struct supervisor *supervisor, struct slot *slot)
{
	settle_attempt(supervisor, slot, ERROR_SYSTEM, "the worker left no result in its outbox",
	    NULL);
	engine_run(supervisor);
}

static void
on_terminate(void *context)
{
	notify_stopping();
	engine_stop(context, "signal");
}

static void
on_schedule(void *context)
{
	engine_run(context);
}

/* Writes the database of a state folder, whoever works on it, and ends. */
static void __attribute__((noreturn))
dump(const char *state)
{
	char *path = str_format("%s/orch.db", state), *why = sql_dump(path, stdout);

	if (why != NULL)
		fprintf(stderr, "orchd: %s\n", why);
	exit(why == NULL ? 0 : 1);
}

static void
arguments(struct supervisor *supervisor, struct startup *startup, int argc, char **argv)
{
	static const struct option words[] = {
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },
		{ "give-back", no_argument, NULL, 'g' }, { "look", required_argument, NULL, 'l' },
		{ "dump", required_argument, NULL, 'D' }, { 0 } };
	size_t count = 0;
	int option;

	while ((option = getopt_long(argc, argv, "1C:c:dho:nV", words, NULL)) != -1) {
		switch (option) {
		case '1': supervisor->one_shot = true; break;
		case 'C': startup->folder = optarg; break;
		case 'c': startup->config_file = optarg; break;
		case 'd': supervisor->debug = true; break;
		case 'n': startup->check_only = true; break;
		case 'D': dump(optarg);
		case 'l': startup->look = optarg; break;
		case 'g': exit(cgroups_give_back() ? 0 : 1);
		case 'o':
			startup->assignments = mem_resize(startup->assignments, count + 2, sizeof(char *));
			startup->assignments[count++] = optarg;
			startup->assignments[count] = NULL;
			break;
		case 'V': printf("orchd %s\n", ORCH_VERSION); exit(0);
		case 'h': fputs(usage, stdout); exit(0);
		default: fputs(usage, stderr); exit(2);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "orchd: %s: not expected\n%s", argv[optind], usage);
		exit(2);
	}
}

/* The seconds of a processor that it takes. */
static double
timed(void (*load)(struct supervisor *), struct supervisor *supervisor)
{
	const double before = clock_used();

	load(supervisor);
	return clock_used() - before;
}

/* The database, and what it says was going on. */
static void
restore(struct supervisor *supervisor)
{
	const double before = clock_used();
	double sums, estimates, budgets;
	char *path = str_format("%s/orch.db", supervisor->config.state), *why;

	supervisor->store = store_open(path, &why);
	if (supervisor->store == NULL) {
		fprintf(stderr, "orchd: %s\n", why);
		exit(2);
	}
	free(path);
	projects_init(supervisor);
	supervisor->fence = store_next_fence(supervisor->store);
	supervisor->first_event = store_event_last(supervisor->store);
	registry_init(supervisor);
	restoring_load(supervisor);
	ledger_load(supervisor);
	sums = timed(sums_load, supervisor);
	estimates = timed(estimating_load, supervisor);
	restoring_settle(supervisor);
	backoff_load(supervisor);
	shares_load(supervisor);
	dealing_restore(supervisor);
	pauses_load(supervisor);
	modes_load(supervisor);
	budgets = timed(budgets_load, supervisor);
	questions_load(supervisor);
	hooks_load(supervisor);
	log_info("event=restored tasks=%zu processor=%.4f sums=%.4f estimates=%.4f budgets=%.4f",
	    supervisor->task_count, clock_used() - before, sums, estimates, budgets);
}

static void
release(struct supervisor *supervisor)
{
	size_t i;

	clients_release(supervisor);
	for (i = 0; i < supervisor->project_count; i++) {
		gates_release(supervisor->projects[i]);
		prepare_release(supervisor->projects[i]);
	}
	dealing_keep(supervisor);
	hooks_release(supervisor);
	slots_release(supervisor);
	notes_release(supervisor);
	sums_release(supervisor);
	kinds_release(supervisor);
	projects_release(supervisor);
	registry_release(supervisor);
	estimating_release(supervisor);
	pauses_release(supervisor);
	admitting_release(supervisor);
	budgets_release(supervisor);
	modes_release(supervisor);
	history_release(supervisor);
	deadlines_release(supervisor);
	store_close(supervisor->store);
	clients_unlisten(supervisor);
	if (supervisor->one_shot)
		rmdir(supervisor->config.runtime);
}

/* All that lives: commitd of each project, a worker for each slot. */
static void
start(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		project_init(supervisor->projects[i]);
	slots_init(supervisor);
	for (i = 0; i < supervisor->project_count; i++) {
		prepare_init(supervisor->projects[i]);
		project_spawn(supervisor->projects[i]);
	}
	slots_spawn_all(supervisor);
	trash_empty(supervisor);
}

int
main(int argc, char **argv)
{
	static const struct supervisor_calls calls = { &client_dispatch, &worker_dispatch,
	    &commitd_dispatch, on_worker_gone, on_nothing_left };
	static struct supervisor supervisor = { .calls = &calls };
	struct startup startup = { 0 };

	arguments(&supervisor, &startup, argc, argv);
	log_init("orchd", supervisor.debug ? LOG_LEVEL_DEBUG :
	    supervisor.one_shot || startup.look != NULL ? LOG_LEVEL_WARN : LOG_LEVEL_INFO);
	signal(SIGPIPE, SIG_IGN);
	if (startup.look != NULL)
		return look_run(&supervisor, startup.look);
	startup_configure(&supervisor, &startup);
	if (startup.check_only) {
		printf("configuration OK\n");
		return 0;
	}
	supervisor.folder = spawn_own_folder();
	startup_folders(&supervisor);
	cgroups_init(&supervisor);
	probing_run(&supervisor);
	restore(&supervisor);
	supervisor.started = clock_wall();
	supervisor.loop = loop_new();
	notes_init(&supervisor);
	supervisor.deadline_passed = engine_run;
	deadlines_init(&supervisor);
	history_init(&supervisor);
	supervisor.schedule_timer = watch_timer(supervisor.loop, on_schedule, &supervisor);
	watch_signal(supervisor.loop, SIGCHLD, on_child, &supervisor);
	watch_signal(supervisor.loop, SIGTERM, on_terminate, &supervisor);
	watch_signal(supervisor.loop, SIGINT, on_terminate, &supervisor);
	clients_listen(&supervisor);
	if (supervisor.one_shot)
		clients_add(&supervisor, FD_SUPERVISOR, true);
	start(&supervisor);
	loop_run(supervisor.loop);
	notes_finish(&supervisor);
	release(&supervisor);
	return supervisor.exit_status;
}
