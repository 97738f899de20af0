/*
 * Workspaces: see workspace.h. Decides which back-end is used and where its
 * folders are; the agent's `.git` is written here and never read.
 */
#include "workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/checkout.h"
#include "worker/files.h"
#include "worker/layer.h"
#include "worker/overlay.h"

#define MARK		"prepared"	/* in the slot: there is a workspace */
#define MARK_ASIDE	"prepared.not"

/* Opens a folder and holds a shared lock, so that it is not removed below us. */
static enum error
lock_folder(struct workspace *workspace, const char *path, struct buffer *why)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1 || flock(fd, LOCK_SH) == -1) {
		buffer_format(why, "%s: %s", path, strerror(errno));
		if (fd != -1)
			close(fd);
		return ERROR_SYSTEM;
	}
	workspace->locks = mem_resize(workspace->locks, workspace->lock_count + 1, sizeof(int));
	workspace->locks[workspace->lock_count++] = fd;
	return ERROR_NONE;
}

/* The trees of an overlay. */
static enum error
lock_trees(struct workspace *workspace, char *const *names, struct buffer *why)
{
	size_t i, count = strs_count(names);

	if (count == 0) {
		buffer_add_text(why, "no trees were given for an overlay");
		return ERROR_INVALID;
	}
	workspace->trees = mem_zero(count + 1, sizeof(char *));
	for (i = 0; i < count; i++) {
		char *path;

		if (!name_valid(names[i])) {
			buffer_format(why, "'%s' is not the name of a tree", names[i]);
			return ERROR_INVALID;
		}
		path = str_format("%s/trees/%s", workspace->project, names[i]);
		if (lock_folder(workspace, path, why) != ERROR_NONE) {
			free(path);
			return ERROR_SYSTEM;
		}
		if (i == 0)
			workspace->index = str_format("%s/.git/index", path);
		workspace->trees[i] = path;
	}
	return ERROR_NONE;
}

enum error
workspace_init(struct workspace *workspace, const struct workspace_wanted *wanted,
    struct buffer *why)
{
	*workspace = (struct workspace){ .kind = wanted->kind };
	workspace->slot = str_dup(wanted->slot);
	workspace->project = str_dup(wanted->project);
	workspace->objects = str_format("%s/repository.git/objects", wanted->project);
	/* Who is root outside is nobody inside, and may not pass commitd's folder. */
	workspace->shown = geteuid() == 0 && !wanted->bare ? str_format("%s/objects", wanted->slot) :
	    str_dup(workspace->objects);
	workspace->inside = wanted->bare ? workspace->shown : INSIDE_OBJECTS;
	workspace->tip = str_dup(wanted->tip);
	workspace->tree = str_dup(wanted->tree);
	workspace->agent = str_dup(wanted->agent ? wanted->agent : "agent");
	workspace->prepared = str_dup(wanted->prepared);
	/* Where it is from could not be told when the layer is not mounted. */
	workspace->folders_stay = wanted->prepared != NULL || wanted->prepares;
	if (wanted->prepared != NULL && lock_folder(workspace, wanted->prepared, why) != ERROR_NONE)
		return ERROR_SYSTEM;
	if (wanted->kind == WORKSPACE_CHECKOUT) {
		workspace->root = str_format("%s/tree", wanted->slot);
		workspace->index = str_format("%s/reset.git/index", wanted->slot);
		return ERROR_NONE;
	}
	workspace->upper = str_format("%s/upper", wanted->slot);
	workspace->work = str_format("%s/work", wanted->slot);
	workspace->root = str_format("%s/mount", wanted->slot);
	return lock_trees(workspace, wanted->trees, why);
}

void
workspace_release(struct workspace *workspace)
{
	size_t i;

	for (i = 0; i < workspace->lock_count; i++)
		close(workspace->locks[i]);
	free(workspace->locks);
	strs_free(workspace->trees);
	free(workspace->prepared);
	free(workspace->index);
	free(workspace->root);
	free(workspace->work);
	free(workspace->upper);
	free(workspace->agent);
	free(workspace->tree);
	free(workspace->tip);
	free(workspace->shown);
	free(workspace->objects);
	free(workspace->project);
	free(workspace->slot);
	*workspace = (struct workspace){ 0 };
}

/* One value of a configuration file, quoted. */
static void
quote(struct buffer *out, const char *value)
{
	buffer_add(out, "\"", 1);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buffer_add(out, "\\", 1);
		buffer_add(out, value, 1);
	}
	buffer_add(out, "\"", 1);
}

