/*
 * orch-fence: the last step into a sandbox. Bubblewrap has made it and cannot mount any more
 * once Landlock holds, so this program, which it executes, puts the second fence around
 * itself and becomes the agent's command. It decides nothing: see rules.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fence/inside.h"
#include "fence/rules.h"

/* Names what could not be done; a sandbox without its fence is none. */
static int
failed(const char *what)
{
	fprintf(stderr, "orch-fence: %s: %s\n", what, strerror(errno));
	dprintf(FENCE_FAILED, "{ " FENCE_WORD " %d }\n", errno);
	return 125;
}

/* One exception; a folder that is not there needs none. */
static int
allow(int fence, const struct rule *rule)
{
	struct landlock_path_beneath_attr beneath = { .allowed_access = rule->rights,
	    .parent_fd = open(rule->folder, O_PATH | O_DIRECTORY | O_CLOEXEC) };
	long result;

	if (beneath.parent_fd == -1)
		return errno == ENOENT ? 0 : -1;
	result = syscall(SYS_landlock_add_rule, fence, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.parent_fd);
	return (int)result;
}

int
main(int argc, char **argv)
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), fence;
	struct rules all;
	struct rule rule;
	size_t i;

	if (argc < 2) {
		fprintf(stderr, "usage: orch-fence COMMAND...   (started by orch-worker, in a sandbox)\n");
		return 2;
	}
	fcntl(FENCE_FAILED, F_SETFD, FD_CLOEXEC);
	if (abi < FENCE_ABI)
		return failed("Landlock");
	all = rules_all(abi);
	if ((fence = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0)) == -1)
		return failed("a set of rules");
	for (i = 0; (rule = rules_at(i, abi)).folder != NULL; i++)
		if (allow(fence, &rule) == -1)
			return failed(rule.folder);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 || syscall(SYS_landlock_restrict_self, fence, 0) == -1)
		return failed("the fence");
	close(fence);
	execvp(argv[1], argv + 1);
	fprintf(stderr, "orch-fence: execvp %s: %s\n", argv[1], strerror(errno));
	dprintf(FENCE_FAILED, "{ " FENCE_WORD " %d }\n", errno);
	return 127;
}
