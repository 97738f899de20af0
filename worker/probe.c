/* Tries what a worker will need, in the folder where it will need it: see probe.h. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/cgroup.h"
#include "protocol/mem.h"
#include "worker/files.h"
#include "worker/namespace.h"
#include "worker/overlay.h"
#include "worker/owner.h"
#include "worker/sandbox.h"

#define TRIAL_ID	60957
#define REMOVE_MS	2000u

/* Runs `true` in a sandbox without a workspace. Its words, or NULL when it works. */
static char *
try_sandbox(const char *state, uid_t uid, const char *cgroup)
{
	char text[512] = "", *command[] = { str_dup("true"), NULL };
	struct sandbox sandbox;
	struct sandbox_run run = { .command = command, .input = -1, .lock = -1 };
	int out[2], events = open("/dev/null", O_WRONLY | O_CLOEXEC), status = -1;
	size_t have = 0;
	ssize_t len;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) == -1)
		return str_dup(strerror(errno));
	sandbox_init(&sandbox, state, NULL, uid, cgroup);
	texts_init(&run.options);
	sandbox_environment(&sandbox, &run.options);
	run.output = run.errors = out[1];
	run.status = events;
	pid = sandbox_spawn(&sandbox, &run);
	close(out[1]);
	/* bwrap says a sentence in several pieces. */
	while (have < sizeof(text) - 1 &&
	    (len = read(out[0], text + have, sizeof(text) - 1 - have)) > 0)
		have += (size_t)len;
	if (pid > 0)
		waitpid(pid, &status, 0);
	text[have] = '\0';
	text[strcspn(text, "\n")] = '\0';
	close(out[0]);
	close(events);
	texts_release(&run.options);
	sandbox_release(&sandbox);
	free(command[0]);
	if (status == 0)
		return NULL;
	return str_dup(*text != '\0' ? text : "bwrap cannot be executed");
}

/* In a child: is what is root's there shown as the slot's user's? */
static void
users_child(const char *folder, const struct namespace_ids *ids, int out)
{
	char *const folders[] = { str_dup(folder), NULL };
	const struct owners trial = { .uid = TRIAL_ID };
	const char *what = "a namespace";
	struct stat st = { 0 };

	if (namespace_settle(ids, &what) == -1)
		dprintf(out, "cannot make %s: %s", what, strerror(errno));
	else if (owner_map(&trial, folders) == -1)
		dprintf(out, "files cannot be shown as another user's there: %s", strerror(errno));
	else if (stat(folder, &st) == -1 || st.st_uid != TRIAL_ID)
		dprintf(out, "files are not shown as another user's there");
	_exit(0);
}

/* In a child: mounts, writes, renames over a lower file. */
static void
overlay_child(const struct overlay *overlay, const struct namespace_ids *ids, int out)
{
	const char *what = "an overlay";
	const struct owners root = { .uid = 0 };
	char *path = str_format("%s/file", overlay->mount);

	if (namespace_settle(ids, &what) == -1 || overlay_enter(overlay, &root, &what) == -1)
		dprintf(out, "cannot mount %s: %s", what, strerror(errno));
	else if (files_write(path, "2", 1) == -1 || unlink(path) == -1)
		dprintf(out, "cannot write in an overlay: %s", strerror(errno));
	_exit(0);
}

/* As root the trees belong to another user; to any, for the trial. */
static bool
give(const char *path)
{
	return geteuid() != 0 || lchown(path, TRIAL_ID, TRIAL_ID) == 0;
}

/* What the child of a trial says, NULL when it is nothing. */
static char *
hear(pid_t pid, int in)
{
	char text[512] = "";
	ssize_t len = read(in, text, sizeof(text) - 1);
	int saved = errno;

	text[len > 0 ? len : 0] = '\0';
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid == -1 ? str_dup(strerror(saved)) : *text != '\0' ? str_dup(text) : NULL;
}

