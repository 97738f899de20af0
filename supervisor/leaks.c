/* What is left behind: see leaks.h. */
#include "leaks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "holders.h"
#include "protocol/cgroup.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "slots.h"
#include "trash.h"

#define LINES_MOST	10000u	/* of the list */
#define REMOVE_MS	1000u
#define SOCKET_BEFORE	"slot-"
#define SOCKET_BEHIND	".sock"
#define CGROUP_SLOT	"-slot-"

struct leaks {
	struct supervisor *supervisor;
	bool remove;
	char **lines;
	size_t count, removed;
};

/* One is found: a line of the list, or, when we have removed it, one of the log. Takes over `line`. */
static void
found(struct leaks *leaks, char *line, bool removed)
{
	if (removed) {
		log_info("event=leak.removed what=%s", line);
		leaks->removed++;
	}
	if (leaks->count < LINES_MOST) {
		leaks->lines = mem_resize(leaks->lines, leaks->count + 2, sizeof(char *));
		leaks->lines[leaks->count++] = line;
		leaks->lines[leaks->count] = NULL;
	} else {
		free(line);
	}
}

static char *
slot_path(const struct supervisor *supervisor, const char *slot, const char *name)
{
	return str_format("%s/slots/%s%s%s", supervisor->config.state, slot, *name != '\0' ? "/" : "", name);
}

/* The lock of a slot that we have not, until it is closed; -1: somebody holds it. */
static int
take_lock(const struct supervisor *supervisor, const char *slot)
{
	char *path = slot_path(supervisor, slot, "lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1) {
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

/*
 * Does nothing run in it, and nothing that will clean it up? In a slot of ours a worker that
 * waits for a job; of another one nobody has the lock, which is taken until then: *lock.
 */
static bool
is_unused(const struct supervisor *supervisor, const char *name, int *lock)
{
	char *path;
	bool there;
	size_t i;

	*lock = -1;
	for (i = 0; i < supervisor->slot_count; i++)
		if (str_same(supervisor->slots[i]->name, name))
			return supervisor->slots[i]->state == SLOT_IDLE;
	if (!name_valid(name))
		return false;
	path = slot_path(supervisor, name, "");
	there = access(path, F_OK) == 0;
	free(path);
	/* Without a folder there is no lock that anything could hold. */
	return !there || (*lock = take_lock(supervisor, name)) != -1;
}

/* ---- cgroups ---- */

static void
check_cgroup(struct leaks *leaks, const char *path, const char *slot)
{
	int lock = -1;

	if (cgroup_is(path) && (slot == NULL || is_unused(leaks->supervisor, slot, &lock)))
		found(leaks, str_format("cgroup %s: nothing runs in its slot", path),
		    leaks->remove && cgroup_remove(path, REMOVE_MS) == 0);
	if (lock != -1)
		close(lock);
}

/* Those with our name where they are made now. */
static void
check_cgroups(struct leaks *leaks)
{
	const char *prefix = leaks->supervisor->cgroup, *base, *rest;
	char *parent, *path;
	struct dirent *entry;
	DIR *folder;

	if (prefix == NULL)
		return;
	base = strrchr(prefix, '/') + 1;
	parent = str_format("%.*s", (int)(base - prefix), prefix);
	folder = opendir(parent);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (strncmp(entry->d_name, base, strlen(base)) != 0)
			continue;
		rest = entry->d_name + strlen(base);
		path = str_format("%s%s", parent, entry->d_name);
		if (strncmp(rest, CGROUP_SLOT, strlen(CGROUP_SLOT)) == 0)
			check_cgroup(leaks, path, rest + strlen(CGROUP_SLOT));
		else if (strcmp(rest, "-trial") == 0)
			check_cgroup(leaks, path, NULL);
		free(path);
	}
	if (folder != NULL)
		closedir(folder);
	free(parent);
}

/* Where its worker had it, when that was at another place: the slot's record says. */
static void
check_record(struct leaks *leaks, const char *slot)
{
	const char *prefix = leaks->supervisor->cgroup;
	char *folder = slot_path(leaks->supervisor, slot, ""), *path = cgroup_read(folder, "cgroup");
	char *end = str_format("%s%s", CGROUP_SLOT, slot);

	if (path != NULL && path[0] == '/' && strlen(path) > strlen(end) &&
	    strcmp(path + strlen(path) - strlen(end), end) == 0 &&
	    (prefix == NULL || strncmp(path, prefix, strlen(prefix)) != 0))
		check_cgroup(leaks, path, slot);
	free(end);
	free(path);
	free(folder);
}

/* ---- slots that are configured no more ---- */

/* Work that could not be collected: a person has to look at it. */
static bool
has_kept(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool kept = folder == NULL;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (strncmp(entry->d_name, "kept-", 5) == 0)
			kept = true;
	if (folder != NULL)
		closedir(folder);
	return kept;
}

static void
check_holders(struct leaks *leaks, const char *slot)
{
	char *lock = slot_path(leaks->supervisor, slot, "lock");
	pid_t *pids;
	size_t count = holders_list(lock, &pids), i;

	for (i = 0; i < count; i++)
		found(leaks, str_format("process %d: holds slot %s, and its worker is dead", (int)pids[i], slot),
		    false);
	if (leaks->remove && count > 0)
		leaks->removed += holders_kill(lock);
	free(pids);
	free(lock);
}

/*
 * An open attempt would have made it a slot of ours, at the start: so all that was done in it
 * has its receipt.
 */
static void
check_folder(struct leaks *leaks, const char *slot)
{
	struct supervisor *supervisor = leaks->supervisor;
	char *path = slot_path(supervisor, slot, "");
	int lock = -1;

	if (slots_find(supervisor, slot) != NULL || !name_valid(slot))
		;
	else if (!is_unused(supervisor, slot, &lock))
		check_holders(leaks, slot);
	else if (!has_kept(path))
		found(leaks, str_format("slot folder %s: no slot has this name", path),
		    leaks->remove && trash_take(supervisor, path));
	if (lock != -1)
		close(lock);
	free(path);
}

static void
check_slots(struct leaks *leaks)
{
	char *path = str_format("%s/slots", leaks->supervisor->config.state);
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		check_record(leaks, entry->d_name);
		check_folder(leaks, entry->d_name);
	}
	if (folder != NULL)
		closedir(folder);
	free(path);
}

