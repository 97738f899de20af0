/* Damaged loose objects: see mend.h. Knows where Git keeps them and nothing of what they are. */
#include "commitd/mend.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define BOOT	"/proc/sys/kernel/random/boot_id"

struct mending {
	struct repository *repository;	/* NULL: only what is empty is taken away */
	unsigned gone;
};

/* Has it the bytes that its name stands for? */
static bool
is_whole(const struct mending *mending, const char *path, const char *oid)
{
	struct stat status;

	if (lstat(path, &status) == -1 || !S_ISREG(status.st_mode))
		return true;
	return status.st_size > 0 &&
	    (mending->repository == NULL || repository_whole(mending->repository, oid));
}

/* One of the folders 00 to ff. */
static enum error
mend_folder(struct mending *mending, const char *path, const char *prefix)
{
	DIR *folder = opendir(path);
	enum error error = ERROR_NONE;
	struct dirent *entry;
	char *file, *oid;

	if (folder == NULL)
		return errno == ENOENT ? ERROR_NONE : error_from_errno(errno);
	while (error == ERROR_NONE && (entry = readdir(folder)) != NULL) {
		if (strlen(entry->d_name) != OID_TEXT - 3)
			continue;
		file = str_format("%s/%s", path, entry->d_name);
		oid = str_format("%s%s", prefix, entry->d_name);
		if (!is_whole(mending, file, oid)) {
			log_warnx("object=%s event=damaged why=not whole after a loss of power", oid);
			if (unlink(file) == -1)
				error = error_from_errno(errno);
			mending->gone++;
		}
		free(file);
		free(oid);
	}
	closedir(folder);
	return error;
}

/* boot NULL: it cannot be told, so that each start may be the first of one. */
static enum error
write_mark(const char *mark, const char *boot, struct buffer *why)
{
	enum error error;

	if (boot == NULL || disk_write(mark, boot, strlen(boot)))
		return ERROR_NONE;
	error = error_from_errno(errno);
	buffer_format(why, "%s: %s", mark, strerror(errno));
	return error;
}

enum error
mend_nothing(const char *mark, struct buffer *why)
{
	char *boot = disk_read(BOOT);
	enum error error = write_mark(mark, boot, why);

	free(boot);
	return error;
}

enum error
mend_objects(const char *folder, const char *mark, struct buffer *why)
{
	char *boot = disk_read(BOOT), *known = disk_read(mark), *path, prefix[3];
	bool booted = boot == NULL || !str_same(boot, known);
	struct mending mending = { .repository = booted ? repository_open_objects(folder, why) : NULL };
	enum error error = booted && mending.repository == NULL ? ERROR_GIT : ERROR_NONE;
	unsigned i;

	for (i = 0; error == ERROR_NONE && i < 256; i++) {
		snprintf(prefix, sizeof(prefix), "%02x", i);
		path = str_format("%s/%s", folder, prefix);
		error = mend_folder(&mending, path, prefix);
		if (error != ERROR_NONE)
			buffer_format(why, "%s: %s", path, error_text(error));
		free(path);
	}
	if (mending.gone > 0)
		log_warnx("event=mended objects=%u", mending.gone);
	if (error == ERROR_NONE && booted)
		error = write_mark(mark, boot, why);
	repository_free(mending.repository);
	free(boot);
	free(known);
	return error;
}
