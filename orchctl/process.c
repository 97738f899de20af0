/* Runs a program and waits for it: see process.h. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

#define OUTPUT_MAX	(1u << 20)

static void
read_all(int fd, struct buffer *output)
{
	char piece[4096];
	size_t most = output->len + OUTPUT_MAX;
	ssize_t len;

	while ((len = read(fd, piece, sizeof(piece))) != 0) {
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1)
			break;
		if (output->len < most)
			buffer_add(output, piece, (size_t)len);
	}
}

/* Gives up root's rights for good; false when that does not work. */
static bool
become(const struct process_user *user)
{
	const struct passwd *entry = getpwuid(user->uid);

	if ((entry != NULL ? initgroups(entry->pw_name, user->gid) : setgroups(1, &user->gid)) == -1 ||
	    setresgid(user->gid, user->gid, user->gid) == -1 ||
	    setresuid(user->uid, user->uid, user->uid) == -1)
		return false;
	unsetenv("XDG_CONFIG_HOME");
	return setenv("HOME", entry != NULL ? entry->pw_dir : "/nonexistent", 1) == 0;
}

/* The child. */
static void
execute(char *const argv[], const struct process_user *user, int output, bool quiet)
{
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (dup2(input, 0) != -1 && dup2(output != -1 ? output : nothing, 1) != -1 &&
	    (!quiet || dup2(nothing, 2) != -1) && (user == NULL || become(user)))
		execvp(argv[0], argv);
	_exit(127);
}

int
process_read(char *const argv[], const struct process_user *user, struct buffer *output, bool quiet)
{
	int ends[2] = { -1, -1 }, status = 0;
	pid_t pid;

	if (output != NULL && pipe2(ends, O_CLOEXEC) == -1)
		return 127;
	pid = fork();
	if (pid == 0)
		execute(argv, user, ends[1], quiet);
	if (ends[1] != -1)
		close(ends[1]);
	if (pid != -1 && output != NULL)
		read_all(ends[0], output);
	if (ends[0] != -1)
		close(ends[0]);
	if (pid == -1)
		return 127;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
process_run(char *const argv[], char **output, bool quiet)
{
	struct buffer buffer;
	int status;

	buffer_init(&buffer);
	status = process_read(argv, NULL, output != NULL ? &buffer : NULL, quiet);
	while (buffer.len > 0 && buffer.bytes[buffer.len - 1] == '\n')
		buffer.len--;
	if (output != NULL)
		*output = str_dup(buffer_text(&buffer));
	buffer_release(&buffer);
	return status;
}