/* ---- mounts ---- */

/* Every sandbox mounts in a namespace of its own: none is ever seen here. */
static void
check_mounts(struct leaks *leaks)
{
	char *slots = str_format("%s/slots/", leaks->supervisor->config.state), *line = NULL, *name;
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char point[4096];
	size_t room = 0;
	int lock;

	while (mounts != NULL && getline(&line, &room, mounts) != -1) {
		if (sscanf(line, "%*s %*s %*s %*s %4095s", point) != 1 ||
		    strncmp(point, slots, strlen(slots)) != 0)
			continue;
		name = str_format("%.*s", (int)strcspn(point + strlen(slots), "/"), point + strlen(slots));
		if (is_unused(leaks->supervisor, name, &lock))
			found(leaks, str_format("mount %s: nothing runs in its slot", point),
			    leaks->remove && umount2(point, MNT_DETACH | UMOUNT_NOFOLLOW) == 0);
		if (lock != -1)
			close(lock);
		free(name);
	}
	if (mounts != NULL)
		fclose(mounts);
	free(line);
	free(slots);
}

/* ---- sockets ---- */

/* Nobody listens there any more. */
static bool
is_stale(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool stale = false;

	if (fd != -1 && strlen(path) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, strlen(path) + 1);
		stale = connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1 && errno == ECONNREFUSED;
	}
	if (fd != -1)
		close(fd);
	return stale;
}

static void
check_sockets(struct leaks *leaks)
{
	const char *runtime = leaks->supervisor->config.runtime;
	DIR *folder = opendir(runtime);
	struct dirent *entry;
	int lock;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		const char *name = entry->d_name;
		size_t len = strlen(name), around = strlen(SOCKET_BEFORE) + strlen(SOCKET_BEHIND);
		char *slot, *path;
		struct stat st;

		if (len <= around || strncmp(name, SOCKET_BEFORE, strlen(SOCKET_BEFORE)) != 0 ||
		    strcmp(name + len - strlen(SOCKET_BEHIND), SOCKET_BEHIND) != 0)
			continue;
		slot = str_format("%.*s", (int)(len - around), name + strlen(SOCKET_BEFORE));
		path = str_format("%s/%s", runtime, name);
		lock = -1;
		if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && is_stale(path) &&
		    is_unused(leaks->supervisor, slot, &lock))
			found(leaks, str_format("socket %s: nobody listens there", path),
			    leaks->remove && unlink(path) == 0);
		if (lock != -1)
			close(lock);
		free(path);
		free(slot);
	}
	if (folder != NULL)
		closedir(folder);
}

static struct leaks
look(struct supervisor *supervisor, bool do_remove)
{
	struct leaks leaks = { .supervisor = supervisor, .remove = do_remove,
	    .lines = mem_zero(1, sizeof(char *)) };

	/* Mounts before the folders that they are in; what lives before what it has. */
	check_cgroups(&leaks);
	check_mounts(&leaks);
	check_slots(&leaks);
	check_sockets(&leaks);
	return leaks;
}

size_t
leaks_each_home(struct supervisor *supervisor, double until, bool (*call)(void *context, const char *path),
    void *context)
{
	size_t count = 0, i;

	for (i = 0; i < supervisor->task_count; i++) {
		const struct task *task = supervisor->tasks[i];
		char *home;

		if ((task->state != TASK_COMPLETE && task->state != TASK_CANCELLED) || task->ended == 0 ||
		    task->ended > until || task->attempt != 0)
			continue;
		home = str_format("%s/projects/%s/homes/%s", supervisor->config.state,
		    task->project->config->name, task->spec.id);
		count += call(context, home);
		free(home);
	}
	return count;
}

static bool
add_home(void *context, const char *path)
{
	bool there = access(path, F_OK) == 0;

	if (there)
		found(context, str_format("HOME %s: its task has ended", path), false);
	return there;
}

char **
leaks_list(struct supervisor *supervisor, double until)
{
	struct leaks leaks = look(supervisor, false);

	leaks_each_home(supervisor, until, add_home, &leaks);
	return leaks.lines;
}

size_t
leaks_remove(struct supervisor *supervisor)
{
	struct leaks leaks = look(supervisor, true);

	strs_free(leaks.lines);
	if (leaks.removed > 0)
		trash_empty(supervisor);
	return leaks.removed;
}
