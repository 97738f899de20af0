/*
 * A set of small numbers, a bit each: the next one from any place on is found by
 * looking at 64 at a time.
 */
#ifndef ORCH_NODE_SET_H
#define ORCH_NODE_SET_H

#include <stddef.h>
#include <stdint.h>

#define NODE_SET_NONE	SIZE_MAX

struct node_set {
	uint64_t *words;
	size_t count;		/* of words */
};

void	 node_set_release(struct node_set *set);
void	 node_set_add(struct node_set *set, size_t node);
void	 node_set_remove(struct node_set *set, size_t node);
/* The lowest number in the set that is not lower than `from`, NODE_SET_NONE: none. */
size_t	 node_set_next(const struct node_set *set, size_t from);

#endif
