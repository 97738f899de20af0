/* Environments of programs: see environment.h. */
#include "commitd/environment.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"

#define NO_HOME		"/nonexistent"

static size_t
name_len(const char *entry)
{
	return strcspn(entry, "=");
}

/* In the place of one of that name, else behind all. Of two entries programs see the first. */
static void
put(char **list, size_t *count, char *entry)
{
	size_t len = name_len(entry), i = 0;

	while (i < *count && (name_len(list[i]) != len || strncmp(list[i], entry, len) != 0))
		i++;
	if (i < *count)
		free(list[i]);
	else
		++*count;
	list[i] = entry;
}

/* Names without a value go. */
static void
drop_names(char **list)
{
	size_t from, to = 0;

	for (from = 0; list[from] != NULL; from++)
		if (strchr(list[from], '=') != NULL)
			list[to++] = list[from];
		else
			free(list[from]);
	list[to] = NULL;
}

char **
environment_new(const char *configuration, const char *repository, const char *const *more)
{
	static const char *const fixed[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
	    ("HOME=" NO_HOME), "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
	    "GIT_NO_REPLACE_OBJECTS=1", "GIT_ATTR_NOSYSTEM=1", "GIT_OPTIONAL_LOCKS=0",
	    "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh",
	    /* In our own repository: so said, it does not reach a program at an upstream. */
	    "GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=core.hooksPath", "GIT_CONFIG_VALUE_0=/dev/null",
	    "GIT_CONFIG_KEY_1=core.fsmonitor", "GIT_CONFIG_VALUE_1=false" };
	const char *agent = getenv("SSH_AUTH_SOCK");
	size_t count = 0, most = COUNT(fixed) + 4, i;
	char **list;

	for (i = 0; more != NULL && more[i] != NULL; i++)
		most++;
	list = mem_zero(most, sizeof(char *));
	put(list, &count, str_format("GIT_CONFIG_GLOBAL=%s", configuration));
	if (repository[0] != '\0')
		put(list, &count, str_format("GIT_DIR=%s", repository));
	/* The person's keys, for an upstream that is reached by ssh. */
	if (agent != NULL)
		put(list, &count, str_format("SSH_AUTH_SOCK=%s", agent));
	for (i = 0; i < COUNT(fixed); i++)
		put(list, &count, str_dup(fixed[i]));
	for (i = 0; more != NULL && more[i] != NULL; i++)
		put(list, &count, str_dup(more[i]));
	drop_names(list);
	return list;
}

const char *
environment_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (home != NULL && home[0] == '/')
		return home;
	/* A service of the system is started without one. */
	user = getpwuid(geteuid());
	return user != NULL && user->pw_dir[0] == '/' ? user->pw_dir : NO_HOME;
}

void
environment_forget(void)
{
	unsetenv("HOME");
	unsetenv("XDG_CONFIG_HOME");
}
