/* The supervisor's side of a worker, for tests: see worker_fixture.h. */
#include "worker_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/loop.h"
#include "protocol/mem.h"

char *
shell(const char *format, ...)
{
	static char lines[4][65536];
	static size_t turn;
	char *line = lines[turn++ % COUNT(lines)];
	va_list arguments;
	char *command;
	FILE *pipe;
	size_t len;

	va_start(arguments, format);
	assert_true(vasprintf(&command, format, arguments) > 0);
	va_end(arguments);
	pipe = popen(command, "re");
	assert_non_null(pipe);
	len = fread(line, 1, sizeof(lines[0]) - 1, pipe);
	line[len] = '\0';
	if (pclose(pipe) != 0)
		fail_msg("failed: %s", command);
	if (len > 0 && line[len - 1] == '\n')
		line[len - 1] = '\0';
	free(command);
	return line;
}

void
fixture_init(struct fixture *fixture)
{
	const char *build = getenv("ORCH_BUILD") ? getenv("ORCH_BUILD") : "build";
	char path[PATH_MAX], real[PATH_MAX];

	*fixture = (struct fixture){ .lock = -1, .kind = "overlay", .fence = 7 };
	snprintf(path, sizeof(path), "%s/libexec/orch-worker", build);
	if (realpath(path, real) == NULL)
		fail_msg("%s is not there; build first", path);
	fixture->program = str_dup(real);
	fixture->state = str_dup("/tmp/orch-test-worker.XXXXXX");
	assert_non_null(mkdtemp(fixture->state));
	shell("set -e; unset GIT_DIR; S=%s; mkdir -p $S/projects/p/trees $S/slots/0; cd $S; "
	    "export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t "
	    "GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t; git init -q -b main src; cd src; "
	    "echo one >one; mkdir d; echo two >d/two; echo '*.o' >.gitignore; echo x >tracked.o; "
	    "ln -s one link; git add -A -f; git commit -qm base; cd ..; "
	    "git clone -q --bare src projects/p/repository.git; "
	    "git -C src worktree prune; B=projects/p/trees/base-1; git clone -q src $B; rm -rf $B/.git/objects; "
	    "mkdir -p $B/.git/objects/info $B/.git/objects/pack; "
	    "echo /run/orch/objects >$B/.git/objects/info/alternates; rm -rf $B/.git/hooks "
	    "$B/.git/refs/remotes $B/.git/packed-refs $B/.git/logs; touch -d '-10 seconds' $B/one; "
	    "rm -rf src; exec 2>&1", fixture->state);
	fixture->repository = str_format("%s/projects/p/repository.git", fixture->state);
	snprintf(fixture->tip, sizeof(fixture->tip), "%s",
	    shell("git -C %s rev-parse HEAD", fixture->repository));
}

