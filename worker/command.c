/* What the agent is given: see command.h. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fence/inside.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/adapter.h"
#include "worker/agent_socket.h"
#include "worker/cover.h"
#include "worker/files.h"
#include "worker/home.h"
#include "worker/hook.h"
#include "worker/notes.h"
#include "worker/program.h"

#define SECRET_MAX	(64u << 10)	/* bytes of one */

bool
command_prompt_by(const struct worker *worker, const char *way)
{
	return str_same(worker->job.prompt_via ? worker->job.prompt_via : "stdin", way);
}

bool
command_can_resume(const struct worker *worker)
{
	return strs_count(worker->job.resume) > 0 && worker->adapter != NULL &&
	    adapter_session(worker->adapter) != NULL;
}

/* One argument, with what its places stand for in them. */
static char *
fill(const struct worker *worker, const char *argument)
{
	const char *session = worker->adapter != NULL ? adapter_session(worker->adapter) : NULL;
	/* Without a sandbox there is no path of the inside. */
	bool bare = worker->bare;
	char *home = bare ? home_folder(worker) : str_dup(INSIDE_HOME);
	char *prompt = bare ? worker_path(worker, "input/prompt") : str_dup(PROMPT_FILE), port[24];
	const struct { const char *place, *text; } places[] = {
		{ "{port}", port },
		{ "{prompt_file}", prompt }, { "{session}", session },
		{ "{model}", worker->job.model }, { "{task}", worker->job.task },
		{ "{home}", home }, { "{workspace}", bare ? worker->workspace.root : INSIDE_WORKSPACE }, { "{slot}", worker->slot },
	};
	struct buffer out;
	char *text;
	size_t i;

	snprintf(port, sizeof(port), "%ju", (uintmax_t)worker->job.port);
	buffer_init(&out);
	while (*argument != '\0') {
		for (i = 0; i < COUNT(places); i++)
			if (strncmp(argument, places[i].place, strlen(places[i].place)) == 0)
				break;
		if (i < COUNT(places) && places[i].text != NULL) {
			buffer_add_text(&out, places[i].text);
			argument += strlen(places[i].place);
		} else {
			buffer_add(&out, argument++, 1);
		}
	}
	text = str_dup(buffer_text(&out));
	buffer_release(&out);
	free(prompt);
	free(home);
	return text;
}

void
command_make(const struct worker *worker, struct texts *command, bool resume)
{
	const struct msg_job_start *job = &worker->job;
	char *const *words = resume ? job->resume : job->command;
	size_t i;

	for (i = 0; words[i] != NULL; i++) {
		char *word = fill(worker, words[i]);

		texts_add(command, word, NULL);
		free(word);
	}
	if (!resume && job->prompt != NULL && command_prompt_by(worker, "argument"))
		texts_add(command, job->prompt, NULL);
}

/* What a session that goes on is told. */
static char *
make_feedback(const struct worker *worker)
{
	char *path = worker_path(worker, "input/feedback"), *text;
	struct buffer bytes;

	buffer_init(&bytes);
	if (files_read(path, FEEDBACK_MAX, &bytes) == -1)
		bytes.len = 0;
	text = str_format("The work is not accepted yet. This is what the check of it printed:\n\n%s\n\n"
	    "Go on until it passes.\n", buffer_text(&bytes));
	buffer_release(&bytes);
	free(path);
	return text;
}

int
command_input(const struct worker *worker, bool verify, bool resume)
{
	const char *prompt = worker->job.prompt;
	char *feedback;
	int fd;

	if (!verify && resume) {
		feedback = make_feedback(worker);
		fd = files_memory(feedback);
		free(feedback);
		return fd;
	}
	if (worker_is_hook(worker))
		return hook_input(worker, prompt != NULL ? prompt : "{}\n");
	if (verify || prompt == NULL || *prompt == '\0' || !command_prompt_by(worker, "stdin"))
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	return files_memory(prompt);
}

/* A verify command is not told whose tree it has: the verdict holds for anybody's. */
static void
add_whose(const struct worker *worker, struct texts *options)
{
	texts_add(options, "--setenv", "ORCH_TASK", worker->job.task, "--setenv", "ORCH_ATTEMPT", NULL);
	texts_format(options, "%ju", (uintmax_t)worker->job.number);
	texts_add(options, "--setenv", "ORCH_ITERATION", NULL);
	texts_format(options, "%ju", (uintmax_t)worker->iteration);
}

