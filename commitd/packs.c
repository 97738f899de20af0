/* Packs as files: see packs.h. */
#include "commitd/packs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

void
packs_each_file(const char *folder, void (*each)(void *context, const char *path, const char *name),
    void *context)
{
	DIR *stream = opendir(folder);
	struct dirent *entry;
	char *path;

	if (stream == NULL)
		return;
	while ((entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		path = str_format("%s/%s", folder, entry->d_name);
		each(context, path, entry->d_name);
		free(path);
	}
	closedir(stream);
}

static void
add_pack(void *context, const char *path, const char *name)
{
	struct packs *packs = context;
	struct stat status, index;
	struct packed *new;
	char *other;

	if (strlen(name) != PACKS_NAME + 5 || strncmp(name, "pack-", 5) != 0 ||
	    strcmp(name + PACKS_NAME, ".pack") != 0 || stat(path, &status) == -1)
		return;
	other = str_format("%.*s.keep", (int)(strlen(path) - 5), path);
	if (!disk_exists(other)) {
		memcpy(other + strlen(other) - 5, ".idx", 5);
		if (stat(other, &index) == 0) {
			packs->list = mem_resize(packs->list, packs->count + 1, sizeof(*packs->list));
			new = &packs->list[packs->count++];
			memcpy(new->name, name, PACKS_NAME);
			new->name[PACKS_NAME] = '\0';
			new->bytes = (uint64_t)status.st_size;
		}
	}
	free(other);
}

static int
by_size(const void *a, const void *b)
{
	const struct packed *x = a, *y = b;

	return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

void
packs_list(const char *objects, struct packs *packs)
{
	char *folder = str_format("%s/pack", objects);

	*packs = (struct packs){ 0 };
	packs_each_file(folder, add_pack, packs);
	if (packs->count > 0)
		qsort(packs->list, packs->count, sizeof(*packs->list), by_size);
	free(folder);
}

bool
packs_sync(const char *objects, const char *name)
{
	static const char *const ends[] = { ".pack", ".rev", ".idx", NULL };
	char *path;
	bool done = true;
	size_t i;

	for (i = 0; done && ends[i] != NULL; i++) {
		path = str_format("%s/pack/%s%s", objects, name, ends[i]);
		done = disk_sync(path) && (disk_exists(path) || str_same(ends[i], ".rev"));
		free(path);
	}
	path = str_format("%s/pack", objects);
	done = done && disk_sync(path);
	free(path);
	return done;
}

/* Their index first: without it nobody looks for the pack. */
void
packs_remove(const char *objects, const char *name)
{
	static const char *const ends[] = { ".idx", ".rev", ".bitmap", ".pack" };
	char *path;
	size_t i;

	for (i = 0; name[0] != '\0' && i < COUNT(ends); i++) {
		path = str_format("%s/pack/%s%s", objects, name, ends[i]);
		if (unlink(path) == -1 && errno != ENOENT)
			log_warn("path=%s event=maintenance", path);
		free(path);
	}
}
