/* What is covered: see cover.h. Decides which folders, and mounts nothing. */
#include "cover.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"

bool
cover_is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/*
 * May we, without any right of root's, pass all folders on the way? Where not, bwrap
 * cannot mount, and nothing inside gets there either.
 */
static bool
reachable(const char *path, uid_t uid)
{
	gid_t gid = uid == geteuid() ? getegid() : uid;
	char *copy = str_dup(path), *slash;
	struct stat st;
	bool may = true;
	mode_t needed;

	for (slash = strchr(copy + 1, '/'); may && slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		may = stat(copy, &st) == 0;
		needed = st.st_uid == uid ? 0100 : st.st_gid == gid ? 0010 : 0001;
		may = may && (st.st_mode & needed) != 0;
		*slash = '/';
	}
	free(copy);
	return may;
}

static void
add(struct covers *covers, struct texts *list, const char *folder, const char *below)
{
	char real[PATH_MAX], *path;
	struct stat st;

	if (folder == NULL || folder[0] != '/')
		return;
	path = str_format("%s%s", folder, below);
	if (realpath(path, real) != NULL && strcmp(real, "/") != 0 && stat(real, &st) == 0 &&
	    S_ISDIR(st.st_mode)) {
		/* What is bound into a sandbox is brought there: the way to it does not count. */
		texts_add(list == &covers->secret ? &covers->all_secret : &covers->all_homes, real, NULL);
		if (reachable(real, covers->uid))
			texts_add(list, real, NULL);
	}
	free(path);
}

/* With the state of an orch where it is when nothing else is said. A system's own is none. */
static void
add_home(struct covers *covers, const char *home)
{
	if (home == NULL || cover_is_below(home, "/usr") || cover_is_below(home, "/bin") ||
	    cover_is_below(home, "/sbin"))
		return;
	add(covers, &covers->homes, home, "");
	add(covers, &covers->secret, home, "/.local/state/orch");
}

void
covers_init(struct covers *covers, const char *state, const char *runtime, uid_t uid)
{
	const struct passwd *user = getpwuid(geteuid());

	covers->uid = uid;
	texts_init(&covers->secret);
	texts_init(&covers->homes);
	texts_init(&covers->all_secret);
	texts_init(&covers->all_homes);
	add(covers, &covers->secret, state, "");
	add(covers, &covers->secret, runtime, "");
	add(covers, &covers->secret, getenv("XDG_RUNTIME_DIR"), "");
	/* Keys and passwords may lie there. */
	add(covers, &covers->secret, "/etc/orch", "");
	/* Others of the same user are not this run's, and an agent has the user's number. */
	add(covers, &covers->secret, getenv("XDG_STATE_HOME"), "/orch");
	add(covers, &covers->secret, "/var/lib/orch", "");
	add(covers, &covers->secret, "/run/orch", "");
	add_home(covers, getenv("HOME"));
	add_home(covers, user != NULL ? user->pw_dir : NULL);
}

void
covers_release(struct covers *covers)
{
	texts_release(&covers->all_homes);
	texts_release(&covers->all_secret);
	texts_release(&covers->homes);
	texts_release(&covers->secret);
}

static bool
any_has(const struct texts *list, const char *path)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (cover_is_below(path, list->items[i]))
			return true;
	return false;
}

static bool
has_any(const char *path, const struct texts *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (cover_is_below(list->items[i], path))
			return true;
	return false;
}

bool
covers_have(const struct covers *covers, const char *path)
{
	return any_has(&covers->all_secret, path) || any_has(&covers->all_homes, path);
}

bool
covers_forbid(const struct covers *covers, const char *path)
{
	return any_has(&covers->all_secret, path) || has_any(path, &covers->all_secret) ||
	    has_any(path, &covers->all_homes);
}

void
covers_outermost(const struct covers *covers, struct texts *out)
{
	const struct texts *lists[] = { &covers->secret, &covers->homes };
	size_t i, j, k;
	const char *path;
	bool outermost;

	texts_init(out);
	for (i = 0; i < COUNT(lists); i++)
		for (j = 0; j < lists[i]->count; j++) {
			path = lists[i]->items[j];
			outermost = !any_has(out, path);
			for (k = 0; k < covers->secret.count + covers->homes.count; k++) {
				const char *other = k < covers->secret.count ? covers->secret.items[k] :
				    covers->homes.items[k - covers->secret.count];

				if (strcmp(other, path) != 0 && cover_is_below(path, other))
					outermost = false;
			}
			if (outermost)
				texts_add(out, path, NULL);
		}
}
