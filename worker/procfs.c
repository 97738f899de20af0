/*
 * The writable part of /proc: see procfs.h. Looks at what this kernel has: a file
 * with the right to write, or a folder that has one below it. Sources: proc(5),
 * core(5) for why: a pattern for core files names a program that the kernel runs.
 */
#include "procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX	16u

/* Is there anything to write below an open folder? Takes over `fd`. */
static bool
has_writable(int fd, unsigned depth)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;
	bool found = false;
	struct stat st;
	int below;

	if (folder == NULL) {
		close(fd);
		return true;
	}
	while (!found && (entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (S_ISREG(st.st_mode))
			found = (st.st_mode & 0222) != 0;
		if (!S_ISDIR(st.st_mode))
			continue;
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		/* What we cannot look into may have one. */
		found = below == -1 || depth == DEPTH_MAX || has_writable(below, depth + 1);
		if (below != -1 && depth == DEPTH_MAX)
			close(below);
	}
	closedir(folder);
	return found;
}

void
procfs_cover(struct texts *out)
{
	DIR *folder = opendir("/proc");
	char path[NAME_MAX + sizeof("/proc/")];
	struct dirent *entry;
	struct stat st;
	bool cover;
	int fd;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		/* Processes are each agent's own. */
		if (entry->d_name[0] == '.' || isdigit((unsigned char)entry->d_name[0]) ||
		    fstatat(dirfd(folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		cover = S_ISREG(st.st_mode) && (st.st_mode & 0222) != 0;
		if (S_ISDIR(st.st_mode)) {
			fd = openat(dirfd(folder), entry->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			cover = fd == -1 || has_writable(fd, 1);
		}
		snprintf(path, sizeof(path), "/proc/%s", entry->d_name);
		if (cover)
			texts_add(out, "--ro-bind-try", path, path, NULL);
	}
	if (folder != NULL)
		closedir(folder);
}
