/* A shell in the namespaces of another process, or beside it where it has ours: see enter.h. */
#include "enter.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define INSIDE_ID	1000	/* the user's number in every sandbox */
#define NAMESPACES	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | \
			    CLONE_NEWUTS | CLONE_NEWCGROUP)

/* In the child: the user inside, with nothing of ours but the streams. */
static void
become_shell(void)
{
	static const char *const argv[] = { "sh", "-i", NULL };
	static const char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/agent",
	    "TERM=dumb", "PS1=(sandbox) $ ", NULL };
	const char *const *words = argv;
	char *batch[] = { (char *)(uintptr_t)"sh", NULL };

	if (setresgid(INSIDE_ID, INSIDE_ID, INSIDE_ID) == -1 ||
	    setresuid(INSIDE_ID, INSIDE_ID, INSIDE_ID) == -1 || chdir("/workspace") == -1)
		_exit(126);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	execve("/bin/sh", isatty(STDIN_FILENO) ? (char *const *)(uintptr_t)words : batch,
	    (char *const *)(uintptr_t)environment);
	_exit(127);
}

/* Has it no user namespace of its own, and so no sandbox? */
static bool
is_bare(pid_t pid)
{
	char path[64];
	struct stat own, other;

	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	return stat("/proc/self/ns/user", &own) == 0 && stat(path, &other) == 0 &&
	    own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

/* In the child: a shell of our own in the folder of that process. */
static void
become_neighbour(pid_t pid)
{
	static const char *const argv[] = { "sh", "-i", NULL };
	const char *const *words = argv;
	char *batch[] = { (char *)(uintptr_t)"sh", NULL };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)pid);
	if (chdir(path) == -1)
		_exit(126);
	setenv("PS1", "(no sandbox) $ ", 1);
	execv("/bin/sh", isatty(STDIN_FILENO) ? (char *const *)(uintptr_t)words : batch);
	_exit(127);
}

int
enter_shell(pid_t pid, const char **what)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), status = 0;
	bool bare = is_bare(pid);
	pid_t child;

	*what = "the process in the sandbox";
	if (fd == -1)
		return -1;
	/* Groups of ours are none of the sandbox's; who may not drop them has few. */
	if (!bare && setgroups(0, NULL) == -1 && errno != EPERM)
		return -1;
	*what = "its namespaces";
	if (!bare && setns(fd, NAMESPACES) == -1)
		return -1;
	close(fd);
	/* A namespace of processes is entered by a child alone. */
	*what = "a process there";
	if ((child = fork()) == -1)
		return -1;
	if (child == 0 && bare)
		become_neighbour(pid);
	if (child == 0)
		become_shell();
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
