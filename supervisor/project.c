/* commitd, started and told: see project.h. */
#include "project.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outcome.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "spawn.h"

static void
on_timer(void *context)
{
	project_spawn(context);
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
	free(supervisor->project.line);
	strs_free(supervisor->project.trees);
}

void
project_spawn(struct supervisor *supervisor)
{
	struct project *project = &supervisor->project;
	const struct config *config = &supervisor->config;
	char *path, method[16], order[16];
	int pair[2];

	if (supervisor->stopping)
		return;
	path = spawn_find(supervisor->folder, "orch-commitd");
	{
		char program[] = "orch-commitd", p[] = "-p", state[] = "-S", d[] = "-d";
		char *argv[] = { program, state, config->state, p, config->project,
		    supervisor->debug ? d : NULL, NULL };

		if (spawn_socketpair(pair) == -1)
			fatal("socketpair");
		project->pid = spawn_program(path, argv, pair[1], -1);
	}
	close(pair[1]);
	if (project->pid == -1)
		fatal("%s", path);
	free(path);
	project->peer = peer_new(supervisor->loop, pair[0], ROLE_SUPERVISOR, ROLE_COMMITD, "commitd",
	    supervisor->calls->commitd, supervisor);
	project->state = PROJECT_OPENING;
	snprintf(method, sizeof(method), "%s", config_word("method", config->method));
	snprintf(order, sizeof(order), "%s", config_word("order", config->order));
	peer_send(project->peer, MSG_hello, &(struct msg_hello){ .version = PROTOCOL_VERSION,
	    .role = "supervisor", .fence = supervisor->fence });
	peer_send(project->peer, MSG_project_open, &(struct msg_project_open){
	    .project = config->project, .upstream = config->upstream, .branch = config->branch,
	    .method = method, .order = order, .trees = supervisor->overlay, .window = 1,
	    .fence = supervisor->fence });
}

void
project_opened(struct supervisor *supervisor, const struct msg_project_opened *opened)
{
	struct project *project = &supervisor->project;

	project->state = PROJECT_OPEN;
	project->failures = 0;
	free(project->line);
	project->line = str_dup(opened->line);
	log_info("event=project.ready project=%s tip=%s", opened->project, opened->tip);
}

void
project_failed(struct supervisor *supervisor, const struct msg_project_failed *failed)
{
	supervisor->project.state = PROJECT_FAILED;
	supervisor->exit_status = failed->usage ? 2 : 1;
	fprintf(stderr, "orchd: project %s: %s\n", failed->project, failed->reason);
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
	    (uintmax_t)backoff_ms(project->failures));
	watch_in(project->timer, backoff_ms(project->failures));
	return true;
}

void
project_stop(struct supervisor *supervisor)
{
	peer_free(supervisor->project.peer);
	supervisor->project.peer = NULL;
	if (supervisor->project.state != PROJECT_FAILED)
		supervisor->project.state = PROJECT_DOWN;
}
