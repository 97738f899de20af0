/*
 * Puts a sandbox's root together: see root.h. Decides how something is mounted, never what.
 * Everything is opened before the place is covered that it is put together at, for that may
 * hide one.
 */
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "protocol/mem.h"

#define SHM_BYTES	"268435456"
#define AGAIN_MOST	1000u

/* A mount that is not yet anywhere; -1: there need not be one. */
struct part { int fd; bool folder; };
/* The topmost folder, and who owns what is made in it; 0: who makes it. */
struct root { int fd; uid_t uid; };

const char *
root_folder(void)
{
	static const char *const folders[] = { "/mnt", "/media", "/tmp" };
	struct stat st;
	size_t i;

	for (i = 0; i + 1 < COUNT(folders); i++)
		if (lstat(folders[i], &st) == 0 && S_ISDIR(st.st_mode))
			break;
	return folders[i];
}

/* ---- what is mounted ---- */

/* May anybody read it? A folder is passed then, too. */
static bool
is_open(const struct stat *st)
{
	mode_t needed = S_ISDIR(st->st_mode) ? 0005 : 0004;

	return (st->st_mode & needed) == needed;
}

static int
restrict_mount(int fd, uint64_t attributes)
{
	struct mount_attr wanted = { .attr_set = attributes };

	return mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &wanted, sizeof(wanted));
}

/* 0, and part->fd -1 where there is nothing and need not be. */
static int
clone(const struct bind *bind, const struct owners *owners, struct part *part)
{
	bool own = bind->flags & BIND_OWN;
	struct stat st;

	if (lstat(bind->from, &st) == -1)
		return errno == ENOENT && (bind->flags & BIND_TRY) ? 0 : -1;
	if (S_ISLNK(st.st_mode)) {
		errno = ELOOP;
		return -1;
	}
	part->folder = S_ISDIR(st.st_mode);
	if ((bind->flags & BIND_SHARED) && !is_open(&st))
		own = true;
	part->fd = owner_clone(owners, bind->from, own && owners->uid != 0);
	/* Where files cannot be shown as another's, it is as it is. */
	if (part->fd == -1 && !(bind->flags & BIND_OWN))
		part->fd = owner_clone(owners, bind->from, false);
	if (part->fd == -1)
		return -1;
	return restrict_mount(part->fd, MOUNT_ATTR_NOSUID | (bind->flags & BIND_DEVICE ? 0 : MOUNT_ATTR_NODEV) |
	    (bind->flags & BIND_WRITE ? 0 : MOUNT_ATTR_RDONLY));
}

static int
set_owner(int fs, uid_t uid)
{
	char number[16];

	if (uid == 0)
		return 0;
	snprintf(number, sizeof(number), "%u", (unsigned)uid);
	return fsconfig(fs, FSCONFIG_SET_STRING, "uid", number, 0) == -1 ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "gid", number, 0) == -1 ? -1 : 0;
}

