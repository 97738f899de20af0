/* From the command line to a supervisor that may start: see startup.h. */
#include "startup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_file.h"
#include "hash.h"
#include "notes_config.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/url.h"
#include "spawn.h"
#include "startup_check.h"

#define STATE_VERSION	1

/* Prints what is wrong and ends: exit status 2. */
static void
refuse(struct problems *problems)
{
	if (problems->count == 0)
		return;
	problems_print(problems, "orchd");
	exit(2);
}

static void
set_if_missing(char **text, const char *preset)
{
	if (*text == NULL)
		*text = str_dup(preset);
}

static char *
state_home(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state != NULL && state[0] == '/')
		return str_format("%s/orch", state);
	return str_format("%s/.local/state/orch", home != NULL && home[0] == '/' ? home : "/tmp");
}

static char *
runtime_home(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (runtime != NULL && runtime[0] == '/' && strlen(runtime) < 60)
		return str_format("%s/orch", runtime);
	return str_format("/tmp/orch-%u", (unsigned)geteuid());
}

/* What Git says of a folder, one line of it, or NULL. */
static char *
ask_git(const char *folder, const char *const *words)
{
	const char *argv[8] = { "git", "-C", folder };
	char *line, **copy;
	size_t i, len;

	for (i = 0; words[i] != NULL && i + 4 < COUNT(argv); i++)
		argv[i + 3] = words[i];
	copy = strs_dup((char *const *)(uintptr_t)argv);
	line = spawn_output(copy, NULL);
	strs_free(copy);
	len = line != NULL ? strlen(line) : 0;
	if (len > 0 && line[len - 1] == '\n')
		line[len - 1] = '\0';
	return line;
}

/*
 * The repository that a folder is in: the top of the work tree, or the bare
 * repository. The folder itself where Git knows of none; NULL: there is no such folder.
 */
static char *
repository_at(const char *folder)
{
	char path[PATH_MAX], *top;

	if (realpath(folder, path) == NULL)
		return NULL;
	top = ask_git(path, (const char *const[]){ "rev-parse", "--show-toplevel", NULL });
	if (top == NULL)
		top = ask_git(path, (const char *const[]){ "rev-parse", "--absolute-git-dir", NULL });
	return top != NULL ? top : str_dup(path);
}

/* The upstream's own branch, when none was named; NULL when it cannot be told. */
static char *
current_branch(const char *upstream)
{
	return ask_git(upstream, (const char *const[]){ "symbolic-ref", "--short", "-q", "HEAD",
	    NULL });
}

/* A run without a project in its configuration: the repository it stands in. */
static void
one_shot_defaults(struct supervisor *supervisor, const char *repository)
{
	struct config *config = &supervisor->config;
	struct config_project *project = config->project_count > 0 ? config->projects :
	    config_project_add(config, NULL);
	char *home;

	set_if_missing(&project->upstream, repository);
	set_if_missing(&project->name, "run");
	if (config->state == NULL) {
		home = state_home();
		config->state = str_format("%s/run/%016jx", home, (uintmax_t)hash_text(project->upstream));
		free(home);
	}
	if (config->runtime == NULL) {
		home = runtime_home();
		config->runtime = str_format("%s/%016jx", home, (uintmax_t)hash_text(config->state));
		free(home);
	}
}

static void
service_defaults(struct supervisor *supervisor, struct problems *problems)
{
	struct config *config = &supervisor->config;
	size_t i;

	if (config->project_count == 0)
		problems_add(problems, "projects.NAME.upstream: missing; write the path or the URL of the "
		    "repository in orch.yaml (orchd -c FILE)");
	for (i = 0; i < config->project_count; i++)
		if (config->projects[i].name == NULL || config->projects[i].upstream == NULL)
			problems_add(problems, "projects.%s.upstream: missing; write the path or the URL of the "
			    "repository in orch.yaml (orchd -c FILE)",
			    config->projects[i].name ? config->projects[i].name : "NAME");
	if (config->state == NULL)
		config->state = geteuid() == 0 ? str_dup("/var/lib/orch") : state_home();
	if (config->runtime == NULL)
		config->runtime = geteuid() == 0 ? str_dup("/run/orch") : runtime_home();
}

/* The agents that came with orch: beside the installed program, or in its sources. */
static void
read_shipped(struct config *config, struct problems *problems)
{
	static const char *const places[] = { "../share/orch/agents", "../../etc/agents" };
	char *own = spawn_own_folder(), *folder;
	size_t i;

	for (i = 0; i < COUNT(places); i++) {
		folder = str_format("%s/%s", own, places[i]);
		if (access(folder, F_OK) == 0) {
			config_file_shipped(config, folder, problems);
			i = COUNT(places);
		}
		free(folder);
	}
	free(own);
}

static void
find_branch(struct config_project *project)
{
	if (project->branch == NULL && (project->branch = current_branch(project->upstream)) == NULL)
		project->branch = str_dup("main");
}

