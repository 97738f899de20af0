/* Files without attributes: see plain.h. */
#include "commitd/plain.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "commitd/git.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

bool
plain_is(const struct index *index, const char *path)
{
	const char *slash;
	char *name;
	bool plain = !index_has(index, ".gitattributes");

	for (slash = strchr(path, '/'); plain && slash != NULL; slash = strchr(slash + 1, '/')) {
		name = str_format("%.*s/.gitattributes", (int)(slash - path), path);
		plain = !index_has(index, name);
		free(name);
	}
	return plain;
}

static int
open_beneath(int root, const char *path, int flags, unsigned mode)
{
	const struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC),
	    .mode = flags & O_CREAT ? mode : 0,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

/* The folder that the path is in, made when it is not there; -1 with errno. */
static int
open_folder(int root, const char *path)
{
	char *copy = str_dup(path), *slash;
	int fd = -1, made;

	slash = strrchr(copy, '/');
	if (slash == NULL) {
		free(copy);
		return open_beneath(root, ".", O_RDONLY | O_DIRECTORY, 0);
	}
	*slash = '\0';
	fd = open_beneath(root, copy, O_RDONLY | O_DIRECTORY, 0);
	if (fd == -1 && errno == ENOENT) {
		made = open_folder(root, copy);
		if (made != -1) {
			slash = strrchr(copy, '/');
			if (mkdirat(made, slash == NULL ? copy : slash + 1, 0755) == 0)
				fd = open_beneath(root, copy, O_RDONLY | O_DIRECTORY, 0);
			close(made);
		}
	}
	free(copy);
	return fd;
}

static bool
write_file(int folder, const char *name, unsigned mode, const struct buffer *bytes)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    mode & 0100 ? 0755 : 0644);
	size_t done = 0;
	ssize_t len = fd == -1 ? -1 : 0;

	while (len != -1 && done < bytes->len) {
		len = write(fd, bytes->bytes + done, bytes->len - done);
		done += len > 0 ? (size_t)len : 0;
	}
	if (fd != -1 && close(fd) == -1)
		len = -1;
	return len != -1;
}

static bool
write_entry(int folder, const char *name, unsigned mode, struct buffer *bytes)
{
	if (mode == MODE_GITLINK)
		return mkdirat(folder, name, 0755) == 0;
	if (mode == MODE_LINK)
		return symlinkat(buffer_text(bytes), folder, name) == 0;
	return write_file(folder, name, mode, bytes);
}

enum error
plain_failed(const char *path, struct buffer *why)
{
	static const int contents[] = { ENAMETOOLONG, EINVAL, EILSEQ, ENOENT, ENOTDIR, EISDIR, ELOOP,
	    EEXIST };
	const int code = errno;
	size_t i;

	log_warn("path=%s event=layer", path);
	for (i = 0; i < COUNT(contents); i++)
		if (code == contents[i]) {
			buffer_format(why, "'%s' cannot be made: %s", path, strerror(code));
			return ERROR_PERMISSION;
		}
	return error_from_errno(code);
}

enum error
plain_write(struct repository *repository, int root, const char *path,
    const struct tree_entry *entry, struct buffer *why)
{
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
	enum error error = ERROR_NONE;
	struct buffer bytes;
	int folder;

	if (entry->mode != MODE_GITLINK && repository_size(repository, entry->oid) > GIT_BIG_BYTES)
		return ERROR_TOO_LARGE;
	buffer_init(&bytes);
	if (entry->mode != MODE_GITLINK)
		error = repository_read(repository, entry->oid, OBJECT_BLOB, &bytes);
	if (error == ERROR_NONE) {
		folder = open_folder(root, path);
		if (folder == -1 || !write_entry(folder, name, entry->mode, &bytes))
			error = plain_failed(path, why);
		if (folder != -1)
			close(folder);
	}
	buffer_release(&bytes);
	return error;
}
