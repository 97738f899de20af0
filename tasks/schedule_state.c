/* What is true of a node as it stands: see schedule_state.h. */
#include "protocol/mem.h"
#include "tasks/schedule_state.h"

bool
schedule_agent_open(const struct schedule *s, size_t agent)
{
	const struct agent *a = &s->agents[agent];

	return !a->paused && (a->cap == 0 || a->running < a->cap);
}

bool
schedule_group_open(const struct schedule *s, size_t group)
{
	const struct group *g = &s->groups[group];

	return !g->paused && (g->rules.cap == 0 || g->running < g->rules.cap);
}

struct queue *
schedule_queue(const struct schedule *s, size_t group, size_t agent)
{
	struct group *g = &s->groups[group];

	while (g->queue_count <= agent) {
		g->queues = mem_resize(g->queues, g->queue_count + 1, sizeof(*g->queues));
		name_table_init(&g->queues[g->queue_count].names);
		heap_init(&g->queues[g->queue_count].ready);
		heap_init(&g->queues[g->queue_count].unbarred);
		g->queue_count++;
	}
	return &g->queues[agent];
}

int
schedule_compare_urgency(const struct schedule_node *a, const struct schedule_node *b)
{
	/* priority - periods, without going below 0 */
	uint64_t left = a->priority + b->periods, right = b->priority + a->periods;

	return left < right ? -1 : left > right;
}

bool
schedule_before(const struct schedule *s, size_t a, size_t b)
{
	const struct schedule_node *left = &s->nodes[a], *right = &s->nodes[b];
	int urgency = schedule_compare_urgency(left, right);

	if (urgency != 0)
		return urgency < 0;
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
	const struct group *group = &s->groups[s->nodes[node].group];

	return group->rules.waves && !s->nodes[node].started &&
	    s->nodes[node].wave > group->wave;
}

struct looking {
	const struct schedule *s;
	size_t node;
};

/*
 * Is it another's? Not one's that has landed, for who has begun, and in plan order not
 * one's that lands after it and does not run now.
 */
static bool
in_the_way(const void *context, size_t value)
{
	const struct looking *looking = context;
	const struct schedule_node *other = &looking->s->nodes[value];
	const struct schedule_node *node = &looking->s->nodes[looking->node];

	return value != looking->node && !(other->landed && node->started) &&
	    !(looking->s->groups[node->group].rules.plan_order && !other->occupies &&
	    other->number > node->number);
}

size_t
schedule_holder(const struct schedule *s, size_t node, const struct scope *scope)
{
	struct looking looking = { s, node };
	size_t holder;

	return scope_index_find(s->groups[s->nodes[node].group].leases, scope, in_the_way,
	    &looking, &holder) ? holder : NONE;
}
