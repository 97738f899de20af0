/* Files of the slot: see files.h. Never follows a symbolic link when removing. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"

#define DEPTH_MAX	64	/* folders open at once while removing */

int
files_folder(const char *path, mode_t mode)
{
	char *copy, *slash;
	int result;

	if (mkdir(path, mode) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return -1;
	copy = str_dup(path);
	slash = strrchr(copy, '/');
	if (slash == NULL || slash == copy) {
		free(copy);
		return -1;
	}
	*slash = '\0';
	result = files_folder(copy, mode);
	free(copy);
	if (result == 0 && mkdir(path, mode) == -1 && errno != EEXIST)
		result = -1;
	return result;
}

static int
write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t done;

	while (len > 0) {
		done = write(fd, at, len);
		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return -1;
		at += done;
		len -= (size_t)done;
	}
	return 0;
}

/* Writes and closes; with `sync` the bytes are on the disk afterwards. */
static int
write_file(const char *path, const void *bytes, size_t len, bool sync)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result;

	if (fd == -1)
		return -1;
	result = write_all(fd, bytes, len);
	if (result == 0 && sync)
		result = fsync(fd);
	if (close(fd) == -1)
		result = -1;
	return result;
}

int
files_write(const char *path, const void *bytes, size_t len)
{
	return write_file(path, bytes, len, false);
}

int
files_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), result;

	if (fd == -1)
		return -1;
	result = fsync(fd);
	close(fd);
	return result;
}

int
files_write_durable(const char *path, const void *bytes, size_t len)
{
	char *temporary = str_format("%s.new", path), *folder = str_dup(path);
	int result = write_file(temporary, bytes, len, true);

	*strrchr(folder, '/') = '\0';
	if (result == 0)
		result = rename(temporary, path);
	if (result == 0)
		result = files_sync(folder);
	free(folder);
	free(temporary);
	return result;
}

int
files_read(const char *path, size_t limit, struct buffer *out)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t len = -1;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		goto done;
	if (!S_ISREG(st.st_mode) || (uintmax_t)st.st_size > limit) {
		errno = EFBIG;
		goto done;
	}
	do {
		len = read(fd, buffer_reserve(out, 64u << 10), 64u << 10);
		if (len > 0)
			out->len += (size_t)len;
	} while ((len > 0 && out->len <= limit) || (len == -1 && errno == EINTR));
done:
	close(fd);
	return len == 0 ? 0 : -1;
}

int
files_copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), out = -1, result = -1;
	struct timespec times[2];
	struct stat st;
	ssize_t len = 1;

	if (in == -1 || fstat(in, &st) == -1)
		goto done;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out == -1)
		goto done;
	while (len > 0)
		len = copy_file_range(in, NULL, out, NULL, 1u << 30, 0);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	if (len == 0 && futimens(out, times) == 0)
		result = 0;
done:
	if (out != -1)
		close(out);
	if (in != -1)
		close(in);
	return result;
}

void
files_open_up(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char proc[64];
	struct stat st;

	if (fd == -1)
		return;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	if (fstat(fd, &st) == 0 && (st.st_mode & 07777) != 0755)
		chmod(proc, 0755);
	close(fd);
}

struct removal { int top; size_t budget; unsigned depth, moved; };

static void remove_in(struct removal *removal, int fd);

/* Opens a folder of an agent's, giving ourselves the right to empty it. */
static int
open_folder(int at, const char *name)
{
	const int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at, name, how);
	struct stat st;

	if (fd == -1 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0)
		fd = openat(at, name, how);
	if (fd != -1 && fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700)
		fchmod(fd, 0700);
	return fd;
}

static void
remove_one(struct removal *removal, int at, const char *name)
{
	char moved[32];
	int fd;

	if (removal->budget == 0)
		return;
	removal->budget--;
	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return;
	if (removal->depth >= DEPTH_MAX) {
		/* Too deep to hold all folders open: its turn comes at the top. */
		snprintf(moved, sizeof(moved), "deep-%u", removal->moved++);
		if (renameat(at, name, removal->top, moved) == 0)
			return;
	}
	if ((fd = open_folder(at, name)) == -1)
		return;
	removal->depth++;
	remove_in(removal, fd);
	removal->depth--;
	unlinkat(at, name, AT_REMOVEDIR);
}

/* Empties a folder; takes over `fd`. */
static void
remove_in(struct removal *removal, int fd)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;

	if (folder == NULL) {
		close(fd);
		return;
	}
	while (removal->budget > 0 && (entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_one(removal, fd, entry->d_name);
	closedir(folder);
}

bool
files_empty(const char *path, size_t budget)
{
	struct removal removal = { -1, budget, 0, 0 };
	unsigned moved;

	do {
		moved = removal.moved;
		if ((removal.top = open_folder(AT_FDCWD, path)) == -1)
			return errno == ENOENT;
		remove_in(&removal, fcntl(removal.top, F_DUPFD_CLOEXEC, 3));
		close(removal.top);
	} while (removal.moved != moved && removal.budget > 0);
	return removal.budget > 0;
}

bool
files_remove(const char *path, size_t budget)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return true;
	files_empty(path, budget);
	return rmdir(path) == 0 || errno == ENOENT;
}

int
files_memory(const char *text)
{
	size_t len = strlen(text), done = 0;
	int fd = memfd_create("prompt", MFD_CLOEXEC);
	ssize_t wrote = 1;

	while (fd != -1 && done < len && (wrote = write(fd, text + done, len - done)) > 0)
		done += (size_t)wrote;
	if (fd == -1 || (wrote > 0 && lseek(fd, 0, SEEK_SET) == 0))
		return fd;
	close(fd);
	return -1;
}
