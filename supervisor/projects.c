/* All projects: see projects.h. */
#include "projects.h"

#include <stdio.h>
#include <stdlib.h>

#include "project.h"
#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "protocol/url.h"
#include "store.h"

#define LEFT_MOST	8u	/* tasks that are named of a project that is not there */

static struct project *
add(struct supervisor *supervisor, struct project ***list, size_t *count)
{
	struct project *project = mem_zero(1, sizeof(*project));

	project->supervisor = supervisor;
	*list = mem_resize(*list, *count + 1, sizeof(project));
	(*list)[(*count)++] = project;
	return project;
}

/* The configuration has it no more; what it did is still known. */
static void
add_former(struct supervisor *supervisor, const char *name, const char *upstream)
{
	struct project *project = add(supervisor, &supervisor->former, &supervisor->former_count);

	project->own = mem_zero(1, sizeof(*project->own));
	config_project_init(project->own, name);
	project->own->upstream = str_dup(upstream);
	project->config = project->own;
}

static void
refuse_former(struct supervisor *supervisor, const char *name, const char *upstream)
{
	char **left = store_project_unfinished(supervisor->store, name, LEFT_MOST + 1);
	size_t count = strs_count(left), i;

	if (count == 0) {
		strs_free(left);
		return;
	}
	fprintf(stderr, "orchd: projects.%s: is not in the configuration any more, and has tasks that have "
	    "not ended:", name);
	for (i = 0; i < count && i < LEFT_MOST; i++)
		fprintf(stderr, " %s", left[i]);
	fprintf(stderr, "%s; put it back (upstream: %s), and cancel them before it is taken out\n",
	    count > LEFT_MOST ? " ..." : "", upstream);
	exit(2);
}

static void
restore(void *context, const char *name, const char *kept)
{
	struct supervisor *supervisor = context;
	struct project *project = projects_find(supervisor, name);
	char *upstream = str_dup(kept);

	free(url_take_login(upstream));
	if (project == NULL) {
		refuse_former(supervisor, name, upstream);
		add_former(supervisor, name, upstream);
	} else if (!str_same(upstream, project->config->upstream)) {
		fprintf(stderr, "orchd: %s: the state folder belongs to %s%s%s; choose another with --state, or "
		    "give the project another name\n", supervisor->config.state, upstream,
		    supervisor->one_shot ? "" : " as project ", supervisor->one_shot ? "" : name);
		exit(2);
	} else {
		project->known = true;
	}
	free(upstream);
}

/* The one of a database that knew one project, and no name of it. */
static void
name_first(void *context, const char *name, const char *kept)
{
	struct supervisor *supervisor = context;
	char *upstream = str_dup(kept);
	size_t i = 0;

	free(url_take_login(upstream));
	while (i < supervisor->project_count &&
	    !str_same(supervisor->projects[i]->config->upstream, upstream))
		i++;
	if (name[0] == '\0' && i == supervisor->project_count) {
		fprintf(stderr, "orchd: %s: the state folder belongs to %s; choose another with --state\n",
		    supervisor->config.state, upstream);
		exit(2);
	}
	if (name[0] == '\0')
		supervisor->projects[i]->unnamed = true;
	free(upstream);
}

void
projects_init(struct supervisor *supervisor)
{
	const struct config *config = &supervisor->config;
	struct store *store = supervisor->store;
	size_t i;

	for (i = 0; i < config->project_count; i++)
		add(supervisor, &supervisor->projects, &supervisor->project_count)->config = &config->projects[i];
	store_each_project(store, name_first, supervisor);
	store_begin(store);
	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->unnamed)
			store_project_name(store, supervisor->projects[i]->config->name);
	store_commit(store);
	store_each_project(store, restore, supervisor);
	store_begin(store);
	for (i = 0; i < supervisor->project_count; i++)
		if (!supervisor->projects[i]->known)
			store_project_put(store, config->projects[i].name, config->projects[i].upstream);
	store_commit(store);
}

static void
free_all(struct project **list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		project_release(list[i]);
		if (list[i]->own != NULL)
			config_project_release(list[i]->own);
		free(list[i]->own);
		free(list[i]);
	}
	free(list);
}

void
projects_release(struct supervisor *supervisor)
{
	free_all(supervisor->projects, supervisor->project_count);
	free_all(supervisor->former, supervisor->former_count);
}

struct project *
projects_find(const struct supervisor *supervisor, const char *name)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		if (str_same(supervisor->projects[i]->config->name, name))
			return supervisor->projects[i];
	for (i = 0; i < supervisor->former_count; i++)
		if (str_same(supervisor->former[i]->config->name, name))
			return supervisor->former[i];
	return NULL;
}

const char *
projects_label(const struct project *project)
{
	const struct supervisor *supervisor = project->supervisor;

	return supervisor->project_count + supervisor->former_count > 1 ? project->config->name : NULL;
}

char *
projects_names(const struct supervisor *supervisor)
{
	struct buffer text;
	char *names;
	size_t i;

	buffer_init(&text);
	for (i = 0; i < supervisor->project_count; i++)
		buffer_format(&text, "%s%s", i > 0 ? ", " : "", supervisor->projects[i]->config->name);
	names = str_dup(buffer_text(&text));
	buffer_release(&text);
	return names;
}

size_t
project_tasks(const struct project *project)
{
	size_t count = 0, i;

	for (i = 0; i < TASK_STATES; i++)
		count += project->counts[i];
	return count;
}

struct project *
projects_exited(struct supervisor *supervisor, pid_t pid, int status)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->pid == pid) {
			project_gone(supervisor->projects[i], status);
			return supervisor->projects[i];
		}
	return NULL;
}
