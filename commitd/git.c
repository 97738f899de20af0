/* Runs git programs: see git.h. */
#include "commitd/git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commitd/courier.h"
#include "commitd/environment.h"
#include "protocol/log.h"
#include "protocol/loop.h"
#include "protocol/mem.h"

#define OUTPUT_MOST	(64u << 20)
#define PROBLEM_MOST	(16u << 10)
#define EXIT_NOT_STARTED 127	/* Git itself never ends with it */

static const char configuration[] =
    "[safe]\n\tdirectory = *\n[core]\n\tfsmonitor = false\n"
    /* A peer that says nothing for a minute is gone; one that says nothing at first, sooner. */
    "\tsshCommand = ssh -oBatchMode=yes -oConnectTimeout=30 "
    "-oServerAliveInterval=15 -oServerAliveCountMax=4\n"
    "[http]\n\tlowSpeedLimit = 1\n\tlowSpeedTime = 60\n[core]\n"
    "\tlooseCompression = 1\n\tbigFileThreshold = 8m\n"
    /* Without a look at every place where a name of forty digits might be a reference. */
    "\tcreateObject = rename\n\twarnAmbiguousRefs = false\n[pack]\n\tcompression = 1\n"
    "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[protocol \"ext\"]\n\tallow = never\n"
    "[advice]\n\tdetachedHead = false\n[user]\n\tname = orch\n\temail = orch@localhost\n";

enum error
git_init(struct git *git, const char *directory, const char *repository, int lock_fd,
    int courier)
{
	ssize_t len = -1;
	int fd;

	*git = (struct git){ .repository = str_dup(repository), .lock_fd = lock_fd, .courier = courier,
	    .configuration = str_format("%s/git.config", directory) };
	fd = open(git->configuration, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd != -1) {
		len = write(fd, configuration, sizeof(configuration) - 1);
		close(fd);
	}
	return len == (ssize_t)sizeof(configuration) - 1 ? ERROR_NONE : error_from_errno(errno);
}

void
git_release(struct git *git)
{
	free(git->repository);
	free(git->configuration);
	*git = (struct git){ .lock_fd = -1, .courier = -1 };
}

/* RLIMIT_DATA and not RLIMIT_AS: how large our packs are, which it maps, says nothing of it. */
static void
limit(const struct git_limits *limits)
{
	const struct rlimit none = { 0, 0 };

	if (limits->memory > 0)
		setrlimit(RLIMIT_DATA, &(struct rlimit){ limits->memory, limits->memory });
	if (limits->file > 0)
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limits->file, limits->file });
	if (limits->seconds > 0)
		setrlimit(RLIMIT_CPU, &(struct rlimit){ limits->seconds, limits->seconds + 1 });
	/* What kills it, a limit or a fault of its own, is no reason to write its memory to the disk. */
	setrlimit(RLIMIT_CORE, &none);
}

/*
 * What the child does before it is git. It goes when we do: with SIGTERM, at which
 * Git takes away its locks and half-made files.
 */
static void
become(const struct git *git, const struct git_limits *limits, char **arguments, char **list,
    const int files[3], pid_t parent)
{
	int fd, from;

	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Too late to be told? */
	if (getppid() != parent)
		_exit(EXIT_NOT_STARTED);
	for (fd = 0; fd < 3; fd++) {
		from = files[fd] != -1 ? files[fd] : open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
		if (from == -1 || dup2(from, fd) == -1)
			_exit(EXIT_NOT_STARTED);
		if (from > 2 && from != files[fd])
			close(from);
	}
	if (git->lock_fd != -1 && dup2(git->lock_fd, 3) == -1)
		_exit(EXIT_NOT_STARTED);
	if (git->courier != -1) {
		fd = open("/proc/self/exe", O_RDONLY);
		if (fd == -1 || dup2(fd, FD_PROGRAM) == -1 || dup2(git->courier, FD_COURIER) == -1)
			_exit(EXIT_NOT_STARTED);
		if (fd > FD_PROGRAM)
			close(fd);
	}
	limit(limits);
	/* We are that program: started again it would only load its libraries. */
	if (git->courier != -1 && str_same(arguments[0], COURIER_PROGRAM))
		_exit(courier_ask(arguments[2]));
	execvpe(arguments[0], arguments, list);
	_exit(EXIT_NOT_STARTED);
}

/* "fetch" of git -c this=that fetch ... */
static const char *
subcommand(const char *const *arguments)
{
	while (arguments[1] != NULL && str_same(arguments[1], "-c"))
		arguments += 2;
	return arguments[1];
}

