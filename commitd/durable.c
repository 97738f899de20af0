/* Objects on the disk: see durable.h. Looks at loose ones; a pack is synced when it comes. */
#include "commitd/durable.h"

#include <stdlib.h>

#include "commitd/disk.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

void
durable_object(struct sync *sync, const char *oid)
{
	char *path = str_format("%s/%.2s/%s", sync->objects, oid, oid + 2);
	char *other = sync->elsewhere == NULL ? NULL :
	    str_format("%s/%.2s/%s", sync->elsewhere, oid, oid + 2);

	if ((other == NULL || !disk_exists(other)) && disk_exists(path)) {
		sync->any = true;
		sync->folders[strtoul((const char[]){ oid[0], oid[1], '\0' }, NULL, 16)] = true;
		if (!disk_sync(path))
			sync->failed = true;
	}
	free(path);
	free(other);
}

static enum error
visit_sync(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	(void)path;
	(void)old;
	*enter = new != NULL;
	if (new != NULL && new->mode != MODE_GITLINK)
		durable_object(context, new->oid);
	return ERROR_NONE;
}

enum error
durable_add(struct sync *sync, struct repository *repository, const char *old, const char *new,
    const char *commit)
{
	struct buffer where;
	enum error error;

	buffer_init(&where);
	durable_object(sync, new);
	durable_object(sync, commit);
	error = walk_trees(repository, old, new, visit_sync, sync, &where);
	buffer_release(&where);
	return error;
}

enum error
durable_end(struct sync *sync)
{
	char *path;
	unsigned i;

	for (i = 0; i < COUNT(sync->folders); i++)
		if (sync->folders[i]) {
			path = str_format("%s/%02x", sync->objects, i);
			sync->failed = !disk_sync(path) || sync->failed;
			free(path);
		}
	if (sync->any && (!disk_sync(sync->objects) || sync->failed)) {
		log_warn("event=sync");
		return ERROR_SYSTEM;
	}
	return ERROR_NONE;
}
