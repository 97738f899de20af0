/* Runs a program and waits for it: see process.h. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

#define OUTPUT_MAX	(1u << 20)

extern char **environ;

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

int
process_read(char *const argv[], struct buffer *output, bool quiet)
{
	posix_spawn_file_actions_t actions;
	int ends[2] = { -1, -1 }, status = 0, error;
	pid_t pid;

	if (output != NULL && pipe2(ends, O_CLOEXEC) == -1)
		return 127;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (output != NULL)
		posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	else
		posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (quiet)
		posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (ends[1] != -1)
		close(ends[1]);
	if (error == 0 && output != NULL)
		read_all(ends[0], output);
	if (ends[0] != -1)
		close(ends[0]);
	if (error != 0)
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
	status = process_read(argv, output != NULL ? &buffer : NULL, quiet);
	while (buffer.len > 0 && buffer.bytes[buffer.len - 1] == '\n')
		buffer.len--;
	if (output != NULL)
		*output = str_dup(buffer_text(&buffer));
	buffer_release(&buffer);
	return status;
}
