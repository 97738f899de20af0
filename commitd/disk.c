/* Files and folders: see disk.h. Knows nothing of Git but the order packs are moved in. */
#include "commitd/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"

#define SMALL_FILE	(1u << 20)

/* Ends a path at its last '/'; "." when there is none. The caller frees. */
static char *
parent(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return str_dup(".");
	return slash == path ? str_dup("/") : mem_copy(path, (size_t)(slash - path));
}

bool
disk_make(const char *path)
{
	char *above;
	bool made;

	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		return true;
	if (errno != ENOENT)
		return false;
	above = parent(path);
	made = !str_same(above, path) && disk_make(above) && mkdir(path, 0755) == 0 &&
	    disk_sync(above);
	free(above);
	return made;
}

bool
disk_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd == -1 ? errno == ENOENT : disk_sync_end(fd);
}

int
disk_sync_begin(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	/* Makes it quicker, and no more; whether it went well, fsync tells. */
	if (fd != -1)
		sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	return fd;
}

bool
disk_sync_end(int fd)
{
	int result = fsync(fd), saved = errno;

	close(fd);
	errno = saved;
	return result == 0;
}

bool
disk_write_again(const char *path, const char *temporary)
{
	char bytes[65536];
	ssize_t len = 1;
	int in, out = -1, saved;

	unlink(temporary);
	in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in != -1)
		out = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	/* Not by copy_file_range(2): it may share what is on the disk. */
	while (out != -1 && (len = read(in, bytes, sizeof(bytes))) > 0)
		if (write(out, bytes, (size_t)len) != len) {
			len = -1;
			break;
		}
	if (out == -1 || (len == 0 && (fsync(out) == -1 || rename(temporary, path) == -1)))
		len = -1;
	saved = errno;
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	if (len != 0)
		unlink(temporary);
	errno = saved;
	return len == 0;
}

bool
disk_sync_all(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result;

	if (fd == -1)
		return false;
	result = syncfs(fd);
	close(fd);
	return result == 0;
}

bool
disk_rename(const char *from, const char *to)
{
	char *above = parent(to);
	bool done = rename(from, to) == 0 && disk_sync(above);

	free(above);
	return done;
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

/* A folder that may not be read or written is opened up first. */
static int
open_up(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)place;
	if ((kind == FTW_D || kind == FTW_DNR) && (status->st_mode & 0700) != 0700)
		chmod(path, 0700);
	return 0;
}

bool
disk_remove(const char *path)
{
	struct stat status;

	if (lstat(path, &status) == -1)
		return errno == ENOENT;
	if (nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS) == 0)
		return true;
	nftw(path, open_up, 32, FTW_PHYS);
	return nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS) == 0;
}

bool
disk_write(const char *path, const void *bytes, size_t len)
{
	char *temporary = str_format("%s.tmp", path);
	bool done = false;
	int fd, saved;

	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd != -1) {
		done = write(fd, bytes, len) == (ssize_t)len && fsync(fd) == 0;
		close(fd);
		done = done && disk_rename(temporary, path);
		saved = errno;
		if (!done)
			unlink(temporary);
		errno = saved;
	}
	free(temporary);
	return done;
}

char *
disk_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t len;

	if (file == NULL)
		return NULL;
	text = mem_zero(SMALL_FILE + 1, 1);
	len = fread(text, 1, SMALL_FILE, file);
	fclose(file);
	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	return text;
}

bool
disk_exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool
disk_copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t len = in == -1 || out == -1 ? -1 : 1;

	while (len > 0)
		len = copy_file_range(in, NULL, out, NULL, 1u << 30, 0);
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	return len == 0;
}

/* Moves one file; what is there already has the same name and so the same bytes. */
static bool
move_file(const char *from, const char *to)
{
	if (disk_exists(to))
		return unlink(from) == 0;
	return disk_sync(from) && rename(from, to) == 0;
}

/* Moves the files of one folder whose names end in `end` (or all). */
static bool
move_folder(const char *from, const char *to, const char *end)
{
	struct dirent *entry;
	char *old, *new;
	bool done = true, any = false;
	size_t len, tail = strlen(end);
	DIR *folder = opendir(from);

	if (folder == NULL)
		return errno == ENOENT;
	while (done && (entry = readdir(folder)) != NULL) {
		len = strlen(entry->d_name);
		if (entry->d_name[0] == '.' || len < tail ||
		    strcmp(entry->d_name + len - tail, end) != 0)
			continue;
		old = str_format("%s/%s", from, entry->d_name);
		new = str_format("%s/%s", to, entry->d_name);
		done = (any || disk_make(to)) && move_file(old, new);
		any = true;
		free(old);
		free(new);
	}
	closedir(folder);
	return done && (!any || disk_sync(to));
}

bool
disk_move_objects(const char *from, const char *to)
{
	/* A pack is seen by others once its index is there: that one last. */
	static const char *const ends[] = { ".pack", ".rev", ".idx" };
	struct dirent *entry;
	char *old, *new;
	bool done = true;
	size_t i;
	DIR *folder = opendir(from);

	if (folder == NULL)
		return false;
	while (done && (entry = readdir(folder)) != NULL) {
		if (strlen(entry->d_name) != 2 || entry->d_name[0] == '.')
			continue;
		old = str_format("%s/%s", from, entry->d_name);
		new = str_format("%s/%s", to, entry->d_name);
		done = move_folder(old, new, "");
		free(old);
		free(new);
	}
	closedir(folder);
	old = str_format("%s/pack", from);
	new = str_format("%s/pack", to);
	for (i = 0; done && i < COUNT(ends); i++)
		done = move_folder(old, new, ends[i]);
	free(old);
	free(new);
	return done && disk_sync(to);
}
