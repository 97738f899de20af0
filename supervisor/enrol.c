/* Tasks that come in: see enrol.h. */
#include "enrol.h"

#include <stdlib.h>
#include <string.h>

#include "estimating.h"
#include "projects.h"
#include "protocol/mem.h"
#include "registry.h"
#include "tasks/graph.h"
#include "tasks/task_spec.h"

static bool
known_id(void *context, const char *id)
{
	return registry_find(context, id) != NULL;
}

/*
 * What a tasks file is refused for and a program or an option can still send:
 * sh(1) ends well with nothing to do, any output has nothing in it, and no result
 * is outside of the repository.
 */
static void
check_words(const struct record_task *task, struct problems *problems)
{
	const char *why;
	size_t i;

	for (i = 0; task->files != NULL && task->files[i] != NULL; i++)
		if ((why = task_pattern_wrong(task->files[i], i == 0)) != NULL)
			problems_add(problems, "task '%s': files: %s%s", task->id, why, task->files[i]);
	if (task->verify != NULL && task->verify[0] == '\0')
		problems_add(problems, "task '%s': verify: is empty", task->id);
	if (task->completion_promise != NULL && task->completion_promise[0] == '\0')
		problems_add(problems, "task '%s': completion_promise: is empty", task->id);
}

/* Of a task that is to come: the one that it names, or the only one; NULL: it is none of ours. */
static struct project *
project_of(const struct supervisor *supervisor, const struct record_task *task)
{
	size_t i;

	if (task->project == NULL)
		return supervisor->project_count == 1 ? supervisor->projects[0] : NULL;
	for (i = 0; i < supervisor->project_count; i++)
		if (str_same(supervisor->projects[i]->config->name, task->project))
			return supervisor->projects[i];
	return NULL;
}

static void
check_project(const struct supervisor *supervisor, const struct record_task *task, struct problems *problems)
{
	char *names;

	if (project_of(supervisor, task) != NULL)
		return;
	names = projects_names(supervisor);
	if (task->project == NULL)
		problems_add(problems, "task '%s': project: missing; write which one it is for: %s", task->id, names);
	else
		problems_add(problems, "task '%s': project: there is no '%s'; there is %s", task->id,
		    task->project, names);
	free(names);
}

/* Is the agent there that is to run it? */
static void
check_agent(struct supervisor *supervisor, const struct record_task *task, struct problems *problems)
{
	const struct project *project = project_of(supervisor, task);
	const struct config_project *config = project != NULL ? project->config : NULL;
	const char *name = task->agent != NULL ? task->agent : config != NULL ? config->agent : NULL;

	if (task->command != NULL || config == NULL)
		return;
	if (name == NULL)
		problems_add(problems, "task '%s': agent: missing; name one%s, write a command, or set "
		    "projects.%s.agent in orch.yaml", task->id,
		    supervisor->one_shot ? ", here or by --agent" : "", config->name);
	else if (agents_find(&supervisor->config.agents, name) == NULL)
		problems_add(problems, "task '%s': agent: '%s' is not configured; add it under agents "
		    "in orch.yaml", task->id, name);
	if (task->prompt == NULL || task->prompt[0] == '\0')
		problems_add(problems, "task '%s': prompt: missing; an agent needs one", task->id);
}

/* Unknown and circular dependencies among the new ones. */
static void
check_graph(struct supervisor *supervisor, const struct record_task *tasks, size_t count,
    struct problems *problems)
{
	struct task_list list = { mem_zero(count, sizeof(struct task_spec)), count };
	size_t i;

	for (i = 0; i < count; i++) {
		list.tasks[i].id = mem_copy(tasks[i].id, strlen(tasks[i].id));
		list.tasks[i].depends_on = strs_dup(tasks[i].depends_on);
	}
	graph_check(&list, known_id, supervisor, problems);
	task_list_release(&list);
}

/* Splits a batch into those that are new; a task of the same name must be the same. */
static size_t
pick_new(struct supervisor *supervisor, const struct record_task *tasks, size_t count, bool again,
    struct record_task *fresh, struct problems *problems)
{
	struct name_table seen;
	size_t i, picked = 0;

	name_table_init(&seen);
	for (i = 0; i < count; i++) {
		struct task *task = registry_find(supervisor, tasks[i].id);

		if (!name_table_add(&seen, tasks[i].id, i)) {
			problems_add(problems, "task '%s': id: used twice", tasks[i].id);
		} else if (task == NULL) {
			fresh[picked++] = tasks[i];
		} else if (!again) {
			problems_add(problems, "task '%s': id: there is such a task already; choose another, "
			    "or see it with orchctl show %s", tasks[i].id, tasks[i].id);
		} else if (!registry_same(supervisor, task, &tasks[i]) ||
		    project_of(supervisor, &tasks[i]) != task->project) {
			problems_add(problems, "task '%s': differs from the task of that name in this state "
			    "folder; give it another id%s", tasks[i].id,
			    supervisor->one_shot ? ", or start with another --state" : "");
		}
	}
	name_table_release(&seen);
	return picked;
}

bool
enrol(struct supervisor *supervisor, const struct record_task *tasks, size_t count, bool again,
    size_t *known, struct problems *problems)
{
	struct record_task *fresh = mem_zero(count, sizeof(*fresh));
	size_t picked = pick_new(supervisor, tasks, count, again, fresh, problems);
	size_t first = supervisor->task_count, i;
	double added;

	for (i = 0; i < picked; i++) {
		check_project(supervisor, &fresh[i], problems);
		check_words(&fresh[i], problems);
		if (!registry_ended_before(&fresh[i]))
			check_agent(supervisor, &fresh[i], problems);
	}
	if (problems->count == 0)
		check_graph(supervisor, fresh, picked, problems);
	if (problems->count == 0) {
		schedule_clock(supervisor->schedule, clock_monotonic());
		added = registry_batch(supervisor);
		for (i = 0; i < picked; i++)
			registry_insert(supervisor, project_of(supervisor, &fresh[i]), &fresh[i], added);
		estimating_added(supervisor, first);
		registry_connect(supervisor, first, supervisor->task_count);
		*known = count - picked;
	}
	free(fresh);
	return problems->count == 0;
}