/* An empty one, with so many bytes at most. */
static int
memory(const char *bytes, uid_t uid)
{
	int fs = fsopen("tmpfs", FSOPEN_CLOEXEC), fd = -1;

	if (fs == -1)
		return -1;
	if (set_owner(fs, uid) == 0 &&
	    fsconfig(fs, FSCONFIG_SET_STRING, "source", "tmpfs", 0) == 0 &&
	    fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0755", 0) == 0 &&
	    fsconfig(fs, FSCONFIG_SET_STRING, "size", bytes, 0) == 0 &&
	    fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		fd = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	close(fs);
	return fd;
}

/* ---- where it is mounted ---- */

/* No link leads out of the root, as none will when it is one. */
static int
open_place(const struct root *root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	unsigned tries = 0;
	long fd;

	/* Something on the way may be renamed just now. */
	do
		fd = syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
	while (fd == -1 && errno == EAGAIN && ++tries < AGAIN_MOST);
	return (int)fd;
}

/* The place, made if need be with the folders on the way. */
static int
make_place(const struct root *root, const char *path, bool folder)
{
	char *parent = str_dup(path), *slash;
	int fd = open_place(root, path), above = -1, made = -1;

	if (fd != -1 || errno != ENOENT)
		goto done;
	while ((slash = strrchr(parent, '/')) != NULL && slash != parent && slash[1] == '\0')
		*slash = '\0';
	if (slash == NULL || slash[1] == '\0') {
		errno = EINVAL;
		goto done;
	}
	*slash++ = '\0';
	above = *parent == '\0' ? fcntl(root->fd, F_DUPFD_CLOEXEC, 0) : make_place(root, parent, true);
	if (above == -1)
		goto done;
	if (folder)
		made = mkdirat(above, slash, 0755);
	else if ((made = openat(above, slash, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) != -1)
		close(made);
	if (made != -1 && root->uid != 0 &&
	    fchownat(above, slash, root->uid, root->uid, AT_SYMLINK_NOFOLLOW) == -1)
		goto done;
	/* By its whole path again: a name may be one that leads up. */
	if (made != -1 || errno == EEXIST)
		fd = open_place(root, path);
done:
	if (above != -1)
		close(above);
	free(parent);
	return fd;
}

/* Takes over `fd`, a mount. */
static int
attach(const struct root *root, int fd, const char *to, bool folder)
{
	int place = fd == -1 ? -1 : make_place(root, to, folder), result = -1, saved;

	if (place != -1)
		result = move_mount(fd, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
	saved = errno;
	if (place != -1)
		close(place);
	if (fd != -1)
		close(fd);
	errno = saved;
	return result;
}

static int
seal(const struct root *root, const char *path)
{
	struct mount_attr wanted = { .attr_set = MOUNT_ATTR_RDONLY };
	int fd = open_place(root, path), result, saved;

	if (fd == -1)
		return -1;
	result = mount_setattr(fd, "", AT_EMPTY_PATH, &wanted, sizeof(wanted));
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

static int
link_to(const struct root *root, const char *target, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char *folder = mem_copy(path, (size_t)(name - path));
	int fd = make_place(root, folder, true), result = -1;

	if (fd != -1) {
		result = symlinkat(target, fd, name);
		close(fd);
	}
	free(folder);
	return result;
}

/* ---- /dev ---- */

/* Terminals of the sandbox's own. */
static int
add_terminals(const struct root *root)
{
	int fd = make_place(root, "/dev/pts", true), result;
	char path[64];

	if (fd == -1)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	result = mount("devpts", path, "devpts", MS_NOSUID | MS_NOEXEC,
	    "newinstance,ptmxmode=0666,mode=620");
	close(fd);
	return result;
}

/* What bubblewrap's --dev makes. */
static int
add_devices(const struct root *root, const struct owners *owners)
{
	static const char *const nodes[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random",
	    "/dev/urandom", "/dev/tty" };
	static const char *const links[][2] = { { "/proc/self/fd/0", "/dev/stdin" },
	    { "/proc/self/fd/1", "/dev/stdout" }, { "/proc/self/fd/2", "/dev/stderr" },
	    { "/proc/self/fd", "/dev/fd" }, { "/proc/kcore", "/dev/core" },
	    { "pts/ptmx", "/dev/ptmx" } };
	size_t i;

	if (attach(root, memory("1m", root->uid), "/dev", true) == -1)
		return -1;
	for (i = 0; i < COUNT(nodes); i++) {
		struct bind bind = { .from = (char *)(uintptr_t)nodes[i], .to = (char *)(uintptr_t)nodes[i],
		    .flags = BIND_WRITE | BIND_TRY | BIND_DEVICE };
		struct part part = { -1, false };

		if (clone(&bind, owners, &part) == -1 ||
		    (part.fd != -1 && attach(root, part.fd, nodes[i], false) == -1))
			return -1;
	}
	for (i = 0; i < COUNT(links); i++)
		if (link_to(root, links[i][0], links[i][1]) == -1)
			return -1;
	return add_terminals(root) == -1 ||
	    attach(root, memory(SHM_BYTES, root->uid), "/dev/shm", true) == -1 ? -1 : 0;
}

/* ---- all of it ---- */

static int
add_part(const struct root *root, const struct bind *bind, const struct part *part)
{
	switch (bind->kind) {
	case BIND_MEMORY:
		return attach(root, memory(bind->from, root->uid), bind->to, true);
	case BIND_LINK:
		return link_to(root, bind->from, bind->to);
	case BIND_SEAL:
		return seal(root, bind->to);
	case BIND_MOUNT:
		break;
	}
	return part->fd == -1 ? 0 : attach(root, part->fd, bind->to, part->folder);
}

/* The folder that everything goes into. */
static int
open_root(struct root *root)
{
	root->fd = memory("1m", root->uid);
	return root->fd == -1 ? -1 :
	    move_mount(root->fd, "", AT_FDCWD, root_folder(), MOVE_MOUNT_F_EMPTY_PATH);
}

static int
fill(const struct root *root, const struct bind *const *parts, const struct part *open,
    const struct owners *owners, const char **what)
{
	int place;
	size_t i;

	*what = "/proc";
	if ((place = make_place(root, "/proc", true)) == -1)
		return -1;
	close(place);
	*what = "/dev";
	if (add_devices(root, owners) == -1)
		return -1;
	for (i = 0; parts[i] != NULL; i++) {
		*what = parts[i]->to;
		if (add_part(root, parts[i], &open[i]) == -1)
			return -1;
	}
	*what = "/";
	return seal(root, "/dev") == -1 || seal(root, "/") == -1 ? -1 : 0;
}

/* The process becomes another program: what is open is closed then. */
int
root_assemble(const struct bind *const *parts, const struct owners *owners, const char **what)
{
	struct root root = { -1, owners->uid };
	size_t count = 0, i;
	struct part *open;
	mode_t mask;
	int result;

	while (parts[count] != NULL)
		count++;
	open = mem_zero(count + 1, sizeof(*open));
	for (i = 0; i < count; i++) {
		*what = parts[i]->from;
		open[i].fd = -1;
		if (parts[i]->kind == BIND_MOUNT && clone(parts[i], owners, &open[i]) == -1)
			return -1;
	}
	*what = root_folder();
	mask = umask(022);
	result = open_root(&root);
	if (result == 0)
		result = fill(&root, parts, open, owners, what);
	umask(mask);
	free(open);
	return result;
}
