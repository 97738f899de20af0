/* A launcher's side of a worker, for tests: see stdio_fixture.h. */
#include "stdio_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker_fixture.h"

#define IDENTITY	"export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t " \
			"GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t; unset GIT_DIR; "
#define PATIENCE_MS	120000
#define READ_SIZE	(256u << 10)

void
launcher_init(struct launcher *launcher)
{
	const char *build = getenv("ORCH_BUILD") ? getenv("ORCH_BUILD") : "build";
	char path[PATH_MAX], real[PATH_MAX];

	signal(SIGPIPE, SIG_IGN);
	*launcher = (struct launcher){ .to = -1, .from = -1, .fence = 7 };
	snprintf(path, sizeof(path), "%s/libexec/orch-worker", build);
	if (realpath(path, real) == NULL)
		fail_msg("%s is not there; build first", path);
	launcher->program = str_dup(real);
	launcher->folder = str_dup("/tmp/orch-test-stdio.XXXXXX");
	assert_non_null(mkdtemp(launcher->folder));
	launcher->here = str_format("%s/here", launcher->folder);
	launcher->far = str_format("%s/far", launcher->folder);
	buffer_init(&launcher->in);
	buffer_init(&launcher->output);
	shell("git init -q -b main %s", launcher->here);
	launcher_commit(launcher, "echo one >one; mkdir d; echo two >d/two; ln -s one link");
}

void
launcher_commit(struct launcher *launcher, const char *script)
{
	snprintf(launcher->tip, sizeof(launcher->tip), "%s", shell("set -e; " IDENTITY "cd %s; "
	    "{ %s; } >&2; git add -A; git commit -qm commit; git rev-parse HEAD", launcher->here, script));
}

/* The words of the launcher and of the worker; freed with strs_free. */
static char **
make_words(const struct launcher *launcher, const char *words)
{
	const char *first = getenv("ORCH_TEST_LAUNCHER");
	char *all = str_format("%s%s%s %s", first ? first : "", first ? " " : "", launcher->program, words);
	char **argv = mem_zero(64, sizeof(char *)), *rest = all, *word;
	size_t count = 0;

	while ((word = strsep(&rest, " ")) != NULL && count < 63)
		if (*word != '\0')
			argv[count++] = str_dup(word);
	free(all);
	return argv;
}

