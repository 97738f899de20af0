/* Runs Git: see git.h. Input is an unlinked file, so that no pipe can fill up. */
#include "git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "protocol/mem.h"

static int
open_input(const struct git_call *call)
{
	const char *at = call->input;
	size_t left = call->input_len;
	ssize_t len;
	int fd;

	if (call->input == NULL)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if ((fd = memfd_create("input", MFD_CLOEXEC)) == -1)
		return -1;
	while (left > 0 && (len = write(fd, at, left)) > 0) {
		at += len;
		left -= (size_t)len;
	}
	if (left == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
child(int input, int output, char **argv)
{
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(input, STDIN_FILENO);
	dup2(output > 0 ? output : nothing, STDOUT_FILENO);
	execvp("git", argv);
	_exit(127);
}

/* Reads to the end, keeping what fits; kills at the time limit and says so. */
static bool
drain(const struct git_call *call, int fd, pid_t pid)
{
	time_t end = time(NULL) + (time_t)call->seconds;
	struct pollfd wait = { fd, POLLIN, 0 };
	char bytes[16384];
	ssize_t len = 1;

	while (len != 0) {
		if (call->seconds > 0 && poll(&wait, 1, 1000) == 0) {
			if (time(NULL) >= end) {
				kill(pid, SIGKILL);
				return true;
			}
			continue;
		}
		len = read(fd, bytes, sizeof(bytes));
		if (len == -1 && errno != EINTR)
			return false;
		if (len > 0 && call->output->len + (size_t)len <= call->output_max)
			buffer_add(call->output, bytes, (size_t)len);
		else if (len > 0)
			buffer_add(call->output, bytes, call->output_max - call->output->len);
	}
	return false;
}

int
git_run(const struct git_call *call, const char *const *arguments)
{
	int input = open_input(call), ends[2] = { -1, -1 }, status = -1;
	size_t i, count = 0;
	bool late = false;
	char **argv;
	pid_t pid;

	if (input == -1 || (call->output != NULL && pipe2(ends, O_CLOEXEC) == -1))
		fail(NULL, "git %s: %s", arguments[0], strerror(errno));
	while (arguments[count] != NULL)
		count++;
	argv = mem_zero(count + 2, sizeof(char *));
	argv[0] = str_dup("git");
	for (i = 0; i < count; i++)
		argv[i + 1] = str_dup(arguments[i]);
	pid = fork();
	if (pid == -1)
		fail(NULL, "git %s: %s", arguments[0], strerror(errno));
	if (pid == 0)
		child(input, call->output != NULL ? ends[1] : call->output_fd, argv);
	strs_free(argv);
	close(input);
	if (call->output != NULL) {
		close(ends[1]);
		late = drain(call, ends[0], pid);
		close(ends[0]);
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (late)
		return GIT_LATE;
	if (WIFSIGNALED(status))
		fail(NULL, "git %s was killed by signal %d", arguments[0], WTERMSIG(status));
	return WEXITSTATUS(status);
}

char *
git_oid(const struct git_call *call, const char *const *arguments)
{
	struct git_call own = *call;
	struct buffer out;
	char *text;

	buffer_init(&out);
	own.output = &out;
	own.output_max = 4096;
	if (git_run(&own, arguments) != 0) {
		buffer_release(&out);
		return NULL;
	}
	text = str_dup(buffer_text(&out));
	buffer_release(&out);
	text[strcspn(text, " \n")] = '\0';
	if (strlen(text) != 40 && strlen(text) != 64) {
		free(text);
		return NULL;
	}
	return text;
}
