/* The agents of orch.yaml: see agents.h. */
#include "agents.h"

#include <stdlib.h>

#include "protocol/mem.h"

void
agents_release(struct agents *agents)
{
	free(agents->items);
	arena_release(&agents->arena);
	*agents = (struct agents){ 0 };
}

struct agent *
agents_add(struct agents *agents)
{
	agents->items = mem_resize(agents->items, agents->count + 1, sizeof(*agents->items));
	agents->items[agents->count] = (struct agent){ .prompt = "stdin", .adapter = { .format = "text" } };
	return &agents->items[agents->count++];
}

const struct agent *
agents_find(const struct agents *agents, const char *name)
{
	const struct agent *shipped = NULL;
	size_t i;

	for (i = 0; name != NULL && i < agents->count; i++) {
		if (!str_same(agents->items[i].name, name))
			continue;
		if (!agents->items[i].shipped)
			return &agents->items[i];
		shipped = &agents->items[i];
	}
	return shipped;
}
