/*
 * A real worker on its standard streams, with a launcher played by the test: objects go there
 * and come back in messages, repeated, out of order, hostile, cut; and the stream ends early.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "stdio_fixture.h"
#include "worker/base.h"
#include "worker_fixture.h"
/* Beside the test, not in a library. */
#include "stdio_fixture.c"
#include "worker_fixture.c"

static int
set_up(void **state)
{
	struct launcher *launcher = mem_zero(1, sizeof(*launcher));

	launcher_init(launcher);
	launcher_start(launcher);
	assert_non_null(launcher_wait(launcher, MSG_worker_ready));
	*state = launcher;
	return 0;
}

static int
tear_down(void **state)
{
	launcher_release(*state);
	free(*state);
	return 0;
}

/* The result of a job, whose outcome is this one. */
static struct msg_job_result *
outcome(struct launcher *launcher, const char *script, const char *expected)
{
	struct msg_job_start job = launcher_job(launcher, script);
	struct msg_job_result *result = launcher_run(launcher, &job);

	if (!str_same(result->outcome, expected))
		fail_msg("%s: %s (%s), not %s: %s", script, result->outcome, result->reason ? result->reason :
		    "", expected, result->output ? result->output : "");
	return result;
}

/* The result, which came last, becomes the tip of our repository. */
static void
land(struct launcher *launcher)
{
	char commit[65];
	struct buffer pack;

	buffer_init(&pack);
	snprintf(commit, sizeof(commit), "%s", launcher->message.message.job_result.commit);
	launcher_carry(launcher, &pack);
	launcher_import(launcher, &pack);
	shell("git -C %s reset -q --hard %s && git -C %s fsck --connectivity-only 2>&1", launcher->here,
	    commit, launcher->here);
	snprintf(launcher->tip, sizeof(launcher->tip), "%s", commit);
	buffer_release(&pack);
	launcher_saved(launcher);
}

/* How many packs the worker has for good. */
static int
packs(const struct launcher *launcher)
{
	return atoi(shell("ls %s/projects/p/repository.git/objects/pack | grep -c 'pack$' || :",
	    launcher->far));
}

static void
test_task(void **state)
{
	struct launcher *launcher = *state;
	struct msg_job_start job;
	struct msg_job_result *result;

	/* More than may be on its way at once, there and back. */
	launcher_commit(launcher, "head -c 9000000 /dev/urandom >large");
	result = outcome(launcher, "head -c 6000000 /dev/urandom >new; echo two >>one; rm d/two; cat link", "done");
	assert_true(result->changed && !result->as_files);
	assert_string_equal(buffer_text(&launcher->output), "one\ntwo\n");
	assert_true(launcher->wanted > 9000000 / PACK_CHUNK_MAX);
	land(launcher);
	assert_string_equal(shell("cd %s; git ls-tree -r --name-only HEAD | tr '\\n' ' '; cat one; "
	    "git show -s --format='%%an %%s' HEAD", launcher->here), "large link new one one\ntwo\nrobot Do it");
	assert_int_equal(packs(launcher), 1);

	/* Only what is new is wanted then, and nothing of a tip that is there. */
	outcome(launcher, "true", "done");
	assert_true(launcher->wanted > 6000000 / PACK_CHUNK_MAX && launcher->wanted < 7000000 / PACK_CHUNK_MAX);
	launcher_saved(launcher);
	launcher_commit(launcher, "echo small >small");
	result = outcome(launcher, "echo three >>one; git add -A; git commit -qm Mine", "done");
	assert_int_equal(launcher->wanted, 1);
	assert_int_equal(result->commits, 1);
	launcher_saved(launcher);
	outcome(launcher, "git log --format=%s; cat small", "done");
	assert_int_equal(launcher->wanted, 0);
	assert_string_equal(buffer_text(&launcher->output), "commit\nDo it\ncommit\ncommit\nsmall\n");
	launcher_saved(launcher);
	assert_int_equal(packs(launcher), 3);

	/* A gate on a tree that no branch has. */
	job = launcher_job(launcher, "");
	job.command = NULL;
	job.kind = "gate";
	job.verify = "test ! -e one && test \"$(cat d/x)\" = x";
	job.tree = shell("cd %s; echo x >x; B=$(git hash-object -w x); rm x; "
	    "D=$(printf '100644 blob %%s\\tx\\n' $B | git mktree); printf '040000 tree %%s\\td\\n' $D | git mktree",
	    launcher->here);
	result = launcher_run(launcher, &job);
	assert_string_equal(result->outcome, "pass");
	assert_int_equal(launcher->wanted, 1);
	launcher_saved(launcher);
}

