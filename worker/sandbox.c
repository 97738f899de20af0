/*
 * The sandbox: see sandbox.h. Joins what shown.h says of the machine and what a run binds,
 * which root.h puts together, to the options of bubblewrap.
 */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fence/inside.h"
#include "protocol/buffer.h"
#include "protocol/environment.h"
#include "protocol/fds.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/cover.h"
#include "worker/filter.h"
#include "worker/namespace.h"
#include "worker/procfs.h"
#include "worker/relay_listen.h"
#include "worker/root.h"
#include "worker/shown.h"
#include "worker/workspace.h"

#define FD_STATUS	5	/* in the child: bwrap's events */
#define FD_OPTIONS	6	/* in the child: bwrap's options, so that none is in argv */
#define FD_FILTER	7	/* in the child: the filter */
#define FD_SAFE		32	/* descriptors wait here while those below are set up */

/* PATH, as it is outside. */
static char *
search_path(void)
{
	const char *path = getenv("PATH");

	return str_dup(path != NULL && *path != '\0' ? path : "/usr/local/bin:/usr/bin:/bin");
}

/* Does the kernel have it, and as new as is needed? */
static bool
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= FENCE_ABI;
}

/* What else of the machine is hidden, or shown after all. */
static void
add_files(struct sandbox *sandbox, uid_t uid)
{
	static const char *const secret[] = { "/etc/shadow", "/etc/gshadow" };
	char *resolver = realpath("/etc/resolv.conf", NULL);
	size_t i;

	/* Passwords may be there. */
	if (access("/etc/orch.yaml", F_OK) == 0)
		binds_add(&sandbox->cover, "/dev/null", "/etc/orch.yaml", 0);
	if (geteuid() == 0 && uid == 0) {
		/* Inside, files of root would be the agent's own to read, settings its own to make. */
		procfs_cover(&sandbox->options);
		/* What is not there cannot be covered, in a root that cannot be written. */
		for (i = 0; i < COUNT(secret); i++)
			if (access(secret[i], F_OK) == 0)
				binds_add(&sandbox->cover, "/dev/null", secret[i], 0);
	}
	if (resolver != NULL && cover_is_below(resolver, "/run"))
		binds_add(&sandbox->cover, resolver, resolver, BIND_TRY);
	free(resolver);
}

void
sandbox_init(struct sandbox *sandbox, const char *state, const char *runtime, uid_t uid,
    const char *cgroup)
{
	char real[PATH_MAX];
	struct shown shown = { .state = real, .runtime = runtime, .uid = uid };

	*sandbox = (struct sandbox){ .owners = { .uid = uid }, .filter = filter_open(),
	    .fence = has_landlock(), .cgroup = cgroup };
	if (sandbox->filter == -1)
		fatal("the filter of system calls");
	texts_init(&sandbox->options);
	sandbox->path_text = search_path();
	shown.path = sandbox->path_text;
	if (realpath(state, real) == NULL)
		snprintf(real, sizeof(real), "%s", state);
	shown_root(&shown, &sandbox->root);
	shown_covers(&shown, &sandbox->cover);
	/* Devices are in it; what else is not to be used as one is mounted so. */
	texts_add(&sandbox->options, "--dev-bind", root_folder(), "/", "--proc", "/proc", NULL);
	add_files(sandbox, uid);
	texts_add(&sandbox->options, "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-pid",
	    "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
	    "--new-session", "--cap-drop", "ALL", NULL);
}

void
sandbox_init_bare(struct sandbox *sandbox, const char *folder)
{
	*sandbox = (struct sandbox){ .filter = -1, .bare = str_dup(folder) };
	sandbox->path_text = search_path();
}

void
sandbox_release(struct sandbox *sandbox)
{
	binds_release(&sandbox->cover);
	binds_release(&sandbox->root);
	texts_release(&sandbox->options);
	owners_release(&sandbox->owners);
	free(sandbox->path_text);
	free(sandbox->bare);
	if (sandbox->filter != -1)
		close(sandbox->filter);
	*sandbox = (struct sandbox){ .filter = -1 };
}

void
sandbox_environment(const struct sandbox *sandbox, struct texts *options)
{
	const char *name, *value;
	size_t i;

	texts_add(options, "--clearenv", NULL);
	for (i = 0; (name = environment_passed(i, &value)) != NULL; i++)
		if (value != NULL)
			texts_add(options, "--setenv", name, value, NULL);
	texts_add(options, "--setenv", "PATH", sandbox->path_text, "--setenv", "TERM", "dumb", "--setenv",
	    "TMPDIR", "/tmp", "--setenv", "USER", "agent", NULL);
}

