/*
 * One program in the sandbox, or without one: see run.h. Its keeper is the first process of a process
 * namespace, so it is reaped after all it started; as a second net the worker is
 * a subreaper and kills and waits for whatever else has become its child.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fence/inside.h"
#include "protocol/buffer.h"
#include "protocol/cgroup.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "worker/bare.h"

#define CHUNK		(64u << 10)
#define STATUS_MAX	4096
#define OF_BWRAP	2u	/* processes: bwrap, and its first one in the sandbox */
#define REMOVE_MS	2000u	/* for a cgroup whose processes have all ended */

struct stream { struct run *run; int fd; struct watch *watch; bool errors; };

struct run {
	struct run_calls calls;
	struct stream out, err;
	struct watch *grace;
	int status;			/* bwrap's events; read when needed */
	struct buffer events;
	pid_t keeper;			/* of the sandbox, bwrap's parent; 0 once reaped */
	int wait_status;
	bool paused, ended;
	bool bare;			/* without a sandbox */
	const char *cgroup;		/* the sandbox's; NULL: none */
	struct cgroup_limits within;
};

/* Reads what bwrap has said so far; true when it names `key`. */
static bool
event_number(struct run *run, const char *key, long *value)
{
	const char *at;
	ssize_t len;

	while (run->events.len < STATUS_MAX &&
	    (len = read(run->status, buffer_reserve(&run->events, 512), 512)) > 0)
		run->events.len += (size_t)len;
	at = strstr(buffer_text(&run->events), key);
	return at != NULL && sscanf(at + strlen(key), " %ld", value) == 1;
}

static void
stream_close(struct stream *stream)
{
	watch_free(stream->watch);
	if (stream->fd != -1)
		close(stream->fd);
	stream->watch = NULL;
	stream->fd = -1;
}

/* One read; false at the end of the stream or when nothing is there. */
static bool
stream_read(struct stream *stream)
{
	unsigned char bytes[CHUNK];
	ssize_t len = read(stream->fd, bytes, sizeof(bytes));

	if (len > 0)
		stream->run->calls.on_output(stream->run->calls.context, stream->errors, bytes,
		    (size_t)len);
	else if (len == 0 || (errno != EAGAIN && errno != EINTR))
		stream_close(stream);
	return len > 0 || (len == -1 && errno == EINTR);
}

static void
on_stream(void *context)
{
	stream_read(context);
}

/* A pipe whose reading end is ours; the writing end goes to the child. */
static int
stream_open(struct stream *stream, struct run *run, bool errors)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	stream->run = run;
	stream->fd = ends[0];
	stream->errors = errors;
	return ends[1];
}

static void
run_free(struct run *run)
{
	watch_free(run->grace);
	stream_close(&run->out);
	stream_close(&run->err);
	if (run->status != -1)
		close(run->status);
	buffer_release(&run->events);
	free(run);
}

static void
kill_all(struct run *run)
{
	if (run->cgroup != NULL && cgroup_kill(run->cgroup) == -1)
		log_warn("cgroup=%s: what is in it is not killed by it", run->cgroup);
	if (run->keeper == 0)
		return;
	/* Without a namespace what is left becomes our child, and run_reap sees to it. */
	if (run->bare)
		processes_end(run->keeper, 0);
	/* The first process of its namespace: nothing in it outlives it. */
	kill(run->keeper, SIGKILL);
}

static void
on_grace(void *context)
{
	log_debug("the grace is over: killing the sandbox");
	kill_all(context);
}

struct run *
run_new(struct loop *loop, struct sandbox *sandbox, struct sandbox_run *what, bool merge,
    const struct run_calls *calls)
{
	struct run *run = mem_zero(1, sizeof(*run));
	int status[2], saved, errors = -1;

	run->calls = *calls;
	run->bare = sandbox->bare != NULL;
	run->out.fd = run->err.fd = run->status = -1;
	run->cgroup = sandbox->cgroup;
	run->within = what->within;
	buffer_init(&run->events);
	if (pipe2(status, O_CLOEXEC) == -1)
		goto failed;
	run->status = status[0];
	fcntl(run->status, F_SETFL, O_NONBLOCK);
	what->status = status[1];
	what->output = stream_open(&run->out, run, false);
	if (!merge)
		errors = stream_open(&run->err, run, true);
	what->errors = merge ? what->output : errors;
	if (what->output != -1 && what->errors != -1)
		run->keeper = run->bare ? bare_spawn(sandbox, what) : sandbox_spawn(sandbox, what);
	saved = errno;
	close(status[1]);
	if (what->output != -1)
		close(what->output);
	if (errors != -1)
		close(errors);
	errno = saved;
	if (run->keeper <= 0)
		goto failed;
	run->out.watch = watch_read(loop, run->out.fd, on_stream, &run->out);
	if (!merge)
		run->err.watch = watch_read(loop, run->err.fd, on_stream, &run->err);
	run->grace = watch_timer(loop, on_grace, run);
	return run;
failed:
	saved = errno;
	run_free(run);
	errno = saved;
	return NULL;
}