/* A small result is a file as well, and is carried as one. */
static void
test_plain_files(void **state)
{
	struct launcher *launcher = *state;
	struct msg_job_start job = launcher_job(launcher, "echo two >>one");
	struct msg_job_result *result;
	struct buffer file;

	buffer_init(&file);
	job.as_files = true;
	result = launcher_run(launcher, &job);
	assert_true(result->changed && result->as_files);
	launcher_carry(launcher, &file);
	assert_non_null(memmem(file.bytes, file.len, "one\ntwo\n", 8));
	buffer_release(&file);
	launcher_saved(launcher);
	/* Nothing was changed: there is nothing to carry, and that is said. */
	outcome(launcher, "true", "done");
	want(launcher, 0);
	assert_non_null(launcher_wait(launcher, MSG_result_chunk));
	assert_string_equal(launcher->message.message.result_chunk.problem, "it has changed nothing");
	launcher_saved(launcher);
}

/* What the job begins from can be a conflict as well. */
static void
test_conflict(void **state)
{
	struct launcher *launcher = *state;
	struct msg_job_start job;

	launcher_commit(launcher, "echo three >one");
	job = launcher_job(launcher, "cat one; echo four >one");
	job.conflict = shell("cd %s; echo '<<<<<<< marks' >one; git -c user.name=t -c user.email=t@t "
	    "commit -qam conflict; git rev-parse HEAD; git reset -q --hard HEAD^", launcher->here);
	assert_string_equal(launcher_run(launcher, &job)->outcome, "done");
	assert_string_equal(buffer_text(&launcher->output), "<<<<<<< marks\n");
	launcher_saved(launcher);
}

/* Starts a job; the pack that it wants. */
static void
begin(struct launcher *launcher, const char *script, struct buffer *pack)
{
	struct msg_job_start job = launcher_job(launcher, script);

	launcher_send(launcher, MSG_job_start, &job);
	assert_non_null(launcher_wait(launcher, MSG_base_wanted));
	assert_int_equal(launcher->message.message.base_wanted.offset, 0);
	if (pack != NULL)
		launcher_pack(launcher, pack);
}

/* How much the worker says that it has. */
static uint64_t
has(struct launcher *launcher)
{
	assert_non_null(launcher_wait(launcher, MSG_base_wanted));
	return launcher->message.message.base_wanted.offset;
}

static void
test_repeated(void **state)
{
	struct launcher *launcher = *state;
	struct msg_job_start job;
	struct buffer pack, file;
	uint64_t half;
	int i;

	buffer_init(&pack);
	buffer_init(&file);
	begin(launcher, "echo two >>one", &pack);
	half = pack.len / 2;
	for (i = 0; i < 3; i++)
		launcher_chunk(launcher, &pack, 0, half, pack.len);
	/* Of another attempt, and of a supervisor of before: neither of this pack nor a reason to end. */
	launcher->attempt++;
	launcher_chunk(launcher, &pack, half, 1, pack.len);
	launcher->attempt--;
	launcher->fence--;
	launcher_chunk(launcher, &pack, half, 1, pack.len + 1);
	launcher->fence++;
	launcher_chunk(launcher, &pack, half - 1, 2, pack.len);
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	launcher_chunk(launcher, &pack, half, pack.len - half, pack.len);
	assert_int_equal(has(launcher), half);
	assert_int_equal(has(launcher), half + 1);
	assert_non_null(launcher_wait(launcher, MSG_base_there));
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(launcher->message.message.job_result.outcome, "done");
	assert_int_equal(launcher->wanted, 3);
	/* And when it is all over. */
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	launcher_carry(launcher, &file);
	want(launcher, 3);
	assert_non_null(launcher_wait(launcher, MSG_result_chunk));
	assert_int_equal(launcher->message.message.result_chunk.offset, 3);
	assert_memory_equal(launcher->message.message.result_chunk.bytes.bytes, file.bytes + 3, file.len - 3);
	launcher_import(launcher, &file);
	launcher_saved(launcher);
	/* The job once more: it is there, and is done again only because it is another attempt. */
	job = launcher_job(launcher, "true");
	assert_string_equal(launcher_run(launcher, &job)->outcome, "done");
	assert_int_equal(launcher->wanted, 0);
	launcher_saved(launcher);
	buffer_release(&file);
	buffer_release(&pack);
}

