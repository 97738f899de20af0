/* The only file that knows libgit2's index: see index.h. */
#include "commitd/index.h"

#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

struct index { git_index *git; };

static const char *
why(void)
{
	const git_error *error = git_error_last();

	return error != NULL && error->message != NULL ? error->message : "unknown error";
}

static enum error
failed(int code)
{
	if (code == 0)
		return ERROR_NONE;
	log_warnx("event=index why=%s", why());
	return errno == ENOSPC || errno == EDQUOT ? ERROR_DISK_FULL : ERROR_GIT;
}

/* One entry: sets the time of the file and takes over what the disk says. */
static bool
age_entry(git_index *index, int root, const git_index_entry *old, time_t mtime)
{
	const struct timespec times[2] = { { mtime, 0 }, { mtime, 0 } };
	git_index_entry entry = *old;
	struct stat status;

	if (old->mode == GIT_FILEMODE_COMMIT)
		return true;
	if (utimensat(root, old->path, times, AT_SYMLINK_NOFOLLOW) == -1 ||
	    fstatat(root, old->path, &status, AT_SYMLINK_NOFOLLOW) == -1)
		return false;
	entry.ctime = (git_index_time){ (int32_t)status.st_ctim.tv_sec,
	    (uint32_t)status.st_ctim.tv_nsec };
	entry.mtime = (git_index_time){ (int32_t)mtime, 0 };
	entry.dev = (uint32_t)status.st_dev;
	entry.ino = (uint32_t)status.st_ino;
	entry.uid = status.st_uid;
	entry.gid = status.st_gid;
	entry.file_size = (uint32_t)status.st_size;
	return git_index_add(index, &entry) == 0;
}

struct index *
index_open(const char *path)
{
	struct index *index = mem_zero(1, sizeof(*index));

	if (git_index_open(&index->git, path) == 0)
		return index;
	log_warnx("path=%s event=index why=%s", path, why());
	free(index);
	return NULL;
}

void
index_free(struct index *index)
{
	if (index != NULL)
		git_index_free(index->git);
	free(index);
}

enum error
index_write(struct index *index)
{
	char *lock = str_format("%s.lock", git_index_path(index->git));
	int code = git_index_write(index->git);

	/* As with references: a lock that was left is nobody's. */
	unlink(lock);
	if (code == GIT_ELOCKED)
		code = git_index_write(index->git);
	free(lock);
	return failed(code);
}

enum error
index_write_to(struct index *index, const char *path)
{
	enum error error = index_write(index);

	if (error == ERROR_NONE && rename(git_index_path(index->git), path) == -1)
		error = error_from_errno(errno);
	return error;
}

enum error
index_set(struct index *index, const char *path, unsigned mode, const char *oid)
{
	git_index_entry entry = { .mode = mode, .path = path };

	if (git_oid_fromstr(&entry.id, oid) != 0)
		return ERROR_INVALID;
	return failed(git_index_add(index->git, &entry));
}

void
index_remove(struct index *index, const char *path, bool folder)
{
	if (folder)
		git_index_remove_directory(index->git, path, 0);
	else
		git_index_remove(index->git, path, 0);
}

bool
index_has(const struct index *index, const char *path)
{
	return git_index_get_bypath(index->git, path, 0) != NULL;
}

bool
index_get(const struct index *index, const char *path, unsigned *mode, char oid[OID_TEXT])
{
	const git_index_entry *entry = git_index_get_bypath(index->git, path, 0);

	if (entry == NULL)
		return false;
	*mode = entry->mode;
	git_oid_tostr(oid, OID_TEXT, &entry->id);
	return true;
}

bool
index_copy(struct index *to, const struct index *from, const char *path)
{
	const git_index_entry *entry = git_index_get_bypath(from->git, path, 0);

	return entry != NULL && git_index_add(to->git, entry) == 0;
}

void
index_each(const struct index *index, const char *folder,
    void (*each)(void *context, const char *path), void *context)
{
	const git_index_entry *entry;
	size_t i = 0, len = strlen(folder);

	if (len > 0 && git_index_find_prefix(&i, index->git, folder) != 0)
		return;
	for (; (entry = git_index_get_byindex(index->git, i)) != NULL; i++) {
		if (strncmp(entry->path, folder, len) != 0)
			break;
		if (S_ISREG(entry->mode))
			each(context, entry->path);
	}
}

enum error
index_age(struct index *index, int root, const char *path, time_t mtime)
{
	const git_index_entry *entry;
	size_t i, count = path == NULL ? git_index_entrycount(index->git) : 1;

	for (i = 0; i < count; i++) {
		entry = path == NULL ? git_index_get_byindex(index->git, i) :
		    git_index_get_bypath(index->git, path, 0);
		if (entry != NULL && !age_entry(index->git, root, entry, mtime)) {
			log_warn("path=%s event=index", entry->path);
			return ERROR_SYSTEM;
		}
	}
	return ERROR_NONE;
}
