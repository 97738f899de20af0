/*
 * A real worker that outlives its supervisor: in each of its states it is adopted by the
 * next one, tells what it has at hand, and obeys the newest alone.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker_fixture.h"
/* Beside the test, not in a library: the programs that need it. */
#include "worker_fixture.c"

static char shell_name[] = "sh", option[] = "-c";
static char *command[] = { shell_name, option, NULL, NULL };

static char **
script(const char *text)
{
	free(command[2]);
	command[2] = str_dup(text);
	return command;
}

static int
set_up(void **state)
{
	*state = fixture_new(NULL, "60");
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	/* The end of the link alone would not end it. */
	fixture_send(fixture, MSG_worker_leave, &(struct msg_worker_leave){ .fence = fixture->fence });
	fixture_free(fixture);
	return 0;
}

static void
start(struct fixture *fixture, const char *text)
{
	struct msg_job_start job = fixture_job(fixture, script(text));

	fixture_send(fixture, MSG_job_start, &job);
}

static void
wait_for_file(const struct fixture *fixture, const char *name)
{
	char *path = str_format("%s/projects/p/homes/t1/%s", fixture->state, name);
	int i;

	for (i = 0; access(path, F_OK) == -1; i++) {
		assert_true(i < 1000);
		usleep(10000);
	}
	free(path);
}

static void
test_idle(void **state)
{
	struct fixture *fixture = *state;

	fixture_adopt(fixture, 8);
	assert_non_null(fixture_wait(fixture, MSG_worker_ready, 5000));
	assert_int_equal(fixture->in.message.worker_ready.fence, 8);
	start(fixture, "echo one >new");
	assert_string_equal(fixture_wait(fixture, MSG_job_result, 60000)->job_result.outcome, "done");
	fixture_saved(fixture);
}

static void
test_running(void **state)
{
	struct fixture *fixture = *state;
	const struct msg_job_running *running;

	start(fixture, ": >~/began; until [ -e ~/go ]; do sleep 0.02; done; echo one >new");
	wait_for_file(fixture, "began");
	fixture_adopt(fixture, 8);
	running = &fixture_wait(fixture, MSG_job_running, 5000)->job_running;
	assert_int_equal(running->attempt, fixture->attempt);
	assert_int_equal(running->fence, 8);
	assert_string_equal(running->kind, "attempt");
	/* And once more, by a third. */
	fixture_adopt(fixture, 12);
	assert_int_equal(fixture_wait(fixture, MSG_job_running, 5000)->job_running.fence, 12);
	shell(": >%s/projects/p/homes/t1/go", fixture->state);
	assert_string_equal(fixture_wait(fixture, MSG_job_result, 60000)->job_result.outcome, "done");
	assert_int_equal(fixture->in.message.job_result.fence, 12);
	fixture_saved(fixture);
}

/* Nobody confirmed the result: it is told again, as often as somebody new comes. */
static void
test_saving(void **state)
{
	struct fixture *fixture = *state;
	uint64_t fence;

	start(fixture, "echo one >new");
	assert_non_null(fixture_wait(fixture, MSG_job_result, 60000));
	for (fence = 8; fence < 11; fence++) {
		fixture_adopt(fixture, fence);
		assert_string_equal(fixture_wait(fixture, MSG_job_result, 5000)->job_result.outcome, "done");
		assert_int_equal(fixture->in.message.job_result.attempt, fixture->attempt);
		assert_int_equal(fixture->in.message.job_result.fence, fence);
		assert_false(fixture->in.message.job_result.recovered);
	}
	fixture_saved(fixture);
}

