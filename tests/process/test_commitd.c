/*
 * The real orch-commitd on throw-away repositories; this program plays the
 * supervisor. ORCH_BUILD names the build folder ("build"). BENCH_LANDINGS=N
 * in the environment also times N landings on 5,000 files.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <endian.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "commitd_fixture.h"
#include "protocol/mem.h"

#include "commitd_fixture.c"

/* Of how many folders an index does not know the tree: what Git keeps as "TREE" in it. */
static int
trees_unknown(struct world *world, const char *name)
{
	char *path = str_format("%s/state/projects/p/trees/%s/.git/index", world->root, name);
	static char bytes[1 << 20];
	FILE *file = fopen(path, "r");
	size_t len = fread(bytes, 1, sizeof(bytes), file);
	const char *at = memmem(bytes, len, "TREE", 4), *end;
	int count, unknown = 0;
	uint32_t size;

	fclose(file);
	free(path);
	if (at == NULL)
		return -1;
	memcpy(&size, at + 4, sizeof(size));
	end = at + 8 + be32toh(size);
	/* path NUL count SP number LF, and the id when the count is not -1 */
	for (at += 8; at < end; at = strchr(at, '\n') + 1 + (count < 0 ? 0 : 20)) {
		at += strlen(at) + 1;
		count = atoi(at);
		unknown += count < 0;
	}
	return unknown;
}

static void
lands_in_order(void **state)
{
	struct world world;
	char one[41], two[41], three[41], base[41], *text;
	const struct message *message;

	(void)state;
	setup(&world, CHECKED_OUT);
	opened(&world);
	assert_int_equal(world.next, 1);
	strcpy(base, world.tip);
	agent(&world, base, "echo 1 >one", one);
	agent(&world, base, "echo 2 >b; git rm -rq d/e", two);
	agent(&world, base, "rm a; mkdir a; echo 3 >a/f; rm -r d; ln -sf x d; echo 3 >b", three);
	accept_result(&world, "t3", base, three);
	enqueue(&world, 2, "t2", base, two, false);	/* before it is known */
	expect(&world, MSG_ticket_conflict);
	accept_result(&world, "t2", base, two);
	enqueue(&world, 2, "t2", base, two, false);
	expect_nothing(&world);
	accept_result(&world, "t1", base, one);
	accept_result(&world, "t1", base, one);		/* again */
	enqueue(&world, 1, "t1", base, one, false);
	landed(&world, 1);
	message = landed(&world, 2);
	assert_string_equal(message->ticket_landed.verdict, "UNVERIFIED");
	check_tip(&world);
	assert_int_equal(trees_unknown(&world, "base-1"), 0);
	assert_in_range(trees_unknown(&world, world.trees_told[0]), 1, 3);
	enqueue(&world, 3, "t3", base, three, false);
	message = expect(&world, MSG_ticket_conflict);
	assert_int_equal(message->ticket_conflict.ticket, 3);
	assert_string_equal(message->ticket_conflict.paths[0], "b");
	assert_string_equal(message->ticket_conflict.tip, world.tip);
	agent(&world, world.tip, "rm a; mkdir a; echo 3 >a/f; rm -r d; ln -sf x d", three);
	strcpy(base, world.tip);
	accept_result(&world, "t4", base, three);
	enqueue(&world, 3, "t4", base, three, false);
	message = landed(&world, 3);
	check_tip(&world);
	enqueue(&world, 1, "t1", base, one, false);	/* long landed */
	message = expect(&world, MSG_ticket_landed);
	assert_int_equal(message->ticket_landed.ticket, 1);
	text = run(&world, "cd state/projects/p/repository.git; git log -1 --format='%%an %%s%%n%%b' "
	    "main; git for-each-ref refs/orch/tickets");
	assert_true(strncmp(text, "Ann agent work\nOrch-Task: t4\nOrch-Attempt: 1\nOrch-Ticket: 3\n"
	    "Orch-Agent: robot\nOrch-Verdict: UNVERIFIED\nOrch-Line: ", 108) == 0);
	assert_null(strstr(text, "refs/orch/tickets"));
	free(text);
	stop(&world, false);
	text = run(&world, "cd up; git rev-parse orch/main; git log --format=%%s main; git fsck");
	assert_memory_equal(text, world.tip, 40);
	free(text);
	start(&world);
	opened(&world);
	assert_int_equal(world.next, 4);
	stop(&world, false);
	/* The person takes it over: then orch/main is not wanted any more. */
	free(run(&world, "cd up; git merge -q --ff-only orch/main"));
	start(&world);
	opened(&world);
	restart(&world, false);
	text = run(&world, "cd up; git branch --format='%%(refname:short)'");
	assert_string_equal(text, "main");
	free(text);
	teardown(&world);
}

