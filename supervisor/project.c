/* commitd, started and told: see project.h. */
#include "project.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outcome.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/url.h"
#include "spawn.h"
#include "store.h"

#define COMMITD_ACCOUNT	"orch-commitd"
#define COMMITD_NUMBER	"60957"	/* of no range that is given to people, programs or containers */
#define LOOK_AGE_MS	10000u	/* so old may be what is known of the upstream when a task starts */
#define LOOK_WAIT_MS	5000u	/* then work goes on without an answer */
#define STOP_MS		10000u	/* from its socket's end to its own */
#define TRIES_MOST	5	/* to open the project, in a run that somebody waits for */

/* Until it is started again; a network is not back at once. */
static uint64_t
pause_ms(const struct project *project)
{
	return backoff_ms(project->tries > 0 ? project->tries + 3 : project->failures);
}

/* It is to be started again; or it was to end, and waits for a network or has hung. */
static void
on_timer(void *context)
{
	struct supervisor *supervisor = context;

	if (!supervisor->stopping) {
		project_spawn(supervisor);
		return;
	}
	if (supervisor->project.pid <= 0)
		return;
	log_warnx("commitd event=kill why=it does not end; nothing is lost by that");
	kill(supervisor->project.pid, SIGKILL);
}

void
project_init(struct supervisor *supervisor)
{
	supervisor->project.timer = watch_timer(supervisor->loop, on_timer, supervisor);
}

void
project_release(struct supervisor *supervisor)
{
	peer_free(supervisor->project.peer);
	watch_free(supervisor->project.timer);
	free(supervisor->project.tip);
	free(supervisor->project.tree);
	free(supervisor->project.key);
	free(supervisor->project.landed);
	free(supervisor->project.stalled);
	free(supervisor->project.line);
	strs_free(supervisor->project.trees);
}

static void
count_attempt(void *context, const struct attempt_state *attempt)
{
	(void)attempt;
	++*(size_t *)context;
}

/* Does no workspace live, and has all that was left arrived? */
static bool
is_alone(struct supervisor *supervisor)
{
	size_t open = 0, i;

	store_each_attempt(supervisor->store, 0, count_attempt, &open);
	for (i = 0; i < supervisor->slot_count; i++)
		if (supervisor->slots[i]->state == SLOT_BUSY ||
		    supervisor->slots[i]->state == SLOT_SAVING)
			open++;
	return open == 0;
}

/*
 * Whom commitd becomes when we are root; the caller frees. Without an account a
 * number does, unless keys are wanted, which only a person has: for an upstream
 * elsewhere, or to sign.
 */
static char *
commitd_user(const struct config *config, bool folder)
{
	if (config->commitd_user != NULL)
		return str_dup(str_same(config->commitd_user, "root") ? "0" : config->commitd_user);
	if (getpwnam(COMMITD_ACCOUNT) != NULL)
		return str_dup(COMMITD_ACCOUNT);
	return str_dup(folder && config->sign_key == NULL ? COMMITD_NUMBER : "0");
}

void
project_spawn(struct supervisor *supervisor)
{
	struct project *project = &supervisor->project;
	const struct config *config = &supervisor->config;
	char *path, *user = NULL, method[16], order[16];
	int pair[2];

	if (supervisor->stopping)
		return;
	path = spawn_find(supervisor->folder, "orch-commitd");
	{
		char program[] = "orch-commitd", p[] = "-p", state[] = "-S", u[] = "-u", r[] = "-r", d[] = "-d";
		char *argv[11] = { program, state, config->state, p, config->project };
		const char *folder = url_folder(config->upstream);
		size_t count = 5;

		if (folder != NULL) {
			argv[count++] = u;
			argv[count++] = config->upstream + (folder - config->upstream);
		}
		if (geteuid() == 0) {
			argv[count++] = r;
			argv[count++] = user = commitd_user(config, folder != NULL);
		}
		if (supervisor->debug)
			argv[count++] = d;

		if (spawn_socketpair(pair) == -1)
			fatal("socketpair");
		project->pid = spawn_program(path, argv, pair[1], -1);
	}
	free(user);
	close(pair[1]);
	if (project->pid == -1)
		fatal("%s", path);
	free(path);
	project->peer = peer_new(supervisor->loop, pair[0], ROLE_SUPERVISOR, ROLE_COMMITD, "commitd",
	    supervisor->calls->commitd, supervisor);
	project->state = PROJECT_OPENING;
	/* What it waits for it says anew. */
	str_set(&project->stalled, NULL);
	snprintf(method, sizeof(method), "%s", config_word("method", config->method));
	snprintf(order, sizeof(order), "%s", config_word("order", config->order));
	peer_send(project->peer, MSG_hello, &(struct msg_hello){ .version = PROTOCOL_VERSION,
	    .role = "supervisor", .fence = supervisor->fence });
	peer_send(project->peer, MSG_project_open, &(struct msg_project_open){
	    .project = config->project, .upstream = config->upstream, .login = config->login,
	    .branch = config->branch, .method = method, .order = order, .trees = supervisor->overlay,
	    .locks = config->setup != NULL ? config->setup_key : NULL,
	    .protect = config->autonomy == AUTONOMY_L3 ? NULL : config->protect,
	    .verify_slots = config->verify_slots, .author = config->author,
	    .committer = config->committer, .sign_key = config->sign_key,
	    .sign_openpgp = config->sign_format == SIGN_OPENPGP,
	    .credential_helper = config->credential_helper, .fence = supervisor->fence,
	    .pack_limit = config->pack_limit, .object_limit = config->object_limit,
	    .files_limit = config->files_limit, .path_limit = config->path_limit,
	    .loose_limit = config->loose_limit, .packs_limit = config->packs_limit,
	    .alone = is_alone(supervisor), .again = project->line != NULL });
}

