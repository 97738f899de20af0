/* What is bound into a sandbox: see binds.h. */
#include "binds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker/owner.h"
#include "worker/program.h"

/* On every machine, and shown in no sandbox. */
#define STAGE	"/mnt"

void
binds_release(struct binds *binds)
{
	size_t i;

	for (i = 0; i < binds->count; i++) {
		free(binds->items[i].from);
		free(binds->items[i].to);
	}
	free(binds->items);
	*binds = (struct binds){ 0 };
}

void
binds_add(struct binds *binds, const char *from, const char *to, unsigned flags)
{
	binds->items = mem_resize(binds->items, binds->count + 1, sizeof(*binds->items));
	binds->items[binds->count++] = (struct bind){ str_dup(from), str_dup(to), flags };
}

void
binds_add_program(struct binds *binds, const char *name, const char *inside)
{
	char *program = program_beside(name);

	binds_add(binds, program, inside, BIND_SHARED);
	free(program);
}

void
binds_options(const struct binds *binds, bool early, size_t serial, uid_t uid, struct texts *out)
{
	size_t i;

	for (i = 0; i < binds->count; i++) {
		const struct bind *bind = &binds->items[i];

		if (early != ((bind->flags & BIND_EARLY) != 0))
			continue;
		texts_format(out, "--%sbind%s", bind->flags & BIND_WRITE ? "" : "ro-",
		    bind->flags & BIND_TRY ? "-try" : "");
		if (uid != 0)
			texts_format(out, STAGE "/%zu", serial + i);
		else
			texts_add(out, bind->from, NULL);
		texts_add(out, bind->to, NULL);
	}
}

/* May anybody read it? A folder is passed then, too. */
static bool
is_open(const struct stat *st)
{
	mode_t needed = S_ISDIR(st->st_mode) ? 0005 : 0004;

	return (st->st_mode & needed) == needed;
}

/* The mount that it will be; -1: there is none, and with errno 0 there need not be. */
static int
clone(const struct bind *bind, const struct owners *owners, struct stat *st)
{
	bool own = bind->flags & BIND_OWN;
	int fd;

	if (lstat(bind->from, st) == -1) {
		if (errno == ENOENT && (bind->flags & BIND_TRY))
			errno = 0;
		return -1;
	}
	if ((bind->flags & BIND_SHARED) && !is_open(st))
		own = true;
	fd = owner_clone(owners, bind->from, own);
	/* Where files cannot be shown as another's, it is as it is. */
	if (fd == -1 && !(bind->flags & BIND_OWN))
		fd = owner_clone(owners, bind->from, false);
	return fd;
}

static int
attach(int fd, size_t serial, const struct stat *st)
{
	char path[64];
	int made;

	snprintf(path, sizeof(path), STAGE "/%zu", serial);
	if (S_ISDIR(st->st_mode)) {
		if (mkdir(path, 0755) == -1)
			return -1;
	} else {
		if ((made = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) == -1)
			return -1;
		close(made);
	}
	return move_mount(fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
}

/* The process becomes another program: what is open is closed then. */
int
binds_stage(const struct binds *first, const struct binds *second, const struct owners *owners,
    const char **what)
{
	const struct binds *lists[] = { first, second };
	size_t count = first->count + second->count, serial = 0, i, j;
	int *fds = mem_zero(count + 1, sizeof(int));
	struct stat *stats = mem_zero(count + 1, sizeof(*stats));

	/* All of them before the stage is set, for it may hide one. */
	for (i = 0; i < COUNT(lists); i++)
		for (j = 0; j < lists[i]->count; j++, serial++) {
			*what = lists[i]->items[j].from;
			fds[serial] = clone(&lists[i]->items[j], owners, &stats[serial]);
			if (fds[serial] == -1 && errno != 0)
				return -1;
		}
	*what = STAGE;
	if (mount("orch", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") == -1)
		return -1;
	for (i = 0; i < count; i++)
		if (fds[i] != -1 && attach(fds[i], i, &stats[i]) == -1)
			return -1;
	free(stats);
	free(fds);
	return 0;
}

void
binds_learn(const struct binds *binds, struct owners *owners)
{
	size_t i;

	for (i = 0; i < binds->count; i++)
		if (binds->items[i].flags & BIND_OWN)
			owners_learn(owners, binds->items[i].from);
}