static int
write_below(const char *folder, const char *name, const char *text)
{
	char *path = str_format("%s/%s", folder, name);
	int result = files_write(path, text, strlen(text));

	free(path);
	return result;
}

int
workspace_tell_shallow(const struct workspace *workspace, const char *git)
{
	char *from = str_format("%s/../shallow", workspace->objects);
	char *to = str_format("%s/shallow", git);
	int result = access(from, F_OK) == -1 ? 0 : files_copy(from, to);

	free(from);
	free(to);
	return result;
}

/*
 * The agent's private repository: its own HEAD, branch and configuration. With
 * `whole` also what an overlay has in its lower layer: objects and alternates.
 */
static int
write_repository(const struct workspace *workspace, const char *folder, bool whole)
{
	struct buffer config;
	char *heads = str_format("%s/refs/heads", folder), *tip = str_format("%s\n", workspace->tip);
	char *info = str_format("%s/objects/info", folder), *objects = str_format("%s\n", workspace->inside);
	int result = -1;

	buffer_init(&config);
	buffer_add_text(&config, "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n"
	    "\tbare = false\n\tcheckStat = minimal\n\ttrustctime = false\n"
	    "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
	    "[advice]\n\tdetachedHead = false\n[user]\n\temail = orch@localhost\n\tname = ");
	quote(&config, workspace->agent);
	buffer_add_text(&config, "\n");
	if (files_folder(heads, 0755) == -1 || (whole && files_folder(info, 0755) == -1))
		goto done;
	if (whole && write_below(info, "alternates", objects) == -1)
		goto done;
	if (workspace->prepared != NULL && layer_tell_git(workspace->prepared, folder) == -1)
		goto done;
	if (write_below(folder, "HEAD", "ref: " AGENT_BRANCH "\n") == -1 ||
	    write_below(heads, "orch", tip) == -1 ||
	    write_below(folder, "config", buffer_text(&config)) == -1 ||
	    workspace_tell_shallow(workspace, folder) == -1)
		goto done;
	result = 0;
done:
	buffer_release(&config);
	free(objects);
	free(info);
	free(tip);
	free(heads);
	return result;
}

/* There is a workspace. The mark of the one before is used again: see workspace_discard. */
static int
mark(const char *slot)
{
	char *from = str_format("%s/" MARK_ASIDE, slot), *to = str_format("%s/" MARK, slot);
	int result = rename(from, to);

	if (result == -1 && errno == ENOENT)
		result = files_write(to, "", 0);
	free(to);
	free(from);
	return result;
}

enum error
workspace_prepare(struct workspace *workspace, struct buffer *why)
{
	bool checkout = workspace->kind == WORKSPACE_CHECKOUT;
	char *git = NULL;
	enum error error = ERROR_NONE;

	if (workspace_discard(workspace->slot) == -1)
		goto failed;
	if (checkout) {
		error = checkout_reset(workspace, why);
		if (error == ERROR_NONE && workspace->tree != NULL)
			error = checkout_check(workspace, why);
		if (error == ERROR_NONE && workspace->prepared != NULL)
			error = layer_copy(workspace->prepared, workspace->root, why);
		if (error != ERROR_NONE)
			return error;
	} else if (files_folder(workspace->upper, 0755) == -1 ||
	    files_folder(workspace->work, 0700) == -1 ||
	    files_folder(workspace->root, 0700) == -1) {
		goto failed;
	}
	git = str_format("%s/.git", checkout ? workspace->root : workspace->upper);
	if (files_folder(git, 0755) == -1 || write_repository(workspace, git, checkout) == -1)
		goto failed;
	if (checkout) {
		char *index = str_format("%s/index", git);
		int copied = files_copy(workspace->index, index);

		free(index);
		if (copied == -1)
			goto failed;
	}
	if (mark(workspace->slot) == -1)
		goto failed;
	free(git);
	return ERROR_NONE;
failed:
	error = error_from_errno(errno);
	buffer_format(why, "cannot make the workspace in %s: %s", workspace->slot, strerror(errno));
	free(git);
	return error;
}

