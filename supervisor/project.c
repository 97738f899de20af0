/* commitd, started and told: see project.h. */
#include "project.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calling.h"
#include "following.h"
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
	struct project *project = context;

	if (!project->supervisor->stopping) {
		project_spawn(project);
		return;
	}
	if (project->pid <= 0)
		return;
	log_warnx("commitd project=%s event=kill why=it does not end; nothing is lost by that",
	    project->config->name);
	kill(project->pid, SIGKILL);
}

void
project_init(struct project *project)
{
	project->timer = watch_timer(project->supervisor->loop, on_timer, project);
	calling_init(project);
}

void
project_release(struct project *project)
{
	peer_free(project->peer);
	watch_free(project->timer);
	calling_release(project);
	free(project->tip);
	free(project->tree);
	free(project->key);
	free(project->landed);
	free(project->stalled);
	free(project->lacks);
	free(project->unopened);
	free(project->told_unopened);
	free(project->line);
	free(project->voids);
	free(project->waiters);
	free(project->following);
	strs_free(project->trees);
}

bool
project_configured(const struct project *project)
{
	return project->own == NULL;
}

bool
project_overlay(const struct project *project)
{
	return project->supervisor->overlay && project->config->sandbox != SANDBOX_NONE &&
	    project->config->workspace != WORKSPACE_CHECKOUT;
}

struct alone { const struct project *project; size_t open; };

static void
count_attempt(void *context, const struct attempt_state *attempt)
{
	struct alone *alone = context;

	alone->open += alone->project->supervisor->tasks[attempt->task - 1]->project == alone->project;
}

/* Does no workspace of it live, and has all that was left arrived? */
static bool
is_alone(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	struct alone alone = { project, 0 };
	size_t i;

	store_each_attempt(supervisor->store, 0, count_attempt, &alone);
	for (i = 0; i < supervisor->slot_count; i++) {
		const struct slot *slot = supervisor->slots[i];

		if ((slot->state == SLOT_BUSY || slot->state == SLOT_SAVING) &&
		    (slot->task == NULL || slot->task->project == project))
			alone.open++;
	}
	return alone.open == 0;
}

/*
 * Whom commitd becomes when we are root; the caller frees. Without an account a
 * number does, unless keys are wanted, which only a person has: for an upstream
 * elsewhere, or to sign.
 */
static char *
commitd_user(const struct project *project, bool folder)
{
	const struct config *config = &project->supervisor->config;

	if (config->commitd_user != NULL)
		return str_dup(str_same(config->commitd_user, "root") ? "0" : config->commitd_user);
	if (getpwnam(COMMITD_ACCOUNT) != NULL)
		return str_dup(COMMITD_ACCOUNT);
	return str_dup(folder && project->config->sign_key == NULL ? COMMITD_NUMBER : "0");
}

void
project_spawn(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	const struct config_project *config = project->config;
	char *path, *user = NULL, method[CONFIG_WORD], order[CONFIG_WORD];
	int pair[2];

	if (supervisor->stopping)
		return;
	path = spawn_find(supervisor->folder, "orch-commitd");
	{
		char program[] = "orch-commitd", p[] = "-p", state[] = "-S", u[] = "-u", r[] = "-r", d[] = "-d";
		char *argv[11] = { program, state, supervisor->config.state, p, config->name };
		const char *folder = url_folder(config->upstream);
		size_t count = 5;

		if (folder != NULL) {
			argv[count++] = u;
			argv[count++] = config->upstream + (folder - config->upstream);
		}
		if (geteuid() == 0) {
			argv[count++] = r;
			argv[count++] = user = commitd_user(project, folder != NULL);
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
	    supervisor->calls->commitd, project);
	project->state = PROJECT_OPENING;
	calling_end(project);
	/* What it waits for it says anew. */
	str_set(&project->stalled, NULL);
	peer_send(project->peer, MSG_hello, &(struct msg_hello){ .version = PROTOCOL_VERSION,
	    .role = "supervisor", .fence = supervisor->fence });
	peer_send(project->peer, MSG_project_open, &(struct msg_project_open){
	    .project = config->name, .upstream = config->upstream, .login = config->login,
	    .branch = config->branch, .method = config_word("method", config->method, method),
	    .order = config_word("order", config->order, order), .trees = project_overlay(project),
	    .locks = config->setup != NULL ? config->setup_key : NULL,
	    .protect = config->autonomy == AUTONOMY_L3 ? NULL : config->protect,
	    .ignore_case = config->ignore_case != 0,
	    .verify_slots = config->verify_slots, .author = config->author,
	    .committer = config->committer, .sign_key = config->sign_key,
	    .sign_openpgp = config->sign_format == SIGN_OPENPGP,
	    .credential_helper = config->credential_helper, .fence = supervisor->fence,
	    .pack_limit = config->pack_limit, .object_limit = config->object_limit,
	    .files_limit = config->files_limit, .path_limit = config->path_limit,
	    .loose_limit = config->loose_limit, .packs_limit = config->packs_limit,
	    .alone = is_alone(project), .again = project->line != NULL });
}

void
project_opened(struct project *project, const struct msg_project_opened *opened)
{
	project->state = PROJECT_OPEN;
	project->broken = false;
	str_set(&project->unopened, NULL);
	str_set(&project->told_unopened, NULL);
	project->failures = 0;
	project_looked(project);
	free(project->line);
	project->line = str_dup(opened->line);
	str_set(&project->landed, opened->tip);
	log_info("event=project.ready project=%s tip=%s", opened->project, opened->tip);
}

/* Does another one go on, or will it? */
static bool
is_one_of_many(const struct project *project)
{
	const struct supervisor *supervisor = project->supervisor;
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i] != project && supervisor->projects[i]->state != PROJECT_FAILED &&
		    !supervisor->projects[i]->broken)
			return true;
	return false;
}

