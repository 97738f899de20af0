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
write_map(pid_t pid, const char *name, unsigned id)
{
	char path[64], map[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	snprintf(map, sizeof(map), "%u 0 1", id);
	if ((fd = open(path, O_WRONLY | O_CLOEXEC)) == -1)
		return -1;
	len = write(fd, map, strlen(map));
	close(fd);
	return len == (ssize_t)strlen(map) ? 0 : -1;
}

/* A user namespace in which root stands for these ids. -1 with errno. */
static int
make_namespace(uid_t uid, gid_t gid)
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
	if (write_map(pid, "uid_map", uid) == 0 && write_map(pid, "gid_map", gid) == 0) {
		snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	saved = errno;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	errno = saved;
	return fd;
}

static int
map_tree(const char *path, int namespace)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)namespace };
	int fd = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	int result = -1, saved;

	if (fd == -1)
		return -1;
	if (mount_setattr(fd, "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) == 0)
		result = move_mount(fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

int
owner_map(char *const *trees)
{
	uid_t uid = 0;
	gid_t gid = 0;
	int namespace = -1, result = 0, saved;
	struct stat st;
	size_t i;

	for (i = 0; result == 0 && trees[i] != NULL; i++) {
		result = lstat(trees[i], &st);
		if (result != 0 || st.st_uid == 0)
			continue;
		if (namespace == -1 || st.st_uid != uid || st.st_gid != gid) {
			if (namespace != -1)
				close(namespace);
			namespace = make_namespace(uid = st.st_uid, gid = st.st_gid);
		}
		result = namespace == -1 ? -1 : map_tree(trees[i], namespace);
	}
	saved = errno;
	if (namespace != -1)
		close(namespace);
	errno = saved;
	return result;
}