/* Moves one thing to a free name in the trash; not being there is fine. -1 with errno. */
static int
move_to_trash(const char *slot, const char *name, unsigned *serial)
{
	char *from = str_format("%s/%s", slot, name), *trash = str_format("%s/trash", slot);
	char *to = NULL;
	struct stat st;
	int result = 0, saved;

	if (lstat(from, &st) == 0) {
		/* Without the right to write a folder its owner cannot move it either. */
		files_open_up(from);
		result = files_folder(trash, 0700);
		do {
			free(to);
			to = str_format("%s/%u", trash, (*serial)++);
		} while (lstat(to, &st) == 0);
		if (result == 0)
			result = rename(from, to);
	}
	saved = errno;
	free(to);
	free(trash);
	free(from);
	errno = saved;
	return result;
}

int
workspace_scratch(const struct workspace *workspace)
{
	char *folder = str_format("%s/scratch", workspace->slot);
	char *upper = str_format("%s/upper", folder), *work = str_format("%s/work", folder);
	unsigned serial = 0;
	int result = 0;

	if (workspace->kind == WORKSPACE_OVERLAY) {
		if (move_to_trash(workspace->slot, "scratch", &serial) == -1 || files_folder(folder, 0700) == -1 || files_folder(upper, 0755) == -1 ||
		    files_folder(work, 0700) == -1)
			result = -1;
	}
	free(folder);
	free(upper);
	free(work);
	return result;
}

int
workspace_enter(const struct workspace *workspace, bool scratch, bool unprepared,
    const struct owners *owners, const char **what)
{
	char *const folders[] = { workspace->slot, NULL };
	struct overlay overlay = { .folders_stay = workspace->folders_stay };
	size_t count = 0, i;
	char **trees;

	*what = "the slot as its user's";
	if (owners->uid != 0 && owner_map(owners, folders) == -1)
		return -1;
	*what = workspace->objects;
	if (!str_same(workspace->shown, workspace->objects) &&
	    (files_folder(workspace->shown, 0700) == -1 ||
	    mount(workspace->objects, workspace->shown, NULL, MS_BIND, NULL) == -1))
		return -1;
	if (workspace->kind == WORKSPACE_CHECKOUT)
		return 0;
	/* The process ends soon, nothing is freed. */
	trees = mem_zero(strs_count(workspace->trees) + 3, sizeof(*trees));
	if (scratch)
		/* What the agent left becomes the topmost tree. */
		trees[count++] = workspace->upper;
	for (i = 0; workspace->trees[i] != NULL; i++)
		trees[count++] = workspace->trees[i];
	/* Lowest: what the tip has, counts. */
	if (workspace->prepared != NULL && !unprepared)
		trees[count++] = layer_files(workspace->prepared);
	overlay.trees = trees;
	overlay.upper = scratch ? str_format("%s/scratch/upper", workspace->slot) : workspace->upper;
	overlay.work = scratch ? str_format("%s/scratch/work", workspace->slot) : workspace->work;
	overlay.mount = workspace->root;
	return overlay_enter(&overlay, owners, what);
}

void
workspace_learn(const struct workspace *workspace, struct owners *owners)
{
	size_t i;

	owners_learn(owners, workspace->slot);
	for (i = 0; i < strs_count(workspace->trees); i++)
		owners_learn(owners, workspace->trees[i]);
	if (workspace->prepared != NULL)
		owners_learn(owners, workspace->prepared);
}

bool
workspace_left(const char *slot)
{
	char *path = str_format("%s/" MARK, slot);
	struct stat st;
	bool left = lstat(path, &st) == 0;

	free(path);
	return left;
}

char *
workspace_keep(const char *slot, enum workspace_kind kind, uint64_t attempt)
{
	char *from = str_format("%s/%s", slot, kind == WORKSPACE_CHECKOUT ? "tree" : "upper");
	char *to = str_format("%s/kept-%ju", slot, (uintmax_t)attempt);

	if (rename(from, to) == -1) {
		free(to);
		to = NULL;
	}
	free(from);
	return to;
}

int
workspace_discard(const char *slot)
{
	/* Nothing of anybody's is ever in "work", which the kernel empties. */
	static const char *const names[] = { "upper", "scratch", "collect", "home", "outbox", "tmp",
	    "place", "notes" };
	char *from = str_format("%s/" MARK, slot), *to = str_format("%s/" MARK_ASIDE, slot);
	unsigned serial = 0;
	int result = 0, saved = 0;
	size_t i;

	if (rename(from, to) == -1)
		unlink(from);
	for (i = 0; i < COUNT(names); i++)
		if (move_to_trash(slot, names[i], &serial) == -1) {
			result = -1;
			saved = errno;
		}
	free(to);
	free(from);
	errno = saved;
	return result;
}
