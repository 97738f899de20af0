/*
 * What has landed was synced, each object of it, whoever wrote it first: here Git's merge,
 * for a candidate that came to nothing, which syncs nothing. A real orch-commitd, watched
 * by strace(1).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commitd_fixture.h"
#include "protocol/loop.h"
#include "protocol/mem.h"

#include "commitd_fixture.c"

/* Is somebody watching it? */
static bool
is_traced(pid_t pid)
{
	char *path = str_format("/proc/%d/status", pid), line[256];
	FILE *status = fopen(path, "re");
	long tracer = 0;

	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, "TracerPid:", 10) == 0)
			tracer = strtol(line + 10, NULL, 10);
	if (status != NULL)
		fclose(status);
	free(path);
	return tracer != 0;
}

/* Each fsync from now on, to the file "trace"; `what` more of it. It ends before commitd does. */
static pid_t
watch(struct world *world, const char *what)
{
	char *trace = str_format("%s/trace", world->root), *whom = str_format("%d", world->pid);
	char *arguments[] = { str_dup("strace"), str_dup("-fqqy"), str_dup("-o"), trace, str_dup("-e"),
	    str_dup("trace=fsync,rename"), str_dup("-p"), whom, str_dup("-e"), str_dup(what), NULL };
	uint64_t end = clock_monotonic() + WAIT_MS;
	pid_t pid;
	size_t i;

	assert_int_equal(posix_spawnp(&pid, "strace", NULL, NULL, arguments, environ), 0);
	while (!is_traced(world->pid) && clock_monotonic() < end)
		usleep(1000);
	assert_true(is_traced(world->pid));
	for (i = 0; arguments[i] != NULL; i++)
		free(arguments[i]);
	return pid;
}

static void
next(struct world *world, const char *task, const char *base, const char *commit, uint64_t commits)
{
	struct msg_result_accept result = { .attempt = ++world->attempt, .task = task,
	    .number = world->attempt, .base = base, .commit = commit };
	struct msg_ticket_enqueue ticket = { .ticket = world->next++, .task = task,
	    .number = world->attempt, .base = base, .commit = commit, .commits = commits,
	    .agent = "robot", .message = "x" };

	send_result(world, &result);
	expect(world, MSG_result_accepted);
	link_send(&world->link, MSG_ticket_enqueue, 0, &ticket);
	landed(world, ticket.ticket);
}

/* The gate, of the next ticket. */
static void
says(struct world *world, const char *tree, const char *verdict)
{
	link_send(&world->link, MSG_gate_verdict, 0, &(struct msg_gate_verdict){
	    .ticket = world->next, .tree = tree, .verdict = verdict });
}

/* A merge of two changes of one file; the gate does not want it. */
static void
leave_merged(struct world *world, const char *base)
{
	char first[41], second[41], tree[41];

	agent(world, base, "sed -i 's/^1$/quick/' lines", first);
	agent(world, base, "sed -i 's/^60$/slow/' lines", second);
	next(world, "quick", base, first, 1);
	accept_result(world, "slow", base, second);
	enqueue(world, world->next, "slow", base, second, true);
	snprintf(tree, sizeof(tree), "%s", expect(world, MSG_gate_wanted)->gate_wanted.tree);
	says(world, tree, "FAIL");
	expect(world, MSG_ticket_red);
	link_send(&world->link, MSG_ticket_void, 0, &(struct msg_ticket_void){ .ticket = world->next++ });
	expect(world, MSG_ticket_voided);
}

/* Its next attempt does by hand what the merge has done, and goes on from there. */
static void
land_between(const char *method, const char *where)
{
	char base[41], commit[41], *blob;
	struct world world;
	pid_t strace;

	prepare(&world, BARE);
	world.method = method;
	start(&world);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "seq 60 >lines", commit);
	next(&world, "start", base, commit, 1);
	strcpy(base, world.tip);
	leave_merged(&world, base);
	strace = watch(&world, "signal=none");
	strcpy(base, world.tip);
	agent(&world, base, "sed -i 's/^60$/slow/' lines; git commit -qam one; "
	    "sed -i 's/^30$/better/' lines; git commit -qam two", commit);
	next(&world, "slow", base, commit, 2);
	kill(strace, SIGINT);
	waitpid(strace, NULL, 0);
	blob = run(&world, "cd state/projects/p/repository.git; git rev-parse %s%s:lines | "
	    "sed 's/../&\\//'", world.tip, where);
	/* Nobody has packed it. */
	free(run(&world, "test -e state/projects/p/repository.git/objects/%s", blob));
	free(run(&world, "grep -q 'fsync.*objects/%s>.* = 0' trace", blob));
	free(blob);
	teardown(&world);
}

/*
 * An object that does not get to the disk is written anew: to sync it again is no use. No
 * program beside commitd syncs anything here before the receipt.
 */
static void
object_fails(void **state)
{
	char base[41], commit[41], tree[41], *object;
	struct world world;
	pid_t strace;

	(void)state;
	setup(&world, CHECKED_OUT);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo 1 >first", commit);
	next(&world, "first", base, commit, 1);
	agent(&world, base, "echo 2 >second", commit);
	accept_result(&world, "second", base, commit);
	enqueue(&world, world.next, "second", base, commit, true);
	snprintf(tree, sizeof(tree), "%s", expect(&world, MSG_gate_wanted)->gate_wanted.tree);
	strace = watch(&world, "inject=fsync:error=EIO:when=1");
	says(&world, tree, "PASS");
	landed(&world, world.next);
	kill(strace, SIGINT);
	waitpid(strace, NULL, 0);
	object = run(&world, "sed -n 's/.*fsync.*objects.\\(..\\).\\([0-9a-f]*\\)>.*EIO.*/\\1\\2/p' trace");
	assert_int_equal(strlen(object), 40);
	free(run(&world, "grep -q 'fsync.*/tmp_obj_%s>.* = 0' trace; grep -q 'rename.*/tmp_obj_%s.* = 0' trace",
	    object + 2, object + 2));
	free(run(&world, "cd state/projects/p/repository.git; git cat-file -e %s; git fsck --no-dangling",
	    object));
	free(object);
	teardown(&world);
}

static void
rebase(void **state)
{
	(void)state;
	land_between("rebase", "~1");
}

static void
merge(void **state)
{
	(void)state;
	land_between("merge", "^2~1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(object_fails),
		cmocka_unit_test(rebase),
		cmocka_unit_test(merge),
	};

	if (system("strace -o /dev/null true 2>/dev/null") != 0) {
		puts("strace cannot be used here");
		return 77;
	}
	return cmocka_run_group_tests_name("durable", tests, NULL, NULL);
}
