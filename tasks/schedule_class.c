/*
 * Decides where what is ready waits in completion order. Tasks of one group and
 * agent that write the same form a class; a class that is barred is parked on
 * whoever bars it and is looked at again when that one is gone, so that a
 * decision costs what is startable and not what is waiting.
 */
#include "protocol/mem.h"
#include "tasks/schedule_state.h"

static bool
order_before(const void *context, size_t a, size_t b)
{
	return schedule_before(context, a, b);
}

static size_t *
node_place(void *context, size_t node)
{
	struct schedule *s = context;

	return &s->nodes[node].place;
}

size_t
schedule_class_candidate(const struct schedule_class *class)
{
	return class->reserved > 0 ? class->oldest : heap_first(&class->waiting);
}

static bool
class_before(const void *context, size_t a, size_t b)
{
	const struct schedule *s = context;
	const struct schedule_class *left = &s->classes[a], *right = &s->classes[b];

	if (left->reserved != right->reserved)
		return right->reserved == 0 ||
		    (left->reserved > 0 && left->reserved < right->reserved);
	return schedule_before(s, schedule_class_candidate(left), schedule_class_candidate(right));
}

static size_t *
class_place(void *context, size_t class)
{
	struct schedule *s = context;

	return &s->classes[class].place;
}

static const struct heap_kind by_order = { order_before, node_place };
static const struct heap_kind by_candidate = { class_before, class_place };

size_t
schedule_class_find(struct schedule *s, const struct schedule_node *node,
    const struct scope *scope)
{
	struct queue *queue = schedule_queue(s, node->group, node->agent);
	struct schedule_class *class;
	size_t index;

	if (name_table_find(&queue->names, scope_text(scope), &index))
		return index;
	if (s->class_count == s->class_capacity) {
		s->class_capacity = s->class_capacity == 0 ? 16 : s->class_capacity * 2;
		s->classes = mem_resize(s->classes, s->class_capacity,
		    sizeof(*s->classes));
	}
	class = &s->classes[s->class_count];
	*class = (struct schedule_class){
		.state = CLASS_IDLE, .scope = scope, .group = node->group,
		.agent = node->agent, .oldest = NONE, .newest = NONE,
		.parked_before = NONE, .parked_after = NONE, .parked = NONE,
		.marked_before = NONE, .marked_after = NONE
	};
	name_table_add(&queue->names, scope_text(scope), s->class_count);
	return s->class_count++;
}

static void
mark(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];
	struct group *group = &s->groups[class->group];

	if (class->marked || class->reserved > 0)
		return;
	class->marked = true;
	class->marked_ms = s->now;
	class->marked_starts = group->starts;
	class->marked_before = group->last_marked;
	class->marked_after = NONE;
	if (group->last_marked == NONE)
		group->first_marked = index;
	else
		s->classes[group->last_marked].marked_after = index;
	group->last_marked = index;
}

static void
unmark(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];
	struct group *group = &s->groups[class->group];

	if (!class->marked)
		return;
	class->marked = false;
	if (class->marked_before == NONE)
		group->first_marked = class->marked_after;
	else
		s->classes[class->marked_before].marked_after = class->marked_after;
	if (class->marked_after == NONE)
		group->last_marked = class->marked_before;
	else
		s->classes[class->marked_after].marked_before = class->marked_before;
}

/* The list of classes that the blocker of this class keeps. */
static size_t *
parked_list(struct schedule *s, enum class_state state, size_t barred_by)
{
	return state == CLASS_BY_LEASE ? &s->nodes[barred_by].parked :
	    &s->classes[barred_by].parked;
}

static struct heap *
ready_of(struct schedule *s, size_t class)
{
	return &schedule_queue(s, s->classes[class].group, s->classes[class].agent)->ready;
}

void
schedule_class_park(struct schedule *s, size_t index, enum class_state state,
    size_t barred_by)
{
	struct schedule_class *class = &s->classes[index];
	size_t *list = parked_list(s, state, barred_by);

	heap_remove(ready_of(s, index), &by_candidate, s, index);
	class->state = state;
	class->barred_by = barred_by;
	class->parked_before = NONE;
	class->parked_after = *list;
	if (*list != NONE)
		s->classes[*list].parked_before = index;
	*list = index;
	mark(s, index);
}