void
startup_configure(struct supervisor *supervisor, const struct startup *startup)
{
	struct config *config = &supervisor->config;
	struct problems problems;
	const char *folder = startup->folder != NULL ? startup->folder : ".";
	char *beside = NULL, *repository = NULL;
	size_t i;

	problems_init(&problems);
	config_init(config);
	if (supervisor->one_shot && (repository = repository_at(folder)) == NULL)
		problems_add(&problems, "%s: %s", folder, strerror(errno));
	refuse(&problems);
	read_shipped(config, &problems);
	if (startup->config_file == NULL && supervisor->one_shot) {
		beside = str_format("%s/.orch.yaml", repository);
		if (access(beside, R_OK) == 0)
			config_file_read(config, beside, &problems);
	} else {
		config_file_read(config, startup->config_file ? startup->config_file : "/etc/orch.yaml", &problems);
	}
	for (i = 0; startup->assignments != NULL && startup->assignments[i] != NULL; i++)
		config_set(config, startup->assignments[i], &problems);
	notes_config_read(config, startup->config_file != NULL ? startup->config_file : beside != NULL ?
	    beside : "/etc/orch.yaml", &problems);
	free(beside);
	refuse(&problems);
	/* Nobody else is to see it, and it may change. */
	for (i = 0; i < config->project_count; i++)
		if (config->projects[i].upstream != NULL)
			config->projects[i].login = url_take_login(config->projects[i].upstream);
	if (supervisor->one_shot)
		one_shot_defaults(supervisor, repository);
	else
		service_defaults(supervisor, &problems);
	refuse(&problems);
	for (i = 0; i < config->project_count; i++)
		find_branch(&config->projects[i]);
	startup_check(supervisor, &problems);
	refuse(&problems);
	supervisor->epoch = str_dup(getenv("SOURCE_DATE_EPOCH"));
	problems_release(&problems);
	free(repository);
}

/* Makes a folder and those above it; ends with words when it cannot. */
static void
make_folder(const char *path, mode_t mode)
{
	char *copy = str_dup(path), *at;

	for (at = copy + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		if (mkdir(copy, 0755) == -1 && errno != EEXIST)
			break;
		*at = '/';
	}
	free(copy);
	if (mkdir(path, mode) == -1 && errno != EEXIST) {
		fprintf(stderr, "orchd: %s: cannot be made: %s\n", path, strerror(errno));
		exit(2);
	}
}

static void
check_version(const char *state)
{
	char *path = str_format("%s/version", state), *fresh = NULL;
	FILE *file = fopen(path, "re");
	int version = STATE_VERSION;

	if (file != NULL && fscanf(file, "%d", &version) != 1)
		version = -1;
	if (file != NULL)
		fclose(file);
	if (version != STATE_VERSION) {
		fprintf(stderr, "orchd: %s: the state folder is of version %d, this program reads version %d; "
		    "use the newer orch, or another state folder (--state)\n", path, version, STATE_VERSION);
		exit(2);
	}
	if (file == NULL) {
		fresh = str_format("%s.new", path);
		file = fopen(fresh, "we");
		if (file == NULL || fprintf(file, "%d\n", STATE_VERSION) < 0 || fflush(file) == EOF ||
		    fsync(fileno(file)) == -1 || fclose(file) == EOF || rename(fresh, path) == -1)
			fatal("%s", path);
	}
	free(fresh);
	free(path);
}

/* One run at a time on a repository, whatever their state folders: kept until we end. */
static void
lock_repository(struct supervisor *supervisor)
{
	const struct config *config = &supervisor->config;
	const char *upstream = config->projects[0].upstream;
	char *home = runtime_home(), *path, other[PATH_MAX] = "";
	FILE *file;

	make_folder(home, 0700);
	path = str_format("%s/repository-%016jx.lock", home, (uintmax_t)hash_text(upstream));
	file = fopen(path, "a+e");
	if (file == NULL) {
		fprintf(stderr, "orchd: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	if (flock(fileno(file), LOCK_EX | LOCK_NB) == -1) {
		rewind(file);
		if (fgets(other, sizeof(other), file) != NULL)
			other[strcspn(other, "\n")] = '\0';
		fprintf(stderr, "orchd: %s: another run works on this repository, with its state in %s; "
		    "wait for its end\n", upstream, other);
		exit(2);
	}
	if (ftruncate(fileno(file), 0) == 0 && fprintf(file, "%s\n", config->state) > 0)
		fflush(file);
	supervisor->repository_lock = file;
	free(path);
	free(home);
}

void
startup_folders(struct supervisor *supervisor)
{
	const struct config *config = &supervisor->config;
	static const char *const parts[] = { "slots", "projects", "logs" };
	char *path;
	size_t i;

	make_folder(config->state, 0700);
	path = str_format("%s/lock", config->state);
	supervisor->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (supervisor->lock_fd == -1) {
		fprintf(stderr, "orchd: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	if (flock(supervisor->lock_fd, LOCK_EX | LOCK_NB) == -1) {
		fprintf(stderr, "orchd: %s: another run or service uses this state folder; wait for its end, "
		    "or choose another with --state\n", config->state);
		exit(2);
	}
	free(path);
	if (supervisor->one_shot)
		lock_repository(supervisor);
	check_version(config->state);
	for (i = 0; i < COUNT(parts); i++) {
		path = str_format("%s/%s", config->state, parts[i]);
		make_folder(path, 0700);
		free(path);
	}
	for (i = 0; i < config->project_count; i++) {
		path = str_format("%s/projects/%s", config->state, config->projects[i].name);
		make_folder(path, 0700);
		free(path);
	}
	make_folder(config->runtime, 0755);
	supervisor->socket_path = str_format("%s/orchd.sock", config->runtime);
}