bool
project_failed(struct project *project, const struct msg_project_failed *failed)
{
	struct supervisor *supervisor = project->supervisor;

	project->broken = !failed->again;
	if ((failed->again && (++project->tries < TRIES_MOST || !supervisor->one_shot)) ||
	    is_one_of_many(project)) {
		log_warnx("project=%s event=retry try=%u why=%s", failed->project, project->tries,
		    failed->reason);
		str_set(&project->unopened, failed->reason);
		/* It has nothing open and ends with its socket. */
		project_stop(project);
		return false;
	}
	project->state = PROJECT_FAILED;
	supervisor->exit_status = failed->usage ? 2 : 1;
	fprintf(stderr, "orchd: project %s: %s\n", failed->project, failed->reason);
	return true;
}

bool
project_current(const struct project *project)
{
	return str_same(project->tip, project->landed);
}

bool
project_fresh(struct project *project, uint64_t now, uint64_t *wake)
{
	if (project->asked == 0) {
		if (now - project->looked < LOOK_AGE_MS) {
			project->awaited = 0;
			return true;
		}
		/* Of long ago: nobody has asked since. */
		if (now - project->looked > LOOK_AGE_MS + LOOK_WAIT_MS)
			project->awaited = 0;
		project->asked = now;
		peer_send(project->peer, MSG_project_look, &(struct msg_project_look){
		    .project = project->config->name });
	}
	/* Whoever wants something has it looked at anew, without an end: the first look counts. */
	if (project->awaited == 0)
		project->awaited = project->asked;
	*wake = project->awaited + LOOK_WAIT_MS;
	return now >= *wake;
}

bool
project_looks(const struct project *project)
{
	return project->asked != 0 && clock_monotonic() < project->asked + LOOK_WAIT_MS;
}

void
project_looked(struct project *project)
{
	uint64_t now = clock_monotonic();

	project->asked = 0;
	/* It had perhaps read the references already: once more. */
	project->looked = project->stale && now >= LOOK_AGE_MS ? now - LOOK_AGE_MS : now;
	if (!project->stale)
		project->awaited = 0;
	project->stale = false;
}

void
project_stale(struct project *project)
{
	uint64_t now = clock_monotonic();

	project->stale = project->asked != 0;
	if (now >= LOOK_AGE_MS)
		project->looked = now - LOOK_AGE_MS;
}

char *
project_words(const struct project *project)
{
	const char *name = project->config->name;

	if (!project_configured(project))
		return str_format("project %s, which the configuration has no more", name);
	if (project->state != PROJECT_OPEN)
		return str_format("project %s to be opened%s%s", name, project->unopened != NULL ? ": " : "",
		    project->unopened != NULL ? project->unopened : "");
	if (following_awaited(project))
		return str_dup("what has just landed to be made ready");
	if (project_looks(project))
		return str_dup("the upstream, which orch-commitd looks at first");
	return NULL;
}

void
project_gone(struct project *project, int status)
{
	project->pid = 0;
	peer_free(project->peer);
	project->peer = NULL;
	if (project->state != PROJECT_FAILED)
		project->state = PROJECT_DOWN;
	/* It tells the tip before another attempt of its own starts; those of others go on. */
	following_end(project);
	if (project->supervisor->stopping)
		return;
	project->failures++;
	log_warnx("commitd project=%s event=exit status=%d signal=%d wait=%jums", project->config->name,
	    WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	    (uintmax_t)pause_ms(project));
	watch_in(project->timer, pause_ms(project));
}

void
project_stop(struct project *project)
{
	peer_free(project->peer);
	project->peer = NULL;
	if (project->state != PROJECT_FAILED)
		project->state = PROJECT_DOWN;
	following_end(project);
	if (project->supervisor->stopping)
		watch_in(project->timer, STOP_MS);
}