/*
 * The arguments, allocated. What goes to an upstream on this machine is told that
 * the other side is reached by the courier, last, so that it holds.
 */
static char **
copy_arguments(const struct git *git, const char *const *arguments)
{
	char **copy = mem_zero(64, sizeof(char *));
	const char *end = NULL, *sub = subcommand(arguments);
	bool keep = false, names = false;
	size_t i, count = 0;

	for (i = 0; arguments[i] != NULL && i < 60; i++)
		keep = keep || (strncmp(arguments[i], "--receive-pack=", strlen("--receive-pack=")) == 0 &&
		    strstr(arguments[i], "unpackLimit") != NULL);
	if (git->courier != -1 && str_same(arguments[0], "git"))
		end = str_same(sub, "push") ? "--receive-pack=" : str_same(sub, "fetch") ||
		    str_same(sub, "clone") || str_same(sub, "ls-remote") ? "--upload-pack=" : NULL;
	for (i = 0; arguments[i] != NULL && i < 60; i++) {
		if (end != NULL && str_same(arguments[i], "--")) {
			copy[count++] = str_format("%s%s", end, end[2] == 'u' ? COURIER_UPLOAD :
			    keep ? COURIER_KEEP : COURIER_RECEIVE);
			/* As from another machine: its files are not ours to link or copy. */
			if (str_same(sub, "clone"))
				copy[count++] = str_dup("--no-local");
		}
		/* By its URL: Git looks for no folder there, which we may not even see. */
		copy[count++] = str_format("%s%s", names && arguments[i][0] == '/' ? "file://" : "",
		    arguments[i]);
		names = end != NULL && str_same(arguments[i], "--");
	}
	return copy;
}

/* Starts git in a process group of its own. files: standard input, output, error. */
static pid_t
start(const struct git *git, const char *repository, const char *const *arguments,
    const char *const *environment, const struct git_limits *limits, const int files[3])
{
	char **list = environment_new(git->configuration, repository != NULL ? repository :
	    git->repository, environment);
	char **copy = copy_arguments(git, arguments);
	pid_t pid, parent = getpid();
	int code;

	/* Not posix_spawn: it cannot ask for a signal at the parent's death. */
	pid = fork();
	if (pid == 0)
		become(git, limits, copy, list, files, parent);
	code = errno;
	if (pid != -1)
		setpgid(pid, pid);
	strs_free(list);
	strs_free(copy);
	errno = code;
	return pid;
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

enum error
git_begin(const struct git *git, const struct git_call *call, struct git_child *child)
{
	int output[2] = { -1, -1 }, problem[2] = { -1, -1 };

	*child = (struct git_child){ .name = subcommand(call->arguments), .output = call->output,
	    .problem = call->problem, .seconds = call->seconds ? call->seconds : GIT_SECONDS,
	    .limits = call->limits, .pid = -1, .pidfd = -1, .fds = { -1, -1 } };
	child->end = (int64_t)clock_monotonic() + (int64_t)child->seconds * 1000;
	if (pipe2(output, O_CLOEXEC) == 0 && pipe2(problem, O_CLOEXEC) == 0)
		child->pid = start(git, call->repository, call->arguments, call->environment,
		    &call->limits, (const int[3]){ call->input, output[1], problem[1] });
	if (child->pid != -1)
		child->pidfd = pidfd_open(child->pid, 0);
	close_fd(&output[1]);
	close_fd(&problem[1]);
	if (child->pidfd == -1) {
		log_warn("event=spawn program=%s", call->arguments[0]);
		close_fd(&output[0]);
		close_fd(&problem[0]);
		if (child->pid != -1)
			git_end(child);
		return ERROR_SYSTEM;
	}
	child->fds[0] = output[0];
	child->fds[1] = problem[0];
	fcntl(output[0], F_SETFL, O_NONBLOCK);
	fcntl(problem[0], F_SETFL, O_NONBLOCK);
	return ERROR_NONE;
}

/* All that is there now. */
static void
read_pipe(int *fd, struct buffer *kept, size_t most)
{
	char bytes[16384];
	ssize_t len;

	while (*fd != -1) {
		len = read(*fd, bytes, sizeof(bytes));
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1 && errno == EAGAIN)
			return;
		if (len <= 0)
			close_fd(fd);
		else if (kept != NULL && kept->len < most)
			buffer_add(kept, bytes, (size_t)len);
	}
}