/* A user for each slot, as root. NULL when it works, else why not. */
static char *
try_users(const char *state)
{
	char *folder = str_format("%s/probe.%d", state, (int)getpid()), *why;
	struct namespace_ids ids;
	int out[2];
	pid_t pid;

	if (files_folder(folder, 0700) == -1 || pipe2(out, O_CLOEXEC) == -1) {
		why = str_format("cannot write in %s: %s", state, strerror(errno));
	} else {
		if ((pid = namespace_fork(&ids, -1)) == 0)
			users_child(folder, &ids, out[1]);
		close(out[1]);
		why = hear(pid, out[0]);
		close(out[0]);
	}
	files_remove(folder, SIZE_MAX);
	free(folder);
	return why != NULL ? why : try_sandbox(state, TRIAL_ID, NULL);
}

/* NULL when it works, else why not. */
static char *
try_overlay(const char *state)
{
	char *folder = str_format("%s/probe.%d", state, (int)getpid());
	char *lower = str_format("%s/lower", folder), *upper = str_format("%s/upper", folder);
	char *work = str_format("%s/work", folder), *at = str_format("%s/mount", folder);
	char *file = str_format("%s/file", lower), *why = NULL;
	char *trees[] = { lower, NULL };
	struct overlay overlay = { .trees = trees, .upper = upper, .work = work, .mount = at };
	struct namespace_ids ids;
	int out[2] = { -1, -1 };
	pid_t pid = -1;

	if (files_folder(lower, 0700) == -1 || files_folder(upper, 0700) == -1 ||
	    files_folder(work, 0700) == -1 || files_folder(at, 0700) == -1 ||
	    files_write(file, "1", 1) == -1 || !give(lower) || !give(file) ||
	    pipe2(out, O_CLOEXEC) == -1) {
		why = str_format("cannot write in %s: %s", state, strerror(errno));
	} else {
		if ((pid = namespace_fork(&ids, -1)) == 0)
			overlay_child(&overlay, &ids, out[1]);
		close(out[1]);
		why = hear(pid, out[0]);
		close(out[0]);
	}
	files_remove(folder, SIZE_MAX);
	free(file);
	free(at);
	free(work);
	free(upper);
	free(lower);
	free(folder);
	return why;
}

/* What a cgroup holds there: its controllers, or why it is of no use. The caller frees. */
static char *
try_cgroup(const char *state, const char *cgroup)
{
	static const struct { const char *file, *name; } limits[] = { { "memory.max", " memory" },
	    { "pids.max", " pids" }, { "cpu.max", " cpu" } };
	const struct cgroup_limits none = { 0 };
	struct buffer held;
	char *why = NULL, *path, *text;
	size_t i;

	if (cgroup_make(cgroup, &none) == -1)
		return str_format("refused: %s cannot be made: %s", cgroup, strerror(errno));
	buffer_init(&held);
	for (i = 0; i < COUNT(limits); i++) {
		path = str_format("%s/%s", cgroup, limits[i].file);
		if (access(path, W_OK) == 0)
			buffer_add_text(&held, limits[i].name);
		free(path);
	}
	path = str_format("%s/cgroup.kill", cgroup);
	if (access(path, W_OK) == -1)
		why = str_dup("this kernel has no cgroup.kill; it came with Linux 5.14");
	else
		why = try_sandbox(state, 0, cgroup);
	free(path);
	if (cgroup_remove(cgroup, REMOVE_MS) == -1 && why == NULL)
		why = str_format("%s cannot be removed: %s", cgroup, strerror(errno));
	text = why != NULL ? str_format("refused: %s", why) : str_format("holds:%s", buffer_text(&held));
	free(why);
	buffer_release(&held);
	return text;
}

int
probe_print(const char *state, const char *cgroup)
{
	char *why = geteuid() == 0 ? try_users(state) : NULL, *users;

	users = str_format("%s%s", geteuid() != 0 ? "one" : why == NULL ? "slot" : "root: ",
	    why != NULL ? why : "");
	free(why);
	why = try_sandbox(state, 0, NULL);
	if (why != NULL) {
		printf("sandbox refused: %s\n", why);
		free(why);
		free(users);
		return 1;
	}
	why = try_overlay(state);
	if (why != NULL)
		printf("checkout: %s\n", why);
	else
		printf("overlay\n");
	printf("users: %s\n", users);
	free(users);
	free(why);
	if (cgroup != NULL) {
		why = try_cgroup(state, cgroup);
		printf("cgroup: %s\n", why);
		free(why);
	}
	return 0;
}