static void
put_options(struct buffer *out, const struct texts *options)
{
	size_t i;

	for (i = 0; i < options->count; i++)
		buffer_add(out, options->items[i], strlen(options->items[i]) + 1);
}

/* All options in an unlinked file: an environment must not be seen in argv. */
static int
write_options(const struct sandbox *sandbox, const struct sandbox_run *run)
{
	int fd = memfd_create("options", MFD_CLOEXEC);
	struct buffer out;
	size_t done = 0;
	ssize_t len = 0;

	if (fd == -1)
		return -1;
	buffer_init(&out);
	put_options(&out, &sandbox->options);
	put_options(&out, &run->options);
	while (done < out.len && (len = write(fd, out.bytes + done, out.len - done)) > 0)
		done += (size_t)len;
	buffer_release(&out);
	if (len <= 0 || lseek(fd, 0, SEEK_SET) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The whole command line: bwrap, where it finds its options, the command. */
static char **
make_argv(const struct sandbox *sandbox, const struct sandbox_run *run)
{
	size_t i, count = strs_count(run->command), at = 0;
	char **argv = mem_zero(count + 11, sizeof(char *));

	argv[at++] = str_dup("bwrap");
	argv[at++] = str_dup("--json-status-fd");
	argv[at++] = str_format("%d", FD_STATUS);
	argv[at++] = str_dup("--seccomp");
	argv[at++] = str_format("%d", FD_FILTER);
	argv[at++] = str_dup("--args");
	argv[at++] = str_format("%d", FD_OPTIONS);
	argv[at++] = str_dup("--");
	if (run->fence && sandbox->fence)
		argv[at++] = str_dup(FENCE_PROGRAM);
	for (i = 0; i < count; i++)
		argv[at++] = str_dup(run->command[i]);
	return argv;
}

/* Moves a descriptor out of the way of the fixed numbers. */
static int
aside(int fd)
{
	return fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FD_SAFE);
}

/* Signals as at the start of a process, and nothing open but what is named. */
static void
clear_process(const struct sandbox *sandbox, const struct sandbox_run *run, int options)
{
	int from[] = { aside(run->input), aside(run->output), aside(run->errors), -1, -1,
	    aside(run->status), aside(options), aside(sandbox->filter) };
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (from[0] == -1)
		from[0] = aside(open("/dev/null", O_RDONLY | O_CLOEXEC));
	for (i = 0; i < (int)COUNT(from); i++) {
		if (from[i] != -1)
			dup2(from[i], i);
		else
			close(i);
	}
	/* Bwrap hands it on to the command alone. */
	if (run->fence && sandbox->fence)
		dup2(FD_STATUS, FENCE_FAILED);
	else
		close(FENCE_FAILED);
	close_range(FENCE_FAILED + 1, ~0u, CLOSE_RANGE_CLOEXEC);
	/* Read before, by another sandbox. */
	lseek(FD_FILTER, 0, SEEK_SET);
}

void
sandbox_limit(const struct sandbox_limits *limits)
{
	const struct { int resource; uint64_t most; } rows[] = {
		{ RLIMIT_NPROC, limits->processes }, { RLIMIT_NOFILE, limits->open_files },
		{ RLIMIT_FSIZE, limits->file_size }, { RLIMIT_DATA, limits->data } };
	struct rlimit limit = { 0, 0 };
	size_t i;

	setrlimit(RLIMIT_CORE, &limit);
	for (i = 0; i < COUNT(rows); i++) {
		if (rows[i].most == 0 || getrlimit((__rlimit_resource_t)rows[i].resource, &limit) == -1)
			continue;
		if (limit.rlim_max > rows[i].most)
			limit.rlim_max = rows[i].most;
		limit.rlim_cur = limit.rlim_max;
		setrlimit((__rlimit_resource_t)rows[i].resource, &limit);
	}
}

/* From here on the slot's user, with no right of root's. */
static int
become_user(uid_t uid)
{
	if (uid == 0)
		return 0;
	return setgroups(0, NULL) == -1 || setresgid(uid, uid, uid) == -1 ||
	    setresuid(uid, uid, uid) == -1 ? -1 : 0;
}

/*
 * Bwrap's first process is one of the agent's user, in the agent's /proc: it gets
 * nothing of our environment and none of our files, not even the slot's lock, for
 * what a process has open its like may take over (pidfd_getfd(2), ptrace(2)).
 */
static void
become_bwrap(const struct sandbox *sandbox, const struct sandbox_run *run, char **argv, int options)
{
	char *environment[] = { str_format("PATH=%s", sandbox->path_text), NULL };

	clear_process(sandbox, run, options);
	umask(022);
	sandbox_limit(&run->limits);
	if (chdir("/") == 0 && become_user(sandbox->owners.uid) == 0)
		execvpe("bwrap", argv, environment);
	dprintf(2, "orch-worker: cannot execute bwrap: %s\n", strerror(errno));
	_exit(125);
}

/*
 * Holds the slot's lock while anything of the sandbox lives, where nothing of it
 * sees this process: the first one of the outer namespace, with which all others
 * end. Ends as bwrap did.
 */
static void
keep(int lock, pid_t bwrap)
{
	int held = aside(lock), status, result = 125;
	sigset_t all;
	pid_t pid;

	prctl(PR_SET_NAME, "orch-keeper");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (held != -1)
		dup2(held, 0);
	close_range(held != -1 ? 1 : 0, ~0u, 0);
	while ((pid = wait(&status)) != -1 || errno == EINTR)
		if (pid == bwrap)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	_exit(result);
}

/* Those of a list that are early, or those that are not, and that this run needs. */
static size_t
take(const struct sandbox_run *run, const struct binds *binds, unsigned early,
    const struct bind **out)
{
	size_t i, count = 0;

	for (i = 0; i < binds->count; i++)
		if ((binds->items[i].flags & BIND_EARLY) == early &&
		    !(run->programs && (binds->items[i].flags & BIND_PERSONAL)))
			out[count++] = &binds->items[i];
	return count;
}

/* All of the root, in the order in which one thing may be laid over another. */
static int
assemble(const struct sandbox *sandbox, const struct sandbox_run *run, const char **what)
{
	const struct bind **parts = mem_zero(sandbox->root.count + sandbox->cover.count +
	    run->binds.count + 1, sizeof(struct bind *));
	size_t count = take(run, &sandbox->root, 0, parts);

	count += take(run, &run->binds, BIND_EARLY, parts + count);
	count += take(run, &sandbox->cover, 0, parts + count);
	take(run, &run->binds, 0, parts + count);
	return root_assemble(parts, &sandbox->owners, what);
}

/* The child: mounts the workspace and all else, and its child becomes bwrap. */
static void
become(const struct sandbox *sandbox, const struct sandbox_run *run,
    const struct namespace_ids *ids, char **argv, int options)
{
	const char *what = "the workspace";
	pid_t pid;

	if (namespace_settle(ids, &what) == -1 || (run->workspace != NULL &&
	    workspace_enter(run->workspace, run->scratch, run->unprepared, &sandbox->owners, &what) == -1) ||
	    assemble(sandbox, run, &what) == -1) {
		dprintf(run->errors, "orch-worker: cannot mount %s: %s\n", what, strerror(errno));
		_exit(125);
	}
	if (run->network != NULL && relay_listen(run->network, &what) == -1) {
		dprintf(run->errors, "orch-worker: network: cannot make %s: %s\n", what, strerror(errno));
		_exit(125);
	}
	if ((pid = fork()) == 0)
		become_bwrap(sandbox, run, argv, options);
	if (pid == -1) {
		dprintf(run->errors, "orch-worker: cannot start bwrap: %s\n", strerror(errno));
		_exit(125);
	}
	keep(run->lock, pid);
}

/* The cgroup of this run, made now; -1 with errno. */
static int
open_cgroup(const struct sandbox *sandbox, const struct sandbox_run *run)
{
	if (cgroup_make(sandbox->cgroup, &run->within) == -1)
		return -1;
	return open(sandbox->cgroup, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

pid_t
sandbox_spawn(struct sandbox *sandbox, const struct sandbox_run *run)
{
	int options = write_options(sandbox, run), cgroup = -1, saved;
	struct namespace_ids ids;
	char **argv;
	pid_t pid = -1;

	if (options == -1)
		return -1;
	if (geteuid() == 0 && run->workspace != NULL)
		workspace_learn(run->workspace, &sandbox->owners);
	if (sandbox->owners.uid != 0)
		binds_learn(&run->binds, &sandbox->owners);
	argv = make_argv(sandbox, run);
	/* Without its cgroup nothing is started: a limit that does not hold is none. */
	if (sandbox->cgroup == NULL || (cgroup = open_cgroup(sandbox, run)) != -1)
		pid = namespace_fork(&ids, cgroup);
	if (pid == 0)
		become(sandbox, run, &ids, argv, options);
	saved = errno;
	if (cgroup != -1)
		close(cgroup);
	if (pid == -1 && sandbox->cgroup != NULL)
		cgroup_remove(sandbox->cgroup, 0);
	strs_free(argv);
	close(options);
	errno = saved;
	return pid;
}
