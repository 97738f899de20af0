/* A program whose calls are counted, and one of them goes wrong: see tracer.h. */
#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <linux/ptrace.h>
#include <unistd.h>

#include "protocol/mem.h"

#define OPTIONS	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC)
#define FOLLOW	(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)
#define PAGE	4096

/* What the argument of a call is that says what it is about. */
enum about { NOTHING, PATH, FD };

struct call { long number; const char *name; enum about about; unsigned argument; };

#define CALL(name, about, argument)	{ SYS_##name, #name, about, argument }

/* Those that change something on the disk, at a peer, or among processes. */
static const struct call calls[] = {
	CALL(write, FD, 0), CALL(pwrite64, FD, 0), CALL(writev, FD, 0), CALL(pwritev, FD, 0),
	CALL(pwritev2, FD, 0), CALL(fsync, FD, 0), CALL(fdatasync, FD, 0), CALL(sync, NOTHING, 0),
	CALL(syncfs, FD, 0), CALL(sync_file_range, FD, 0),
	CALL(ftruncate, FD, 0), CALL(truncate, PATH, 0), CALL(fallocate, FD, 0),
	CALL(copy_file_range, FD, 2), CALL(sendfile, FD, 0), CALL(splice, FD, 2),
	CALL(sendmsg, FD, 0), CALL(sendmmsg, FD, 0), CALL(sendto, FD, 0),
	CALL(renameat, PATH, 3), CALL(renameat2, PATH, 3), CALL(linkat, PATH, 3),
	CALL(symlinkat, PATH, 2), CALL(unlinkat, PATH, 1), CALL(mkdirat, PATH, 1),
	CALL(mknodat, PATH, 1), CALL(openat, PATH, 1), CALL(utimensat, PATH, 1),
	CALL(fchmod, FD, 0), CALL(fchmodat, PATH, 1), CALL(fchown, FD, 0), CALL(fchownat, PATH, 1),
	CALL(setxattr, PATH, 0), CALL(lsetxattr, PATH, 0), CALL(fsetxattr, FD, 0),
	CALL(clone, NOTHING, 0), CALL(clone3, NOTHING, 0), CALL(execve, PATH, 0),
#ifdef SYS_rename
	CALL(open, PATH, 0), CALL(creat, PATH, 0), CALL(rename, PATH, 1), CALL(link, PATH, 1),
	CALL(symlink, PATH, 1), CALL(unlink, PATH, 0), CALL(mkdir, PATH, 0), CALL(rmdir, PATH, 0),
	CALL(mknod, PATH, 0), CALL(chmod, PATH, 0), CALL(chown, PATH, 0), CALL(lchown, PATH, 0),
	CALL(fork, NOTHING, 0), CALL(vfork, NOTHING, 0),
#endif
};

/* A process that is traced. */
struct traced {
	pid_t pid;
	struct place place;		/* the call it made last */
	bool fails;			/* it is in the call that is to fail */
	struct traced *next;
};

struct tracer {
	struct trace *trace;
	struct traced *all;
	struct { char program[24]; unsigned count; } programs[256];
	size_t program_count;
	bool done;			/* the wanted call has come: let go */
};

