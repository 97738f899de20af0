/*
 * Without a sandbox: see bare.h. A run says what it wants in the words of the sandbox: binds,
 * and options that set its environment and folder. Here each path of the inside becomes the
 * one that would have been bound there. What the collector looks for in /run/orch is found
 * by links in a folder of the slot.
 */
#include "bare.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "worker/cover.h"
#include "worker/files.h"
#include "worker/processes.h"
#include "worker/workspace.h"

#define FAILED		125	/* exit status: it could not be begun */
#define LOOK_AGAIN_NS	2000000	/* between looks at processes that are being killed */

/* What the program is made from. */
struct plan { struct texts argv, environment; char *folder; };

static void
plan_release(struct plan *plan)
{
	texts_release(&plan->argv);
	texts_release(&plan->environment);
	free(plan->folder);
}

/* A path of the inside, or below one, as it is here; any other text as it is. The caller frees. */
static char *
translate(const struct sandbox *sandbox, const struct binds *binds, const char *path)
{
	const struct bind *best = NULL;
	size_t i;

	for (i = 0; path[0] == '/' && i < binds->count; i++)
		if (cover_is_below(path, binds->items[i].to) &&
		    (best == NULL || strlen(binds->items[i].to) > strlen(best->to)))
			best = &binds->items[i];
	if (best != NULL)
		return str_format("%s%s", best->from, path + strlen(best->to));
	if (path[0] == '/' && cover_is_below(path, INSIDE_RUN))
		return str_format("%s%s", sandbox->bare, path + strlen(INSIDE_RUN));
	return str_dup(path);
}

/* The same of each folder in a list, as PATH has it. */
static char *
translate_list(const struct sandbox *sandbox, const struct binds *binds, const char *list)
{
	char *copy = str_dup(list), *rest = copy, *folder, *here, *text;
	struct buffer out;

	buffer_init(&out);
	while ((folder = strsep(&rest, ":")) != NULL) {
		here = translate(sandbox, binds, folder);
		buffer_format(&out, "%s%s", out.len > 0 ? ":" : "", here);
		free(here);
	}
	text = str_dup(buffer_text(&out));
	buffer_release(&out);
	free(copy);
	return text;
}

/* The last value of a name counts. */
static void
put(struct texts *environment, const char *name, char *value)
{
	size_t i, len = strlen(name);

	for (i = 0; i < environment->count; i++)
		if (strncmp(environment->items[i], name, len) == 0 && environment->items[i][len] == '=') {
			free(environment->items[i]);
			environment->items[i] = str_format("%s=%s", name, value);
			break;
		}
	if (i == environment->count)
		texts_format(environment, "%s=%s", name, value);
	free(value);
}

/* -1 with errno: an option that means nothing here. */
static int
plan_make(struct plan *plan, const struct sandbox *sandbox, const struct sandbox_run *run)
{
	char *const *words = run->options.items;
	size_t i, count = run->options.count;

	texts_init(&plan->argv);
	texts_init(&plan->environment);
	plan->folder = str_dup("/");
	for (i = 0; i < count; i++) {
		if (strcmp(words[i], "--setenv") == 0 && i + 2 < count) {
			put(&plan->environment, words[i + 1], strcmp(words[i + 1], "PATH") == 0 ?
			    translate_list(sandbox, &run->binds, words[i + 2]) :
			    translate(sandbox, &run->binds, words[i + 2]));
			i += 2;
		} else if (strcmp(words[i], "--chdir") == 0 && i + 1 < count) {
			free(plan->folder);
			plan->folder = translate(sandbox, &run->binds, words[++i]);
		} else if (strcmp(words[i], "--clearenv") != 0 && strcmp(words[i], "--unshare-net") != 0) {
			errno = ENOTSUP;
			return -1;
		}
	}
	/* The collector's own name is one of the inside. */
	for (i = 0; run->command[i] != NULL; i++) {
		char *word = i == 0 ? translate(sandbox, &run->binds, run->command[i]) : str_dup(run->command[i]);

		texts_add(&plan->argv, word, NULL);
		free(word);
	}
	return 0;
}