static void
gate_and_void(void **state)
{
	struct world world;
	char one[41], two[41], base[41], tree[41];
	const struct message *message;
	struct msg_gate_verdict verdict = { .ticket = 1, .tree = tree, .verdict = "PASS" };
	struct msg_ticket_void cancel = { .ticket = 2 };

	(void)state;
	setup(&world, BARE);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo 1 >one", one);
	agent(&world, base, "echo 2 >two", two);
	accept_result(&world, "t1", base, one);
	accept_result(&world, "t2", base, two);
	enqueue(&world, 1, "t1", base, one, true);
	enqueue(&world, 2, "t2", base, two, true);
	message = expect(&world, MSG_gate_wanted);
	assert_int_equal(message->gate_wanted.ticket, 1);
	strcpy(tree, message->gate_wanted.tree);
	check_trees(&world, message->gate_wanted.trees, one);
	restart(&world, true);				/* it forgot; the supervisor did not */
	assert_int_equal(world.next, 1);
	enqueue(&world, 1, "t1", base, one, true);
	expect(&world, MSG_gate_wanted);
	link_send(&world.link, MSG_gate_verdict, 0, &verdict);
	message = landed(&world, 1);
	assert_string_equal(message->ticket_landed.verdict, "PASS");
	enqueue(&world, 2, "t2", base, two, true);
	message = expect(&world, MSG_gate_wanted);
	strcpy(tree, message->gate_wanted.tree);
	verdict.ticket = 2;
	verdict.verdict = "FAIL";
	link_send(&world.link, MSG_gate_verdict, 0, &verdict);
	message = expect(&world, MSG_ticket_red);
	assert_int_equal(message->ticket_red.ticket, 2);
	assert_string_equal(message->ticket_red.tree, tree);
	assert_string_equal(message->ticket_red.verdict, "FAIL");
	assert_string_equal(message->ticket_red.tip, world.tip);
	expect_nothing(&world);
	link_send(&world.link, MSG_ticket_void, 0, &cancel);
	expect(&world, MSG_ticket_voided);
	restart(&world, true);
	assert_int_equal(world.next, 3);
	link_send(&world.link, MSG_ticket_void, 0, &cancel);
	expect(&world, MSG_ticket_voided);
	enqueue(&world, 2, "t2", base, two, false);
	expect(&world, MSG_ticket_voided);
	enqueue(&world, 3, "t2", base, two, false);
	landed(&world, 3);
	free(run(&world, "test $(git -C up rev-parse main) = %s", world.tip));
	restart(&world, true);
	assert_int_equal(world.next, 4);
	cancel.ticket = 2;
	link_send(&world.link, MSG_ticket_void, 0, &cancel);
	expect(&world, MSG_ticket_voided);
	/* Somebody pushes: the line goes on upon it. */
	free(run(&world, "git clone -q up other; cd other; echo o >other; git add -A; "
	    "git commit -qm other; git push -q"));
	agent(&world, base, "echo 4 >four", one);
	accept_result(&world, "t4", base, one);
	enqueue(&world, 4, "t4", base, one, false);
	message = landed(&world, 4);
	check_tip(&world);
	free(run(&world, "test $(git -C up rev-parse main) = %s; git -C up show main:other; "
	    "git -C up show main:four; git -C up fsck", world.tip));
	/* History is rewritten: words, no damage. */
	free(run(&world, "git -C up update-ref refs/heads/main %s", base));
	free(run(&world, "cd other; git fetch -q; git checkout -q -B main origin/main; echo z >z; "
	    "git add -A; git commit -qm z; git push -q"));
	agent(&world, base, "echo 5 >five", one);
	accept_result(&world, "t5", base, one);
	enqueue(&world, 5, "t5", base, one, false);
	message = expect(&world, MSG_project_failed);
	assert_false(message->project_failed.usage);
	assert_non_null(strstr(message->project_failed.reason, "rewritten"));
	teardown(&world);
}

static void
refuses(void **state)
{
	static const struct { const char *script, *files, *reason, *error; } cases[] = {
		{ "echo 1 >a; echo 2 >d/new", "d/**", "outside its scope: a", "permission" },
		{ "git mv d/c c", "d/**", "outside its scope: c", "permission" },
		{ "chmod -x x", "d/**", "outside its scope: x", "permission" },
		{ "git rm -rq .", NULL, "the attempt deleted every file", "state" },
		{ "git init -q n; cd n; git commit -q --allow-empty -m n; cd ..", NULL,
		    "left a nested Git repository at 'n': remove its .git or add it as a submodule",
		    "state" },
	};
	struct world world;
	char base[41], commit[41], *text, *files[2] = { NULL, NULL };
	const struct message *message;
	size_t i;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	strcpy(base, world.tip);
	for (i = 0; i < COUNT(cases); i++) {
		struct msg_result_accept result = { .attempt = i + 1, .task = "t", .number = i + 1,
		    .base = base, .commit = commit, .files = cases[i].files ? files : NULL };

		files[0] = (char *)(uintptr_t)cases[i].files;
		agent(&world, base, cases[i].script, commit);
		send_result(&world, &result);
		message = expect(&world, MSG_result_refused);
		assert_string_equal(message->result_refused.error, cases[i].files ? "permission" : "state");
		assert_string_equal(message->result_refused.reason, cases[i].reason);
		result.salvage = true;
		send_result(&world, &result);
		expect(&world, MSG_result_accepted);
	}
	agent(&world, base, "for i in $(seq 300); do echo $i >d/$i; done", commit);
	accept_result(&world, "many", base, commit);
	text = run(&world, "ls state/projects/p/quarantine; "
	    "git --git-dir=state/projects/p/repository.git fsck --no-dangling");
	assert_string_equal(text, "");
	free(text);
	teardown(&world);
}

