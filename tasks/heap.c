/*
 * Keeps items in the order that its owner defines; decides nothing itself.
 * Every operation but looking at the first costs the logarithm of the count.
 */
#include "tasks/heap.h"

#include <stdlib.h>

#include "protocol/mem.h"

void
heap_init(struct heap *heap)
{
	*heap = (struct heap){ 0 };
}

void
heap_release(struct heap *heap)
{
	free(heap->items);
	heap_init(heap);
}

static void
put(struct heap *heap, const struct heap_kind *kind, void *context, size_t at,
    size_t item)
{
	heap->items[at] = item;
	*kind->place(context, item) = at;
}

static size_t
sift_up(struct heap *heap, const struct heap_kind *kind, void *context, size_t at,
    size_t item)
{
	size_t above;

	for (; at > 0; at = above) {
		above = (at - 1) / 2;
		if (!kind->before(context, item, heap->items[above]))
			break;
		put(heap, kind, context, at, heap->items[above]);
	}
	put(heap, kind, context, at, item);
	return at;
}

static void
sift_down(struct heap *heap, const struct heap_kind *kind, void *context, size_t at,
    size_t item)
{
	size_t below;

	for (; (below = 2 * at + 1) < heap->count; at = below) {
		if (below + 1 < heap->count && kind->before(context,
		    heap->items[below + 1], heap->items[below]))
			below++;
		if (!kind->before(context, heap->items[below], item))
			break;
		put(heap, kind, context, at, heap->items[below]);
	}
	put(heap, kind, context, at, item);
}

void
heap_push(struct heap *heap, const struct heap_kind *kind, void *context,
    size_t item)
{
	if (heap->count == heap->capacity) {
		heap->capacity = heap->capacity == 0 ? 8 : heap->capacity * 2;
		heap->items = mem_resize(heap->items, heap->capacity,
		    sizeof(*heap->items));
	}
	sift_up(heap, kind, context, heap->count++, item);
}

void
heap_remove(struct heap *heap, const struct heap_kind *kind, void *context,
    size_t item)
{
	size_t at = *kind->place(context, item), last = heap->items[--heap->count];

	if (last == item)
		return;
	at = sift_up(heap, kind, context, at, last);
	sift_down(heap, kind, context, at, last);
}

void
heap_move(struct heap *heap, const struct heap_kind *kind, void *context,
    size_t item)
{
	size_t at = *kind->place(context, item);

	at = sift_up(heap, kind, context, at, item);
	sift_down(heap, kind, context, at, item);
}

size_t
heap_first(const struct heap *heap)
{
	return heap->items[0];
}
