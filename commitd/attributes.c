/* The work tree of the merge helper: see attributes.h. */
#include "commitd/attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

#define NAME	".gitattributes"

struct follow {
	struct commitd *commitd;
	int folder;
	bool changed;
};

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* The folders above it, one by one; those that are there may stay. */
static bool
make_parents(int folder, const char *path)
{
	char *part = str_dup(path), *at;
	bool made = true;

	for (at = part; made && (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		made = mkdirat(folder, part, 0700) == 0 || errno == EEXIST;
		*at = '/';
	}
	free(part);
	return made;
}

/* Not durable: the folder is made anew when a project is opened. */
static enum error
put(struct follow *follow, const char *path, const char *oid)
{
	struct buffer bytes;
	enum error error;
	size_t at = 0;
	ssize_t len = 0;
	int fd = -1;

	buffer_init(&bytes);
	error = repository_read(follow->commitd->repository, oid, OBJECT_BLOB, &bytes);
	if (error == ERROR_NONE && make_parents(follow->folder, path))
		fd = openat(follow->folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	for (; fd != -1 && at < bytes.len; at += (size_t)len) {
		len = write(fd, bytes.bytes + at, bytes.len - at);
		if (len <= 0)
			break;
	}
	if (error == ERROR_NONE && (fd == -1 || at < bytes.len))
		error = error_from_errno(errno);
	if (fd != -1)
		close(fd);
	buffer_release(&bytes);
	return error;
}

/* A file of a tree that Git would read here: no link, no folder, no submodule. */
static bool
is_file(const struct tree_entry *entry)
{
	return entry != NULL && S_ISREG(entry->mode);
}

static enum error
visit(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct follow *follow = context;
	const char *name = name_of(path);
	bool ours = strcmp(name, NAME) == 0;

	/* Nobody has checked what the upstream had before us. */
	*enter = !ours && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
	if (!ours || (!is_file(old) && !is_file(new)))
		return ERROR_NONE;
	follow->changed = true;
	if (is_file(new))
		return put(follow, path, new->oid);
	return unlinkat(follow->folder, path, 0) == 0 || errno == ENOENT ? ERROR_NONE :
	    error_from_errno(errno);
}

static enum error
follow_tip(struct follow *follow, struct buffer *where)
{
	struct commitd *commitd = follow->commitd;
	const char *path = commitd->merge.attributes;
	enum error error;

	if (commitd->attributes[0] == '\0') {
		follow->changed = true;
		if (!disk_remove(path) || !disk_make(path))
			return error_from_errno(errno);
	}
	follow->folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (follow->folder == -1)
		return error_from_errno(errno);
	error = walk_trees(commitd->repository, commitd->attributes, commitd->tip_tree, visit, follow,
	    where);
	close(follow->folder);
	return error;
}

void
attributes_follow(struct commitd *commitd)
{
	struct follow follow = { .commitd = commitd, .folder = -1 };
	struct buffer where;
	enum error error;

	buffer_init(&where);
	error = follow_tip(&follow, &where);
	if (error != ERROR_NONE && commitd->attributes[0] != '\0') {
		commitd->attributes[0] = '\0';
		where.len = 0;
		error = follow_tip(&follow, &where);
	}
	if (follow.changed)
		merge_stop(&commitd->merge);
	if (error == ERROR_NONE) {
		strcpy(commitd->attributes, commitd->tip_tree);
	} else {
		log_warnx("event=attributes path=%s/%s why=%s", commitd->merge.attributes,
		    buffer_text(&where), error_text(error));
		commitd->attributes[0] = '\0';
	}
	buffer_release(&where);
}
