/*
 * Decides who starts next in completion order. Tasks that write the same form
 * a class; a class that is barred is parked on whoever bars it and is looked
 * at again when that one is gone, so that a decision costs what is startable
 * and not what is waiting. A class barred too long reserves its scope.
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

/* Which of a class starts first: the one it has reserved for, else the best. */
static size_t
candidate(const struct schedule_class *class)
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
	return schedule_before(s, candidate(left), candidate(right));
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
schedule_ready_class(struct schedule *s, const struct scope *scope)
{
	struct schedule_class *class;
	size_t index;

	if (name_table_find(&s->class_names, scope_text(scope), &index))
		return index;
	if (s->class_count == s->class_capacity) {
		s->class_capacity = s->class_capacity == 0 ? 16 : s->class_capacity * 2;
		s->classes = mem_resize(s->classes, s->class_capacity,
		    sizeof(*s->classes));
	}
	class = &s->classes[s->class_count];
	*class = (struct schedule_class){
		.state = CLASS_IDLE, .scope = scope, .oldest = NONE, .newest = NONE,
		.parked_before = NONE, .parked_after = NONE, .parked = NONE,
		.marked_before = NONE, .marked_after = NONE
	};
	name_table_add(&s->class_names, scope_text(scope), s->class_count);
	return s->class_count++;
}

static void
mark(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];

	if (class->marked || class->reserved > 0)
		return;
	class->marked = true;
	class->marked_ms = s->now;
	class->marked_starts = s->starts;
	class->marked_before = s->last_marked;
	class->marked_after = NONE;
	if (s->last_marked == NONE)
		s->first_marked = index;
	else
		s->classes[s->last_marked].marked_after = index;
	s->last_marked = index;
}

static void
unmark(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];

	if (!class->marked)
		return;
	class->marked = false;
	if (class->marked_before == NONE)
		s->first_marked = class->marked_after;
	else
		s->classes[class->marked_before].marked_after = class->marked_after;
	if (class->marked_after == NONE)
		s->last_marked = class->marked_before;
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

static void
park(struct schedule *s, size_t index, enum class_state state, size_t barred_by)
{
	struct schedule_class *class = &s->classes[index];
	size_t *list = parked_list(s, state, barred_by);

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
	heap_push(&s->ready, &by_candidate, s, index);
}

static void
unpark_all(struct schedule *s, const size_t *list)
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
		heap_remove(&s->ready, &by_candidate, s, index);
	else if (s->classes[index].state != CLASS_IDLE)
		unpark(s, index);
	s->classes[index].state = CLASS_IDLE;
}

static void
reserve(struct schedule *s, size_t index)
{
	struct schedule_class *class = &s->classes[index];

	unmark(s, index);
	if (s->reservation_count == s->reservation_capacity) {
		s->reservation_capacity = s->reservation_capacity == 0 ? 16 :
		    s->reservation_capacity * 2;
		s->reservations = mem_resize(s->reservations,
		    s->reservation_capacity, sizeof(*s->reservations));
	}
	class->reserved_at = s->reservation_count;
	s->reservations[s->reservation_count++] = index;
	class->reserved = ++s->reservation_order;
	if (class->state == CLASS_READY)
		heap_move(&s->ready, &by_candidate, s, index);
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
	size_t last;

	if (class->reserved == 0)
		return;
	last = s->reservations[--s->reservation_count];
	s->reservations[class->reserved_at] = last;
	s->classes[last].reserved_at = class->reserved_at;
	class->reserved = 0;
	unpark_all(s, &class->parked);
}

void
schedule_ready_insert(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	struct schedule_class *class;

	if (node->started || (node->class == NONE && !s->rules.plan_order)) {
		heap_push(&s->unbarred, &by_order, s, index);
		return;
	}
	if (s->rules.plan_order)
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
		heap_move(&s->ready, &by_candidate, s, node->class);
}

void
schedule_ready_remove(struct schedule *s, size_t index)
{
	struct schedule_node *node = &s->nodes[index];
	struct schedule_class *class;
	bool was_oldest, was_ready;

	if (node->started || (node->class == NONE && !s->rules.plan_order)) {
		heap_remove(&s->unbarred, &by_order, s, index);
		return;
	}
	if (s->rules.plan_order)
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
	struct schedule_class *class;

	if (node->started || (node->class == NONE && !s->rules.plan_order)) {
		heap_move(&s->unbarred, &by_order, s, index);
		return;
	}
	if (s->rules.plan_order)
		return;
	class = &s->classes[node->class];
	heap_move(&class->waiting, &by_order, s, index);
	if (class->state == CLASS_READY)
		heap_move(&s->ready, &by_candidate, s, node->class);
}

void
schedule_ready_released(struct schedule *s, size_t node)
{
	unpark_all(s, &s->nodes[node].parked);
}

size_t
schedule_ready_blocker(const struct schedule *s, size_t index, enum schedule_wait *wait)
{
	const struct schedule_node *node = &s->nodes[index];
	const struct schedule_class *class, *other;
	size_t i;

	*wait = SCHEDULE_WAITS_SLOT;
	if (node->started || node->class == NONE)
		return NONE;
	class = &s->classes[node->class];
	*wait = SCHEDULE_WAITS_LEASE;
	for (i = 0; i < s->lease_count; i++)
		if (scope_overlap(node->scope, s->nodes[s->leases[i]].scope))
			return s->leases[i];
	*wait = SCHEDULE_WAITS_RESERVATION;
	for (i = 0; i < s->reservation_count; i++) {
		other = &s->classes[s->reservations[i]];
		if (other == class || (class->reserved > 0 &&
		    class->reserved < other->reserved))
			continue;
		if (scope_overlap(node->scope, other->scope))
			return other->oldest;
	}
	*wait = SCHEDULE_WAITS_SLOT;
	return NONE;
}

/* Classes barred too long: their oldest marks are first. */
static void
age(struct schedule *s)
{
	const struct schedule_class *class;

	while (s->first_marked != NONE) {
		class = &s->classes[s->first_marked];
		if (s->starts - class->marked_starts < SCHEDULE_PASSED_OVER_MAX &&
		    s->now - class->marked_ms < SCHEDULE_BARRED_MAX_MS)
			break;
		reserve(s, s->first_marked);
	}
}

/* The best of both heaps, startable or not; a wave that came back is put off. */
static size_t
best(const struct schedule *s)
{
	const struct schedule_class *class;
	size_t node;

	if (s->ready.count == 0)
		return s->unbarred.count == 0 ? NONE : heap_first(&s->unbarred);
	class = &s->classes[heap_first(&s->ready)];
	node = candidate(class);
	if (s->unbarred.count > 0 && class->reserved == 0 &&
	    schedule_before(s, heap_first(&s->unbarred), node))
		node = heap_first(&s->unbarred);
	return node;
}

size_t
schedule_ready_pick(struct schedule *s)
{
	enum schedule_wait wait;
	size_t node, class, blocker;

	age(s);
	while ((node = best(s)) != NONE) {
		if (schedule_beyond(s, node))
			return node;
		blocker = schedule_ready_blocker(s, node, &wait);
		if (blocker == NONE)
			return node;
		class = s->nodes[node].class;
		heap_remove(&s->ready, &by_candidate, s, class);
		if (wait == SCHEDULE_WAITS_LEASE)
			park(s, class, CLASS_BY_LEASE, blocker);
		else
			park(s, class, CLASS_BY_RESERVATION, s->nodes[blocker].class);
	}
	return NONE;
}