static void
test_out_of_order(void **state)
{
	struct launcher *launcher = *state;
	struct buffer pack;

	buffer_init(&pack);
	launcher_commit(launcher, "head -c 90000 /dev/urandom >large");
	begin(launcher, "echo two >>one", &pack);
	assert_true(pack.len > 90000);
	launcher_chunk(launcher, &pack, 20000, 10000, pack.len);
	launcher_chunk(launcher, &pack, 30000, 10000, pack.len);
	/* Asked for again, once for all that is on its way. */
	assert_int_equal(has(launcher), 0);
	launcher_chunk(launcher, &pack, 0, 20000, pack.len);
	assert_int_equal(has(launcher), 20000);
	launcher_chunk(launcher, &pack, 40000, 10000, pack.len);
	assert_int_equal(has(launcher), 20000);
	launcher_chunk(launcher, &pack, 20000, pack.len - 20000, pack.len);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(launcher->message.message.job_result.outcome, "done");
	assert_int_equal(launcher->wanted, 4);
	land(launcher);
	buffer_release(&pack);
}

/* Nothing leaves that was not asked for, and no more than the window. */
static void
test_slow_reader(void **state)
{
	struct launcher *launcher = *state;
	uint64_t came = 0;

	outcome(launcher, "head -c 9000000 /dev/urandom >new", "done");
	want(launcher, 100);
	launcher_send(launcher, MSG_worker_look, &(struct msg_worker_look){ .serial = 1,
	    .fence = launcher->fence });
	while (came < PACK_WINDOW) {
		assert_non_null(launcher_wait(launcher, MSG_result_chunk));
		assert_int_equal(launcher->message.message.result_chunk.offset, 100 + came);
		came += launcher->message.message.result_chunk.bytes.len;
	}
	assert_int_equal(came, PACK_WINDOW);
	launcher_send(launcher, MSG_worker_look, &(struct msg_worker_look){ .serial = 2,
	    .fence = launcher->fence });
	do
		assert_int_not_equal(launcher_next(launcher)->id, MSG_result_chunk);
	while (launcher->message.message.id != MSG_worker_seen ||
	    launcher->message.message.worker_seen.serial != 2);
	want(launcher, UINT32_MAX);
	assert_non_null(launcher_wait(launcher, MSG_result_chunk));
	assert_string_equal(launcher->message.message.result_chunk.problem, "it ends before that place");
	launcher_saved(launcher);
}

/* The reason why the job did not begin. Leaves the worker ready for another. */
static void
refused(struct launcher *launcher, const char *reason)
{
	const struct msg_job_result *result;

	assert_non_null(launcher_wait(launcher, MSG_job_result));
	result = &launcher->message.message.job_result;
	assert_string_equal(result->outcome, "error");
	if (result->reason == NULL || strstr(result->reason, reason) == NULL)
		fail_msg("%s, not %s", result->reason ? result->reason : "no reason", reason);
	assert_false(result->changed);
	launcher_saved(launcher);
	assert_int_equal(packs(launcher), 0);
	shell("test ! -e %s/slots/0/incoming", launcher->far);
}

