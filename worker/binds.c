/* What is bound into a sandbox: see binds.h. A list; mounts nothing. */
#include "binds.h"

#include <stdlib.h>

#include "protocol/mem.h"
#include "worker/owner.h"
#include "worker/program.h"

void
binds_release(struct binds *binds)
{
	size_t i;

	for (i = 0; i < binds->count; i++) {
		free(binds->items[i].from);
		free(binds->items[i].to);
	}
	free(binds->items);
	*binds = (struct binds){ 0 };
}

void
binds_make(struct binds *binds, enum bind_kind kind, const char *from, const char *to,
    unsigned flags)
{
	binds->items = mem_resize(binds->items, binds->count + 1, sizeof(*binds->items));
	binds->items[binds->count++] = (struct bind){ str_dup(from), str_dup(to), flags, kind };
}

void
binds_add(struct binds *binds, const char *from, const char *to, unsigned flags)
{
	binds_make(binds, BIND_MOUNT, from, to, flags);
}

void
binds_add_program(struct binds *binds, const char *name, const char *inside)
{
	char *program = program_beside(name), *real = realpath(program, NULL);

	binds_add(binds, real != NULL ? real : program, inside, BIND_SHARED);
	free(real);
	free(program);
}

void
binds_learn(const struct binds *binds, struct owners *owners)
{
	size_t i;

	for (i = 0; i < binds->count; i++)
		if (binds->items[i].flags & BIND_OWN)
			owners_learn(owners, binds->items[i].from);
}
