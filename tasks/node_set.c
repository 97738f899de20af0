/* See node_set.h. */
#include "tasks/node_set.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

void
node_set_release(struct node_set *set)
{
	free(set->words);
	*set = (struct node_set){ 0 };
}

void
node_set_add(struct node_set *set, size_t node)
{
	size_t count = set->count == 0 ? 16 : set->count;

	while (count <= node / 64)
		count *= 2;
	if (count > set->count) {
		set->words = mem_resize(set->words, count, sizeof(*set->words));
		memset(set->words + set->count, 0, (count - set->count) * sizeof(*set->words));
		set->count = count;
	}
	set->words[node / 64] |= 1ull << node % 64;
}

void
node_set_remove(struct node_set *set, size_t node)
{
	if (node / 64 < set->count)
		set->words[node / 64] &= ~(1ull << node % 64);
}

size_t
node_set_next(const struct node_set *set, size_t from)
{
	size_t word = from / 64;
	uint64_t bits;

	if (word >= set->count)
		return NODE_SET_NONE;
	bits = set->words[word] & (UINT64_MAX << from % 64);
	while (bits == 0) {
		if (++word == set->count)
			return NODE_SET_NONE;
		bits = set->words[word];
	}
	return word * 64 + (size_t)__builtin_ctzll(bits);
}
