/* Where the slots' cgroups are: see cgroups.h. */
#include "cgroups.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "protocol/cgroup.h"
#include "protocol/cgroup_text.h"
#include "protocol/log.h"
#include "protocol/mem.h"

static const char *const controllers[] = { "memory", "pids", "cpu" };

/* The folder of our own cgroup, or NULL and why. The caller frees both. */
static char *
own_folder(char **why)
{
	char *text = cgroup_read("/proc/self", "cgroup"), *own = cgroup_text_own(text);
	char *mounts = cgroup_read("/proc/self", "mountinfo"), *folder = NULL;

	if (own != NULL && mounts != NULL)
		folder = cgroup_text_folder(mounts, own);
	if (folder == NULL)
		*why = str_dup("cgroup v2 is not mounted here");
	free(mounts);
	free(own);
	free(text);
	return folder;
}

/* Does systemd, or who else gave it to us, say that it is ours to divide? */
static bool
is_delegated(const char *folder)
{
	static const char *const marks[] = { "user.delegate", "trusted.delegate" };
	char value[8];
	size_t i;

	for (i = 0; i < COUNT(marks); i++)
		if (getxattr(folder, marks[i], value, sizeof(value)) >= 1 && value[0] == '1')
			return true;
	return false;
}

static bool
same_folder(const char *a, const char *b)
{
	struct stat first, second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
	    first.st_ino == second.st_ino;
}

/* Where the option says, or where we were put; NULL and why. The caller frees both. */
static char *
choose(const char *option, const char *own, char **why)
{
	char path[PATH_MAX];

	if (!str_same(option, "auto")) {
		free(*why);
		*why = NULL;
	}
	if (str_same(option, "off")) {
		*why = str_dup("cgroup: off is configured");
	} else if (!str_same(option, "auto")) {
		if (mkdir(option, 0755) == -1 && errno != EEXIST)
			*why = str_format("%s cannot be made: %s", option, strerror(errno));
		else if (realpath(option, path) == NULL || !cgroup_is(path))
			*why = str_format("%s is not a folder of cgroup v2", option);
		else
			return str_dup(path);
	} else if (own != NULL && is_delegated(own)) {
		return str_dup(own);
	} else if (own != NULL) {
		*why = str_format("the cgroup %s is not delegated (Delegate=yes in a unit of systemd, or 'cgroup: "
		    "FOLDER' in orch.yaml)", own);
	}
	return NULL;
}

/* Out of the folder that is to be divided. -1 with errno. */
static int
move_below(const char *prefix)
{
	char *leaf = str_format("%s-main", prefix);
	int result = mkdir(leaf, 0755) == -1 && errno != EEXIST ? -1 :
	    cgroup_write(leaf, "cgroup.procs", "0"), saved = errno;

	free(leaf);
	errno = saved;
	return result;
}

/* What the kernel has to give, for those below: one by one, for one may be refused. */
static void
enable(const char *folder)
{
	char *have = cgroup_read(folder, "cgroup.controllers"), text[16];
	size_t i;

	for (i = 0; i < COUNT(controllers); i++) {
		if (have == NULL || !cgroup_text_has(have, controllers[i]))
			continue;
		snprintf(text, sizeof(text), "+%s", controllers[i]);
		if (cgroup_write(folder, "cgroup.subtree_control", text) == -1)
			log_warn("cgroup=%s: no %s for the slots", folder, controllers[i]);
	}
	free(have);
}

/* No cgroups: whoever asked for them by name is told at once. Takes over `why`. */
static void
do_without(struct supervisor *supervisor, char *why)
{
	const char *option = supervisor->config.cgroup;

	if (!str_same(option, "auto") && !str_same(option, "off")) {
		fprintf(stderr, "orchd: cgroup: %s; name another folder, or write 'cgroup: auto'\n", why);
		exit(2);
	}
	free(supervisor->cgroup);
	supervisor->cgroup = NULL;
	free(supervisor->limits);
	supervisor->limits = str_format("rlimits and process namespaces: %s", why);
	free(why);
}

