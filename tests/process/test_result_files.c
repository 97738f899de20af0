/*
 * Results that come as plain files: the commit is the one that Git makes of the
 * same change, whatever changed; and what is broken leaves no object behind.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commitd/files.h"
#include "commitd_fixture.h"
#include "files_fixture.h"
#include "protocol/mem.h"
#include "protocol/put.h"

#include "commitd_fixture.c"
#include "files_fixture.c"

#define BY_ZOE	"git commit -qm Title -m 'And a body.' --author 'Zoë <z@x>' " \
		"--date '1700000000 -0330'"

/* Writes bytes to a file of the world and sends it as the result. */
static void
send_bytes(struct world *world, const char *task, const char *base, const struct buffer *bytes,
    char **scope)
{
	struct msg_result_accept message = { .attempt = ++world->attempt, .task = task, .number = 1,
	    .base = base, .files = scope };
	char *path = str_format("%s/files", world->root);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	free(path);
	assert_true(fd != -1);
	assert_int_equal(write(fd, bytes->bytes, bytes->len), bytes->len);
	close(fd);
	assert_true(send_pack(world, &message, "files"));
}

static void
send_files(struct world *world, const char *task, const struct making *making, char **scope)
{
	struct buffer bytes;

	buffer_init(&bytes);
	put_map(&bytes, record_result_files(), &making->files);
	send_bytes(world, task, making->files.base, &bytes, scope);
	buffer_release(&bytes);
}

static void
expect_commit(struct world *world, const char *task, const char *commit)
{
	const struct message *answer = expect(world, MSG_result_accepted);
	char *pinned;

	assert_string_equal(answer->result_accepted.commit, commit);
	pinned = run(world, "git --git-dir=state/projects/p/repository.git rev-parse "
	    "refs/orch/attempts/%s/1", task);
	assert_string_equal(pinned, commit);
	free(pinned);
}

/* Every kind of change; the id of the commit says that all of it is right. */
static void
same_commit(void **state)
{
	static const char *const scripts[] = {
		"echo more >>a",
		"echo x >new; mkdir n; echo y >n/y; echo z >>d/e/e",
		"rm a", "rm -r d", "rm d/e/e", "rm -r d b x link", "chmod -x x; chmod +x b",
		"rm a; mkdir a; echo in >a/in; echo dot >a.b; echo dash >a-",
		"rm -r d; echo file >d", "rm -r d/e; ln -s nowhere d/e", "rm link; echo plain >link",
		"git mv d moved", ": >empty", "printf 'a\\0b' >bytes", "echo a >b; echo b >a",
		"mkdir -p 1/2/3/4/5/6; echo deep >1/2/3/4/5/6/7; rm b",
		"echo ohne >'mit blank'; echo x >x:y; echo u >ü",
		"for i in $(seq 90); do echo $i >d/f$i; done",
		"echo q >q; git add q; " BY_ZOE,
	};
	struct making *making = mem_zero(1, sizeof(*making));
	struct world world;
	char commit[41], task[16];
	size_t i;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	for (i = 0; i < COUNT(scripts); i++) {
		snprintf(task, sizeof(task), "t%zu", i);
		agent(&world, world.tip, scripts[i], commit);
		making_init(&world, making, world.tip, commit);
		put_changes(&world, making, world.tip, commit);
		send_files(&world, task, making, NULL);
		expect_commit(&world, task, commit);
		/* Once more: nothing else comes of it. */
		send_files(&world, task, making, NULL);
		expect_commit(&world, task, commit);
		arena_release(&making->arena);
	}
	free(run(&world, "git --git-dir=state/projects/p/repository.git fsck --strict"));
	restart(&world, true);
	making_init(&world, making, world.tip, commit);
	put_changes(&world, making, world.tip, commit);
	send_files(&world, task, making, NULL);
	expect_commit(&world, task, commit);
	arena_release(&making->arena);
	enqueue(&world, world.next, task, world.tip, commit, false);
	landed(&world, world.next);
	teardown(&world);
	free(making);
}