struct trace *
trace_new(void)
{
	struct trace *trace = mmap(NULL, sizeof(*trace), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return trace == MAP_FAILED ? NULL : trace;
}

void
trace_free(struct trace *trace)
{
	if (trace != NULL)
		munmap(trace, sizeof(*trace));
}

/* Bytes of the other process; how many there were. */
static size_t
peek(pid_t pid, uint64_t address, char *bytes, size_t len)
{
	struct iovec here = { bytes, len }, there = { (void *)(uintptr_t)address, len };
	ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

	/* Up to the end of a page, when the next one is not there. */
	if (got == -1 && len > PAGE - address % PAGE) {
		here.iov_len = there.iov_len = PAGE - address % PAGE;
		got = process_vm_readv(pid, &here, 1, &there, 1, 0);
	}
	return got > 0 ? (size_t)got : 0;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* The name by which a program is counted: that of git's own command, if it is one. */
static void
name_program(pid_t pid, char name[24])
{
	char path[64], line[1024] = "";
	const char *word = line, *end;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd == -1 ? 0 : read(fd, line, sizeof(line) - 1);
	if (fd != -1)
		close(fd);
	end = line + (len > 0 ? len : 0);
	if (strcmp(last_part(word), "git") == 0)
		for (word += strlen(word) + 1; word < end && word[0] == '-'; word += strlen(word) + 1)
			if (strcmp(word, "-c") == 0 || strcmp(word, "-C") == 0)
				word += strlen(word) + 1;
	word = last_part(word);
	if (strncmp(word, "git-", 4) == 0)
		word += 4;
	snprintf(name, 24, "%.23s", word);
}

static void
begin_program(struct tracer *tracer, struct traced *traced, const char *name)
{
	size_t i;

	for (i = 0; i < tracer->program_count; i++)
		if (strcmp(tracer->programs[i].program, name) == 0)
			break;
	if (i == COUNT(tracer->programs)) {
		fprintf(stderr, "tracer: more than %zu programs\n", i);
		exit(126);
	}
	if (i == tracer->program_count)
		snprintf(tracer->programs[tracer->program_count++].program, 24, "%s", name);
	traced->place = (struct place){ .instance = ++tracer->programs[i].count };
	snprintf(traced->place.program, sizeof(traced->place.program), "%s", name);
}

static struct traced *
find(struct tracer *tracer, pid_t pid)
{
	struct traced *traced;

	for (traced = tracer->all; traced != NULL; traced = traced->next)
		if (traced->pid == pid)
			return traced;
	traced = mem_zero(1, sizeof(*traced));
	traced->pid = pid;
	traced->next = tracer->all;
	tracer->all = traced;
	begin_program(tracer, traced, "child");		/* until it says what it is */
	return traced;
}

static void
forget(struct tracer *tracer, pid_t pid)
{
	struct traced **at, *traced;

	for (at = &tracer->all; (traced = *at) != NULL; at = &traced->next)
		if (traced->pid == pid) {
			*at = traced->next;
			free(traced);
			return;
		}
}

/* Does it open for reading only? */
static bool
reads_only(const struct call *call, const struct ptrace_syscall_info *info)
{
	uint64_t flags;

	if (strcmp(call->name, "openat") == 0)
		flags = info->entry.args[2];
	else if (strcmp(call->name, "open") == 0)
		flags = info->entry.args[1];
	else
		return false;
	return (flags & (O_CREAT | O_TRUNC)) == 0;
}

static const struct call *
changing_call(const struct ptrace_syscall_info *info)
{
	size_t i;

	for (i = 0; i < COUNT(calls); i++)
		if ((uint64_t)calls[i].number == info->entry.nr)
			return reads_only(&calls[i], info) ? NULL : &calls[i];
	return NULL;
}

/* "rename packed-refs": in words, for a person. */
static void
describe(pid_t pid, const struct call *call, const struct ptrace_syscall_info *info, char text[128])
{
	uint64_t argument = info->entry.args[call->argument];
	char link[64], what[512] = "";
	ssize_t len = 0;

	if (call->about == PATH)
		len = (ssize_t)strnlen(what, peek(pid, argument, what, sizeof(what) - 1));
	else if (call->about == FD) {
		snprintf(link, sizeof(link), "/proc/%d/fd/%d", pid, (int)argument);
		len = readlink(link, what, sizeof(what) - 1);
	}
	what[len > 0 ? len : 0] = '\0';
	/* The end of a path says more than its beginning. */
	snprintf(text, 128, "%s %.100s", call->name,
	    strlen(what) > 100 ? what + strlen(what) - 100 : what);
}

/* Is it the write that the count begins with? */
static bool
begins(const struct trace *trace, pid_t pid, const struct ptrace_syscall_info *info)
{
	char bytes[512];
	size_t len;

	if (trace->from == NULL || info->entry.nr != SYS_write)
		return false;
	len = info->entry.args[2] < sizeof(bytes) ? info->entry.args[2] : sizeof(bytes);
	return memmem(bytes, peek(pid, info->entry.args[1], bytes, len), trace->from,
	    strlen(trace->from)) != NULL;
}

#ifdef __x86_64__
bool trace_can_fail(void) { return true; }

/* Lets the call be none; at its end it gets its result. */
static void
set_result(pid_t pid, bool entry, int error)
{
	struct user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) == -1)
		return;
	if (entry)
		registers.orig_rax = (unsigned long long)-1;
	else
		registers.rax = (unsigned long long)-error;
	ptrace(PTRACE_SETREGS, pid, NULL, &registers);
}
#else
bool trace_can_fail(void) { return false; }

