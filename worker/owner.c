/* Id-mapped mounts: see owner.h. A map belongs to a user namespace, made for it. */
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int
write_map(pid_t pid, const char *name, unsigned id, unsigned to)
{
	char path[64], map[128];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	/* What root makes there, as the overlay does, has to be somebody's too. */
	if (to != 0)
		snprintf(map, sizeof(map), "%u %u 1\n%u 0 1\n", id, to, to);
	else
		snprintf(map, sizeof(map), "%u 0 1\n", id);
	if ((fd = open(path, O_WRONLY | O_CLOEXEC)) == -1)
		return -1;
	len = write(fd, map, strlen(map));
	close(fd);
	return len == (ssize_t)strlen(map) ? 0 : -1;
}

/* A user namespace in which `to`, user and group, stands for these ids. -1 with errno. */
static int
make_namespace(uid_t uid, gid_t gid, uid_t to)
{
	int fd = -1, saved;
	char path[64];
	pid_t pid;

	/* Made when the call is over, which returns in us at once. */
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0) {
		for (;;)
			pause();
	}
	if (pid == -1)
		return -1;
	if (write_map(pid, "uid_map", uid, to) == 0 && write_map(pid, "gid_map", gid, to) == 0) {
		snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	saved = errno;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	errno = saved;
	return fd;
}

void
owners_release(struct owners *owners)
{
	while (owners->count > 0)
		close(owners->known[--owners->count].namespace);
}

/* Its namespace among those that are kept; -1: it is not. */
static int
find(const struct owners *owners, uid_t uid, gid_t gid)
{
	size_t i;

	for (i = 0; i < owners->count; i++)
		if (owners->known[i].uid == uid && owners->known[i].gid == gid)
			return owners->known[i].namespace;
	return -1;
}

void
owners_learn(struct owners *owners, const char *path)
{
	struct stat st;
	int namespace;

	if (owners->count == OWNERS_KNOWN || lstat(path, &st) == -1 || st.st_uid == owners->uid ||
	    find(owners, st.st_uid, st.st_gid) != -1)
		return;
	if ((namespace = make_namespace(st.st_uid, st.st_gid, owners->uid)) == -1)
		return;
	owners->known[owners->count].uid = st.st_uid;
	owners->known[owners->count].gid = st.st_gid;
	owners->known[owners->count++].namespace = namespace;
}

/* An own mount becomes one of that user's. */
static int
map_mount(const struct owners *owners, int fd, const struct stat *st)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_IDMAP };
	int known = find(owners, st->st_uid, st->st_gid), made = -1, result, saved;

	if (known == -1)
		known = made = make_namespace(st->st_uid, st->st_gid, owners->uid);
	attributes.userns_fd = (unsigned)known;
	result = known == -1 ? -1 : mount_setattr(fd, "", AT_EMPTY_PATH, &attributes, sizeof(attributes));
	saved = errno;
	if (made != -1)
		close(made);
	errno = saved;
	return result;
}

int
owner_clone(const struct owners *owners, const char *path, bool map)
{
	int fd = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW |
	    (map ? 0 : AT_RECURSIVE));
	int result, saved;
	struct stat st;

	if (fd == -1 || !map)
		return fd;
	result = fstatat(fd, "", &st, AT_EMPTY_PATH);
	if (result == 0 && st.st_uid != owners->uid)
		result = map_mount(owners, fd, &st);
	if (result == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
owner_map(const struct owners *owners, char *const *folders)
{
	struct stat st;
	size_t i;
	int result = 0, fd, saved;

	for (i = 0; result == 0 && folders[i] != NULL; i++) {
		result = lstat(folders[i], &st);
		if (result != 0 || st.st_uid == owners->uid)
			continue;
		if ((fd = owner_clone(owners, folders[i], true)) == -1)
			return -1;
		result = move_mount(fd, "", AT_FDCWD, folders[i], MOVE_MOUNT_F_EMPTY_PATH);
		saved = errno;
		close(fd);
		errno = saved;
	}
	return result;
}
