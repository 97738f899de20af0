/* Files of session notes: see note_file.h. */
#include "note_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"

/* Makes a folder and those above it; 0 or errno. */
static int
make_folder(const char *path)
{
	char *copy = str_dup(path), *at;
	int error = 0;

	for (at = copy + 1; (at = strchr(at, '/')) != NULL && error == 0; *at++ = '/') {
		*at = '\0';
		if (mkdir(copy, 0700) == -1 && errno != EEXIST && access(copy, F_OK) == -1)
			error = errno;
	}
	if (error == 0 && mkdir(path, 0700) == -1 && errno != EEXIST)
		error = errno;
	free(copy);
	return error;
}

static int
write_all(int fd, const unsigned char *bytes, size_t len)
{
	ssize_t wrote;

	for (; len > 0; bytes += wrote, len -= (size_t)wrote)
		if ((wrote = write(fd, bytes, len)) <= 0)
			return wrote == -1 ? errno : EIO;
	return fsync(fd) == -1 ? errno : 0;
}

/* One, in an open folder; 0 or errno. */
static int
write_note(int folder, const struct note_text *note)
{
	char *fresh = str_format(".%s.new", note->name);
	int fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600), error;

	error = fd == -1 ? errno : write_all(fd, note->bytes, note->len);
	if (fd != -1 && close(fd) == -1 && error == 0)
		error = errno;
	if (error == 0 && renameat(folder, fresh, folder, note->name) == -1)
		error = errno;
	if (error != 0 && fd != -1)
		unlinkat(folder, fresh, 0);
	free(fresh);
	return error;
}

void
note_files_write(const char *folder, const struct note_text *notes, size_t count, int *errors)
{
	int error = make_folder(folder), fd = -1;
	size_t i;

	if (error == 0 && (fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		error = errno;
	for (i = 0; i < count; i++)
		errors[i] = error != 0 ? error : write_note(fd, &notes[i]);
	/* None of the names is safe before this. */
	if (fd != -1 && fsync(fd) == -1)
		for (error = errno, i = 0; i < count; i++)
			errors[i] = errors[i] == 0 ? error : errors[i];
	if (fd != -1)
		close(fd);
}
