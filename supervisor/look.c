/* A state folder at rest: see look.h. */
#include "look.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "clients.h"
#include "estimating.h"
#include "kinds.h"
#include "ledger.h"
#include "modes.h"
#include "pauses.h"
#include "project.h"
#include "projects.h"
#include "protocol/fds.h"
#include "protocol/mem.h"
#include "protocol/url.h"
#include "protocol/valid.h"
#include "questions.h"
#include "registry.h"
#include "restoring.h"
#include "sums.h"

static void
idle(void *context)
{
	(void)context;
}

static int
compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_name(const struct dirent *entry)
{
	return name_valid(entry->d_name);
}

/* The projects that have worked here: each has a folder. */
static void
find_projects(struct config *config)
{
	char *path = str_format("%s/projects", config->state);
	struct dirent **entries;
	int count = scandir(path, &entries, is_name, compare), i;

	for (i = 0; i < count; i++) {
		config_project_add(config, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	free(path);
}

/* What the database knows of one. */
static void
take_upstream(void *context, const char *name, const char *upstream)
{
	struct config *config = context;
	struct config_project *project = config_project_find(config, name);

	/* There was one, and its name was not kept. */
	if (project == NULL)
		project = name[0] == '\0' && config->project_count > 0 ? config->projects :
		    config_project_add(config, name);
	str_set(&project->upstream, upstream);
	free(url_take_login(project->upstream));
}

/* The repository of each; of one that never got as far, none. */
static void
find_upstreams(struct supervisor *supervisor)
{
	struct config *config = &supervisor->config;
	size_t i;

	store_each_project(supervisor->store, take_upstream, config);
	for (i = 0; i < config->project_count; i++)
		if (config->projects[i].upstream == NULL)
			config->projects[i].upstream = str_dup("");
}

/* Nobody may begin to work while we look. */
static bool
lock(struct supervisor *supervisor)
{
	char *path = str_format("%s/lock", supervisor->config.state);

	supervisor->lock_fd = open(path, O_RDWR | O_CLOEXEC);
	if (supervisor->lock_fd == -1 || flock(supervisor->lock_fd, LOCK_EX | LOCK_NB) == -1) {
		fprintf(stderr, "orchd: %s: %s\n", path, errno == EWOULDBLOCK ?
		    "a supervisor works on this state folder, or is about to" : strerror(errno));
		free(path);
		return false;
	}
	free(path);
	return true;
}

int
look_run(struct supervisor *supervisor, char *state)
{
	struct config *config = &supervisor->config;
	char *path, *why = NULL;
	size_t i;

	config_init(config);
	config->state = str_dup(state);
	supervisor->one_shot = true;
	supervisor->shown_only = true;
	find_projects(config);
	if (config->project_count == 0) {
		fprintf(stderr, "orchd: %s: nothing has worked on this state folder\n", state);
		return 2;
	}
	if (!lock(supervisor))
		return 2;
	path = str_format("%s/orch.db", state);
	supervisor->store = store_open(path, &why);
	free(path);
	if (supervisor->store == NULL) {
		fprintf(stderr, "orchd: %s\n", why);
		return 2;
	}
	supervisor->started = clock_wall();
	supervisor->loop = loop_new();
	supervisor->schedule_timer = watch_timer(supervisor->loop, idle, supervisor);
	find_upstreams(supervisor);
	projects_init(supervisor);
	registry_init(supervisor);
	restoring_load(supervisor);
	ledger_load(supervisor);
	sums_load(supervisor);
	estimating_load(supervisor);
	restoring_settle(supervisor);
	pauses_load(supervisor);
	modes_load(supervisor);
	questions_load(supervisor);
	for (i = 0; i < supervisor->project_count; i++)
		project_init(supervisor->projects[i]);
	supervisor->quiet_told = true;
	clients_add(supervisor, FD_SUPERVISOR, true);
	loop_run(supervisor->loop);
	clients_release(supervisor);
	sums_release(supervisor);
	kinds_release(supervisor);
	projects_release(supervisor);
	registry_release(supervisor);
	estimating_release(supervisor);
	pauses_release(supervisor);
	modes_release(supervisor);
	store_close(supervisor->store);
	return supervisor->exit_status;
}
