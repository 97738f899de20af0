/*
 * Namespaces around bwrap: see namespace.h. Bwrap has them too, but there is a
 * moment in which its first process waits for one that may have been killed;
 * it would wait for ever and keep the slot's lock.
 */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In the child: tied to the parent, if it is still there. */
static void
tie_to_parent(const int alive[2])
{
	char byte;

	close(alive[1]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Said by the parent after it made us: from here on its death is told by signal. */
	if (read(alive[0], &byte, 1) != 1)
		_exit(125);
	close(alive[0]);
}

/*
 * Into the cgroup by the very call that makes the process: it has never been outside. The
 * older call is for kernels, and whoever filters calls, that know the newer one not.
 */
static pid_t
clone_into(unsigned long flags, int cgroup)
{
	struct clone_args into = { .flags = flags | CLONE_INTO_CGROUP, .exit_signal = SIGCHLD,
	    .cgroup = (uint64_t)cgroup };

	if (cgroup == -1)
		return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
	return (pid_t)syscall(SYS_clone3, &into, sizeof(into));
}

pid_t
namespace_fork(struct namespace_ids *ids, int cgroup)
{
	unsigned long flags = CLONE_NEWNS | CLONE_NEWPID;
	int alive[2], saved;
	pid_t pid;

	*ids = (struct namespace_ids){ geteuid(), getegid() };
	if (ids->uid != 0)
		flags |= CLONE_NEWUSER;
	if (pipe2(alive, O_CLOEXEC) == -1)
		return -1;
	pid = clone_into(flags, cgroup);
	saved = errno;
	if (pid == 0) {
		tie_to_parent(alive);
		return 0;
	}
	close(alive[0]);
	if (pid > 0 && write(alive[1], "", 1) != 1)
		kill(pid, SIGKILL);
	close(alive[1]);
	errno = saved;
	return pid;
}

static int
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len;

	if (fd == -1)
		return -1;
	len = write(fd, text, strlen(text));
	close(fd);
	return len == (ssize_t)strlen(text) ? 0 : -1;
}

/* Maps one id onto itself. */
static int
map_id(const char *path, unsigned id)
{
	char map[64];

	snprintf(map, sizeof(map), "%u %u 1", id, id);
	return write_text(path, map);
}

int
namespace_settle(const struct namespace_ids *ids, const char **what)
{
	*what = "a user namespace";
	if (ids->uid != 0) {
		if (write_text("/proc/self/setgroups", "deny") == -1 && errno != ENOENT)
			return -1;
		if (map_id("/proc/self/uid_map", ids->uid) == -1 ||
		    map_id("/proc/self/gid_map", ids->gid) == -1)
			return -1;
	}
	*what = "private mounts";
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return -1;
	/* Processes have other numbers from here on; bwrap looks its own up in /proc. */
	*what = "a /proc of the sandbox";
	return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}
