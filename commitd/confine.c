/*
 * From root to commitd's own user: see confine.h. In a mount namespace of its own
 * there is nothing where the state folder is but the way to the project's; so it
 * is of no matter who may pass the folders above it, and nobody else has to.
 */
#include "commitd/confine.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define HOMES		"homes"	/* in the project's folder, but the workers' */
#define WHOLE		01770	/* of that folder: what is root's in it stays where it is */
#define REPOSITORY	0750

struct user { uid_t uid; gid_t gid; };

static struct user
find_user(const char *name)
{
	const struct passwd *entry;
	unsigned long number;
	char *end;

	if (isdigit((unsigned char)name[0])) {
		number = strtoul(name, &end, 10);
		if (*end != '\0' || number >= (uid_t)-1)
			fatalx("commitd_user: '%s' is not a user", name);
		return (struct user){ (uid_t)number, (gid_t)number };
	}
	entry = getpwnam(name);
	if (entry == NULL)
		fatalx("commitd_user: there is no user '%s'", name);
	return (struct user){ entry->pw_uid, entry->pw_gid };
}

/*
 * A file that has another name somewhere is somebody else's too (a clone links
 * the upstream's objects): it is replaced by a copy of its own.
 */
static bool
replace_by_copy(int folder, const char *name, const struct stat *st)
{
	char *temporary = str_format(".%s.own", name);
	int in = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int out = openat(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	ssize_t len = in == -1 || out == -1 ? -1 : 1;
	bool done;

	while (len > 0)
		len = copy_file_range(in, NULL, out, NULL, 1u << 30, 0);
	done = len == 0 && fchmod(out, st->st_mode & 0777) == 0 && fsync(out) == 0 &&
	    renameat(folder, temporary, folder, name) == 0;
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	free(temporary);
	return done;
}

/* Gives everything in an open folder to the user, never by way of a link. Takes over `fd`. */
static bool
give(int fd, const struct user *user, bool top)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;
	bool done = folder != NULL;
	struct stat st;
	int below;

	while (done && (entry = readdir(folder)) != NULL) {
		const char *name = entry->d_name;

		if (str_same(name, ".") || str_same(name, "..") || (top && str_same(name, HOMES)))
			continue;
		done = fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
		if (done && S_ISDIR(st.st_mode)) {
			below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			done = below != -1 && give(below, user, false);
		} else if (done && S_ISREG(st.st_mode) && st.st_nlink > 1) {
			done = replace_by_copy(fd, name, &st);
		}
		done = done && fchownat(fd, name, user->uid, user->gid, AT_SYMLINK_NOFOLLOW) == 0;
	}
	if (folder != NULL)
		closedir(folder);
	else
		close(fd);
	return done;
}

/* The project's folder is the user's to write in; once, and again after a change of user. */
static void
give_project(int project, const struct user *user)
{
	int repository;
	struct stat st;

	if (mkdirat(project, HOMES, 0700) == -1 && errno != EEXIST)
		fatal("%s", HOMES);
	if (fstat(project, &st) == -1)
		fatal("the project's folder");
	if (st.st_gid == user->gid && (st.st_mode & 07777) == WHOLE)
		return;
	if (!give(openat(project, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), user, true))
		fatal("the project's folder cannot be given to user %u", (unsigned)user->uid);
	repository = openat(project, "repository.git", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (repository != -1 && fchmod(repository, REPOSITORY) == -1)
		fatal("repository.git");
	if (repository != -1)
		close(repository);
	/* Last: a start that was cut off before this does it all again. */
	if (fchown(project, 0, user->gid) == -1 || fchmod(project, WHOLE) == -1 || fsync(project) == -1)
		fatal("the project's folder");
}

/* The uppermost folder on the way to the state that not everybody may pass. The caller frees. */
static char *
find_closed(const char *state)
{
	char *path = str_dup(state), *at;
	struct stat st;

	for (at = strchr(path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
		*at = '\0';
		if (stat(path, &st) == -1)
			fatal("%s", path);
		if ((st.st_mode & 0001) == 0)
			return path;
		*at = '/';
	}
	return path;
}

/* Puts an empty, read-only folder over a closed one, with nothing in it but the way to the project. */
static void
hide(const char *closed, const char *folder)
{
	char *path = str_dup(folder), *at;
	int tree = open_tree(AT_FDCWD, folder, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);

	if (tree == -1 || mount("tmpfs", closed, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
	    "mode=0755,size=64k") == -1)
		fatal("%s cannot be hidden from orch-commitd", closed);
	for (at = path + strlen(closed) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		if (mkdir(path, 0755) == -1)
			fatal("%s", path);
		*at = '/';
	}
	if (mkdir(path, 0755) == -1 ||
	    move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) == -1 ||
	    mount(NULL, closed, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
	    NULL) == -1)
		fatal("%s cannot be shown to orch-commitd", folder);
	close(tree);
	free(path);
}

void
confine(const char *state, const char *project, const char *name)
{
	struct user user = find_user(name);
	char *folder = str_format("%s/projects/%s", state, project), *closed;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1)
		fatal("%s", folder);
	give_project(fd, &user);
	if (user.uid != 0) {
		closed = find_closed(state);
		if (unshare(CLONE_NEWNS) == -1 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == -1)
			fatal("orch-commitd cannot have mounts of its own; write 'commitd_user: root'");
		hide(closed, folder);
		/* Where we stand may be hidden now. */
		if (chdir("/") == -1)
			fatal("/");
		if (setgroups(1, &user.gid) == -1 || setresgid(user.gid, user.gid, user.gid) == -1 ||
		    setresuid(user.uid, user.uid, user.uid) == -1 ||
		    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 || setuid(0) != -1)
			fatal("orch-commitd cannot become user %u; write 'commitd_user: root'",
			    (unsigned)user.uid);
		free(closed);
	}
	close(fd);
	free(folder);
}
