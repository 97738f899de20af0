/* What is true of a node as it stands: see schedule_state.h. */
#include "tasks/schedule_state.h"

bool
schedule_before(const struct schedule *s, size_t a, size_t b)
{
	const struct schedule_node *left = &s->nodes[a], *right = &s->nodes[b];

	if (left->priority != right->priority)
		return left->priority < right->priority;
	if (left->remaining != right->remaining)
		return left->remaining > right->remaining;
	return a < b;
}

bool
schedule_live(const struct schedule_node *node)
{
	return node->state != NODE_NEW && node->state != NODE_COMPLETE &&
	    node->state != NODE_FAILED && node->doomed == 0;
}

bool
schedule_bad(const struct schedule_node *node)
{
	return node->state == NODE_FAILED ||
	    (node->doomed > 0 && node->state != NODE_COMPLETE);
}

bool
schedule_beyond(const struct schedule *s, size_t node)
{
	return s->rules.waves && !s->nodes[node].started && s->nodes[node].wave > s->wave;
}
