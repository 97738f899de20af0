/* The list of our own commits: see landings.h. A line for each; one cut short counts for nothing. */
#include "commitd/landings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

static int
by_oid(const void *a, const void *b)
{
	return memcmp(a, b, OID_TEXT - 1);
}

enum error
landings_create(const char *path)
{
	return disk_write(path, "", 0) ? ERROR_NONE : error_from_errno(errno);
}

/* The whole file; a crash in the middle of the last line cuts it off. */
static enum error
read_all(int fd, struct buffer *bytes)
{
	ssize_t len = 1;

	while (len > 0) {
		len = read(fd, buffer_reserve(bytes, 65536), 65536);
		bytes->len += len > 0 ? (size_t)len : 0;
	}
	bytes->len -= bytes->len % OID_TEXT;
	return len == 0 && ftruncate(fd, (off_t)bytes->len) == 0 ? ERROR_NONE : error_from_errno(errno);
}

enum error
landings_open(struct landings *landings, const char *path)
{
	struct buffer bytes;
	enum error error;
	size_t i;

	landings_close(landings);
	landings->fd = open(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (landings->fd == -1)
		return errno == ENOENT ? ERROR_UNKNOWN : error_from_errno(errno);
	buffer_init(&bytes);
	error = read_all(landings->fd, &bytes);
	if (error == ERROR_NONE) {
		landings->count = bytes.len / OID_TEXT;
		landings->known = mem_zero(landings->count + 1, OID_TEXT);
		for (i = 0; i < landings->count; i++)
			memcpy(landings->known[i], bytes.bytes + i * OID_TEXT, OID_TEXT - 1);
		qsort(landings->known, landings->count, OID_TEXT, by_oid);
	}
	buffer_release(&bytes);
	return error;
}

bool
landings_has(const struct landings *landings, const char *oid)
{
	return landings->count > 0 &&
	    bsearch(oid, landings->known, landings->count, OID_TEXT, by_oid) != NULL;
}

void
landings_line(struct buffer *lines, const char *oid)
{
	buffer_add(lines, oid, OID_TEXT - 1);
	buffer_add(lines, "\n", 1);
}

enum error
landings_add(struct landings *landings, const struct buffer *lines)
{
	off_t end = lseek(landings->fd, 0, SEEK_END);

	if (end != -1 && write(landings->fd, lines->bytes, lines->len) == (ssize_t)lines->len &&
	    fdatasync(landings->fd) == 0)
		return ERROR_NONE;
	log_warn("event=landings");
	/* Half a line would put all after it out of step. */
	if (end != -1 && ftruncate(landings->fd, end) == -1)
		return ERROR_SYSTEM;
	return error_from_errno(errno);
}

void
landings_close(struct landings *landings)
{
	if (landings->fd != -1)
		close(landings->fd);
	free(landings->known);
	*landings = (struct landings){ .fd = -1 };
}
