/* What a configuration may not say, though each of its values is one: see startup_check.h. */
#include "startup_check.h"

#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "protocol/url.h"
#include "protocol/valid.h"

#define VERIFY_SLOTS_MOST	512u	/* each has a user of its own: see slots.c */
#define SOCKET_PATH_MAX	100	/* sun_path has 108 */

/* Messages carry UTF-8; a path or an option may be any bytes. */
static void
check_text(const char *what, const char *text, struct problems *problems)
{
	if (text != NULL && !utf8_valid(text, strlen(text)))
		problems_add(problems, "%s: '%s' is not UTF-8; give it a name that is", what, text);
}

static void
check_identity(const struct config_project *config, const char *key, const char *value,
    struct problems *problems)
{
	if (value != NULL && !identity_valid(value))
		problems_add(problems, "projects.%s.%s: '%s' is not NAME <EMAIL>", config->name, key,
		    value);
}

#define PATHS_MOST	64u	/* of setup.key and copy, as messages bound them */

/* A path of one thing in a repository: no pattern, and nothing of Git's own. */
static bool
is_path(const char *path)
{
	size_t len;

	if (path[0] == '!' || strpbrk(path, "*?[") != NULL || !utf8_valid(path, strlen(path)))
		return false;
	for (;; path += len + 1) {
		len = strcspn(path, "/");
		if (len == 0 || (len == 4 && strncasecmp(path, ".git", 4) == 0))
			return false;
		if (path[len] == '\0')
			return true;
	}
}

static void
check_paths(const struct config_project *config, const char *key, char *const *paths, struct problems *problems)
{
	size_t i;

	if (strs_count(paths) > PATHS_MOST)
		problems_add(problems, "projects.%s.%s: more than %u paths", config->name, key, PATHS_MOST);
	for (i = 0; i < strs_count(paths); i++)
		if (!is_path(paths[i]))
			problems_add(problems, "projects.%s.%s: '%s' is not the path of one file, as Git "
			    "has it", config->name, key, paths[i]);
}

/* What is copied has to be somewhere: in a work tree on this machine. */
static void
check_copy(const struct config_project *config, struct problems *problems)
{
	const char *folder = config->upstream != NULL ? url_folder(config->upstream) : NULL;
	char *git = folder != NULL ? str_format("%s/.git", folder) : NULL;

	if (config->copy != NULL && (git == NULL || access(git, F_OK) == -1))
		problems_add(problems, "projects.%s.copy: the upstream %s has no work tree on this machine to "
		    "copy files from; leave copy out, or let upstream be the path of one", config->name,
		    config->upstream != NULL ? config->upstream : "");
	free(git);
}

/* What holds for one project. */
static void
check_project(const struct config *all, const struct config_project *config, struct problems *problems)
{
	check_text("the repository's path", config->upstream, problems);
	check_text("branch", config->branch, problems);
	check_text("verify", config->verify, problems);
	check_text("agent", config->agent, problems);
	if (config->verify == NULL)
		problems_add(problems, "projects.%s.verify: missing; write a command in orch.yaml or with "
		    "--verify CMD, or 'none' to land unverified", config->name);
	check_text("setup", config->setup, problems);
	if (config->setup == NULL && config->setup_key != NULL)
		problems_add(problems, "projects.%s.setup: no command; write setup: {command: CMD, ...}",
		    config->name);
	check_paths(config, "setup.key", config->setup_key, problems);
	check_paths(config, "copy", config->copy, problems);
	check_copy(config, problems);
	check_identity(config, "author", config->author, problems);
	check_identity(config, "committer", config->committer, problems);
	if (config->agent != NULL && agents_find(&all->agents, config->agent) == NULL)
		problems_add(problems, "agent: '%s' is not configured; add it under agents in orch.yaml",
		    config->agent);
	if (config->sandbox == SANDBOX_NONE && (config->network == NETWORK_OFF ||
	    config->network_allow != NULL || config->setup_network == SETUP_NETWORK_OFF))
		problems_add(problems, "network, setup.network: off, or named destinations, cannot be kept "
		    "with sandbox: none; write one of them otherwise");
	if (config->sandbox == SANDBOX_NONE && config->workspace == WORKSPACE_OVERLAY)
		problems_add(problems, "workspace: overlay needs mounts of its own, and there are none with "
		    "sandbox: none; write workspace: checkout");
}

/* What projects of one supervisor have in common: the workers of its slots, which serve all. */
static void
check_together(const struct supervisor *supervisor, struct problems *problems)
{
	const struct config *config = &supervisor->config;
	uint64_t verify_slots = 0;
	size_t i;

	if (supervisor->one_shot && config->project_count > 1)
		problems_add(problems, "projects.%s: a second project: a run has one; take it out, name another "
		    "file with -c, or let orchd supervise them", config->projects[1].name);
	for (i = 0; i < config->project_count; i++)
		verify_slots += config->projects[i].verify_slots;
	if (verify_slots > VERIFY_SLOTS_MOST)
		problems_add(problems, "verify_slots: those of all projects are %ju; %u together are the most",
		    (uintmax_t)verify_slots, VERIFY_SLOTS_MOST);
}

void
startup_check(const struct supervisor *supervisor, struct problems *problems)
{
	const struct config *config = &supervisor->config;
	size_t i;

	check_text("state", config->state, problems);
	check_text("runtime", config->runtime, problems);
	if (config->commitd_user != NULL && strspn(config->commitd_user, "0123456789") !=
	    strlen(config->commitd_user) && getpwnam(config->commitd_user) == NULL)
		problems_add(problems, "commitd_user: there is no user '%s' on this machine",
		    config->commitd_user);
	for (i = 0; i < config->project_count; i++)
		check_project(config, &config->projects[i], problems);
	check_together(supervisor, problems);
	if (config->state != NULL && config->state[0] != '/')
		problems_add(problems, "state: '%s' must be an absolute path", config->state);
	if (config->runtime != NULL && strlen(config->runtime) + strlen("/orchd.sock") > SOCKET_PATH_MAX)
		problems_add(problems, "runtime: '%s' is too long for a socket's path; use a shorter one",
		    config->runtime);
}
