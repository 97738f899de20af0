/* Standard streams as a link: see streams.h. */
#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"

#define FD_FREE		10	/* away from those that children use */
#define DYING_TRIES	50	/* a sandbox may still be ending */
#define DYING_MS	100

static bool
is_stream(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

static bool
are_same(int one, int other)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

const char *
streams_take(int *in, int *out)
{
	int null;

	if (!is_stream(STDIN_FILENO) || !is_stream(STDOUT_FILENO))
		return "standard input and output have to be pipes or sockets, of a launcher";
	if (are_same(STDOUT_FILENO, STDERR_FILENO))
		return "standard error has to be another stream than standard output: the log goes there";
	*in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, FD_FREE);
	*out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, FD_FREE);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (*in == -1 || *out == -1 || null == -1)
		return strerror(errno);
	/* A child that prints must not speak for us. */
	dup2(null, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	close(null);
	return NULL;
}

int
streams_lock(const char *slot)
{
	char *path = str_format("%s/lock", slot);
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600), saved, i;

	free(path);
	for (i = 0; fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1; i++) {
		if (errno != EWOULDBLOCK || i == DYING_TRIES) {
			saved = errno;
			close(fd);
			errno = saved;
			return -1;
		}
		poll(NULL, 0, DYING_MS);
	}
	return fd;
}