static void
says_what_is_wrong(void **state)
{
	struct world world;

	(void)state;
	setup(&world, "mkdir up");
	ask_open(&world, "main");
	assert_non_null(strstr(expect(&world, MSG_project_failed)->project_failed.reason,
	    "not a Git repository"));
	assert_true(world.in.message.project_failed.usage);
	teardown(&world);
	setup(&world, "git init -q -b main up");
	ask_open(&world, "main");
	assert_non_null(strstr(expect(&world, MSG_project_failed)->project_failed.reason,
	    "has no commits on branch 'main'"));
	teardown(&world);
	setup(&world, CHECKED_OUT);
	ask_open(&world, "trunk");
	assert_non_null(strstr(expect(&world, MSG_project_failed)->project_failed.reason,
	    "has no branch 'trunk'; it has main"));
	teardown(&world);
	/* Gone since. */
	setup(&world, BARE);
	opened(&world);
	stop(&world, false);
	free(run(&world, "git -C up branch -m main trunk"));
	start(&world);
	ask_open(&world, "main");
	assert_non_null(strstr(expect(&world, MSG_project_failed)->project_failed.reason,
	    "has no branch 'main'; it has trunk"));
	assert_true(world.in.message.project_failed.usage);
	assert_false(world.in.message.project_failed.again);
	teardown(&world);
}

/* An upstream that is away while the project opens: it opens without, and says when it is back. */
static void
opens_without_upstream(void **state)
{
	struct world world;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	stop(&world, false);
	free(run(&world, "mv up away"));
	start(&world);
	ask_open(&world, "main");
	assert_false(expect(&world, MSG_project_stalled)->project_stalled.refused);
	assert_string_equal(expect(&world, MSG_project_opened)->project_opened.tip, world.tip);
	assert_int_equal(world.in.message.project_opened.next, world.next);
	free(run(&world, "mv away up"));
	/* When it is back it says so, with the tip. */
	assert_string_equal(expect(&world, MSG_project_tip)->project_tip.tip, world.tip);
	stop(&world, false);
	start(&world);
	opened(&world);
	teardown(&world);
}

/* Packs and big loose objects below a folder of objects: "PACKS LOOSE". */
static void
check_stored(struct world *world, const char *objects, const char *want)
{
	char *seen = run(world, "cd %s; echo $(ls pack | grep -c 'pack$' || :) "
	    "$(find ?? -type f -size +9000k | wc -l)", objects);

	assert_string_equal(seen, want);
	free(seen);
}

/* Few objects with many bytes stay the pack they came as, here and upstream; small ones do not. */
static void
keeps_a_large_pack(struct world *world, const char *how, const char *upstream)
{
	struct msg_result_accept early = { .attempt = 1, .task = "big", .number = 1 };
	const char *objects = "state/projects/p/repository.git/objects";
	char big[41], small[41], base[41], *text;

	setup(world, how);
	opened(world);
	strcpy(base, world->tip);
	agent(world, base, "head -c 10000000 /dev/urandom >big", big);
	early.base = base;
	early.commit = big;
	send_result(world, &early);			/* in the middle of it */
	usleep(30000);
	restart(world, true);
	accept_result(world, "big", base, big);
	restart(world, true);				/* what was accepted is there */
	check_stored(world, objects, "1 0");
	enqueue(world, 1, "big", base, big, false);
	landed(world, 1);
	check_tip(world);
	restart(world, true);
	assert_int_equal(world->next, 2);
	strcpy(base, world->tip);
	stop(world, false);				/* shows it when it has not yet */
	check_stored(world, upstream, "1 0");
	start(world);
	opened(world);
	agent(world, base, "echo small >small", small);
	accept_result(world, "small", base, small);
	enqueue(world, 2, "small", base, small, false);
	landed(world, 2);
	expect_nothing(world);
	check_stored(world, objects, "1 0");
	stop(world, false);
	text = run(world, "git -C up fsck --strict --no-dangling; git --git-dir=state/projects/p/"
	    "repository.git fsck --strict --no-dangling; git -C up cat-file -s %s:big", world->tip);
	assert_string_equal(text, "10000000");
	free(text);
	start(world);
	opened(world);
	teardown(world);
}

static void
keeps_large_packs(void **state)
{
	struct world world;

	(void)state;
	keeps_a_large_pack(&world, BARE, "up/objects");
	keeps_a_large_pack(&world, CHECKED_OUT, "up/.git/objects");
}

/* A checkout that takes no push: what landed is kept, and shown once it does. */
static void
shows_later(void **state)
{
	char commit[41], base[41], *text, *theirs;
	struct world world;

	(void)state;
	setup(&world, CHECKED_OUT "; git -C up branch orch");
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo 1 >one", commit);
	accept_result(&world, "t1", base, commit);
	enqueue(&world, 1, "t1", base, commit, false);
	landed(&world, 1);
	stop(&world, false);
	text = run(&world, "git --git-dir=state/projects/p/repository.git rev-parse main; "
	    "git -C up branch --format='%%(refname:short)'");
	assert_memory_equal(text, world.tip, 40);
	assert_string_equal(text + 40, "\nmain\norch");
	free(text);
	free(run(&world, "git -C up branch -d orch"));
	start(&world);
	opened(&world);
	assert_int_equal(world.next, 2);
	stop(&world, false);
	text = run(&world, "git -C up rev-parse orch/main");
	assert_string_equal(text, world.tip);
	free(text);
	/* Somebody goes on from there: neither forced nor, once the branch has caught up, deleted. */
	theirs = run(&world, "cd agent; git fetch -q ../up orch/main; git checkout -q --detach FETCH_HEAD; "
	    "echo theirs >theirs; git add -A; git commit -qm theirs; git push -q ../up HEAD:orch/main; "
	    "git rev-parse HEAD");
	start(&world);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo 2 >two", commit);
	accept_result(&world, "t2", base, commit);
	enqueue(&world, 2, "t2", base, commit, false);
	landed(&world, 2);
	stop(&world, false);
	text = run(&world, "git -C up rev-parse orch/main");
	assert_string_equal(text, theirs);
	free(text);
	free(run(&world, "cd up; git fetch -q ../state/projects/p/repository.git main; "
	    "git merge -q --ff-only FETCH_HEAD"));
	start(&world);
	opened(&world);
	stop(&world, false);
	text = run(&world, "git -C up rev-parse orch/main");
	assert_string_equal(text, theirs);
	free(text);
	free(theirs);
	/* What has nothing of its own goes. */
	free(run(&world, "git -C up update-ref refs/heads/orch/main main"));
	start(&world);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo 3 >three", commit);
	accept_result(&world, "t3", base, commit);
	enqueue(&world, 3, "t3", base, commit, false);
	landed(&world, 3);
	free(run(&world, "cd up; git fetch -q ../state/projects/p/repository.git main; "
	    "git merge -q --ff-only FETCH_HEAD"));
	stop(&world, false);
	start(&world);
	opened(&world);
	stop(&world, false);
	text = run(&world, "git -C up branch --format='%%(refname:short)'");
	assert_string_equal(text, "main");
	free(text);
	start(&world);
	opened(&world);
	teardown(&world);
}

