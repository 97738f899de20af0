/* Tasks by what they have in common: see kinds.h. */
#include "kinds.h"

#include <stdlib.h>

#include "protocol/mem.h"

static struct kinds_agent *
find(const struct supervisor *supervisor, const char *agent)
{
	size_t i;

	for (i = 0; i < supervisor->agent_count; i++)
		if (str_same(supervisor->agents[i].name, agent))
			return &supervisor->agents[i];
	return NULL;
}

void
kinds_add(struct supervisor *supervisor, const struct task *task, const char *agent)
{
	struct kinds_agent *kind = agent != NULL ? find(supervisor, agent) : NULL;

	node_set_add(&task->project->nodes, task->node);
	if (agent == NULL)
		return;
	if (kind == NULL) {
		supervisor->agents = mem_resize(supervisor->agents, supervisor->agent_count + 1, sizeof(*kind));
		kind = &supervisor->agents[supervisor->agent_count++];
		*kind = (struct kinds_agent){ .name = agent };
	}
	if (task->spec.command == NULL)
		node_set_add(&kind->nodes, task->node);
}

void
kinds_release(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		node_set_release(&supervisor->projects[i]->nodes);
	for (i = 0; i < supervisor->former_count; i++)
		node_set_release(&supervisor->former[i]->nodes);
	for (i = 0; i < supervisor->agent_count; i++)
		node_set_release(&supervisor->agents[i].nodes);
	free(supervisor->agents);
}

const struct node_set *
kinds_of_agent(const struct supervisor *supervisor, const char *agent)
{
	const struct kinds_agent *kind = find(supervisor, agent);

	return kind != NULL ? &kind->nodes : NULL;
}

size_t
kinds_next(const struct node_set *const *sets, size_t count, size_t from)
{
	size_t at = 0, next;

	/* Each set in turn says where it goes on; where all say the same, it is. */
	while (at < count && from != NODE_SET_NONE) {
		next = node_set_next(sets[at], from);
		at = next == from ? at + 1 : 0;
		from = next;
	}
	return from;
}
