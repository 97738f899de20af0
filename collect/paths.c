/*
 * The changed paths: what is there is added, what is not is removed from the
 * index. What Git cannot hold (sockets, pipes) is taken away, as if it were not
 * there.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/inside.h"

void
paths_add(struct collect *collect, const char *path)
{
	struct stat st;
	bool there = lstat(path, &st) == 0;

	if (there && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode))
		there = unlink(path) != 0;
	buffer_add(there ? &collect->present : &collect->missing, path, strlen(path) + 1);
}

void
paths_read(struct collect *collect)
{
	struct buffer bytes;
	size_t at;
	ssize_t len = 1;
	int fd = open(COLLECT_LIST, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		fail("cannot open the list of changed paths");
	buffer_init(&bytes);
	while (len > 0) {
		len = read(fd, buffer_reserve(&bytes, 65536), 65536);
		if (len > 0)
			bytes.len += (size_t)len;
	}
	close(fd);
	buffer_text(&bytes);
	for (at = 0; at < bytes.len; at += strlen((char *)bytes.bytes + at) + 1)
		paths_add(collect, (char *)bytes.bytes + at);
	buffer_release(&bytes);
}