/* Tickets that landed, in the order of history, one a line. */
static char *
history(struct world *world)
{
	return run(world, "git --git-dir=state/projects/p/repository.git log --reverse "
	    "--format='%%(trailers:key=Orch-Ticket,valueonly,separator=%%x2c)' main | grep .");
}

/* What a killed one left half done bars nobody. */
static void
leaves_no_lock(void **state)
{
	char commit[41], base[41];
	struct world world;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	stop(&world, true);
	free(run(&world, "cd state/projects/p; mkdir trees/making-layer-1; touch trees/.index "
	    "trees/.index.lock trees/making-layer-1/x repository.git/packed-refs.lock "
	    "repository.git/refs/heads/main.lock repository.git/config.lock; "
	    "printf 0123456789 >>landings"));
	start(&world);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo 1 >one", commit);
	accept_result(&world, "t1", base, commit);
	enqueue(&world, 1, "t1", base, commit, false);
	landed(&world, 1);
	check_tip(&world);
	restart(&world, true);
	assert_int_equal(world.next, 2);
	/* Nor one of its programs, while it goes on: this fetch has to see another's commit. */
	free(run(&world, "touch state/projects/p/repository.git/refs/orch/incoming.lock "
	    "state/projects/p/repository.git/shallow.lock; cd agent; git fetch -q ../up main; "
	    "git checkout -q --detach FETCH_HEAD; git commit -q --allow-empty -m theirs; "
	    "git push -q ../up HEAD:main"));
	agent(&world, base, "echo 2 >two", commit);
	accept_result(&world, "t2", base, commit);
	enqueue(&world, 2, "t2", base, commit, false);
	landed(&world, 2);
	teardown(&world);
}

/* What cannot be written says nothing of a ticket; a lock that nobody holds bars nobody. */
static void
blames_no_ticket(void **state)
{
	struct msg_ticket_void cancel = { .ticket = 2 };
	const struct message *message;
	char commit[41], base[41];
	struct world world;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo 1 >one", commit);
	accept_result(&world, "t1", base, commit);
	free(run(&world, "touch state/projects/p/repository.git/refs/orch/tickets"));
	enqueue(&world, 1, "t1", base, commit, false);
	message = expect(&world, MSG_project_failed);
	assert_true(message->project_failed.again);
	assert_non_null(strstr(message->project_failed.reason, "refs/orch/tickets/1 cannot be written"));
	stop(&world, false);
	free(run(&world, "rm state/projects/p/repository.git/refs/orch/tickets"));
	start(&world);
	opened(&world);
	free(run(&world, "touch state/projects/p/repository.git/refs/orch/tickets"));
	link_send(&world.link, MSG_ticket_void, 0, &cancel);
	assert_true(expect(&world, MSG_project_failed)->project_failed.again);
	stop(&world, false);
	free(run(&world, "rm state/projects/p/repository.git/refs/orch/tickets"));
	start(&world);
	opened(&world);
	free(run(&world, "cd state/projects/p; mkdir repository.git/refs/orch/tickets; touch "
	    "repository.git/refs/orch/tickets/1.lock repository.git/refs/heads/main.lock "
	    "trees/.index.lock"));
	enqueue(&world, 1, "t1", base, commit, false);
	landed(&world, 1);
	check_tip(&world);
	free(run(&world, "test -z \"$(find state/projects -name '*.lock')\""));
	teardown(&world);
}

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

/* An upstream that takes a connection and never answers; its socket. */
static int
silent_upstream(char url[64])
{
	struct sockaddr_in address = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	snprintf(url, 64, "git://127.0.0.1:%u/x", ntohs(address.sin_port));
	return fd;
}

/* A git program of a killed one goes with it: the next has the project at once. */
static void
leaves_no_program(void **state)
{
	struct world world;
	char url[64];
	double before;
	int fd, git;

	(void)state;
	setup(&world, BARE);
	fd = silent_upstream(url);
	world.upstream = url;
	ask_open(&world, "main");
	git = accept4(fd, NULL, NULL, SOCK_CLOEXEC);	/* it waits for us now */
	assert_true(git != -1);
	stop(&world, true);
	world.upstream = NULL;
	before = now();
	start(&world);
	opened(&world);
	assert_true(now() - before < 10000);
	close(git);
	close(fd);
	teardown(&world);
}

