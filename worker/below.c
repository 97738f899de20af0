/* Paths below a folder: see below.h. */
#include "below.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One step down, from a folder that is closed then. */
static int
enter(int fd, const char *name, bool make)
{
	const int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int next = openat(fd, name, how), saved;

	if (next == -1 && errno == ENOENT && make && mkdirat(fd, name, 0755) == 0)
		next = openat(fd, name, how);
	saved = errno;
	close(fd);
	errno = saved;
	return next;
}

static bool
is_plain(const char *name, size_t len)
{
	return len > 0 && len <= NAME_MAX && !(len == 1 && name[0] == '.') &&
	    !(len == 2 && name[0] == '.' && name[1] == '.');
}

int
below_parent(int root, const char *path, bool make, const char **name)
{
	int fd = fcntl(root, F_DUPFD_CLOEXEC, 0);
	char component[NAME_MAX + 1];
	size_t len;

	for (; fd != -1; path += len + 1) {
		len = strcspn(path, "/");
		if (!is_plain(path, len)) {
			close(fd);
			errno = EINVAL;
			return -1;
		}
		if (path[len] == '\0') {
			*name = path;
			return fd;
		}
		memcpy(component, path, len);
		component[len] = '\0';
		fd = enter(fd, component, make);
	}
	return -1;
}
