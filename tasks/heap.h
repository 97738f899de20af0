/*
 * A binary heap of numbers (indexes of something), in which any item can be
 * moved or taken out. The owner keeps each item's place; an item is in one
 * heap at a time for each place it has.
 */
#ifndef ORCH_HEAP_H
#define ORCH_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct heap_kind {
	/* Does item a come out before item b? A strict order. */
	bool (*before)(const void *context, size_t a, size_t b);
	/* Where the place of an item is kept; the heap writes it. */
	size_t *(*place)(void *context, size_t item);
};

struct heap {
	size_t *items;
	size_t count, capacity;
};

void	heap_init(struct heap *heap);
void	heap_release(struct heap *heap);
void	heap_push(struct heap *heap, const struct heap_kind *kind, void *context,
	    size_t item);
/* Takes out an item that is in the heap. */
void	heap_remove(struct heap *heap, const struct heap_kind *kind, void *context,
	    size_t item);
/* An item in the heap comes earlier or later than before: moves it. */
void	heap_move(struct heap *heap, const struct heap_kind *kind, void *context,
	    size_t item);
/* The first item; the heap must not be empty. */
size_t	heap_first(const struct heap *heap);

#endif