void
project_opened(struct supervisor *supervisor, const struct msg_project_opened *opened)
{
	struct project *project = &supervisor->project;

	project->state = PROJECT_OPEN;
	project->failures = 0;
	project_looked(supervisor);
	free(project->line);
	project->line = str_dup(opened->line);
	str_set(&project->landed, opened->tip);
	log_info("event=project.ready project=%s tip=%s", opened->project, opened->tip);
}

bool
project_failed(struct supervisor *supervisor, const struct msg_project_failed *failed)
{
	struct project *project = &supervisor->project;

	if (failed->again && (++project->tries < TRIES_MOST || !supervisor->one_shot)) {
		log_warnx("project=%s event=retry try=%u why=%s", failed->project, project->tries,
		    failed->reason);
		/* It has nothing open and ends with its socket. */
		project_stop(supervisor);
		return false;
	}
	project->state = PROJECT_FAILED;
	supervisor->exit_status = failed->usage ? 2 : 1;
	fprintf(stderr, "orchd: project %s: %s\n", failed->project, failed->reason);
	return true;
}

bool
project_current(const struct supervisor *supervisor)
{
	return str_same(supervisor->project.tip, supervisor->project.landed);
}

bool
project_fresh(struct supervisor *supervisor, uint64_t now, uint64_t *wake)
{
	struct project *project = &supervisor->project;

	if (project->asked == 0) {
		if (now - project->looked < LOOK_AGE_MS)
			return true;
		project->asked = now;
		peer_send(project->peer, MSG_project_look, &(struct msg_project_look){
		    .project = supervisor->config.project });
	}
	*wake = project->asked + LOOK_WAIT_MS;
	return now >= *wake;
}

bool
project_looks(const struct supervisor *supervisor)
{
	uint64_t asked = supervisor->project.asked;

	return asked != 0 && clock_monotonic() < asked + LOOK_WAIT_MS;
}

void
project_looked(struct supervisor *supervisor)
{
	struct project *project = &supervisor->project;
	uint64_t now = clock_monotonic();

	project->asked = 0;
	/* It had perhaps read the references already: once more. */
	project->looked = project->stale && now >= LOOK_AGE_MS ? now - LOOK_AGE_MS : now;
	project->stale = false;
}

void
project_stale(struct supervisor *supervisor)
{
	struct project *project = &supervisor->project;
	uint64_t now = clock_monotonic();

	project->stale = project->asked != 0;
	if (now >= LOOK_AGE_MS)
		project->looked = now - LOOK_AGE_MS;
}

bool
project_exited(struct supervisor *supervisor, pid_t pid, int status)
{
	struct project *project = &supervisor->project;

	if (project->pid != pid)
		return false;
	project->pid = 0;
	peer_free(project->peer);
	project->peer = NULL;
	if (project->state != PROJECT_FAILED)
		project->state = PROJECT_DOWN;
	if (supervisor->stopping)
		return true;
	project->failures++;
	log_warnx("commitd event=exit status=%d signal=%d wait=%jums",
	    WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	    (uintmax_t)pause_ms(project));
	watch_in(project->timer, pause_ms(project));
	return true;
}

void
project_stop(struct supervisor *supervisor)
{
	peer_free(supervisor->project.peer);
	supervisor->project.peer = NULL;
	if (supervisor->project.state != PROJECT_FAILED)
		supervisor->project.state = PROJECT_DOWN;
	if (supervisor->stopping)
		watch_in(supervisor->project.timer, STOP_MS);
}