/* What was refused, with these words; and the repository has nothing more than before. */
static void
expect_refusal(struct world *world, const char *name, const char *error, const char *words)
{
	const struct message *answer = expect(world, MSG_result_refused);

	if (!str_same(answer->result_refused.error, error) ||
	    strstr(answer->result_refused.reason, words) == NULL)
		fail_msg("%s: %s: %s", name, answer->result_refused.error,
		    answer->result_refused.reason);
}

#define OBJECTS "git --git-dir=state/projects/p/repository.git count-objects -v; " \
	"git --git-dir=state/projects/p/repository.git for-each-ref"

/* Each does not fit the base, which has a, b, d/c, d/e/e, link and x. */
static void
unfit(void **state)
{
	static const struct { const char *name, *paths[3]; unsigned modes[3]; const char *why; } cases[] = {
		{ "removes what never was", { "c" }, { FILE_GONE }, "never was" },
		{ "removes from no folder", { "n/x" }, { FILE_GONE }, "never was" },
		{ "removes a folder as a file", { "d" }, { FILE_GONE }, "never was" },
		{ "a file below a file", { "a/x" }, { FILE_PLAIN }, "folder" },
		{ "a file below a link", { "link/x" }, { FILE_PLAIN }, "folder" },
		{ "a file over a folder", { "d" }, { FILE_PLAIN }, "folder" },
		{ "a link over a folder that is not emptied", { "d", "d/c" }, { FILE_LINK, FILE_GONE },
		    "folder" },
		{ "into .git", { ".git/config" }, { FILE_PLAIN }, "path" },
		{ "a submodule's file", { ".gitmodules" }, { FILE_PLAIN }, "path" },
	};
	struct making *making = mem_zero(1, sizeof(*making));
	struct world world;
	struct buffer bytes;
	char *before, *after;
	size_t i, j;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	before = run(&world, OBJECTS);
	for (i = 0; i < COUNT(cases); i++) {
		making_init(&world, making, world.tip, world.tip);
		for (j = 0; j < COUNT(cases[i].paths) && cases[i].paths[j] != NULL; j++)
			put(making, cases[i].paths[j], cases[i].modes[j], "new bytes",
			    cases[i].modes[j] == FILE_GONE ? 0 : strlen("new bytes"));
		send_files(&world, "t", making, NULL);
		expect_refusal(&world, cases[i].name, "invalid", cases[i].why);
		arena_release(&making->arena);
	}
	/* Of another base than the message says, of one that is not on the branch. */
	making_init(&world, making, world.tip, world.tip);
	put(making, "new", FILE_PLAIN, "x", 1);
	buffer_init(&bytes);
	making->files.base = "0123456789012345678901234567890123456789";
	put_map(&bytes, record_result_files(), &making->files);
	send_bytes(&world, "t", world.tip, &bytes, NULL);
	expect_refusal(&world, "another base", "invalid", "another base");
	send_files(&world, "t", making, NULL);
	expect_refusal(&world, "no base", "invalid", "not on branch");
	arena_release(&making->arena);
	/* No result at all; one without an end. */
	bytes.len = 0;
	buffer_add_text(&bytes, "PACK and so on");
	send_bytes(&world, "t", world.tip, &bytes, NULL);
	expect_refusal(&world, "a pack", "invalid", "no files");
	bytes.len = 0;
	memset(buffer_reserve(&bytes, RESULT_FILE_MAX + 1), 0, RESULT_FILE_MAX + 1);
	bytes.len = RESULT_FILE_MAX + 1;
	send_bytes(&world, "t", world.tip, &bytes, NULL);
	expect_refusal(&world, "too large", "invalid", "larger than");
	buffer_release(&bytes);
	after = run(&world, OBJECTS);
	assert_string_equal(before, after);
	free(before);
	free(after);
	teardown(&world);
	free(making);
}

