/*
 * The changed paths: what is there is added, what is not is removed from the
 * index. What Git cannot hold (sockets, pipes) is taken away, as if it were not
 * there.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/inside.h"
#include "collect/place.h"

#define DEPTH_MAX	200	/* folders open at once */

/* Opens a folder, giving ourselves the right to read it. */
static int
open_folder(int at, const char *name)
{
	const int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at, name, how);

	if (fd == -1 && errno == EACCES && fchmodat(at, name, 0755, 0) == 0)
		fd = openat(at, name, how);
	return fd;
}

/*
 * Makes what is in a folder and below it fit for Git: takes away what it cannot
 * hold and, when `files` says so, lets unreadable files be read (Git keeps no
 * rights but the executable bit); were there any? Takes over `fd`.
 */
static bool
make_fit(int fd, bool files, bool top, unsigned depth)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;
	struct stat st;
	bool any = false;
	int below;

	if (folder == NULL) {
		close(fd);
		return false;
	}
	while ((entry = readdir(folder)) != NULL) {
		const char *name = entry->d_name;

		if (entry->d_type == DT_FIFO || entry->d_type == DT_SOCK ||
		    entry->d_type == DT_CHR || entry->d_type == DT_BLK) {
			unlinkat(fd, name, 0);
		} else if (entry->d_type == DT_DIR && depth < DEPTH_MAX && strcmp(name, ".") != 0 &&
		    strcmp(name, "..") != 0 && !(top && strcmp(name, ".git") == 0)) {
			below = open_folder(fd, name);
			if (below != -1 && make_fit(below, files, false, depth + 1))
				any = true;
		} else if (files && entry->d_type == DT_REG &&
		    fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !(st.st_mode & 0400) &&
		    fchmodat(fd, name, (st.st_mode & 0777) | 0400, 0) == 0) {
			any = true;
		}
	}
	closedir(folder);
	return any;
}

bool
paths_make_readable(const struct collect *collect)
{
	const char *path = (const char *)collect->present.bytes, *end = path + collect->present.len;
	struct stat st;
	bool any = false;
	int fd;

	for (; path < end; path += strlen(path) + 1) {
		if (lstat(path, &st) == -1 || !S_ISDIR(st.st_mode))
			continue;
		fd = open_folder(AT_FDCWD, path);
		if (fd != -1 && make_fit(fd, true, strcmp(path, ".") == 0, 0))
			any = true;
	}
	return any;
}

bool
paths_inside(const char *path)
{
	const char *at = path;
	size_t len;

	if (strcmp(path, ".") == 0)
		return true;
	for (;; at += len + 1) {
		len = strcspn(at, "/");
		if (len == 0 || (len == 1 && at[0] == '.') || (len == 2 && at[0] == '.' && at[1] == '.') ||
		    (len == 4 && strncasecmp(at, ".git", 4) == 0))
			return false;
		if (at[len] == '\0')
			return true;
	}
}

void
paths_add(struct collect *collect, const char *path)
{
	struct stat st;
	bool there;

	if (!paths_inside(path))
		return;
	there = lstat(path, &st) == 0;
	if (there && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode))
		there = unlink(path) != 0;
	if (there && S_ISDIR(st.st_mode)) {
		int fd = open_folder(AT_FDCWD, path);

		if (fd != -1)
			make_fit(fd, false, strcmp(path, ".") == 0, 0);
	}
	buffer_add(there ? &collect->present : &collect->missing, path, strlen(path) + 1);
}

void
paths_read(struct collect *collect)
{
	struct buffer bytes;
	size_t at;
	ssize_t len = 1;
	int fd = open(place(COLLECT_LIST), O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		fail(NULL, "cannot open the list of changed paths");
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
