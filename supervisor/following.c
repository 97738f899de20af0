/* Landed, and not in the tip yet: see following.h. */
#include "following.h"

#include "protocol/loop.h"
#include "protocol/mem.h"

void
following_add(struct task *task)
{
	struct project *project = task->project;

	schedule_landed(project->supervisor->schedule, task->node);
	project->following = mem_resize(project->following, project->following_count + 1, sizeof(size_t));
	project->following[project->following_count++] = task->node;
}

void
following_end(struct project *project)
{
	struct schedule *schedule = project->supervisor->schedule;
	size_t i;

	if (project->following_count == 0)
		return;
	schedule_clock(schedule, clock_monotonic());
	for (i = 0; i < project->following_count; i++)
		schedule_complete(schedule, project->following[i]);
	project->following_count = 0;
}

void
following_stood(struct project *project, const char *tip)
{
	project->tip_awaited = !str_same(project->tip, tip);
}

void
following_wished(struct project *project)
{
	if (!str_same(project->tip, project->landed))
		project->tip_awaited = true;
}

void
following_told(struct project *project)
{
	project->tip_awaited = false;
	following_end(project);
}

bool
following_awaited(const struct project *project)
{
	return project->tip_awaited;
}