/* Links that Git takes and no kernel makes: nothing of them may come in. */
static void
links(void **state)
{
	static char long_link[4096];
	static const struct { const char *to; size_t len; const char *why; } cases[] = {
		{ "", 0, "'new' is a link to nothing" },
		{ "a\0b", 3, "'new' is a link with a NUL in it" },
		{ long_link, sizeof(long_link), "'new' is a link of more than 4095 bytes" },
	};
	struct making *making = mem_zero(1, sizeof(*making));
	struct world world;
	char *before, *after;
	size_t i;

	(void)state;
	memset(long_link, 'l', sizeof(long_link));
	setup(&world, BARE);
	opened(&world);
	before = run(&world, OBJECTS);
	for (i = 0; i < COUNT(cases); i++) {
		making_init(&world, making, world.tip, world.tip);
		put(making, "new", FILE_LINK, cases[i].to, cases[i].len);
		send_files(&world, "t", making, NULL);
		expect_refusal(&world, cases[i].why, "invalid", cases[i].why);
		arena_release(&making->arena);
	}
	after = run(&world, OBJECTS);
	assert_string_equal(before, after);
	free(before);
	free(after);
	teardown(&world);
	free(making);
}

/* Whole, pinned, and not to be landed: as with a pack. */
static void
may_not_land(void **state)
{
	static const struct { const char *name, *script, *error, *why, *scope; } cases[] = {
		{ "outside", "echo x >a; echo y >b", "permission", "outside its scope: b", "a" },
		{ "all", "git rm -qrf .", "state", "deleted every file", NULL },
		{ "nested", "git init -q n; (cd n; git -c user.name=x -c user.email=x commit -q "
		    "--allow-empty -m x); git add n 2>/dev/null", "state", "nested Git repository",
		    NULL },
	};
	struct making *making = mem_zero(1, sizeof(*making));
	struct world world;
	char commit[41], *pinned;
	size_t i;

	(void)state;
	setup(&world, BARE);
	opened(&world);
	for (i = 0; i < COUNT(cases); i++) {
		char *scope[2] = { str_dup(cases[i].scope), NULL };

		agent(&world, world.tip, cases[i].script, commit);
		free(run(&world, "rm -rf agent/n"));
		making_init(&world, making, world.tip, commit);
		put_changes(&world, making, world.tip, commit);
		send_files(&world, cases[i].name, making, scope[0] != NULL ? scope : NULL);
		expect_refusal(&world, cases[i].name, cases[i].error, cases[i].why);
		pinned = run(&world, "git --git-dir=state/projects/p/repository.git rev-parse "
		    "refs/orch/attempts/%s/1", cases[i].name);
		assert_string_equal(pinned, commit);
		free(pinned);
		free(scope[0]);
		arena_release(&making->arena);
	}
	teardown(&world);
	free(making);
}

/* A loss of power can leave an object without bytes; one that is found is made again. */
static void
broken_before(void **state)
{
	struct making *making = mem_zero(1, sizeof(*making));
	struct world world;
	char commit[41];

	(void)state;
	setup(&world, BARE);
	opened(&world);
	agent(&world, world.tip, "echo x >new; mkdir n; echo y >n/y", commit);
	making_init(&world, making, world.tip, commit);
	put_changes(&world, making, world.tip, commit);
	send_files(&world, "t", making, NULL);
	expect_commit(&world, "t", commit);
	/* Under the living process, which looks for such objects when it starts. */
	free(run(&world, "cd state/projects/p/repository.git; "
	    "for o in $(git rev-parse %s:new %s:n/y); do "
	    "f=objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-); chmod u+w $f; : >$f; done",
	    commit, commit));
	send_files(&world, "t", making, NULL);
	expect_commit(&world, "t", commit);
	free(run(&world, "git --git-dir=state/projects/p/repository.git fsck --strict"));
	arena_release(&making->arena);
	teardown(&world);
	free(making);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_commit), cmocka_unit_test(unfit),
		cmocka_unit_test(links), cmocka_unit_test(may_not_land),
		cmocka_unit_test(broken_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
