/*
 * landing MODE FOLDER COUNT: lands COUNT prepared commits (refs/work/1, ... of the
 * bare repository FOLDER/bare, each a child of its main) one on another, and prints
 * the mean and the median of what one took, in ms, and the tree at the end. Modes:
 *
 *    row      orch-commitd, all waiting: from the head of the line to the receipt
 *    one      orch-commitd, the next one when the receipt has come
 *    line     orch-commitd, one by one, with the rest waiting behind a gap or not there
 *    pick     git cherry-pick in the work tree FOLDER/pick
 *    three    git merge-tree, commit-tree, update-ref on FOLDER/three
 *    helper   a merge-tree that stays, commits by libgit2, an update-ref that stays,
 *             on FOLDER/helper
 *
 * Objects and references are synced in each of them; an index never.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <git2.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "../process/commitd_fixture.h"
#include "../process/commitd_fixture.c"

#define SYNC	"-c", "core.fsync=objects,reference", "-c", "user.name=B", "-c", "user.email=b@b"

static const char *folder;
static size_t count;
static double *times;
static char (*commits)[41], base[41];

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
report(double all)
{
	qsort(times, count, sizeof(double), by_size);
	printf("mean %.3f median %.3f\n", all / (double)count, times[count / 2]);
}

/* The first line that a program prints; ends the test when it fails. */
static void
git(const char *where, char answer[41], const char *const *arguments)
{
	posix_spawn_file_actions_t actions;
	char *list[24] = { "git", "-C", (char *)(uintptr_t)where };
	char bytes[4096];
	int pipes[2], status, i;
	size_t len = 0;
	ssize_t got;
	pid_t pid;

	for (i = 0; arguments[i] != NULL && i < 20; i++)
		list[3 + i] = (char *)(uintptr_t)arguments[i];
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
	assert_int_equal(posix_spawnp(&pid, "git", &actions, NULL, list, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	while ((got = read(pipes[0], bytes + len, sizeof(bytes) - len)) > 0 && len < sizeof(bytes))
		len += (size_t)got;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	if (answer != NULL)
		snprintf(answer, 41, "%.40s", bytes);
}

#define ARGUMENTS(...)	(const char *const[]){ __VA_ARGS__, NULL }

static void
report_tree(const char *where)
{
	char tree[41];

	git(where, tree, ARGUMENTS("rev-parse", "refs/heads/main^{tree}"));
	printf("tree %s\n", tree);
}

static void
read_commits(void)
{
	char *where = str_format("%s/bare", folder), name[32];
	size_t i;

	commits = mem_zero(count, sizeof(*commits));
	times = mem_zero(count, sizeof(*times));
	git(where, base, ARGUMENTS("rev-parse", "main"));
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "refs/work/%zu", i + 1);
		git(where, commits[i], ARGUMENTS("rev-parse", name));
	}
	free(where);
}

/* ---- commitd ---- */

static void
by_commitd(bool in_a_row)
{
	char *how = str_format("git clone -q --mirror %s/bare agent; rm -rf work", folder), task[32];
	char *upstream = str_format("%s/up", folder), *where;
	double begin, before;
	struct world world;
	size_t i;

	prepare(&world, how);
	world.upstream = upstream;
	start(&world);
	opened(&world);
	assert_string_equal(world.tip, base);
	for (i = 0; i < count; i++) {
		snprintf(task, sizeof(task), "t%zu", i + 1);
		accept_result(&world, task, base, commits[i]);
		if (in_a_row && i > 0)
			enqueue(&world, i + 1, task, base, commits[i], false);
	}
	begin = before = now();
	for (i = 0; i < count; i++) {
		snprintf(task, sizeof(task), "t%zu", i + 1);
		if (!in_a_row || i == 0)
			enqueue(&world, i + 1, task, base, commits[i], false);
		landed(&world, i + 1);
		times[i] = now() - before;
		before += times[i];
	}
	report(now() - begin);
	where = str_format("%s/state/projects/p/repository.git", world.root);
	report_tree(where);
	teardown(&world);
	free(where);
	free(how);
	free(upstream);
}

static void
row(void **state)
{
	(void)state;
	by_commitd(true);
}

static void
one(void **state)
{
	(void)state;
	by_commitd(false);
}

/* The median of some of the times. */
static double
median(size_t first, size_t number)
{
	qsort(times + first, number, sizeof(double), by_size);
	return times[first + number / 2];
}

/* Twenty one by one, then twenty more while all the rest wait behind a gap. */
static void
line(void **state)
{
	char *how = str_format("git clone -q --mirror %s/bare agent; rm -rf work", folder), task[32];
	char *upstream = str_format("%s/up", folder);
	struct world world;
	double before;
	size_t i;

	(void)state;
	assert_true(count > 40);
	prepare(&world, how);
	world.upstream = upstream;
	start(&world);
	opened(&world);
	for (i = 0; i < count; i++) {
		snprintf(task, sizeof(task), "t%zu", i + 1);
		accept_result(&world, task, base, commits[i]);
	}
	for (i = 0; i < 40; i++) {
		size_t more;

		for (more = 40; i == 20 && more < count; more++) {
			snprintf(task, sizeof(task), "t%zu", more + 1);
			enqueue(&world, more + 2, task, base, commits[more], false);
		}
		snprintf(task, sizeof(task), "t%zu", i + 1);
		before = now();
		enqueue(&world, i + 1, task, base, commits[i], false);
		landed(&world, i + 1);
		times[i] = now() - before;
	}
	/* The first of the second twenty waited for the messages of all the others. */
	printf("alone %.3f behind %.3f\n", median(0, 20), median(21, 19));
	teardown(&world);
	free(how);
	free(upstream);
}