bool
git_ended(struct git_child *child, int wait_ms)
{
	struct pollfd wait[3] = { { child->pidfd, POLLIN, 0 }, { child->fds[0], POLLIN, 0 },
	    { child->fds[1], POLLIN, 0 } };
	int64_t left = child->end - (int64_t)clock_monotonic();

	poll(wait, 3, left < 0 ? 0 : left < wait_ms ? (int)left : wait_ms);
	/* Not the end of the pipes: what git leaves running may hold them. */
	read_pipe(&child->fds[0], child->output, OUTPUT_MOST);
	read_pipe(&child->fds[1], child->problem, PROBLEM_MOST);
	return wait[0].revents != 0 || (int64_t)clock_monotonic() >= child->end;
}

/*
 * Was it our limit that memory ended at, or the machine? By how much it had, and
 * how much more it wanted when git says so.
 */
static bool
at_memory_limit(const struct git_child *child, const struct rusage *usage)
{
	static const char wanted[] = "tried to allocate ";
	const char *said = child->problem == NULL ? "" : buffer_text(child->problem), *at;
	uint64_t bytes = (uint64_t)usage->ru_maxrss * 1024, more;

	if (child->limits.memory == 0 || strstr(said, "ut of memory") == NULL)
		return false;
	at = strstr(said, wanted);
	more = at == NULL ? 0 : strtoull(at + sizeof(wanted) - 1, NULL, 10);
	return bytes >= child->limits.memory / 2 || more >= child->limits.memory / 2;
}

/* What the end of a program means. Killed, it has said nothing of what it was given. */
static enum error
how_it_ended(const struct git_child *child, int status, const struct rusage *usage)
{
	const struct git_limits *limits = &child->limits;
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	bool slow = number == SIGXCPU && limits->seconds > 0;
	bool large = number == SIGXFSZ && limits->file > 0;

	if (child->problem != NULL && slow)
		buffer_format(child->problem, "git needed more than %u seconds of a processor\n",
		    limits->seconds);
	else if (child->problem != NULL && large)
		buffer_format(child->problem, "git was to write a file of more than %ju bytes\n",
		    (uintmax_t)limits->file);
	else if (child->problem != NULL && number != 0)
		buffer_format(child->problem, "git was killed by signal %d\n", number);
	if (slow || large || at_memory_limit(child, usage))
		return ERROR_TOO_LARGE;
	if (!WIFEXITED(status) || WEXITSTATUS(status) == EXIT_NOT_STARTED)
		return ERROR_SYSTEM;
	return WEXITSTATUS(status) == 0 ? ERROR_NONE : ERROR_GIT;
}

enum error
git_end(struct git_child *child)
{
	struct rusage usage = { 0 };
	enum error error;
	int status = 0;
	/* Not waitid: who traces it, to see what happens, is told of its end first. */
	struct pollfd ended = { child->pidfd, POLLIN, 0 };
	bool in_time = poll(&ended, 1, 0) == 1;

	if (!in_time)
		kill(-child->pid, SIGKILL);
	while (wait4(child->pid, &status, 0, &usage) == -1 && errno == EINTR)
		;
	read_pipe(&child->fds[0], child->output, OUTPUT_MOST);
	read_pipe(&child->fds[1], child->problem, PROBLEM_MOST);
	close_fd(&child->fds[0]);
	close_fd(&child->fds[1]);
	close_fd(&child->pidfd);
	error = in_time ? how_it_ended(child, status, &usage) : ERROR_TIMEOUT;
	if (error == ERROR_TIMEOUT && child->problem != NULL)
		buffer_format(child->problem, "git took longer than %u seconds\n",
		    child->seconds);
	log_debug("event=git program=%s result=%s", child->name, error_wire(error));
	return error;
}

enum error
git_run(const struct git *git, const struct git_call *call)
{
	struct git_child child;
	enum error error = git_begin(git, call, &child);

	if (error != ERROR_NONE)
		return error;
	while (!git_ended(&child, 60000))
		;
	return git_end(&child);
}

pid_t
git_start(const struct git *git, const char *const *arguments, int *input, int *output)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	pid_t pid = -1;

	if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0)
		pid = start(git, NULL, arguments, NULL, &(struct git_limits){ 0 },
		    (const int[3]){ in[0], out[1], -1 });
	if (in[0] != -1)
		close(in[0]);
	if (out[1] != -1)
		close(out[1]);
	if (pid == -1) {
		if (in[1] != -1)
			close(in[1]);
		if (out[0] != -1)
			close(out[0]);
	}
	*input = in[1];
	*output = out[0];
	return pid;
}
