/* Starts our own programs: see spawn.h. */
#include "spawn.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/fds.h"
#include "protocol/log.h"
#include "protocol/mem.h"

extern char **environ;

pid_t
spawn_program(const char *path, char *const *argv, int link, int lock)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	pid_t pid = -1;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
	    POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
	posix_spawn_file_actions_adddup2(&actions, 2, 1);
	/* First out of the way of 3 and 4, then into place. */
	posix_spawn_file_actions_adddup2(&actions, link, 10);
	if (lock != -1)
		posix_spawn_file_actions_adddup2(&actions, lock, 11);
	posix_spawn_file_actions_adddup2(&actions, 10, FD_SUPERVISOR);
	if (lock != -1)
		posix_spawn_file_actions_adddup2(&actions, 11, FD_SLOT_LOCK);
	posix_spawn_file_actions_addclosefrom_np(&actions, lock != -1 ? FD_SLOT_LOCK + 1 : FD_SUPERVISOR + 1);
	error = posix_spawn(&pid, path, &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (error != 0) {
		errno = error;
		return -1;
	}
	return pid;
}

int
spawn_socketpair(int pair[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

char *
spawn_own_folder(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len <= 0)
		fatal("/proc/self/exe");
	path[len] = '\0';
	*strrchr(path, '/') = '\0';
	return str_dup(path[0] != '\0' ? path : "/");
}

char *
spawn_find(const char *folder, const char *program)
{
	char *path;
	size_t i;

	for (i = 0; i < 3; i++) {
		path = i == 0 ? str_format("%s/../libexec/%s", folder, program) :
		    i == 1 ? str_format("%s/../libexec/orch/%s", folder, program) :
		    str_format("%s/%s", folder, program);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	fatalx("%s: not found near %s; is the installation complete?", program, folder);
}

char *
spawn_output(char *const *argv, int *status)
{
	posix_spawn_file_actions_t actions;
	char text[64 << 10];
	size_t have = 0;
	ssize_t len;
	int out[2], result = -1;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) == -1)
		return NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	if (status == NULL)
		posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	while (pid != -1 && have < sizeof(text) &&
	    (len = read(out[0], text + have, sizeof(text) - have)) > 0)
		have += (size_t)len;
	close(out[0]);
	if (pid == -1)
		return NULL;
	while (waitpid(pid, &result, 0) == -1 && errno == EINTR)
		;
	if (status == NULL && result != 0)
		return NULL;
	if (status != NULL)
		*status = result;
	return mem_copy(text, have);
}