/* Links to what would be bound in /run/orch. -1 with errno. */
static int
make_links(const struct sandbox *sandbox, const struct binds *binds)
{
	size_t i;

	if (!files_remove(sandbox->bare, SIZE_MAX) || files_folder(sandbox->bare, 0700) == -1)
		return -1;
	for (i = 0; i < binds->count; i++) {
		char *path, *folder;
		int result;

		if (!cover_is_below(binds->items[i].to, INSIDE_RUN))
			continue;
		path = str_format("%s%s", sandbox->bare, binds->items[i].to + strlen(INSIDE_RUN));
		folder = mem_copy(path, (size_t)(strrchr(path, '/') - path));
		result = files_folder(folder, 0700);
		if (result == 0)
			result = symlink(binds->items[i].from, path);
		free(folder);
		free(path);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* The grandchild: becomes the program; `failed` hears when it cannot. */
static void
become(const struct plan *plan, const struct sandbox_run *run, int failed)
{
	int from[] = { run->input != -1 ? run->input : open("/dev/null", O_RDONLY | O_CLOEXEC), run->output,
	    run->errors };
	sigset_t none;
	int i;

	setsid();
	/* What is above it may end it: nothing below gets rights that we do not have. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (i = 0; i < (int)COUNT(from); i++)
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3);
	for (i = 0; i < (int)COUNT(from); i++)
		dup2(from[i], i);
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	umask(022);
	sandbox_limit(&run->limits);
	environ = plan->environment.items;
	if (chdir(plan->folder) == 0)
		execvp(plan->argv.items[0], plan->argv.items);
	dprintf(2, "orch-worker: execvp %s: %s\n", plan->argv.items[0], strerror(errno));
	while (write(failed, "", 1) == -1 && errno == EINTR)
		;
	_exit(127);
}

/* Everything below us, however often it forks meanwhile. */
static void
end_all(void)
{
	const struct timespec pause = { 0, LOOK_AGAIN_NS };

	for (;;) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (!processes_end(getpid(), 0))
			return;
		nanosleep(&pause, NULL);
	}
}

/* Waits for the program, or until our parent has gone. -1: it was not its own end. */
static int
wait_for(pid_t program)
{
	int status, result = -1;
	sigset_t wanted;
	pid_t pid;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	while (result == -1) {
		if (sigwaitinfo(&wanted, NULL) == SIGTERM)
			return -1;
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == program)
				result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return result;
}

/*
 * The first process of a run: what loses its parent becomes its child, and ends with it. It
 * has the slot's lock, and tells the end of the program in the words of bwrap.
 */
static void
keep(const struct plan *plan, const struct sandbox_run *run, pid_t worker)
{
	int failed[2], lock = -1, status = fcntl(run->status, F_DUPFD_CLOEXEC, 3), result;
	sigset_t all;
	pid_t program;
	char byte;

	prctl(PR_SET_NAME, "orch-keeper");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != worker || pipe2(failed, O_CLOEXEC) == -1)
		_exit(FAILED);
	if ((program = fork()) == 0)
		become(plan, run, failed[1]);
	if (program == -1) {
		dprintf(run->errors, "orch-worker: cannot start a process: %s\n", strerror(errno));
		_exit(FAILED);
	}
	close(failed[1]);
	if (run->lock != -1)
		lock = fcntl(run->lock, F_DUPFD_CLOEXEC, 3);
	dup2(lock != -1 ? lock : failed[0], 0);
	dup2(failed[0], 1);
	dup2(status, 2);
	close_range(3, ~0u, 0);
	result = wait_for(program);
	end_all();
	if (result == -1)
		_exit(128 + SIGKILL);
	/* Nothing is said of a program that was never executed. */
	if (read(1, &byte, 1) == 0)
		dprintf(2, "{ \"exit-code\": %d }\n", result);
	_exit(result);
}

pid_t
bare_spawn(const struct sandbox *sandbox, const struct sandbox_run *run)
{
	pid_t worker = getpid(), pid = -1;
	struct plan plan;
	int saved;

	if (plan_make(&plan, sandbox, run) == 0 && make_links(sandbox, &run->binds) == 0 &&
	    (pid = fork()) == 0)
		keep(&plan, run, worker);
	saved = errno;
	plan_release(&plan);
	errno = saved;
	return pid;
}