void
cgroups_init(struct supervisor *supervisor)
{
	char *why = NULL, *own = own_folder(&why), *folder = choose(supervisor->config.cgroup, own, &why);
	struct stat state;

	if (folder != NULL && stat(supervisor->config.state, &state) == 0) {
		/* One folder may serve several supervisors. */
		supervisor->cgroup = str_format("%s/orch-%jx-%jx", folder, (uintmax_t)state.st_dev,
		    (uintmax_t)state.st_ino);
		if (own != NULL && same_folder(own, folder) && move_below(supervisor->cgroup) == -1)
			why = str_format("%s-main cannot be entered: %s", supervisor->cgroup, strerror(errno));
		else
			enable(folder);
	}
	if (why != NULL || folder == NULL)
		do_without(supervisor, why != NULL ? why : str_dup("no cgroup was found"));
	free(folder);
	free(own);
}

char *
cgroups_slot(const struct supervisor *supervisor, const char *slot)
{
	return supervisor->cgroup != NULL ? str_format("%s-slot-%s", supervisor->cgroup, slot) : NULL;
}

char *
cgroups_trial(const struct supervisor *supervisor)
{
	return supervisor->cgroup != NULL ? str_format("%s-trial", supervisor->cgroup) : NULL;
}

/* Each controller that is there, and what holds in the place of one that is not. */
static void
describe(struct supervisor *supervisor, const char *held)
{
	struct buffer text;
	const char *slash = strrchr(supervisor->cgroup, '/');
	size_t i;

	buffer_init(&text);
	buffer_format(&text, "cgroup %.*s: kill, freeze, processor time", (int)(slash - supervisor->cgroup),
	    supervisor->cgroup);
	for (i = 0; i < COUNT(controllers); i++)
		if (cgroup_text_has(held, controllers[i]))
			buffer_format(&text, ", %s", controllers[i]);
	if (!cgroup_text_has(held, "memory") || !cgroup_text_has(held, "pids"))
		buffer_format(&text, "; rlimits for%s%s, whose controller is not there",
		    cgroup_text_has(held, "memory") ? "" : " memory",
		    cgroup_text_has(held, "pids") ? "" : cgroup_text_has(held, "memory") ?
		    " processes" : " and processes");
	supervisor->limits = str_dup(buffer_text(&text));
	buffer_release(&text);
}

void
cgroups_tried(struct supervisor *supervisor, const char *said)
{
	char *words;

	if (supervisor->cgroup == NULL)
		return;
	words = str_dup(said != NULL ? said + strlen("\ncgroup: ") : "refused: nothing was said of it");
	words[strcspn(words, "\n")] = '\0';
	if (strncmp(words, "holds:", strlen("holds:")) == 0)
		describe(supervisor, words + strlen("holds:"));
	else
		do_without(supervisor, str_format("%s: %s", supervisor->cgroup, words));
	free(words);
}

bool
cgroups_give_back(void)
{
	char *why = NULL, *folder = own_folder(&why), *slash, text[16];
	bool given = true;
	size_t i;

	/* systemd starts this program in a cgroup below that one. */
	if (folder != NULL && !is_delegated(folder) && (slash = strrchr(folder, '/')) != NULL)
		*slash = '\0';
	if (folder == NULL || !is_delegated(folder)) {
		fprintf(stderr, "orchd: --give-back: %s\n", why != NULL ? why : "no cgroup was delegated");
		free(folder);
		free(why);
		return false;
	}
	for (i = 0; i < COUNT(controllers); i++) {
		snprintf(text, sizeof(text), "-%s", controllers[i]);
		/* One that they do not have is none to take. */
		if (cgroup_write(folder, "cgroup.subtree_control", text) == -1 && errno != EINVAL) {
			fprintf(stderr, "orchd: --give-back: %s: %s\n", folder, strerror(errno));
			given = false;
		}
	}
	free(folder);
	return given;
}