/* -1 for a stream: /dev/null. */
static pid_t
spawn(const struct launcher *launcher, const char *words, int in, int out)
{
	char **argv = make_words(launcher, words);
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		dup2(in != -1 ? in : null, 0);
		dup2(out != -1 ? out : null, 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	assert_true(pid > 0);
	strs_free(argv);
	return pid;
}

static int
exit_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
launcher_try(const struct launcher *launcher, const char *words)
{
	return exit_of(spawn(launcher, words, -1, -1));
}

void
launcher_start(struct launcher *launcher)
{
	struct msg_hello hello = { .version = 1, .role = "supervisor", .fence = launcher->fence };
	char *words = str_format("--stdio -S %s%s%s%s%s%s", launcher->far, launcher->user ? " -u " : "",
	    launcher->user ? launcher->user : "", launcher->slot ? " -s " : "",
	    launcher->slot ? launcher->slot : "", getenv("ORCH_TEST_DEBUG") != NULL ? " -d" : "");
	int to[2], from[2];

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	launcher->child = spawn(launcher, words, to[0], from[1]);
	close(to[0]);
	close(from[1]);
	launcher->to = to[1];
	launcher->from = from[0];
	launcher->wire = (struct wire){ .self = ROLE_SUPERVISOR, .other = ROLE_WORKER, .name = "worker" };
	frame_init(&launcher->frame);
	buffer_release(&launcher->in);
	buffer_init(&launcher->in);
	launcher->taken = 0;
	free(words);
	if (launcher_wait(launcher, MSG_hello) == NULL)
		fail_msg("the worker says nothing");
	launcher_send(launcher, MSG_hello, &hello);
}

static void
drop_message(struct launcher *launcher)
{
	if (launcher->in_use)
		incoming_release(&launcher->message);
	launcher->in_use = false;
	buffer_drop(&launcher->in, launcher->taken);
	launcher->taken = 0;
}

int
launcher_close(struct launcher *launcher)
{
	int status;

	close(launcher->to);
	launcher->to = -1;
	while (launcher_next(launcher) != NULL)
		;
	close(launcher->from);
	launcher->from = -1;
	status = exit_of(launcher->child);
	launcher->child = 0;
	return status;
}

void
launcher_send(struct launcher *launcher, enum message_id id, const void *fields)
{
	struct buffer out;
	size_t sent = 0;
	ssize_t len;

	buffer_init(&out);
	outgoing_message(&launcher->wire, &out, id, 0, fields);
	while (sent < out.len) {
		len = write(launcher->to, out.bytes + sent, out.len - sent);
		if (len == -1 && errno != EINTR)
			break;		/* what it says is seen by who waits for an answer */
		sent += len > 0 ? (size_t)len : 0;
	}
	buffer_release(&out);
}

struct message *
launcher_next(struct launcher *launcher)
{
	struct pollfd wait = { launcher->from, POLLIN, 0 };
	struct message *message = &launcher->message.message;
	enum frame_result result;
	size_t len = 0;
	ssize_t got;

	drop_message(launcher);
	while ((result = frame_scan(&launcher->frame, launcher->in.bytes, launcher->in.len, &len)) ==
	    FRAME_MORE) {
		if (poll(&wait, 1, PATIENCE_MS) <= 0)
			fail_msg("the worker says nothing for too long");
		got = read(launcher->from, buffer_reserve(&launcher->in, READ_SIZE), READ_SIZE);
		if (got <= 0)
			return NULL;
		launcher->in.len += (size_t)got;
	}
	assert_int_equal(result, FRAME_WHOLE);
	launcher->taken = len;
	launcher->in_use = true;
	if (incoming_read(&launcher->wire, &launcher->message, launcher->in.bytes, len) != ERROR_NONE)
		fail_msg("%s", launcher->message.why ? launcher->message.why : "not a message");
	if (message->id == MSG_job_output)
		buffer_add(&launcher->output, message->job_output.bytes.bytes, message->job_output.bytes.len);
	launcher->wanted += message->id == MSG_base_wanted;
	return message;
}

struct message *
launcher_wait(struct launcher *launcher, enum message_id id)
{
	struct message *message;

	do
		message = launcher_next(launcher);
	while (message != NULL && message->id != id);
	return message;
}

struct msg_job_start
launcher_job(struct launcher *launcher, const char *script)
{
	static char *command[4];

	free(command[0]);
	free(command[1]);
	free(command[2]);
	command[0] = str_dup("sh");
	command[1] = str_dup("-c");
	command[2] = str_dup(script);
	launcher->output.len = 0;
	launcher->wanted = 0;
	return (struct msg_job_start){ .attempt = ++launcher->attempt, .fence = launcher->fence,
	    .kind = "attempt", .project = "p", .task = "t1", .number = launcher->attempt,
	    .tip = launcher->tip, .agent = "robot", .title = "Do it", .command = command, .timeout = 120 };
}

void
launcher_read(struct launcher *launcher, struct buffer *pack)
{
	char *path = str_format("%s/pack", launcher->folder);
	FILE *file = fopen(path, "re");
	size_t len;

	assert_non_null(file);
	pack->len = 0;
	while ((len = fread(buffer_reserve(pack, READ_SIZE), 1, READ_SIZE, file)) > 0)
		pack->len += len;
	fclose(file);
	free(path);
}

void
launcher_pack(struct launcher *launcher, struct buffer *pack)
{
	const struct msg_base_wanted *wanted = &launcher->message.message.base_wanted;
	struct buffer revs;
	size_t i;

	buffer_init(&revs);
	for (i = 0; i < strs_count(wanted->wanted); i++)
		buffer_format(&revs, "%s\\n", wanted->wanted[i]);
	for (i = 0; i < strs_count(wanted->have); i++)
		buffer_format(&revs, "^%s\\n", wanted->have[i]);
	shell("printf '%s' | git -C %s pack-objects -q --revs --thin --stdout --delta-base-offset >%s/pack",
	    buffer_text(&revs), launcher->here, launcher->folder);
	launcher_read(launcher, pack);
	buffer_release(&revs);
}

void
launcher_chunk(struct launcher *launcher, const struct buffer *pack, uint64_t offset, size_t len,
    uint64_t total)
{
	launcher_send(launcher, MSG_base_chunk, &(struct msg_base_chunk){ .attempt = launcher->attempt,
	    .fence = launcher->fence, .offset = offset, .total = total,
	    .bytes = { pack->bytes + offset, len } });
}

struct msg_job_result *
launcher_run(struct launcher *launcher, const struct msg_job_start *job)
{
	struct chunks_out out = { 0 };
	struct message *message;
	struct buffer pack;
	size_t due;

	buffer_init(&pack);
	launcher_send(launcher, MSG_job_start, job);
	while ((message = launcher_next(launcher)) != NULL && message->id != MSG_job_result) {
		if (message->id != MSG_base_wanted)
			continue;
		if (out.total == 0) {
			launcher_pack(launcher, &pack);
			out.total = pack.len;
		}
		assert_true(chunks_wanted(&out, message->base_wanted.offset));
		for (; (due = chunks_due(&out)) > 0; out.sent += due)
			launcher_chunk(launcher, &pack, out.sent, due, out.total);
	}
	buffer_release(&pack);
	assert_non_null(message);
	return &message->job_result;
}

static void
want(struct launcher *launcher, uint64_t offset)
{
	launcher_send(launcher, MSG_result_wanted, &(struct msg_result_wanted){
	    .attempt = launcher->attempt, .fence = launcher->fence, .offset = offset });
}

void
launcher_carry(struct launcher *launcher, struct buffer *file)
{
	const uint64_t bytes = launcher->message.message.job_result.bytes;
	struct chunks_in in = { .have = file->len };
	const struct msg_result_chunk *chunk;
	const char *why = NULL;
	struct message *message;
	size_t skip;

	want(launcher, in.have);
	while (in.have < bytes) {
		message = launcher_wait(launcher, MSG_result_chunk);
		assert_non_null(message);
		chunk = &message->result_chunk;
		if (chunk->problem != NULL)
			fail_msg("%s", chunk->problem);
		assert_int_equal(chunk->attempt, launcher->attempt);
		assert_int_equal(chunk->total, bytes);
		assert_int_equal(chunks_take(&in, bytes, chunk->offset, chunk->bytes.len, chunk->total, &skip,
		    &why), CHUNK_NEW);
		buffer_add(file, chunk->bytes.bytes + skip, chunk->bytes.len - skip);
		in.have = file->len;
		want(launcher, in.have);
	}
}

void
launcher_import(struct launcher *launcher, const struct buffer *pack)
{
	char *path = str_format("%s/result", launcher->folder);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(pack->bytes, 1, pack->len, file), pack->len);
	assert_int_equal(fclose(file), 0);
	shell("git -C %s index-pack --strict --fix-thin --stdin <%s", launcher->here, path);
	free(path);
}

void
launcher_saved(struct launcher *launcher)
{
	launcher_send(launcher, MSG_job_saved, &(struct msg_job_saved){ .attempt = launcher->attempt,
	    .fence = launcher->fence });
	assert_non_null(launcher_wait(launcher, MSG_worker_ready));
}

void
launcher_release(struct launcher *launcher)
{
	drop_message(launcher);
	if (launcher->child > 0) {
		close(launcher->to);
		close(launcher->from);
		exit_of(launcher->child);
	}
	shell("chmod -R u+rwX %s; rm -rf %s", launcher->folder, launcher->folder);
	buffer_release(&launcher->in);
	buffer_release(&launcher->output);
	free(launcher->program);
	free(launcher->far);
	free(launcher->here);
	free(launcher->folder);
}