/* NAME=VALUE of a list. */
static void
add_pairs(struct texts *options, char *const *pairs)
{
	size_t i;

	for (i = 0; i < strs_count(pairs); i++) {
		char *name = str_dup(pairs[i]), *value = strchr(name, '=');

		if (value != NULL && value != name) {
			*value++ = '\0';
			texts_add(options, "--setenv", name, value, NULL);
		}
		free(name);
	}
}

/* One secret, read now and kept nowhere. `where`: file:PATH or env:NAME. */
static bool
add_secret(struct worker *worker, struct texts *options, const char *name, const char *where,
    struct buffer *why)
{
	struct buffer bytes;
	const char *value = NULL;

	buffer_init(&bytes);
	if (strncmp(where, "env:", 4) == 0) {
		if ((value = getenv(where + 4)) == NULL)
			buffer_format(why, "the secret %s: the supervisor has no variable %s", name, where + 4);
	} else if (strncmp(where, "file:/", 6) == 0) {
		if (files_read(where + 5, SECRET_MAX, &bytes) == -1)
			buffer_format(why, "the secret %s: %s: %s", name, where + 5, strerror(errno));
		else
			value = buffer_text(&bytes);
	} else {
		buffer_format(why, "the secret %s: neither file:/PATH nor env:NAME", name);
	}
	if (value != NULL) {
		/* The end of the file's line is not part of it. */
		char *copy = str_dup(value);

		copy[strcspn(copy, "\n")] = '\0';
		texts_add(options, "--setenv", name, copy, NULL);
		mask_words_add(&worker->secrets, copy);
		explicit_bzero(copy, strlen(copy));
		free(copy);
	}
	if (bytes.bytes != NULL)
		explicit_bzero(bytes.bytes, bytes.len);
	buffer_release(&bytes);
	return value != NULL;
}

/* Those that this agent is named for; a verify command gets none. */
static enum error
add_secrets(struct worker *worker, struct texts *options, struct buffer *why)
{
	char *const *secrets = worker->hooking ? worker->job.hook_secrets : worker->job.secrets;
	size_t i;

	mask_words_release(&worker->secrets);
	for (i = 0; i < strs_count(secrets); i++) {
		char *name = str_dup(secrets[i]), *where = strchr(name, '=');
		bool good = where != NULL;

		if (good) {
			*where++ = '\0';
			good = add_secret(worker, options, name, where, why);
		}
		free(name);
		if (!good)
			return ERROR_INVALID;
	}
	return ERROR_NONE;
}

static void
add_passed(const struct worker *worker, struct texts *options)
{
	char *const *names = worker->job.pass;
	size_t i;

	for (i = 0; i < strs_count(names); i++)
		if (getenv(names[i]) != NULL)
			texts_add(options, "--setenv", names[i], getenv(names[i]), NULL);
}

/* A file of the slot that is there, and the variable that names it. */
static void
add_file(const struct worker *worker, struct sandbox_run *run, const char *name, const char *inside,
    const char *variable)
{
	char *path = worker_path(worker, name);

	if (access(path, F_OK) == 0) {
		binds_add(&run->binds, path, inside, 0);
		texts_add(&run->options, "--setenv", variable, inside, NULL);
	}
	free(path);
}

/* A path that the agent's entry names; never one of ours, or one that has them. */
static void
add_path(const struct worker *worker, struct sandbox_run *run, const char *path)
{
	char real[PATH_MAX];

	if (realpath(path, real) == NULL || cover_is_below(real, worker->state) ||
	    cover_is_below(worker->state, real))
		log_warnx("path=%s why=not shown to the agent: it is not there, or has what orch keeps", path);
	else
		binds_add(&run->binds, real, path, BIND_TRY | BIND_SHARED);
}

/* Where the agent may write for its task's note. */
static void
add_notes(const struct worker *worker, struct sandbox_run *run)
{
	char *path = notes_folder(worker);

	if (access(path, F_OK) == 0) {
		binds_add(&run->binds, path, NOTES_FOLDER, BIND_WRITE | BIND_OWN);
		texts_add(&run->options, "--setenv", "ORCH_NOTES", NOTES_FOLDER, NULL);
	}
	free(path);
}