/* An older one is cut off, and so is one that was ours; what they say has no effect. */
static void
test_fenced(void **state)
{
	struct fixture *fixture = *state, older = { .lock = -1, .fence = 7 };
	struct msg_job_stop stop = { .attempt = 1, .fence = 7 };

	start(fixture, ": >~/began; until [ -e ~/go ]; do sleep 0.02; done; echo one >new");
	wait_for_file(fixture, "began");
	/* The one of before is still there when the next one comes. */
	older.link = fixture->link;
	fixture->link = (struct link){ .fd = -1 };
	fixture_adopt(fixture, 9);
	assert_non_null(fixture_wait(fixture, MSG_job_running, 5000));
	link_send(&older.link, MSG_job_stop, 0, &stop);
	assert_null(fixture_wait(&older, MSG_job_result, 5000));
	link_release(&older.link);
	/* One with a lower number, and one with the same. */
	older.state = fixture->state;
	older.link = (struct link){ .fd = -1 };
	fixture_adopt(&older, 8);
	assert_null(fixture_wait(&older, MSG_job_running, 5000));
	fixture_adopt(&older, 9);
	assert_null(fixture_wait(&older, MSG_job_running, 5000));
	link_release(&older.link);
	shell(": >%s/projects/p/homes/t1/go", fixture->state);
	assert_string_equal(fixture_wait(fixture, MSG_job_result, 60000)->job_result.outcome, "done");
	fixture_saved(fixture);
}

static long
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long)st.st_size : 0;
}

/* Who prints and who reads it all wait: what is between them is full. How much was printed? */
static long
wait_until_full(const struct fixture *fixture, const char *printing, const char *log)
{
	long before, size = 0;
	int i;

	for (i = 0; i < 3000; i++) {
		before = size;
		usleep(20000);
		size = size_of(log);
		if (size > 0 && size == before && fixture_sleeps(fixture, printing) && size_of(log) == size)
			return size;
	}
	fail_msg("%ld bytes, and it goes on", size);
	return 0;
}

/* The one of before does not read what the agent prints: for the next one it goes on. */
static void
test_slow(void **state)
{
	struct fixture *fixture = *state;
	struct link slow;
	char *log = str_format("%s/logs/t1/1.log", fixture->state);

	start(fixture, "yes 40000000 | head -c 40000000; echo one >new");
	slow = fixture->link;
	fixture->link = (struct link){ .fd = -1 };
	assert_true(wait_until_full(fixture, "40000000", log) < 40000000);
	fixture_adopt(fixture, 8);
	assert_string_equal(fixture_wait(fixture, MSG_job_result, 60000)->job_result.outcome, "done");
	fixture_saved(fixture);
	link_release(&slow);
	free(log);
}

/* Whoever connects and says nothing, or nonsense, changes nothing. */
static void
test_garbage(void **state)
{
	struct fixture *fixture = *state;
	char *path = str_format("%s/run/slot-0.sock", fixture->state);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fds[20], i;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	start(fixture, ": >~/began; until [ -e ~/go ]; do sleep 0.02; done; echo one >new");
	wait_for_file(fixture, "began");
	for (i = 0; i < 20; i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(fds[i], (struct sockaddr *)&address, sizeof(address)), 0);
		if (i % 2)
			assert_true(send(fds[i], "\xc1garbage", 8, MSG_NOSIGNAL) != 0);
	}
	shell(": >%s/projects/p/homes/t1/go", fixture->state);
	assert_string_equal(fixture_wait(fixture, MSG_job_result, 60000)->job_result.outcome, "done");
	for (i = 0; i < 20; i++)
		close(fds[i]);
	fixture_saved(fixture);
	free(path);
}

/* Nobody comes: it ends by itself, and the next worker has what was saved. */
static void
test_orphan(void **state)
{
	struct fixture *fixture = fixture_new(NULL, "1");
	int status;

	(void)state;
	start(fixture, "echo half >new; : >~/began; sleep 600");
	wait_for_file(fixture, "began");
	incoming_release(&fixture->in);
	fixture->in_use = false;
	link_release(&fixture->link);
	assert_int_equal(waitpid(fixture->worker, &status, 0), fixture->worker);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_string_equal(shell("ls %s/run", fixture->state), "");
	assert_int_equal(fixture_processes(fixture, "sleep"), 0);
	fixture->orphan = NULL;
	fixture_start(fixture);
	assert_string_equal(fixture_wait(fixture, MSG_job_result, 60000)->job_result.outcome, "stopped");
	assert_true(fixture->in.message.job_result.changed);
	assert_true(fixture->in.message.job_result.recovered);
	fixture_saved(fixture);
	fixture_release(fixture);
	free(fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_idle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_running, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_saving, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_fenced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_garbage, set_up, tear_down),
		cmocka_unit_test(test_orphan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