static void
test_hostile(void **state)
{
	static const char garbage[] = "PACK, they said, and it was none at all.";
	struct launcher *launcher = *state;
	char good[65], evil[65];
	struct buffer pack;

	buffer_init(&pack);
	strcpy(good, launcher->tip);
	begin(launcher, "true", &pack);
	launcher_chunk(launcher, &pack, 0, pack.len, BASE_MAX + 1);
	refused(launcher, "larger than the limit");
	begin(launcher, "true", NULL);
	launcher_chunk(launcher, &pack, 0, 100, pack.len);
	launcher_chunk(launcher, &pack, 100, 100, pack.len + 1);
	refused(launcher, "its size is another one");
	begin(launcher, "true", NULL);
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len - 1);
	refused(launcher, "behind its end");
	begin(launcher, "true", NULL);
	launcher_chunk(launcher, &pack, 0, 0, 0);
	refused(launcher, "it is empty");
	/* Cut, and said to be whole. */
	begin(launcher, "true", NULL);
	launcher_chunk(launcher, &pack, 0, pack.len - 30, pack.len - 30);
	refused(launcher, "git does not accept its objects");
	/* A byte of it is another one. */
	begin(launcher, "true", NULL);
	pack.bytes[pack.len / 2] ^= 1;
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	refused(launcher, "git does not accept its objects");
	begin(launcher, "true", NULL);
	pack.len = 0;
	buffer_add(&pack, garbage, sizeof(garbage));
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	refused(launcher, "git does not accept its objects");
	/* A tree with Git's own name in it. */
	snprintf(launcher->tip, sizeof(launcher->tip), "%s", shell("cd %s; T=$(printf '100644 blob %%s\\t.git\\n' "
	    "$(git hash-object -w one) | git mktree); echo evil | git -c user.name=t -c user.email=t@t "
	    "commit-tree $T", launcher->here));
	strcpy(evil, launcher->tip);
	begin(launcher, "true", &pack);
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	refused(launcher, ".git");
	/* Good objects, but not those of the tip. */
	strcpy(launcher->tip, good);
	begin(launcher, "true", &pack);
	assert_non_null(launcher->message.message.base_wanted.wanted);
	launcher_send(launcher, MSG_job_stop, &(struct msg_job_stop){ .attempt = launcher->attempt,
	    .fence = launcher->fence, .why = "enough" });
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(launcher->message.message.job_result.outcome, "stopped");
	assert_string_equal(launcher->message.message.job_result.reason, "enough");
	launcher_saved(launcher);
	strcpy(launcher->tip, evil);
	begin(launcher, "true", NULL);
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	refused(launcher, "it lacks objects");
	/* After all that, what is right is taken. */
	strcpy(launcher->tip, good);
	outcome(launcher, "cat one", "done");
	launcher_saved(launcher);
	assert_int_equal(packs(launcher), 1);
	buffer_release(&pack);
}

/* Old commits are as they are; what they lead to is taken. */
static void
test_old_history(void **state)
{
	struct launcher *launcher = *state;

	snprintf(launcher->tip, sizeof(launcher->tip), "%s", shell("cd %s; printf 'tree %%s\nauthor a <a@b "
	    "1000000000 +051800\ncommitter <> 1 +0\n\nold\n' $(git rev-parse HEAD^{tree}) | "
	    "git hash-object -t commit -w --stdin --literally", launcher->here));
	outcome(launcher, "cat one", "done");
	launcher_saved(launcher);
}

/* History may end on purpose, and goes on from there. */
static void
test_shallow(void **state)
{
	struct launcher *launcher = *state;
	char root[65], *ends[] = { root, NULL };
	struct msg_base_chunk chunk = { .shallow = ends };
	struct buffer pack;

	buffer_init(&pack);
	strcpy(root, launcher->tip);
	launcher_commit(launcher, "echo two >>one");
	strcpy(root, launcher->tip);
	/* A pack without the first commit is damaged unless it is said that it ends there. */
	begin(launcher, "true", NULL);
	shell("cd %s && { git rev-parse HEAD; git rev-list --objects --no-object-names HEAD^{tree}; } | "
	    "git pack-objects -q --stdout >../pack", launcher->here);
	launcher_read(launcher, &pack);
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	refused(launcher, "git does not accept");
	begin(launcher, "git log --format=%s; git rev-parse --is-shallow-repository; echo three >>one; "
	    "git commit -qam Mine", NULL);
	chunk.attempt = launcher->attempt;
	chunk.fence = launcher->fence;
	chunk.total = pack.len;
	chunk.bytes = (struct data){ pack.bytes, pack.len };
	launcher_send(launcher, MSG_base_chunk, &chunk);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(buffer_text(&launcher->output), "commit\ntrue\n");
	assert_string_equal(launcher->message.message.job_result.outcome, "done");
	land(launcher);
	outcome(launcher, "git log --format=%s", "done");
	assert_string_equal(buffer_text(&launcher->output), "Mine\ncommit\n");
	launcher_saved(launcher);
	/* What is no commit's name is refused. */
	launcher_commit(launcher, "echo four >>one");
	begin(launcher, "true", &pack);
	strcpy(root, "../../HEAD");
	chunk.attempt = launcher->attempt;
	chunk.total = pack.len;
	chunk.bytes = (struct data){ pack.bytes, pack.len };
	launcher_send(launcher, MSG_base_chunk, &chunk);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_non_null(strstr(launcher->message.message.job_result.reason, "no object id"));
	launcher_saved(launcher);
	buffer_release(&pack);
}