void
run_pause(struct run *run)
{
	if (!run->paused && run->out.watch != NULL)
		watch_pause(run->out.watch);
	if (!run->paused && run->err.watch != NULL)
		watch_pause(run->err.watch);
	run->paused = true;
}

void
run_resume(struct run *run)
{
	if (run->paused && run->out.watch != NULL)
		watch_resume(run->out.watch);
	if (run->paused && run->err.watch != NULL)
		watch_resume(run->err.watch);
	run->paused = false;
}

bool
run_paused(const struct run *run)
{
	return run->paused;
}

size_t
run_processes(const struct run *run, struct process **list)
{
	return processes_list(run->keeper, run->bare ? 0 : OF_BWRAP, list);
}

/* The first child of a process; 0 when it has none. */
static pid_t
first_child(pid_t pid)
{
	char path[64];
	long child;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	if (pid == 0 || (file = fopen(path, "re")) == NULL)
		return 0;
	if (fscanf(file, "%ld", &child) != 1)
		child = 0;
	fclose(file);
	return (pid_t)child;
}

/* The command: the oldest child of the inner namespace's first process, bwrap's child; or the keeper's. */
static pid_t
find_command(const struct run *run)
{
	pid_t child = first_child(run->keeper);

	return run->bare ? child : first_child(first_child(child));
}

pid_t
run_command(const struct run *run)
{
	return find_command(run);
}

bool
run_look(const struct run *run, struct cgroup_taken *taken)
{
	return run->cgroup != NULL && cgroup_look(run->cgroup, taken);
}

void
run_limit(const struct run *run)
{
	if (run->cgroup != NULL && cgroup_limit(run->cgroup, &run->within) == -1)
		log_warn("cgroup=%s: its limits", run->cgroup);
}

bool
run_freeze(const struct run *run, bool stop)
{
	return run->cgroup != NULL && cgroup_freeze(run->cgroup, stop) == 0;
}

void
run_stop(struct run *run, uint64_t grace_ms)
{
	pid_t command = grace_ms > 0 ? find_command(run) : 0;

	/* What is frozen takes no TERM. */
	run_freeze(run, false);
	if (command > 0 && kill(command, SIGTERM) == 0) {
		/* A process that was stopped takes TERM only once it goes on. */
		kill(command, SIGCONT);
		watch_in(run->grace, grace_ms);
	} else {
		kill_all(run);
	}
	/* What it says while it ends is read even when nobody listens. */
	run_resume(run);
}

/* Kills whatever has become our child because its own parent has gone. */
static bool
kill_orphans(pid_t other)
{
	return processes_end(getpid(), other);
}

/* Nothing of it lives: what it has taken, and its cgroup is gone. */
static void
end_cgroup(const struct run *run, struct run_end *end)
{
	if (run->cgroup == NULL)
		return;
	end->counted = cgroup_look(run->cgroup, &end->taken);
	if (cgroup_remove(run->cgroup, REMOVE_MS) == -1)
		log_warn("cgroup=%s: cannot be removed; orchctl doctor lists it", run->cgroup);
}

/* All is dead: reads the rest of the output and says so. */
static void
finish(struct run *run)
{
	struct run_end end = { 0 };
	long code, never;

	if (run->ended)
		return;
	run->ended = true;
	while (run->out.fd != -1 && stream_read(&run->out))
		;
	while (run->err.fd != -1 && stream_read(&run->err))
		;
	end.started = event_number(run, "\"exit-code\":", &code);
	/* The fence began, what it was to become did not. */
	if (event_number(run, FENCE_WORD, &never))
		end.started = false;
	end.exit_code = end.started ? (unsigned)code : WIFEXITED(run->wait_status) ?
	    (unsigned)WEXITSTATUS(run->wait_status) : 128u + (unsigned)WTERMSIG(run->wait_status);
	/* The end of the command is an event; what kills bwrap is none. */
	end.killed = !end.started && end.exit_code > 128;
	end.started = end.started || end.killed;
	/* Before the next run, which has it again. */
	end_cgroup(run, &end);
	run->calls.on_end(run->calls.context, &end);
	run_free(run);
}

void
run_reap(struct run *run, pid_t *other)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == *other)
			*other = 0;
		if (run == NULL || pid != run->keeper)
			continue;
		run->keeper = 0;
		run->wait_status = status;
	}
	if (run != NULL && run->keeper == 0 && !kill_orphans(*other))
		finish(run);
}
