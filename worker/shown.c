/*
 * What a sandbox shows: see shown.h. Looks at the machine once, when the worker starts;
 * mounts nothing.
 */
#include "shown.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "worker/cover.h"

#define TMPFS_BYTES	"67108864"
#define COVER_BYTES	"1m"

/* Folders of the root that are not shown, or are made anew. */
static const char *const hidden[] = { "proc", "dev", "tmp", "run", "boot", "lost+found", "home",
    "root", "mnt", "media", "workspace" };
/* Those that have no programs, as a rule. */
static const char *const data[] = { "sys", "var", "srv" };

/* The topmost folder of an absolute path. */
static void
top_of(const char *path, char name[NAME_MAX + 1])
{
	snprintf(name, NAME_MAX + 1, "%.*s", (int)strcspn(path + 1, "/"), path + 1);
}

static bool
is_hidden(const char *name, const char *state)
{
	size_t i;

	for (i = 0; i < COUNT(hidden); i++)
		if (strcmp(hidden[i], name) == 0)
			return true;
	return state[0] == '/' && strcmp(state + 1, name) == 0;
}

/* Does this absolute path lie below a folder of the root that is not shown? */
static bool
path_hidden(const char *path, const char *state)
{
	char name[NAME_MAX + 1];

	top_of(path, name);
	return is_hidden(name, state);
}

static bool
is_data(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(data); i++)
		if (strcmp(data[i], name) == 0)
			return true;
	return false;
}

/* Has this folder a Git? */
static bool
has_git(const char *folder)
{
	char *path = str_format("%s/git", folder);
	bool has = access(path, X_OK) == 0;

	free(path);
	return has;
}

/* A Git in PATH, or what it is a link to, may lie among the data. */
static bool
git_in_data(const char *search)
{
	char *copy = str_dup(search), *rest = copy, *folder, *path, real[PATH_MAX], name[NAME_MAX + 1];
	bool found = false;

	while ((folder = strsep(&rest, ":")) != NULL) {
		path = str_format("%s/git", folder);
		if (folder[0] == '/' && access(path, X_OK) == 0 && realpath(path, real) != NULL) {
			top_of(real, name);
			found = found || is_data(name);
			top_of(folder, name);
			found = found || is_data(name);
		}
		free(path);
	}
	free(copy);
	return found;
}

/* Who needs programs only does without it. */
static unsigned
personal(const struct shown *shown, const char *path)
{
	char name[NAME_MAX + 1];

	top_of(path, name);
	return is_data(name) && !git_in_data(shown->path) ? BIND_PERSONAL : 0;
}

void
shown_root(const struct shown *shown, struct binds *out)
{
	DIR *root = opendir("/");
	struct dirent *entry;
	char target[PATH_MAX], path[PATH_MAX];
	struct stat st;
	ssize_t len;

	while (root != NULL && (entry = readdir(root)) != NULL) {
		if (entry->d_name[0] == '.' || is_hidden(entry->d_name, shown->state))
			continue;
		snprintf(path, sizeof(path), "/%s", entry->d_name);
		if (lstat(path, &st) == -1)
			continue;
		if (S_ISDIR(st.st_mode)) {
			binds_add(out, path, path, BIND_TRY | personal(shown, path));
		} else if (S_ISLNK(st.st_mode) &&
		    (len = readlink(path, target, sizeof(target) - 1)) > 0) {
			target[len] = '\0';
			binds_make(out, BIND_LINK, target, path, 0);
		}
	}
	if (root != NULL)
		closedir(root);
	/* What may be written there lies in memory: little of it. */
	binds_make(out, BIND_MEMORY, TMPFS_BYTES, "/tmp", 0);
	binds_make(out, BIND_MEMORY, TMPFS_BYTES, "/run", 0);
}

/*
 * Folders of PATH that lie where nothing is shown, programs of a person's own: never
 * one that holds more than these.
 */
static void
add_path(const struct shown *shown, const struct covers *covers, struct binds *out)
{
	char *copy = str_dup(shown->path), *rest = copy, *folder, real[PATH_MAX];

	while ((folder = strsep(&rest, ":")) != NULL) {
		if (folder[0] != '/' || realpath(folder, real) == NULL)
			continue;
		if (covers_forbid(covers, real) || strcmp(real, "/") == 0)
			continue;
		if (path_hidden(folder, shown->state) || path_hidden(real, shown->state) ||
		    covers_have(covers, real))
			binds_add(out, real, folder, BIND_TRY | BIND_SHARED |
			    (has_git(real) ? 0 : BIND_PERSONAL));
	}
	free(copy);
}

void
shown_covers(const struct shown *shown, struct binds *out)
{
	struct covers covers;
	struct texts paths;
	size_t i;

	covers_init(&covers, shown->state, shown->runtime, shown->uid != 0 ? shown->uid : geteuid());
	covers_outermost(&covers, &paths);
	for (i = 0; i < paths.count; i++)
		if (!path_hidden(paths.items[i], shown->state))
			binds_make(out, BIND_MEMORY, COVER_BYTES, paths.items[i],
			    personal(shown, paths.items[i]));
	add_path(shown, &covers, out);
	/* Now, for nothing could be mounted below it any more. */
	for (i = 0; i < paths.count; i++)
		if (!path_hidden(paths.items[i], shown->state))
			binds_make(out, BIND_SEAL, NULL, paths.items[i], personal(shown, paths.items[i]));
	texts_release(&paths);
	covers_release(&covers);
}
