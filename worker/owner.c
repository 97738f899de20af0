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

int
owner_clone(const char *path, bool map, uid_t uid)
{
	int fd = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_IDMAP };
	int namespace = -1, result = 0, saved;
	struct stat st;

	if (fd == -1 || !map)
		return fd;
	if ((result = fstatat(fd, "", &st, AT_EMPTY_PATH)) == 0 && st.st_uid != uid) {
		namespace = make_namespace(st.st_uid, st.st_gid, uid);
		attributes.userns_fd = (unsigned)namespace;
		result = namespace == -1 ? -1 :
		    mount_setattr(fd, "", AT_EMPTY_PATH, &attributes, sizeof(attributes));
	}
	saved = errno;
	if (namespace != -1)
		close(namespace);
	if (result == -1)
		close(fd);
	errno = saved;
	return result == 0 ? fd : -1;
}

int
owner_map(char *const *folders, uid_t uid)
{
	struct stat st;
	size_t i;
	int result = 0, fd, saved;

	for (i = 0; result == 0 && folders[i] != NULL; i++) {
		result = lstat(folders[i], &st);
		if (result != 0 || st.st_uid == uid)
			continue;
		if ((fd = owner_clone(folders[i], true, uid)) == -1)
			return -1;
		result = move_mount(fd, "", AT_FDCWD, folders[i], MOVE_MOUNT_F_EMPTY_PATH);
		saved = errno;
		close(fd);
		errno = saved;
	}
	return result;
}
