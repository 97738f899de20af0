/*
 * Mounts a workspace: see overlay.h. Runs in the child that becomes the
 * sandbox; allocates little and never returns to the worker's loop.
 */
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

static int
set_fd(int fs, const char *key, int folder)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	return fsconfig(fs, FSCONFIG_SET_STRING, key, path, 0);
}

/*
 * The new interface: one option a layer, so that their number has no limit.
 * Folders are named by descriptor: no length limits, no characters to escape.
 */
static int
mount_new(const struct overlay *overlay, const int *trees, int upper, int work, bool root)
{
	int fs = fsopen("overlay", FSOPEN_CLOEXEC), at = -1, result = -1;
	size_t i;

	if (fs == -1)
		return -1;
	for (i = 0; overlay->trees[i] != NULL; i++)
		if (set_fd(fs, "lowerdir+", trees[i]) == -1)
			goto done;
	if (set_fd(fs, "upperdir", upper) == -1 || set_fd(fs, "workdir", work) == -1)
		goto done;
	if (root ? fsconfig(fs, FSCONFIG_SET_STRING, "redirect_dir",
	    overlay->folders_stay ? "off" : "on", 0) == -1 :
	    fsconfig(fs, FSCONFIG_SET_FLAG, "userxattr", NULL, 0) == -1)
		goto done;
	/* An index belongs to one upper layer; the folder for work is used with one after the other. */
	if (fsconfig(fs, FSCONFIG_SET_STRING, "index", "off", 0) == -1)
		goto done;
	/*
	 * Ending a mount must not wait until all of the disk is written, as it
	 * would for every run; what counts is in the outbox and synced there.
	 */
	if (fsconfig(fs, FSCONFIG_SET_FLAG, "volatile", NULL, 0) == -1)
		goto done;
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == -1)
		goto done;
	if ((at = fsmount(fs, FSMOUNT_CLOEXEC, 0)) == -1)
		goto done;
	result = move_mount(at, "", AT_FDCWD, overlay->mount, MOVE_MOUNT_F_EMPTY_PATH);
	close(at);
done:
	close(fs);
	return result;
}

/* mount(2), for kernels before 6.5: all options in one page. */
static int
mount_old(const struct overlay *overlay, const int *trees, int upper, int work, bool root)
{
	struct buffer options;
	size_t i;
	int result;

	buffer_init(&options);
	buffer_add_text(&options, "lowerdir=");
	for (i = 0; overlay->trees[i] != NULL; i++)
		buffer_format(&options, "%s/proc/self/fd/%d", i ? ":" : "", trees[i]);
	buffer_format(&options, ",upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d,volatile,index=off,%s", upper,
	    work, !root ? "userxattr" : overlay->folders_stay ? "redirect_dir=off" : "redirect_dir=on");
	result = mount("overlay", overlay->mount, "overlay", 0, buffer_text(&options));
	buffer_release(&options);
	return result;
}

int
overlay_enter(const struct overlay *overlay, const struct owners *owners, const char **what)
{
	bool root = geteuid() == 0;
	size_t i, count = strs_count(overlay->trees);
	int *trees = mem_zero(count + 2, sizeof(int)), result = -1, saved;

	*what = "the trees of orch-commitd's as the agent's";
	if (root && owner_map(owners, overlay->trees) == -1)
		goto done;
	/* Only here: a folder opened in the namespace before cannot be a layer. */
	for (i = 0; i < count + 2; i++) {
		const char *path = i < count ? overlay->trees[i] :
		    i == count ? overlay->upper : overlay->work;

		*what = i < count ? "a tree" : "the upper layer";
		trees[i] = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (trees[i] == -1)
			goto done;
	}
	*what = "the overlay";
	/* The mark of the run before; the kernel refuses to mount over it. */
	unlinkat(trees[count + 1], "work/incompat/volatile/dirty", 0);
	unlinkat(trees[count + 1], "work/incompat/volatile", AT_REMOVEDIR);
	result = mount_new(overlay, trees, trees[count], trees[count + 1], root);
	if (result == -1)
		result = mount_old(overlay, trees, trees[count], trees[count + 1], root);
	/* The descriptors are close-on-exec; the process becomes another program. */
done:
	saved = errno;
	free(trees);
	errno = saved;
	return result;
}
