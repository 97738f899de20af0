/* Memory of one decoded message; everything in it dies with it. */
#ifndef ORCH_ARENA_H
#define ORCH_ARENA_H

#include <stddef.h>

struct arena { void **blocks; size_t count; };

void	 arena_init(struct arena *arena);
void	 arena_release(struct arena *arena);
void	*arena_zero(struct arena *arena, size_t count, size_t size);
/* A copy with a NUL behind it. */
char	*arena_copy(struct arena *arena, const void *bytes, size_t len);

#endif