/* ---- what it is measured against ---- */

static void
pick(void **state)
{
	char *where = str_format("%s/pick", folder);
	double begin = now(), before;
	size_t i;

	(void)state;
	for (i = 0; i < count; i++) {
		before = now();
		git(where, NULL, ARGUMENTS(SYNC, "cherry-pick", commits[i]));
		times[i] = now() - before;
	}
	report(now() - begin);
	report_tree(where);
	free(where);
}

static void
three(void **state)
{
	char *where = str_format("%s/three", folder), tip[41], tree[41], commit[41];
	double begin = now(), before;
	size_t i;

	(void)state;
	strcpy(tip, base);
	for (i = 0; i < count; i++) {
		before = now();
		git(where, tree, ARGUMENTS(SYNC, "merge-tree", "--write-tree", tip, commits[i]));
		git(where, commit, ARGUMENTS(SYNC, "commit-tree", "-p", tip, "-m", "landed", tree));
		git(where, NULL, ARGUMENTS(SYNC, "update-ref", "refs/heads/main", commit, tip));
		strcpy(tip, commit);
		times[i] = now() - before;
	}
	report(now() - begin);
	report_tree(where);
	free(where);
}

/* A git that stays; its standard input and output. */
static pid_t
stay(char *const *arguments, int pipes[2])
{
	posix_spawn_file_actions_t actions;
	int in[2], out[2];
	pid_t pid;

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	assert_int_equal(posix_spawnp(&pid, arguments[0], &actions, NULL, arguments, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	close(out[1]);
	pipes[0] = out[0];
	pipes[1] = in[1];
	return pid;
}

/* Sends a line and reads until the answer ends so. */
static void
ask(const int pipes[2], char *line, const char *end, size_t end_len, char *answer, size_t most)
{
	size_t len = 0;
	ssize_t got = 1;

	assert_int_equal(write(pipes[1], line, strlen(line)), strlen(line));
	free(line);
	while (got > 0 && (len < end_len || memcmp(answer + len - end_len, end, end_len) != 0)) {
		got = read(pipes[0], answer + len, most - len);
		assert_true(got > 0);
		len += (size_t)got;
	}
}

static void
helper(void **state)
{
	char *where = str_format("%s/helper", folder), answer[4096], tree[41], tip[41], commit[41];
	char *merge[] = { "stdbuf", "-o0", "git", "-C", where, SYNC, "merge-tree", "--stdin",
	    "--name-only", NULL };
	char *move[] = { "git", "-C", where, SYNC, "update-ref", "--stdin", NULL };
	int merges[2], moves[2], status;
	git_repository *repository = NULL;
	git_odb *objects = NULL;
	double begin, before;
	pid_t pids[2];
	char *text;
	git_oid oid;
	size_t i;

	(void)state;
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	assert_int_equal(git_repository_open_bare(&repository, where), 0);
	assert_int_equal(git_repository_odb(&objects, repository), 0);
	pids[0] = stay(merge, merges);
	pids[1] = stay(move, moves);
	strcpy(tip, base);
	begin = now();
	for (i = 0; i < count; i++) {
		before = now();
		ask(merges, str_format("%s %s\n", tip, commits[i]), "\0\0", 2, answer, sizeof(answer));
		assert_int_equal(answer[0], '1');
		snprintf(tree, sizeof(tree), "%.40s", answer + 2);
		text = str_format("tree %s\nparent %s\nauthor B <b@b> 1 +0000\n"
		    "committer B <b@b> 1 +0000\n\nlanded\n", tree, tip);
		assert_int_equal(git_odb_write(&oid, objects, text, strlen(text), GIT_OBJECT_COMMIT), 0);
		free(text);
		git_oid_tostr(commit, sizeof(commit), &oid);
		ask(moves, str_format("start\nupdate refs/heads/main %s %s\ncommit\n", commit, tip),
		    "commit: ok\n", 11, answer, sizeof(answer));
		strcpy(tip, commit);
		times[i] = now() - before;
	}
	report(now() - begin);
	for (i = 0; i < 2; i++) {
		close(i ? moves[1] : merges[1]);
		waitpid(pids[i], &status, 0);
	}
	report_tree(where);
	git_odb_free(objects);
	git_repository_free(repository);
	free(where);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest modes[] = { cmocka_unit_test(row), cmocka_unit_test(one),
	    cmocka_unit_test(line),
	    cmocka_unit_test(pick), cmocka_unit_test(three), cmocka_unit_test(helper) };
	size_t i;

	for (i = 0; argc == 4 && i < COUNT(modes); i++)
		if (strcmp(modes[i].name, argv[1]) == 0) {
			folder = argv[2];
			count = (size_t)atoi(argv[3]);
			signal(SIGPIPE, SIG_IGN);
			read_commits();
			return _cmocka_run_group_tests("landing", &modes[i], 1, NULL, NULL);
		}
	fputs("usage: landing row|one|line|pick|three|helper FOLDER COUNT\n", stderr);
	return 2;
}
