/* Runs Git's own programs: see git.h. Decides what they find in their environment. */
#include "git.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/texts.h"

/* What Git finds: nothing of a person's or of the machine's. */
static void
make_environment(struct texts *environment, char *const *more)
{
	texts_init(environment);
	texts_format(environment, "PATH=%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	texts_add(environment, "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
	    "HOME=/nonexistent", "GIT_ATTR_NOSYSTEM=1", "GIT_ALLOW_PROTOCOL=none", NULL);
	for (; more != NULL && *more != NULL; more++)
		texts_add(environment, *more, NULL);
}

int
git_run_on(char *const *argv, int input, char *const *more, struct buffer *said, size_t most)
{
	struct texts environment;
	int out[2], status = -1;
	sigset_t none;
	ssize_t len;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) == -1)
		return -1;
	make_environment(&environment, more);
	pid = fork();
	if (pid == 0) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		signal(SIGPIPE, SIG_DFL);
		if (input != -1)
			dup2(input, 0);
		dup2(out[1], 1);
		dup2(out[1], 2);
		close_range(3, ~0u, 0);
		execvpe("git", argv, environment.items);
		_exit(127);
	}
	texts_release(&environment);
	close(out[1]);
	while (pid != -1 && ((len = read(out[0], buffer_reserve(said, GIT_TOLD_MAX), GIT_TOLD_MAX)) > 0 ||
	    (len == -1 && errno == EINTR)))
		if (len > 0 && said->len < most)
			said->len += (size_t)len;
	close(out[0]);
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return pid != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
git_run(char *const *argv, struct buffer *said, size_t most)
{
	return git_run_on(argv, -1, NULL, said, most);
}