/* Its own socket, and orchctl to talk by it, behind all that is in PATH. */
static void
add_socket(const struct worker *worker, struct sandbox_run *run)
{
	char *path = agent_socket_path(worker), *program = program_orchctl();

	add_notes(worker, run);
	if (worker->agent_socket != NULL) {
		binds_add(&run->binds, path, SOCKET_FILE, 0);
		texts_add(&run->options, "--setenv", "ORCH_SOCKET", SOCKET_FILE, NULL);
	}
	if (worker->agent_socket != NULL && program != NULL) {
		binds_add(&run->binds, program, PROGRAMS_FOLDER "/orchctl", BIND_SHARED);
		texts_add(&run->options, "--setenv", "PATH", NULL);
		texts_format(&run->options, "%s:" PROGRAMS_FOLDER, worker->sandbox.path_text);
	}
	free(program);
	free(path);
}

static bool
make_tmp(const char *path)
{
	return files_remove(path, SIZE_MAX) && files_folder(path, 0700) == 0 && chmod(path, 01777) == 0;
}

enum error
command_options(struct worker *worker, struct sandbox_run *run, bool verify, struct buffer *why)
{
	struct texts *options = &run->options;
	char *home, *tmp;
	size_t i;

	if (worker->bare && (worker->job.offline || worker->job.allow != NULL)) {
		buffer_format(why, "network: off, or named destinations, cannot be kept with sandbox: none; write one of them "
		    "otherwise in orch.yaml");
		return ERROR_INVALID;
	}
	/* On the disk, for what lies in memory nobody counts; fresh for each run. */
	home = home_folder(worker);
	tmp = worker_path(worker, "tmp");
	if (!make_tmp(tmp)) {
		buffer_format(why, "cannot make %s: %s", tmp, strerror(errno));
		free(tmp);
		free(home);
		return error_from_errno(errno);
	}
	binds_add(&run->binds, worker->workspace.root, INSIDE_WORKSPACE, worker_is_hook(worker) ? 0 : BIND_WRITE);
	if (worker_is_hook(worker))
		hook_binds(worker, run);
	/* A gate's lies in the slot, all of which is the user's. */
	binds_add(&run->binds, home, INSIDE_HOME, BIND_WRITE | BIND_OWN);
	binds_add(&run->binds, worker->workspace.shown, INSIDE_OBJECTS, 0);
	free(home);
	binds_add(&run->binds, tmp, "/tmp", BIND_WRITE | BIND_EARLY);
	if (worker->sandbox.fence)
		binds_add_program(&run->binds, "orch-fence", FENCE_PROGRAM);
	free(tmp);
	for (i = 0; !verify && !worker->bare && i < strs_count(worker->job.read_only); i++)
		add_path(worker, run, worker->job.read_only[i]);
	texts_add(options, "--chdir", INSIDE_WORKSPACE, NULL);
	if (worker->job.offline)
		texts_add(options, "--unshare-net", NULL);
	sandbox_environment(&worker->sandbox, options);
	texts_add(options, "--setenv", "HOME", INSIDE_HOME, "--setenv", "ORCH_SLOT", worker->slot, NULL);
	if (!verify)
		add_socket(worker, run);
	if (worker->job.ports != 0) {
		texts_add(options, "--setenv", "ORCH_PORT", NULL);
		texts_format(options, "%ju", (uintmax_t)worker->job.port);
		texts_add(options, "--setenv", "ORCH_PORT_LAST", NULL);
		texts_format(options, "%ju", (uintmax_t)(worker->job.port + worker->job.ports - 1));
	}
	if (!verify)
		add_whose(worker, options);
	add_file(worker, run, "input/prompt", PROMPT_FILE, "ORCH_PROMPT_FILE");
	add_file(worker, run, "input/feedback", FEEDBACK_FILE, "ORCH_FEEDBACK_FILE");
	if (!verify)
		add_passed(worker, options);
	if (!worker->hooking)
		add_pairs(options, worker->job.environment);
	return verify && !worker_is_hook(worker) ? ERROR_NONE : add_secrets(worker, options, why);
}
