/* Memory of one decoded message: see arena.h. */
#include "arena.h"

#include <stdlib.h>

#include "mem.h"

void
arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

void
arena_release(struct arena *arena)
{
	size_t i;

	for (i = 0; i < arena->count; i++)
		free(arena->blocks[i]);
	free(arena->blocks);
	arena_init(arena);
}

/* The list of blocks doubles at powers of two. */
static void *
arena_keep(struct arena *arena, void *block)
{
	if ((arena->count & (arena->count - 1)) == 0)
		arena->blocks = mem_resize(arena->blocks,
		    arena->count ? 2 * arena->count : 1, sizeof(void *));
	arena->blocks[arena->count++] = block;
	return block;
}

void *
arena_zero(struct arena *arena, size_t count, size_t size)
{
	return arena_keep(arena, mem_zero(count, size));
}

char *
arena_copy(struct arena *arena, const void *bytes, size_t len)
{
	return arena_keep(arena, mem_copy(bytes, len));
}
