/* What lies in the outbox; nothing of it is believed outside. See collect.h. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/inside.h"
#include "collect/place.h"

void
outbox_write(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const char *at = bytes, *end = at + len;
	ssize_t wrote = 1;

	while (fd != -1 && at < end && (wrote = write(fd, at, (size_t)(end - at))) > 0)
		at += wrote;
	if (fd == -1 || at < end || close(fd) == -1)
		fail(NULL, "cannot write %s", path);
}

size_t
outbox_write_paths(const struct buffer *names)
{
	size_t at = 0, count = 0;

	while (at < names->len && count < COLLECT_PATHS_MAX) {
		const unsigned char *end = memchr(names->bytes + at, 0, names->len - at);

		if (end == NULL)
			break;
		at = (size_t)(end - names->bytes) + 1;
		count++;
	}
	outbox_write(place(COLLECT_OUTBOX "/paths"), names->bytes, at);
	return count;
}