static void
set_result(pid_t pid, bool entry, int error)
{
	(void)pid;
	(void)entry;
	(void)error;
}
#endif

/* Into a call. Counts it, and does what is wanted at it. */
static void
enter(struct tracer *tracer, struct traced *traced, const struct ptrace_syscall_info *info)
{
	struct trace *trace = tracer->trace;
	const struct call *call = changing_call(info);
	struct place_seen *seen;
	char text[128];

	if (call == NULL)
		return;
	if (!trace->counting) {
		trace->counting = begins(trace, traced->pid, info);
		return;
	}
	traced->place.number++;
	if (trace->wanted.number == 0 && trace->count < TRACE_PLACES) {
		seen = &trace->seen[trace->count++];
		seen->place = traced->place;
		describe(traced->pid, call, info, seen->call);
	}
	if (trace->wanted.number != traced->place.number ||
	    trace->wanted.instance != traced->place.instance ||
	    strcmp(trace->wanted.program, traced->place.program) != 0)
		return;
	describe(traced->pid, call, info, text);
	memcpy(trace->hit_call, text, sizeof(text));
	trace->hit = true;
	if (trace->error == 0) {
		kill(traced->pid, SIGKILL);
		tracer->done = true;
	} else {
		set_result(traced->pid, true, trace->error);
		traced->fails = true;
	}
}

static void
at_call(struct tracer *tracer, struct traced *traced)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, traced->pid, sizeof(info), &info) == -1)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		enter(tracer, traced, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT && traced->fails) {
		set_result(traced->pid, false, tracer->trace->error);
		traced->fails = false;
		tracer->done = true;
	}
}

/* A process has stopped: what for, and on with it. */
static void
on_stop(struct tracer *tracer, pid_t pid, int status)
{
	struct traced *traced = find(tracer, pid);
	int signal = WSTOPSIG(status), event = status >> 16;
	char name[24];

	if (signal == (SIGTRAP | 0x80)) {
		at_call(tracer, traced);
		signal = 0;
	} else if (event == PTRACE_EVENT_EXEC) {
		name_program(pid, name);
		begin_program(tracer, traced, name);
		signal = 0;
	} else if (event != 0 || signal == SIGSTOP)
		signal = 0;				/* its start */
	ptrace(tracer->done && !traced->fails ? PTRACE_DETACH : PTRACE_SYSCALL, pid, NULL,
	    (void *)(intptr_t)signal);
}

/* Ends this process as that one has ended. */
static void
end_like(int status)
{
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		kill(getpid(), WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
}

void
trace_execute(void *context, const char *path, char *const arguments[])
{
	struct tracer tracer = { .trace = context };
	const intptr_t options = OPTIONS | (tracer.trace->follow ? FOLLOW : 0);
	int status, begin[2];
	pid_t pid, program;
	char byte = 0;

	if (pipe2(begin, O_CLOEXEC) == -1)
		_exit(126);
	program = fork();
	if (program == 0) {
		close(begin[1]);
		if (read(begin[0], &byte, 1) == 1)
			execv(path, arguments);
		_exit(127);
	}
	/*
	 * Not PTRACE_TRACEME: what a program starts would have a SIGSTOP coming, and stay
	 * stopped for ever when we end before it has come.
	 */
	if (program == -1 || ptrace(PTRACE_SEIZE, program, NULL, (void *)options) == -1 ||
	    ptrace(PTRACE_INTERRUPT, program, NULL, NULL) == -1 || write(begin[1], &byte, 1) != 1)
		_exit(126);
	/* What the program holds is not ours to hold. */
	close_range(3, ~0u, 0);
	tracer.trace->pid = program;
	while ((pid = waitpid(-1, &status, __WALL)) != -1 || errno == EINTR) {
		if (pid == -1)
			continue;
		if (WIFSTOPPED(status)) {
			on_stop(&tracer, pid, status);
			continue;
		}
		/* Those that it started are let go when we end. */
		if (pid == program)
			end_like(status);
		forget(&tracer, pid);
	}
	_exit(126);
}