/* A chunk beyond what a message may have is no message: the worker saves what it has, and ends. */
static void
test_not_the_protocol(void **state)
{
	struct launcher *launcher = *state;
	struct buffer pack;

	buffer_init(&pack);
	begin(launcher, "true", &pack);
	buffer_reserve(&pack, PACK_CHUNK_MAX + 1);
	memset(pack.bytes, 0, PACK_CHUNK_MAX + 1);
	launcher_chunk(launcher, &pack, 0, PACK_CHUNK_MAX + 1, PACK_CHUNK_MAX + 1);
	assert_null(launcher_wait(launcher, MSG_job_result));
	assert_int_equal(launcher_close(launcher), 0);
	launcher_start(launcher);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(launcher->message.message.job_result.outcome, "stopped");
	launcher_saved(launcher);
	buffer_release(&pack);
}

/* The stream ends: what the agent left is kept, and the next worker in the slot has it. */
static void
test_closed_early(void **state)
{
	struct launcher *launcher = *state;
	struct msg_job_start job;
	struct buffer pack, file;

	buffer_init(&pack);
	buffer_init(&file);
	/* While the base is on its way. */
	begin(launcher, "true", &pack);
	launcher_chunk(launcher, &pack, 0, 50, pack.len);
	assert_int_equal(has(launcher), 50);
	assert_int_equal(launcher_close(launcher), 0);
	launcher->fence++;
	launcher_start(launcher);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(launcher->message.message.job_result.outcome, "stopped");
	assert_false(launcher->message.message.job_result.changed);
	launcher_saved(launcher);
	/* While the agent runs, which would for ever. */
	begin(launcher, "head -c 9000000 /dev/urandom >new; echo begun; sleep 3600", &pack);
	launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
	assert_non_null(launcher_wait(launcher, MSG_job_output));
	assert_int_equal(launcher_close(launcher), 0);
	launcher->fence++;
	launcher_start(launcher);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(launcher->message.message.job_result.outcome, "stopped");
	assert_true(launcher->message.message.job_result.changed);
	/* While the result is on its way: it goes on where it was. */
	want(launcher, 0);
	assert_non_null(launcher_wait(launcher, MSG_result_chunk));
	buffer_add(&file, launcher->message.message.result_chunk.bytes.bytes,
	    launcher->message.message.result_chunk.bytes.len);
	assert_int_equal(launcher_close(launcher), 0);
	launcher->fence++;
	launcher_start(launcher);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	job.tip = shell("echo %s", launcher->message.message.job_result.commit);
	launcher_carry(launcher, &file);
	launcher_import(launcher, &file);
	assert_string_equal(shell("git -C %s cat-file -s %s:new", launcher->here, job.tip), "9000000");
	launcher_saved(launcher);
	assert_int_equal(launcher_close(launcher), 0);
	buffer_release(&file);
	buffer_release(&pack);
}

/* As root, with a user of its own for the agent, who has to get at the objects. */
static void
test_user(void **state)
{
	struct launcher *launcher = *state;

	if (geteuid() != 0 || atoi(shell("mkdir -p %s/probe; %s --probe %s/probe | grep -c 'users: slot' || :",
	    launcher->folder, launcher->program, launcher->folder)) == 0) {
		print_message("agents have no users of their own here\n");
		skip();
	}
	assert_int_equal(launcher_close(launcher), 0);
	launcher->user = "65001";
	launcher_start(launcher);
	assert_non_null(launcher_wait(launcher, MSG_worker_ready));
	outcome(launcher, "echo two >>one && git log -1 --format=%s", "done");
	assert_string_equal(buffer_text(&launcher->output), "commit\n");
	land(launcher);
	assert_string_equal(shell("cat %s/one", launcher->here), "one\ntwo");
}

