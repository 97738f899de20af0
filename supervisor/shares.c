/* Shares that outlive a restart: see shares.h. */
#include "shares.h"

#include "projects.h"

void
shares_keep(struct supervisor *supervisor)
{
	struct project *project;
	int64_t ahead;
	size_t i;

	for (i = 0; supervisor->project_count > 1 && i < supervisor->project_count; i++) {
		project = supervisor->projects[i];
		ahead = schedule_group_ahead(supervisor->schedule, project->group);
		if (ahead == project->ahead)
			continue;
		project->ahead = ahead;
		store_project_ahead(supervisor->store, project->config->name, ahead);
	}
}

static void
load(void *context, const char *name, int64_t ahead)
{
	struct supervisor *supervisor = context;
	struct project *project = projects_find(supervisor, name);

	if (project == NULL || supervisor->project_count < 2)
		return;
	project->ahead = ahead;
	schedule_set_group_ahead(supervisor->schedule, project->group, ahead);
}

void
shares_load(struct supervisor *supervisor)
{
	store_each_ahead(supervisor->store, load, supervisor);
}
