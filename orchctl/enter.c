/* A shell in the namespaces of another process: see enter.h. */
#include "enter.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
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

int
enter_shell(pid_t pid, const char **what)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), status = 0;
	pid_t child;

	*what = "the process in the sandbox";
	if (fd == -1)
		return -1;
	/* Groups of ours are none of the sandbox's; who may not drop them has few. */
	if (setgroups(0, NULL) == -1 && errno != EPERM)
		return -1;
	*what = "its namespaces";
	if (setns(fd, NAMESPACES) == -1)
		return -1;
	close(fd);
	/* A namespace of processes is entered by a child alone. */
	*what = "a process there";
	if ((child = fork()) == -1)
		return -1;
	if (child == 0)
		become_shell();
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