/* While Git takes a pack in, which may last, the worker hears what it is told. */
static void
test_stopped_while_taken(void **state)
{
	struct launcher *launcher = *state;
	char *path = getenv("PATH") ? str_dup(getenv("PATH")) : NULL, *before;
	struct msg_job_stop stop = { .fence = launcher->fence, .why = "enough" };
	struct buffer pack;
	int i;

	if (getenv("ORCH_TEST_LAUNCHER") != NULL)
		skip();
	shell("set -e; mkdir %s/tools; cd %s/tools; printf '#!/bin/sh\\ncase \"$*\" in *index-pack*) test -e %s/go || "
	    "{ touch %s/taking; sleep 3600; } ;; esac\\nexec %%s \"$@\"\\n' $(command -v git) >git; chmod +x git",
	    launcher->folder, launcher->folder, launcher->folder, launcher->folder);
	assert_int_equal(launcher_close(launcher), 0);
	before = str_format("%s/tools:%s", launcher->folder, path);
	setenv("PATH", before, 1);
	launcher_start(launcher);
	setenv("PATH", path, 1);
	assert_non_null(launcher_wait(launcher, MSG_worker_ready));
	buffer_init(&pack);
	for (i = 0; i < 2; i++) {
		begin(launcher, "true", &pack);
		launcher_chunk(launcher, &pack, 0, pack.len, pack.len);
		shell("i=0; until [ -e %s/taking ]; do i=$((i + 1)); [ $i -lt 1000 ]; sleep 0.01; done; rm %s/taking",
		    launcher->folder, launcher->folder);
		if (i == 1)
			break;
		stop.attempt = launcher->attempt;
		launcher_send(launcher, MSG_job_stop, &stop);
		assert_non_null(launcher_wait(launcher, MSG_job_result));
		assert_string_equal(launcher->message.message.job_result.reason, "enough");
		launcher_saved(launcher);
	}
	/* The stream ends then. */
	assert_int_equal(launcher_close(launcher), 0);
	assert_int_equal(atoi(shell("grep -lsa '%s/tools/[g]it' /proc/[0-9]*/cmdline | wc -l", launcher->folder)), 0);
	shell("test ! -e %s/slots/0/incoming; touch %s/go", launcher->far, launcher->folder);
	launcher_start(launcher);
	assert_non_null(launcher_wait(launcher, MSG_job_result));
	assert_string_equal(launcher->message.message.job_result.outcome, "stopped");
	launcher_saved(launcher);
	outcome(launcher, "true", "done");
	launcher_saved(launcher);
	buffer_release(&pack);
	free(before);
	free(path);
}

/* Two slots on that machine share what they have got, each with a job of its own. */
static void
test_two_slots(void **state)
{
	struct launcher *first = *state, second;
	struct buffer pack;

	buffer_init(&pack);
	launcher_init(&second);
	free(second.far);
	second.far = str_dup(first->far);
	second.slot = "1";
	launcher_commit(&second, "echo other >other");
	launcher_start(&second);
	assert_non_null(launcher_wait(&second, MSG_worker_ready));
	begin(first, "cat one", &pack);
	launcher_chunk(first, &pack, 0, pack.len, pack.len);
	/* Asked before the other has all of it, or after: both are right. */
	outcome(&second, "cat other", "done");
	assert_string_equal(buffer_text(&second.output), "other\n");
	assert_non_null(launcher_wait(first, MSG_job_result));
	assert_string_equal(first->message.message.job_result.outcome, "done");
	launcher_saved(first);
	launcher_saved(&second);
	strcpy(first->tip, second.tip);
	outcome(first, "cat other", "done");
	assert_int_equal(first->wanted, 0);
	launcher_saved(first);
	launcher_release(&second);
	buffer_release(&pack);
}

/* A slot has one worker, and a stream to speak on. */
static void
test_refusals(void **state)
{
	struct launcher *launcher = *state;
	char *words = str_format("--stdio -S %s -w checkout", launcher->far);

	assert_int_equal(launcher_try(launcher, "--stdio -S not/absolute"), 2);
	assert_int_equal(launcher_try(launcher, words), 2);
	free(words);
	words = str_format("--stdio -S %s/another", launcher->far);
	if (getenv("ORCH_TEST_LAUNCHER") == NULL) {
		assert_int_equal(launcher_try(launcher, words), 2);
		shell("test ! -e %s/another", launcher->far);
		free(words);
		words = str_format("--stdio -S %s", launcher->far);
		assert_int_equal(atoi(shell("{ : | %s %s | cat; } 2>&1 | grep -c \"slot '0' in .* is another worker's\"",
		    launcher->program, words)), 1);
		assert_int_equal(atoi(shell(": | %s %s 2>&1 | cat | grep -c 'standard error has to be another'",
		    launcher->program, words)), 1);
	}
	free(words);
	outcome(launcher, "true", "done");
	launcher_saved(launcher);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_task, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_plain_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_conflict, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_repeated, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_out_of_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow_reader, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hostile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_old_history, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shallow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_the_protocol, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_closed_early, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_user, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stopped_while_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_two_slots, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