static void
unpark(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];

	if (class->parked_before == NONE)
		*parked_list(s, class->state, class->barred_by) = class->parked_after;
	else
		s->classes[class->parked_before].parked_after = class->parked_after;
	if (class->parked_after != NONE)
		s->classes[class->parked_after].parked_before = class->parked_before;
	class->state = CLASS_IDLE;
}

static void
make_ready(struct schedule *s, size_t index)
{
	s->classes[index].state = CLASS_READY;
	heap_push(ready_of(s, index), &by_candidate, s, index);
}

void
schedule_class_unpark_all(struct schedule *s, const size_t *list)
{
	size_t index;

	while ((index = *list) != NONE) {
		unpark(s, index);
		make_ready(s, index);
	}
}

static void
make_idle(struct schedule *s, size_t index)
{
	if (s->classes[index].state == CLASS_READY)
		heap_remove(ready_of(s, index), &by_candidate, s, index);
	else if (s->classes[index].state != CLASS_IDLE)
		unpark(s, index);
	s->classes[index].state = CLASS_IDLE;
}

void
schedule_class_reserve(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];
	struct group *group = &s->groups[class->group];

	unmark(s, index);
	scope_index_add(group->reservations, class->scope, index);
	group->reserved++;
	class->reserved = ++s->reservation_order;
	if (class->state == CLASS_READY)
		heap_move(ready_of(s, index), &by_candidate, s, index);
	else if (class->state == CLASS_BY_RESERVATION) {
		/* Only earlier reservations bar it now. */
		unpark(s, index);
		make_ready(s, index);
	}
}

/* The class must be idle: its place in the order changes with this. */
static void
unreserve(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];
	struct group *group = &s->groups[class->group];

	if (class->reserved == 0)
		return;
	scope_index_remove(group->reservations, class->scope, index);
	group->reserved--;
	class->reserved = 0;
	schedule_class_unpark_all(s, &class->parked);
}

static struct heap *
unbarred_of(struct schedule *s, const struct schedule_node *node)
{
	return &schedule_queue(s, node->group, node->agent)->unbarred;
}

void
schedule_ready_insert(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	bool plan_order = s->groups[node->group].rules.plan_order;
	struct schedule_class *class;

	if (node->started || (node->class == NONE && !plan_order)) {
		heap_push(unbarred_of(s, node), &by_order, s, index);
		return;
	}
	if (plan_order)
		return;
	class = &s->classes[node->class];
	node->newer = NONE;
	node->older = class->newest;
	if (class->newest == NONE)
		class->oldest = index;
	else
		s->nodes[class->newest].newer = index;
	class->newest = index;
	heap_push(&class->waiting, &by_order, s, index);
	if (class->state == CLASS_IDLE)
		make_ready(s, node->class);
	else if (class->state == CLASS_READY)
		heap_move(ready_of(s, node->class), &by_candidate, s, node->class);
}

void
schedule_ready_remove(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	bool plan_order = s->groups[node->group].rules.plan_order;
	struct schedule_class *class;
	bool was_oldest, was_ready;

	if (node->started || (node->class == NONE && !plan_order)) {
		heap_remove(unbarred_of(s, node), &by_order, s, index);
		return;
	}
	if (plan_order)
		return;
	class = &s->classes[node->class];
	was_oldest = class->oldest == index;
	was_ready = class->state == CLASS_READY;
	if (was_ready || class->waiting.count == 1)
		make_idle(s, node->class);
	heap_remove(&class->waiting, &by_order, s, index);
	if (node->older == NONE)
		class->oldest = node->newer;
	else
		s->nodes[node->older].newer = node->newer;
	if (node->newer == NONE)
		class->newest = node->older;
	else
		s->nodes[node->newer].older = node->older;
	if (was_oldest) {
		unmark(s, node->class);
		unreserve(s, node->class);
	}
	if (class->waiting.count > 0 && was_ready)
		make_ready(s, node->class);
	else if (class->waiting.count > 0)
		mark(s, node->class);
}

void
schedule_ready_move(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	bool plan_order = s->groups[node->group].rules.plan_order;
	struct schedule_class *class;

	if (node->started || (node->class == NONE && !plan_order)) {
		heap_move(unbarred_of(s, node), &by_order, s, index);
		return;
	}
	if (plan_order)
		return;
	class = &s->classes[node->class];
	heap_move(&class->waiting, &by_order, s, index);
	if (class->state == CLASS_READY)
		heap_move(ready_of(s, node->class), &by_candidate, s, node->class);
}

