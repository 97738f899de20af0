/* Credentials of Git: see credentials.h. */
#include "commitd/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/environment.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/url.h"

/* Of the configuration, and no more: names as Git writes them in the answer. */
#define WANTED		"^(credential\\.|http\\.(.*\\.)?(proxy|sslcainfo)$)"
/*
 * A helper may leave a program running, which must not hold the lock of commitd. Git
 * gives each to a shell, as its configuration has it; this stands before it.
 */
#define WITHOUT_LOCK	"!exec 3>&-; "

/* Knows nothing but what is in its environment. */
#define LOGIN_USER	"ORCH_UPSTREAM_USER"
#define LOGIN_PASSWORD	"ORCH_UPSTREAM_PASSWORD"
#define LOGIN_HELPER	"!f() { printf 'username=%s\\npassword=%s\\n' " \
			"\"$" LOGIN_USER "\" \"$" LOGIN_PASSWORD "\"; }; f"

struct network {
	char **list;		/* "K=V" */
	size_t count;
	unsigned options;
};

/* Takes `entry` over. */
static void
add(struct network *network, char *entry)
{
	network->list = mem_resize(network->list, network->count + 2, sizeof(char *));
	network->list[network->count++] = entry;
	network->list[network->count] = NULL;
}

static void
add_option(struct network *network, const char *key, const char *value)
{
	add(network, str_format("GIT_CONFIG_KEY_%u=%s", network->options, key));
	add(network, str_format("GIT_CONFIG_VALUE_%u=%s", network->options++, value));
}

/* A helper is part of a command, a path, or the end of a name, as gitcredentials(7) has it. */
static void
add_helper(struct network *network, const char *key, const char *helper)
{
	char *value = helper[0] == '\0' ? str_dup("") : helper[0] == '!' ?
	    str_format(WITHOUT_LOCK "%s", helper + 1) :
	    str_format(WITHOUT_LOCK "%s%s", helper[0] == '/' ? "" : "git credential-", helper);

	add_option(network, key, value);
	free(value);
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len >= tail && str_same(text + len - tail, end);
}

/* What one of both files says: "KEY LF VALUE NUL"; without LF it is true. */
static void
add_file(struct network *network, const struct git *git, const char *which, const char *home,
    const char *folder)
{
	struct buffer said, problem;
	const struct git_call call = { .arguments = GIT_LIST("git", "-C", "/", "config", which,
	    "--includes", "--null", "--get-regexp", WANTED), .environment =
	    GIT_LIST("GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", home, folder), .repository = "",
	    .input = -1, .output = &said, .problem = &problem };
	char *key, *end, *value;

	buffer_init(&said);
	buffer_init(&problem);
	/* Nothing found is a failure too, without words. */
	if (git_run(git, &call) != ERROR_NONE && problem.len > 0)
		log_warnx("event=git-config file=%s why=%s", which, buffer_text(&problem));
	buffer_text(&said);
	end = (char *)said.bytes + said.len;
	for (key = (char *)said.bytes; key != NULL && key < end; key = value + strlen(value) + 1) {
		value = strchr(key, '\n');
		if (value != NULL)
			*value++ = '\0';
		else
			value = key + strlen(key);
		if (ends_with(key, ".helper"))
			add_helper(network, key, value);
		else
			add_option(network, key, value > key + strlen(key) ? value : "true");
	}
	buffer_release(&said);
	buffer_release(&problem);
}

/*
 * The login of the URL, by a helper as well: so it is on no command line and in none of
 * Git's words. Only for where the URL goes, should that send Git elsewhere.
 */
static void
add_login(struct network *network, const char *url, const char *login)
{
	const char *host = strstr(url, "://") + strlen("://");
	int len = (int)(host - url) + (int)strcspn(host, "/?#");
	size_t user_len = strcspn(login, ":");
	char *user = url_decode(login, user_len);
	const char *rest = login + user_len;
	char *password = rest[0] == ':' ? url_decode(rest + 1, strlen(rest + 1)) : NULL;
	char *helper = str_format("credential.%.*s.helper", len, url);
	char *name = str_format("credential.%.*s.username", len, url);

	if (user[0] != '\0')
		add_option(network, name, user);
	if (password != NULL)
		add_option(network, helper, "");
	add_option(network, helper, LOGIN_HELPER);
	add(network, str_format(LOGIN_USER "=%s", user));
	add(network, str_format(LOGIN_PASSWORD "=%s", password != NULL ? password : ""));
	free(user);
	free(password);
	free(helper);
	free(name);
}

void
credentials_read(struct commitd *commitd, const char *helper, const char *login)
{
	struct network network = { 0 };
	const char *configuration = getenv("XDG_CONFIG_HOME");
	char *home, *folder;

	if (url_folder(commitd->upstream) != NULL)
		return;
	home = str_format("HOME=%s", environment_home());
	folder = configuration != NULL ? str_format("XDG_CONFIG_HOME=%s", configuration) : NULL;
	/* What is fixed for every call has to be said again: this is in its place. */
	add_option(&network, "core.hooksPath", "/dev/null");
	add_option(&network, "core.fsmonitor", "false");
	add_option(&network, "core.attributesFile", "/dev/null");
	/* Nobody is there to answer. */
	add_option(&network, "credential.interactive", "false");
	add_file(&network, &commitd->git, "--system", home, folder);
	add_file(&network, &commitd->git, "--global", home, folder);
	if (helper != NULL) {
		/* An empty one makes Git forget those before it. */
		add_helper(&network, "credential.helper", "");
		add_helper(&network, "credential.helper", helper);
	}
	if (login != NULL && strstr(commitd->upstream, "://") != NULL)
		add_login(&network, commitd->upstream, login);
	add(&network, home);
	if (folder != NULL)
		add(&network, folder);
	add(&network, str_format("GIT_CONFIG_COUNT=%u", network.options));
	strs_free(commitd->network);
	commitd->network = network.list;
}
