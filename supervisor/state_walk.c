/* The tasks in some states: see state_walk.h. */
#include "state_walk.h"

void
state_walk_begin(struct state_walk *walk, const struct supervisor *supervisor, unsigned states)
{
	int i;

	walk->supervisor = supervisor;
	for (i = 0; i < TASK_STATES; i++)
		walk->next[i] = (states & STATE_BIT(i)) != 0 ?
		    node_set_next(&supervisor->by_state[i], 0) : NODE_SET_NONE;
}

struct task *
state_walk_next(struct state_walk *walk)
{
	int first = 0, i;
	size_t node;

	for (i = 1; i < TASK_STATES; i++)
		if (walk->next[i] < walk->next[first])
			first = i;
	node = walk->next[first];
	if (node == NODE_SET_NONE)
		return NULL;
	walk->next[first] = node_set_next(&walk->supervisor->by_state[first], node + 1);
	return walk->supervisor->tasks[node];
}
