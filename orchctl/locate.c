/*
 * Where things are: see locate.h. Decides which socket and which program is
 * meant; starts nothing.
 */
#include "locate.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/link.h"
#include "protocol/mem.h"

#define SOCKET_NAME	"orchd.sock"

/* The path that the supervisor wrote to DIR/socket, or NULL with errno. */
static char *
socket_of_state(const char *state)
{
	char *file = str_format("%s/socket", state), line[PATH_MAX];
	FILE *stream = fopen(file, "re");
	char *path = NULL;

	if (stream != NULL) {
		if (fgets(line, sizeof(line), stream) != NULL) {
			line[strcspn(line, "\n")] = '\0';
			path = str_dup(line);
		} else {
			errno = ENOENT;
		}
		fclose(stream);
	}
	free(file);
	return path;
}

/* In a folder that anybody can make, only a folder of our own is believed. */
static bool
folder_is_ours(const char *path)
{
	char *copy = str_dup(path);
	struct stat info;
	bool ours;

	ours = lstat(dirname(copy), &info) == 0 && S_ISDIR(info.st_mode) &&
	    info.st_uid == geteuid();
	free(copy);
	return ours;
}

static int
try(const char *path, char **found, char **why)
{
	char *before = *why;
	int fd = link_connect(path), saved = errno;

	if (fd != -1) {
		*found = str_dup(path);
		return fd;
	}
	*why = str_format("%s%s%s: %s", before == NULL ? "no supervisor: " : before,
	    before == NULL ? "" : "; ", path, strerror(saved));
	free(before);
	errno = saved;
	return -1;
}

/* The usual places, in this order; root has one. */
static int
try_usual(char **found, char **why)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char *path;
	int fd = -1, saved = ENOENT;

	if (geteuid() == 0)
		return try("/run/orch/" SOCKET_NAME, found, why);
	if (runtime != NULL && runtime[0] == '/') {
		path = str_format("%s/orch/" SOCKET_NAME, runtime);
		fd = try(path, found, why);
		saved = errno;
		free(path);
	}
	if (fd == -1 && saved != EACCES) {
		path = str_format("/tmp/orch-%u/" SOCKET_NAME, (unsigned)geteuid());
		if (folder_is_ours(path)) {
			fd = try(path, found, why);
			saved = errno;
		}
		free(path);
	}
	if (fd == -1 && saved != EACCES) {
		fd = try("/run/orch/" SOCKET_NAME, found, why);
		saved = errno;
	}
	errno = saved;
	return fd;
}

int
locate_supervisor(const char *socket, const char *state, char **path, char **why)
{
	char *named;
	int fd, saved;

	*path = *why = NULL;
	if (socket != NULL)
		return try(socket, path, why);
	if (state == NULL)
		return try_usual(path, why);
	named = socket_of_state(state);
	if (named == NULL) {
		saved = errno;
		*why = str_format("no supervisor works on %s: %s/socket: %s", state, state,
		    strerror(saved));
		errno = saved;
		return -1;
	}
	fd = try(named, path, why);
	saved = errno;
	free(named);
	errno = saved;
	return fd;
}

char *
locate_program(const char *name)
{
	static const char *const places[] = { "", "../libexec/", "../libexec/orch/" };
	char self[PATH_MAX], *folder, *path;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	size_t i;

	if (len <= 0)
		return NULL;
	self[len] = '\0';
	folder = dirname(self);
	for (i = 0; i < COUNT(places); i++) {
		path = str_format("%s/%s%s", folder, places[i], name);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}