/* Killed at moments that nobody chose: every ticket lands once, in order. */
static void
killed_at_any_time(void **state)
{
	const uint64_t count = 60;
	char commits[60][41], base[41], script[64], name[24], *text;
	struct msg_ticket_void cancel = { .ticket = 30 };
	struct world world;
	struct buffer want;
	unsigned kills = 0;
	uint64_t i;

	(void)state;
	srand(7);
	setup(&world, BARE);
	opened(&world);
	strcpy(base, world.tip);
	for (i = 0; i < count; i++) {
		snprintf(script, sizeof(script), "echo %ju >n%ju", (uintmax_t)i, (uintmax_t)i);
		snprintf(name, sizeof(name), "t%ju", (uintmax_t)i);
		agent(&world, base, script, commits[i]);
		accept_result(&world, name, base, commits[i]);
	}
	while (world.next <= count) {
		for (i = world.next; i <= count; i++) {
			snprintf(name, sizeof(name), "t%ju", (uintmax_t)i - 1);
			if (i == 30)
				link_send(&world.link, MSG_ticket_void, 0, &cancel);
			else
				enqueue(&world, i, name, base, commits[i - 1], false);
		}
		usleep((useconds_t)(rand() % 150000));
		kills++;
		restart(&world, true);
	}
	buffer_init(&want);
	for (i = 1; i <= count; i++)
		if (i != 30)
			buffer_format(&want, "%s%ju", i > 1 ? "\n" : "", (uintmax_t)i);
	text = history(&world);
	assert_string_equal(text, buffer_text(&want));
	free(text);
	text = run(&world, "git -C up rev-parse main; git -C up fsck --no-dangling; git "
	    "--git-dir=state/projects/p/repository.git for-each-ref refs/orch/tickets");
	assert_string_equal(text, world.tip);
	free(text);
	print_message("killed %u times\n", kills);
	buffer_release(&want);
	teardown(&world);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Many landings, all accepted first; every 50th stack is mounted and compared. */
static void
lands_many(void **state)
{
	const char *wanted = getenv("BENCH_LANDINGS");
	size_t count = wanted ? (size_t)atoi(wanted) : 40, i;
	struct world world;
	char base[41], commit[41], script[256], task[32];
	double *times = mem_zero(count, sizeof(double)), before;

	(void)state;
	setup(&world, wanted ? "cd work; for i in $(seq 50); do mkdir m$i; for j in $(seq 100); do "
	    "echo $i $j >m$i/$j; done; done; git add -A; git commit -qm many; cd ..;" CHECKED_OUT :
	    CHECKED_OUT);
	opened(&world);
	for (i = 0; i < count; i++) {
		if (i % 4 == 0)
			strcpy(base, world.tip);
		snprintf(script, sizeof(script), "mkdir -p m$((%zu %% 50)); echo %zu >>m$((%zu %% 50))/"
		    "$((%zu %% 97)); echo %zu >n%zu; rm -f n%zu", i, i, i, i, i, i, i - 7);
		snprintf(task, sizeof(task), "t%zu", i);
		agent(&world, base, script, commit);
		accept_result(&world, task, base, commit);
		before = now();
		enqueue(&world, i + 1, task, base, commit, false);
		landed(&world, i + 1);
		times[i] = now() - before;
		if (i % 50 == 21 || i == count - 1)
			check_tip(&world);
		if (i % 10 == 9)
			restart(&world, i % 20 == 9);
	}
	qsort(times, count, sizeof(double), by_size);
	print_message("landing: median %.1f ms, 90%% %.1f ms, most %.1f ms\n", times[count / 2],
	    times[count * 9 / 10], times[count - 1]);
	free(times);
	teardown(&world);
}

/* A refusal, with this in its words; nothing of it has changed the line. */
static void
refused_for(struct world *world, const char *task, const char *base, const char *commit,
    char **files, const char *error, const char *why)
{
	struct msg_result_accept message = { .attempt = ++world->attempt, .task = task,
	    .number = world->attempt, .base = base, .commit = commit,
	    .files = files };
	const struct message *answer;

	send_result(world, &message);
	answer = expect(world, MSG_result_refused);
	assert_string_equal(answer->result_refused.error, error);
	if (strstr(answer->result_refused.reason, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, answer->result_refused.reason);
}

/*
 * What is outside the scope does not come in, whatever the change is; what is
 * protected comes in and is told.
 */
static void
holds_scopes(void **state)
{
#define MODULES	"printf '[submodule \"s\"]\\n\\tpath = s\\n\\turl = u\\n' >.gitmodules; mkdir s; " \
		"git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),s; git add .gitmodules"
	static const struct {
		const char *script, *files[3];
		const char *outside, *protected[3];	/* outside NULL: it comes in */
	} rows[] = {
		{ "echo n >a", { "a" }, NULL, { NULL } },
		{ "echo n >a", { "d" }, "outside its scope: a", { NULL } },
		{ "git mv d/c c", { "d/**" }, "outside its scope: c", { NULL } },
		{ "git mv a d/a", { "d/**" }, "outside its scope: a", { NULL } },
		{ "git mv a d/a", { "a", "d" }, NULL, { NULL } },
		{ "chmod +x a", { "d" }, "outside its scope: a", { NULL } },
		{ "chmod +x a", { "a" }, NULL, { NULL } },
		{ "ln -sf b link", { "a" }, "outside its scope: link", { NULL } },
		{ "rm a; ln -s b a", { "a" }, NULL, { NULL } },
		{ "git rm -rq d", { "a" }, "outside its scope: d/c, d/e/e", { NULL } },
		{ "rm a; mkdir a; echo f >a/f", { "b" }, "outside its scope: a, a/f", { NULL } },
		{ "rm a; mkdir a; echo f >a/f", { "a" }, NULL, { NULL } },
		{ "echo n >d/c", { "d", "!d/c" }, "outside its scope: d/c", { NULL } },
		{ "echo n >d/e/e", { "d", "!d/c" }, NULL, { "d/e/e" } },
		{ "git rm -rq d", { "d", "!d/e" }, "outside its scope: d/e/e", { NULL } },
		{ "mkdir -p d/e; echo n >d/e/open", { NULL }, NULL, { NULL } },
		{ MODULES, { "s" }, "outside its scope: .gitmodules", { NULL } },
		{ MODULES, { ".gitmodules" }, "outside its scope: s", { NULL } },
		{ MODULES, { ".gitmodules", "s" }, NULL, { ".gitmodules" } },
		{ "chmod -x x", { NULL }, NULL, { "x" } },
		{ "git mv d/e/e e", { NULL }, NULL, { "d/e/e" } },
		{ "git mv -f b x; rm -r d", { NULL }, NULL, { "d/e/e", "x" } },
		{ "echo n >d/c", { NULL }, NULL, { NULL } },
	};
	char *protect[] = { str_dup("x"), str_dup("d/e"), str_dup(".gitmodules"), str_dup("!d/e/open"),
	    NULL };
	struct world world;
	size_t i, j;
	char commit[41];

	(void)state;
	prepare(&world, BARE);
	world.protect = protect;
	start(&world);
	opened(&world);
	for (i = 0; i < COUNT(rows); i++) {
		char **files = rows[i].files[0] == NULL ? NULL :
		    strs_dup((char *[]){ str_dup(rows[i].files[0]), str_dup(rows[i].files[1]), NULL });
		char *task = str_format("s%zu", i);

		agent(&world, world.tip, rows[i].script, commit);
		if (rows[i].outside != NULL) {
			refused_for(&world, task, world.tip, commit, files, "permission", rows[i].outside);
		} else {
			struct msg_result_accept message = { .attempt = ++world.attempt, .task = task,
			    .number = 1, .base = world.tip, .commit = commit, .files = files };
			char **told;

			send_result(&world, &message);
			told = expect(&world, MSG_result_accepted)->result_accepted.protected;
			for (j = 0; rows[i].protected[j] != NULL; j++)
				if (strs_count(told) <= j || !str_same(told[j], rows[i].protected[j]))
					fail_msg("%s: '%s' is not told", rows[i].script, rows[i].protected[j]);
			assert_int_equal(strs_count(told), j);
		}
		strs_free(files);
		free(task);
	}
#undef MODULES
	teardown(&world);
}

/* When a person is asked, what is outside the scope comes in and is told, in patterns. */
static void
tells_what_exceeds(void **state)
{
	static const struct { const char *script, *outside[3]; size_t count; } rows[] = {
		{ "echo n >a", { NULL }, 0 },
		{ "echo n >a; echo n >'b*'; rm -r d", { "b\\*", "d/c", "d/e/e" }, 3 },
		{ "for i in $(seq 200); do echo n >n$i; done", { "n1", "n10", "n100" }, 200 },
		{ "for i in $(seq 201); do echo n >n$i; done", { "**" }, 1 },
	};
	char a[] = "a", *files[] = { a, NULL }, commit[41];
	struct world world;
	size_t i, j;

	(void)state;
	prepare(&world, BARE);
	start(&world);
	opened(&world);
	for (i = 0; i < COUNT(rows); i++) {
		char *task = str_format("o%zu", i);
		struct msg_result_accept message = { .attempt = ++world.attempt, .task = task,
		    .number = 1, .base = world.tip, .commit = commit, .files = files, .exceeds = true };
		char **told;

		agent(&world, world.tip, rows[i].script, commit);
		send_result(&world, &message);
		told = expect(&world, MSG_result_accepted)->result_accepted.outside;
		assert_int_equal(strs_count(told), rows[i].count);
		for (j = 0; j < rows[i].count && j < COUNT(rows[i].outside); j++)
			assert_string_equal(told[j], rows[i].outside[j]);
		free(task);
	}
	teardown(&world);
}

/* A and a are one letter where the project says so: in scopes, in what is protected, after a rename. */
static void
ignores_case(void **state)
{
	char *protect[] = { str_dup("D/E"), NULL }, *files[] = { str_dup("D"), str_dup("!d/C"), str_dup("B"), NULL };
	struct world world;
	char base[41], commit[41], moved[41];
	struct msg_result_accept result = { .task = "t", .number = 1, .commit = commit, .files = files };
	char **told;

	(void)state;
	prepare(&world, BARE);
	free(run(&world, "cd agent; seq 100 >b; git add -A; git commit -qm more; git push -q origin HEAD:main"));
	world.protect = protect;
	world.ignore_case = true;
	start(&world);
	opened(&world);
	strcpy(base, world.tip);
	result.base = base;
	result.attempt = ++world.attempt;
	agent(&world, base, "echo n >d/e/e; echo n >d/new", commit);
	send_result(&world, &result);
	told = expect(&world, MSG_result_accepted)->result_accepted.protected;
	assert_int_equal(strs_count(told), 1);
	assert_string_equal(told[0], "d/e/e");
	agent(&world, base, "echo n >d/c", commit);
	refused_for(&world, "t", base, commit, files, "permission", "outside its scope: d/c");
	agent(&world, base, "git mv b d/C", moved);
	accept_result(&world, "rename", base, moved);
	enqueue(&world, 1, "rename", base, moved, false);
	landed(&world, 1);
	agent(&world, base, "echo 101 >>b", commit);
	accept_result(&world, "t", base, commit);
	link_send(&world.link, MSG_ticket_enqueue, 0, &(struct msg_ticket_enqueue){ .ticket = 2, .fence = 1,
	    .number = 1, .task = "t", .base = base, .commit = commit, .commits = 1, .agent = "robot",
	    .message = "T", .files = files });
	assert_string_equal(expect(&world, MSG_ticket_conflict)->ticket_conflict.paths[0], "d/C");
	teardown(&world);
}

/* The branch has renamed what a result changes: it does not land where it may not. */
static void
follows_no_rename(void **state)
{
	/* Outside its scope now, though it was within; protected now, though it was not. */
	static const struct { const char *scope, *script, *now; } rows[] = {
		{ "b", "echo 101 >>b", "d/b" },
		{ NULL, "echo 101 >>b", "d/b" },
		{ "d", "echo 101 >>d/c", "c" },
	};
	static const char rename[] = "git mv b d/b; git mv a d/a; git mv d/c c";
	char *protect[] = { str_dup("d/b"), NULL }, *text;
	const struct message *message;
	char base[41], moved[41], commit[41];
	struct world world;
	size_t i;

	(void)state;
	prepare(&world, BARE);
	free(run(&world, "cd agent; seq 100 >b; seq 100 >a; seq 100 >d/c; git add -A; git commit -qm more; "
	    "git push -q origin HEAD:main"));
	world.protect = protect;
	start(&world);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, rename, moved);
	accept_result(&world, "rename", base, moved);
	enqueue(&world, 1, "rename", base, moved, false);
	landed(&world, 1);
	for (i = 0; i < COUNT(rows); i++) {
		struct msg_ticket_enqueue ticket = { .ticket = 2 + i, .fence = 1, .number = 1,
		    .task = "t", .base = base, .commit = commit, .commits = 1, .agent = "robot",
		    .message = "T", .files = rows[i].scope == NULL ? NULL :
		    (char *[]){ str_dup(rows[i].scope), NULL } };

		agent(&world, base, rows[i].script, commit);
		accept_result(&world, "t", base, commit);
		link_send(&world.link, MSG_ticket_enqueue, 0, &ticket);
		message = expect(&world, MSG_ticket_conflict);
		assert_int_equal(message->ticket_conflict.ticket, 2 + i);
		assert_string_equal(message->ticket_conflict.paths[0], rows[i].now);
		assert_null(message->ticket_conflict.marked);
		assert_non_null(strstr(message->ticket_conflict.reason, "renamed what was changed"));
		link_send(&world.link, MSG_ticket_void, 0, &(struct msg_ticket_void){ .ticket = 2 + i,
		    .fence = 1 });
		expect(&world, MSG_ticket_voided);
	}
	/* What may be written in both places lands where the file is now. */
	agent(&world, base, "echo 101 >>a", commit);
	accept_result(&world, "t", base, commit);
	link_send(&world.link, MSG_ticket_enqueue, 0, &(struct msg_ticket_enqueue){ .ticket = 5,
	    .fence = 1, .number = 1, .task = "t", .base = base, .commit = commit, .commits = 1,
	    .agent = "robot", .message = "T", .files = (char *[]){ str_dup("a"), str_dup("d/a"), NULL } });
	landed(&world, 5);
	text = run(&world, "git -C state/projects/p/repository.git show main:d/a | tail -n 1");
	assert_string_equal(text, "101");
	free(text);
	teardown(&world);
}

/* A red tree is told with what is in it: tasks by name, others' commits, not all of them. */
static void
names_combined(void **state)
{
	char base[41], other[41], mine[41], *first;
	const struct message *message;
	struct world world;
	char **with;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo mine >mine", mine);
	accept_result(&world, "mine", base, mine);
	free(run(&world, "cd agent; git checkout -q main; for i in $(seq 55); do git commit -q "
	    "--allow-empty -m \"by hand $i\"; done; git push -q origin main"));
	restart(&world, false);
	agent(&world, world.tip, "echo other >other", other);
	accept_result(&world, "other", world.tip, other);
	enqueue(&world, 1, "other", world.tip, other, false);
	landed(&world, 1);
	enqueue(&world, 2, "mine", base, mine, true);
	message = expect(&world, MSG_gate_wanted);
	link_send(&world.link, MSG_gate_verdict, 0, &(struct msg_gate_verdict){ .ticket = 2,
	    .fence = 1, .tree = message->gate_wanted.tree, .verdict = "FAIL" });
	with = expect(&world, MSG_ticket_red)->ticket_red.with;
	assert_int_equal(strs_count(with), 51);
	assert_string_equal(with[0], "other");
	first = str_format("%.12s by hand 55", run(&world, "git -C up rev-parse main^"));
	assert_string_equal(with[1], first);
	assert_string_equal(with[50], "and 6 more");
	free(first);
	teardown(&world);
}

/*
 * Git's merge is kept for the next attempt, and told with what it conflicts with; a
 * file that is left as the conflict had it is refused, on a later tip too; when the
 * task has landed, nothing of it is kept.
 */
static void
keeps_conflicts(void **state)
{
	struct world world;
	char mine[41], other[41], later[41], base[41], tip[41], marked[41], *text;
	const struct message *message;
	char *only_a[] = { str_dup("a"), NULL };

	(void)state;
	setup(&world, BARE);
	opened(&world);
	strcpy(base, world.tip);
	agent(&world, base, "echo branch >b; printf 'x\\0b' >bin; git rm -q d/c; ln -sf b link; "
	    "echo file >D", other);
	agent(&world, base, "echo mine >b; printf 'x\\0m' >bin; echo mine >d/c; ln -sf m link; "
	    "echo new >$(printf 'n\\377'); mkdir D; echo folder >D/f", mine);
	accept_result(&world, "t1", base, other);
	enqueue(&world, 1, "t1", base, other, false);
	landed(&world, 1);
	accept_result(&world, "t2", base, mine);
	enqueue(&world, 2, "t2", base, mine, false);
	message = expect(&world, MSG_ticket_conflict);
	strcpy(tip, world.tip);
	assert_string_equal(message->ticket_conflict.tip, tip);
	assert_non_null(message->ticket_conflict.marked);
	strcpy(marked, message->ticket_conflict.marked);
	assert_int_equal(strs_count(message->ticket_conflict.paths), 5);
	assert_int_equal(strs_count(message->ticket_conflict.with), 1);
	assert_non_null(strstr(message->ticket_conflict.with[0], " agent work (task t1)"));
	assert_non_null(strstr(message->ticket_conflict.reason, "CONFLICT (modify/delete): d/c deleted in "
	    "the branch and modified in your change"));
	/* The id of a commit in the name of a file is the file's name. */
	text = str_format("directory in the way of D from the branch; moving it to D~%s instead", tip);
	assert_non_null(strstr(message->ticket_conflict.reason, text));
	free(text);
	text = run(&world, "cd state/projects/p/repository.git; git rev-parse refs/orch/conflicts/t2^; "
	    "git show refs/orch/conflicts/t2:b; git log -1 --format=%%b refs/orch/conflicts/t2");
	assert_int_equal(strncmp(text, tip, 40), 0);
	assert_non_null(strstr(text, "\n<<<<<<< "));
	/* Only the text has markers: neither the binary file, the link, nor the deleted one. */
	assert_non_null(strstr(text, "\n>>>>>>> "));
	assert_string_equal(strrchr(text, '\n'), "\nb");
	free(text);
	free(run(&world, "cd agent; git fetch -q ../state/projects/p/repository.git "
	    "refs/orch/conflicts/t2:refs/heads/conflict"));
	/* Left as it was, but for one that has no markers. */
	agent(&world, tip, "git read-tree -u --reset conflict; git rm -q d/c", later);
	refused_for(&world, "t2", tip, later, NULL, "conflict", "left the conflict in b as it was");
	/* Markers that are left in a file that is not as it was. */
	agent(&world, tip, "git read-tree -u --reset conflict; git rm -q d/c; echo more >>b", later);
	refused_for(&world, "t2", tip, later, NULL, "conflict",
	    "left the conflict in b: markers of it are still there");
	agent(&world, tip, "git read-tree -u --reset conflict; git rm -q d/c; sed -i '/^<<<<<<</d' b", later);
	refused_for(&world, "t2", tip, later, NULL, "conflict",
	    "left the conflict in b: markers of it are still there");
	/* Another one of the same name is no concern of it. */
	accept_result(&world, "t9", tip, later);
	/* The branch goes on, in the same file too; the conflict is the same. */
	agent(&world, tip, "printf 'branch\\n\\n\\n\\n\\nmore\\n' >b", other);
	accept_result(&world, "t3", tip, other);
	enqueue(&world, 3, "t3", tip, other, false);
	link_send(&world.link, MSG_ticket_void, 0, &(struct msg_ticket_void){ .ticket = 2, .fence = 1 });
	expect(&world, MSG_ticket_voided);
	landed(&world, 3);
	text = run(&world, "cd agent; git fetch -q ../state/projects/p/repository.git main; "
	    "git merge-tree --write-tree --no-messages %s %s | head -n 1", world.tip, marked);
	agent(&world, world.tip, str_format("git read-tree -u --reset %s", text), later);
	free(text);
	refused_for(&world, "t2", world.tip, later, NULL, "conflict", "left the conflict in b as it was");
	restart(&world, true);
	refused_for(&world, "t2", world.tip, later, NULL, "conflict", "left the conflict in b as it was");
	/* Resolved; what is in no conflict stays as it was. */
	strcpy(base, world.tip);
	agent(&world, base, "git checkout -q conflict -- .; echo both >b", later);
	accept_result(&world, "t2", base, later);
	enqueue(&world, 4, "t2", base, later, false);
	landed(&world, 4);
	text = run(&world, "cd state/projects/p/repository.git; git for-each-ref refs/orch/conflicts; "
	    "git show main:b");
	assert_string_equal(text, "both");
	free(text);
	/* A name that is no text is told as one. */
	agent(&world, world.tip, "echo x >$(printf 'z\\377')", later);
	refused_for(&world, "t5", world.tip, later, only_a, "permission", "outside its scope: z?");
	teardown(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lands_in_order),
		cmocka_unit_test(gate_and_void),
		cmocka_unit_test(refuses),
		cmocka_unit_test(keeps_conflicts),
		cmocka_unit_test(holds_scopes), cmocka_unit_test(tells_what_exceeds),
		cmocka_unit_test(ignores_case),
		cmocka_unit_test(names_combined),
		cmocka_unit_test(follows_no_rename),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(opens_without_upstream),
		cmocka_unit_test(keeps_large_packs),
		cmocka_unit_test(shows_later),
		cmocka_unit_test(leaves_no_lock),
		cmocka_unit_test(blames_no_ticket),
		cmocka_unit_test(leaves_no_program),
		cmocka_unit_test(killed_at_any_time),
		cmocka_unit_test(lands_many),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
