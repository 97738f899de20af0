/* Objects on the disk: see durable.h. Looks at loose ones; a pack is synced when it comes. */
#include "commitd/durable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/disk.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

/*
 * What could not be written is taken for written the next time that somebody asks (Linux:
 * fsync(2), "Rebello and others, Can Applications Recover from fsync Failures?", 2020). The
 * bytes are still in memory: they go into a file that has never failed.
 */
static bool
write_again(const struct sync *sync, const char *oid)
{
	char *path = str_format("%s/%.2s/%s", sync->objects, oid, oid + 2);
	char *temporary = str_format("%s/%.2s/tmp_obj_%s", sync->objects, oid, oid + 2);
	bool done;

	log_warn("object=%s event=sync", oid);
	done = disk_write_again(path, temporary);
	free(path);
	free(temporary);
	return done;
}

/* Waits for those that are on their way. */
static void
finish(struct sync *sync)
{
	size_t i;

	for (i = 0; i < sync->count; i++)
		if (!disk_sync_end(sync->files[i]) && !write_again(sync, sync->oids[i]))
			sync->failed = true;
	sync->count = 0;
}

static void
start(struct sync *sync, const char *oid)
{
	char *path = str_format("%s/%.2s/%s", sync->objects, oid, oid + 2);
	char *other = sync->elsewhere == NULL ? NULL :
	    str_format("%s/%.2s/%s", sync->elsewhere, oid, oid + 2);
	int fd = -1;

	if (sync->count == COUNT(sync->files))
		finish(sync);
	if (other == NULL || !disk_exists(other)) {
		fd = disk_sync_begin(path);
		sync->failed = sync->failed || (fd == -1 && errno != ENOENT);
	}
	if (fd != -1) {
		sync->any = true;
		sync->folders[strtoul((const char[]){ oid[0], oid[1], '\0' }, NULL, 16)] = true;
		memcpy(sync->oids[sync->count], oid, OID_TEXT);
		sync->files[sync->count++] = fd;
	}
	free(path);
	free(other);
}

void
durable_object(struct sync *sync, const char *oid)
{
	start(sync, oid);
	finish(sync);
}

static enum error
visit_sync(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct sync *sync = context;

	(void)path;
	(void)old;
	*enter = new != NULL;
	if (new != NULL && new->mode != MODE_GITLINK && (new->mode == MODE_TREE || !sync->files_are))
		start(sync, new->oid);
	return ERROR_NONE;
}

enum error
durable_add(struct sync *sync, struct repository *repository, const char *old, const char *new,
    const char *commit)
{
	struct buffer where;
	enum error error;

	buffer_init(&where);
	start(sync, new);
	start(sync, commit);
	error = walk_trees(repository, old, new, visit_sync, sync, &where);
	finish(sync);
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
	if (sync->any)
		sync->failed = !disk_sync(sync->objects) || sync->failed;
	if (sync->failed) {
		log_warn("event=sync");
		return ERROR_SYSTEM;
	}
	return ERROR_NONE;
}