void
fixture_start(struct fixture *fixture)
{
	char *path = str_format("%s/slots/0/lock", fixture->state), *kind = str_dup(fixture->kind);
	char *runtime = str_format("%s/run", fixture->state);
	const char *argv[16] = { "orch-worker", "-s", "0", "-S", fixture->state, "-w", kind };
	struct msg_hello hello = { .version = 1, .role = "supervisor", .fence = fixture->fence };
	size_t count = 7;
	int ends[2], lock, i;

	if (fixture->orphan != NULL) {
		shell("mkdir -p %s", runtime);
		argv[count++] = "-R";
		argv[count++] = runtime;
		argv[count++] = "-o";
		argv[count++] = fixture->orphan;
	}
	if (getenv("ORCH_TEST_DEBUG") != NULL)
		argv[count++] = "-d";
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	/* Held by a sandbox that is still dying, for a moment at most. */
	for (i = 0; flock(lock, LOCK_EX | LOCK_NB) == -1; i++) {
		assert_true(i < 500);
		usleep(10000);
	}
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	fixture->worker = fork();
	if (fixture->worker == 0) {
		int a = fcntl(ends[1], F_DUPFD_CLOEXEC, 10), b = fcntl(lock, F_DUPFD_CLOEXEC, 10);

		dup2(a, 3);
		dup2(b, 4);
		execv(fixture->program, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	free(kind);
	free(runtime);
	free(path);
	close(ends[1]);
	close(lock);
	link_init(&fixture->link, ends[0], ROLE_SUPERVISOR, ROLE_WORKER, "worker", false);
	assert_non_null(fixture_wait(fixture, MSG_hello, 5000));
	fixture_send(fixture, MSG_hello, &hello);
}

void
fixture_adopt(struct fixture *fixture, uint64_t fence)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct msg_hello hello = { .version = 1, .role = "supervisor", .fence = fence };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/run/slot-0.sock", fixture->state);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (fixture->in_use)
		incoming_release(&fixture->in);
	fixture->in_use = false;
	link_release(&fixture->link);
	link_init(&fixture->link, fd, ROLE_SUPERVISOR, ROLE_WORKER, "worker", false);
	assert_non_null(fixture_wait(fixture, MSG_hello, 5000));
	fixture_send(fixture, MSG_hello, &hello);
	fixture->fence = fence;
}

void
fixture_send(struct fixture *fixture, enum message_id id, const void *fields)
{
	assert_int_equal(link_send(&fixture->link, id, 0, fields), ERROR_NONE);
}

struct message *
fixture_wait(struct fixture *fixture, enum message_id id, int timeout_ms)
{
	enum error error;

	for (;;) {
		struct message *message = &fixture->in.message;

		if (fixture->in_use)
			incoming_release(&fixture->in);
		error = link_receive(&fixture->link, &fixture->in, timeout_ms);
		fixture->in_use = error == ERROR_NONE;
		if (error == ERROR_CLOSED)
			return NULL;
		if (error != ERROR_NONE)
			fail_msg("waiting for %s: %s %s", message_rows[id].method, error_text(error),
			    fixture->in.why ? fixture->in.why : "");
		if (message->id == MSG_job_output) {
			size_t len = message->job_output.bytes.len;

			fixture->output = mem_resize(fixture->output, fixture->output_len + len + 1, 1);
			memcpy(fixture->output + fixture->output_len, message->job_output.bytes.bytes, len);
			fixture->output_len += len;
			fixture->output[fixture->output_len] = '\0';
		}
		if (message->id == id)
			return message;
	}
}

struct msg_job_start
fixture_job(struct fixture *fixture, char **command)
{
	static char *trees[2];

	trees[0] = str_dup("base-1");
	return (struct msg_job_start){ .attempt = ++fixture->attempt, .fence = fixture->fence,
	    .kind = "attempt", .project = "p", .task = "t1", .number = fixture->attempt,
	    .tip = fixture->tip, .trees = trees, .agent = "robot", .title = "Do it",
	    .command = command, .timeout = 120 };
}

struct msg_job_result *
fixture_run(struct fixture *fixture, const struct msg_job_start *job)
{
	struct message *message;

	free(fixture->output);
	fixture->output = NULL;
	fixture->output_len = 0;
	fixture_send(fixture, MSG_job_start, job);
	message = fixture_wait(fixture, MSG_job_result, 300000);
	assert_non_null(message);
	return &message->job_result;
}

void
fixture_saved(struct fixture *fixture)
{
	struct msg_job_saved saved = { .attempt = fixture->in.message.job_result.attempt,
	    .fence = fixture->fence };

	fixture_send(fixture, MSG_job_saved, &saved);
	assert_non_null(fixture_wait(fixture, MSG_worker_ready, 60000));
}

void
fixture_import(struct fixture *fixture)
{
	const struct msg_job_result *result = &fixture->in.message.job_result;

	assert_non_null(result->commit);
	shell("cd %s && git index-pack --strict --fix-thin --stdin <%s/slots/0/outbox/pack >/dev/null && "
	    "git update-ref refs/orch/attempts/t1/%ju %s && git fsck --connectivity-only >/dev/null 2>&1",
	    fixture->repository, fixture->state, (uintmax_t)result->attempt, result->commit);
}

void
fixture_release(struct fixture *fixture)
{
	int status;

	if (fixture->in_use)
		incoming_release(&fixture->in);
	link_release(&fixture->link);
	if (fixture->worker > 0)
		assert_int_equal(waitpid(fixture->worker, &status, 0), fixture->worker);
	shell("chmod -R u+rwX %s; rm -rf %s", fixture->state, fixture->state);
	free(fixture->output);
	free(fixture->repository);
	free(fixture->program);
	free(fixture->state);
}

struct fixture *
fixture_new(const char *kind, const char *orphan)
{
	struct fixture *fixture = mem_zero(1, sizeof(*fixture));

	fixture_init(fixture);
	fixture->kind = kind != NULL ? kind : fixture->kind;
	fixture->orphan = orphan;
	fixture_start(fixture);
	assert_non_null(fixture_wait(fixture, MSG_worker_ready, 5000));
	return fixture;
}

void
fixture_free(struct fixture *fixture)
{
	fixture_release(fixture);
	free(fixture);
}

/* Is the text in a file of /proc? */
static bool
proc_has(const char *pid, const char *name, const char *text)
{
	char path[300];
	struct buffer bytes;
	ssize_t len = 1;
	bool has;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	buffer_init(&bytes);
	while (fd != -1 && len > 0) {
		len = read(fd, buffer_reserve(&bytes, 65536), 65536);
		bytes.len += len > 0 ? (size_t)len : 0;
	}
	has = bytes.len > 0 && memmem(bytes.bytes, bytes.len, text, strlen(text)) != NULL;
	buffer_release(&bytes);
	if (fd != -1)
		close(fd);
	return has;
}

/* Of those, only the ones that do not sleep when `awake`. */
static int
count_processes(const struct fixture *fixture, const char *text, bool awake)
{
	const char *state = strrchr(fixture->state, '/');
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' &&
		    proc_has(entry->d_name, "cmdline", text) &&
		    proc_has(entry->d_name, "mountinfo", state) &&
		    !(awake && proc_has(entry->d_name, "stat", ") S ")))
			count++;
	closedir(folder);
	return count;
}

int
fixture_processes(const struct fixture *fixture, const char *text)
{
	return count_processes(fixture, text, false);
}

bool
fixture_sleeps(const struct fixture *fixture, const char *text)
{
	char worker[16];

	snprintf(worker, sizeof(worker), "%d", (int)fixture->worker);
	return proc_has(worker, "stat", ") S ") && count_processes(fixture, text, true) == 0 &&
	    proc_has(worker, "stat", ") S ");
}
