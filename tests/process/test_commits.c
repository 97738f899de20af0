/*
 * Methods by which the agent's own commits land: whatever is asked of a result as a
 * whole is asked of each of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commitd_fixture.h"
#include "protocol/mem.h"

/* Tests link one source each. */
#include "commitd_fixture.c"

/* The base is in B; C takes all that there is, M merges the branch `side` to it. */
#define B	"B=$(git rev-parse HEAD); C() { git add -A; git commit -qm step; }; " \
		"M() { git merge -q \"$@\" side; }; "
#define CLEAN	"git checkout -q $B .; echo n >a; C"

struct row {
	const char *script, *files[3];
	const char *refused, *protected[3];	/* refused NULL: it comes in */
};

static void
ask(struct world *world, const struct row *row, size_t number)
{
	char **files = row->files[0] == NULL ? NULL :
	    strs_dup((char *[]){ str_dup(row->files[0]), str_dup(row->files[1]), NULL });
	char *task = str_format("s%zu", number), commit[41], **told;
	struct msg_result_accept message = { .attempt = ++world->attempt, .task = task, .number = 1,
	    .base = world->tip, .commit = commit, .files = files };
	const struct message *answer;
	size_t i;

	agent(world, world->tip, row->script, commit);
	send_result(world, &message);
	answer = expect(world, row->refused != NULL ? MSG_result_refused : MSG_result_accepted);
	if (row->refused != NULL) {
		if (strstr(answer->result_refused.reason, row->refused) == NULL)
			fail_msg("%s: '%s' is not in '%s'", row->script, row->refused,
			    answer->result_refused.reason);
	} else {
		told = answer->result_accepted.protected;
		for (i = 0; row->protected[i] != NULL; i++)
			if (strs_count(told) <= i || !str_same(told[i], row->protected[i]))
				fail_msg("%s: '%s' is not told", row->script, row->protected[i]);
		if (strs_count(told) != i)
			fail_msg("%s: '%s' is told", row->script, told[i]);
	}
	strs_free(files);
	free(task);
}

/* A later commit that takes it back hides nothing: what comes before it lands, too. */
static void
holds_scopes(void **state)
{
	static const struct row rows[] = {
		{ B "echo n >a; C; echo m >a; C", { "a" }, NULL, { NULL } },
		{ B "echo n >b; C; " CLEAN, { "a" }, "outside its scope: b (in its commit ", { NULL } },
		{ B "echo n >z; C; rm z; " CLEAN, { "a" }, "outside its scope: z (in its commit ", { NULL } },
		{ B "rm b; C; " CLEAN, { "a" }, "outside its scope: b (in its commit ", { NULL } },
		{ B "chmod +x b; C; " CLEAN, { "a" }, "outside its scope: b (in its commit ", { NULL } },
		{ B "git mv a d/a; C; git rm -qf d/a; " CLEAN, { "a" },
		    "outside its scope: d/a (in its commit ", { NULL } },
		{ B "git mv b e; C; git rm -qf e; " CLEAN, { "e", "a" },
		    "outside its scope: b (in its commit ", { NULL } },
		{ B "git update-index --add --cacheinfo 160000,$B,s; git commit -qm s; git rm -q --cached s; "
		    CLEAN, { NULL }, "nested Git repository at 's'", { NULL } },
		/* Beside the first parents, and in the merge itself. */
		{ B "git checkout -q -B side; echo n >b; C; git checkout -q $B b; C; git checkout -q --detach $B; "
		    "echo n >a; C; M --no-edit", { "a" }, "outside its scope: b (in its commit ", { NULL } },
		{ B "git checkout -q -B side; echo n >d/c; C; git checkout -q --detach $B; echo n >a; C; "
		    "M --no-commit; echo n >b; C; git checkout -q $B b; C", { "a", "d" },
		    "outside its scope: b (in its commit ", { NULL } },
		{ B "git checkout -q -B side; echo n >d/c; C; git checkout -q --detach $B; echo n >a; C; "
		    "M --no-edit", { "a", "d" }, NULL, { NULL } },
		/* What the base has anyway, a branch from before it may catch up on. */
		{ B "git checkout -q -B side HEAD~1; echo n >d/c; C; git checkout -q --detach $B; "
		    "echo n >a; C; M --no-edit", { "a", "d" }, NULL, { NULL } },
		{ B "chmod -x x; C; " CLEAN, { NULL }, NULL, { "x" } },
		{ B "chmod -x x; C; git checkout -q $B x; echo n >d/e/e; C", { NULL }, NULL, { "d/e/e", "x" } },
		{ B "chmod -x x; C; rm x; C", { NULL }, NULL, { "x" } },
		{ B "git checkout -q -B side; rm -r d; C; git checkout -q $B .; echo n >b; C; "
		    "git checkout -q --detach $B; echo n >a; C; M --no-edit", { NULL }, NULL, { "d/e/e" } },
	};
	static const char *const methods[] = { "rebase", "merge" };
	char *protect[] = { str_dup("x"), str_dup("d/e"), NULL };
	struct world world;
	size_t i, j;

	(void)state;
	for (j = 0; j < COUNT(methods); j++) {
		prepare(&world, BARE);
		free(run(&world, "cd agent; echo 2 >b; chmod -x x; git commit -qam more; chmod +x x; "
		    "git commit -qam back; git push -q origin HEAD:main"));
		world.protect = protect;
		world.method = methods[j];
		start(&world);
		opened(&world);
		for (i = 0; i < COUNT(rows); i++)
			ask(&world, &rows[i], i);
		teardown(&world);
	}
}

/* The branch has renamed what one commit changes, and a later one no longer does. */
static void
follows_no_rename(void **state)
{
	static const struct { const char *scope[3], *protect; } rows[] = {
		{ { "a", "b" }, NULL },
		{ { NULL }, "d/b" },
		{ { "a", "b" }, "d/b" },
	};
	char base[41], commit[41];
	const struct message *message;
	struct world world;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct msg_ticket_enqueue ticket = { .ticket = 2, .fence = 1, .number = 1,
		    .task = "t", .base = base, .commit = commit, .commits = 2, .agent = "robot",
		    .message = "T", .files = rows[i].scope[0] == NULL ? NULL :
		    (char *[]){ str_dup(rows[i].scope[0]), str_dup(rows[i].scope[1]), NULL } };

		prepare(&world, BARE);
		free(run(&world, "cd agent; seq 100 >b; git add -A; git commit -qm more; "
		    "git push -q origin HEAD:main"));
		world.protect = rows[i].protect == NULL ? NULL :
		    (char *[]){ str_dup(rows[i].protect), NULL };
		world.method = "rebase";
		start(&world);
		opened(&world);
		strcpy(base, world.tip);
		agent(&world, base, "git mv b d/b", commit);
		accept_result(&world, "rename", base, commit);
		enqueue(&world, 1, "rename", base, commit, false);
		landed(&world, 1);
		agent(&world, base, B "echo 101 >>b; C; " CLEAN, commit);
		accept_result(&world, "t", base, commit);
		link_send(&world.link, MSG_ticket_enqueue, 0, &ticket);
		message = expect(&world, MSG_ticket_conflict);
		assert_string_equal(message->ticket_conflict.paths[0], "d/b");
		assert_null(message->ticket_conflict.marked);
		assert_non_null(strstr(message->ticket_conflict.reason, "renamed what was changed"));
		teardown(&world);
	}
}

/*
 * By merge, what an agent wrote in our name goes, in whatever it merged; what has no
 * need to change keeps its id, and a merge keeps all of its parents.
 */
static void
strips_all(void **state)
{
#define STEP(name, more) "echo " name " >" name "; git add -A; printf '%s\\n' " name " '' " more \
			" | git commit -q --cleanup=verbatim -F -; "
#define ON(name)	"git checkout -q -B " name " $B; "
#define MERGE(name, from) "git merge -q --no-ff -m " name " " from " >/dev/null; "
	static const struct { const char *script, *log; } rows[] = {
		{ B ON("side") STEP("s", "'Orch-Ticket: 9' 'Orch-Task: x'") ON("top") STEP("t", "")
		    MERGE("merged", "side") STEP("l", "'Orch-Ticket: 9' '' '# c'"),
		    "l 1,merged 2,s 1,t 1 old" },
		{ B ON("o1") STEP("o1", "'Orch-Line: z'") ON("o2") STEP("o2", "") ON("o3")
		    STEP("o3", "'Orch-Task: y'") MERGE("octopus", "o1 o2"),
		    "o1 1,o2 1 old,o3 1,octopus 3" },
		{ B ON("deep") STEP("d1", "'Orch-Task: y'") STEP("d2", "") ON("top") STEP("t", "")
		    MERGE("one", "deep") "git checkout -q deep; " STEP("d3", "")
		    "git checkout -q top; " MERGE("two", "deep"),
		    "d1 1,d2 1,d3 1,one 2,t 1 old,two 2" },
		{ B ON("plain") STEP("p1", "") ON("beside") STEP("p2", "'Acked-by: b'")
		    MERGE("both", "plain"), "both 2 old,p1 1 old,p2 1 old" },
		/* Without their trailers two are one. */
		{ B "export GIT_COMMITTER_DATE=@1700000000 GIT_AUTHOR_DATE=@1700000000; "
		    ON("p") STEP("p", "'Orch-Task: y'") ON("q") STEP("p", "'Orch-Task: z'")
		    MERGE("both", "p"), "both 1,p 1" },
	};
	char base[41], commit[41], *text;
	struct world world;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		prepare(&world, BARE);
		world.method = "merge";
		start(&world);
		opened(&world);
		strcpy(base, world.tip);
		agent(&world, base, "echo other >other", commit);
		accept_result(&world, "other", base, commit);
		enqueue(&world, 1, "other", base, commit, false);
		landed(&world, 1);
		text = str_format("%s:", rows[i].script);
		agent(&world, base, text, commit);
		free(text);
		accept_result(&world, "t", base, commit);
		enqueue(&world, 2, "t", base, commit, false);
		landed(&world, 2);
		text = run(&world, "git -C agent rev-list %s >old; cd state/projects/p/repository.git; "
		    "git fsck --strict --no-dangling 2>&1; git log --format='%%H %%s %%P' main^..main^2 | "
		    "awk 'NR == FNR { old[$1] = 1; next } { print $2, NF - 2 (old[$1] ? \" old\" : \"\") }' "
		    "../../../../old - | LC_ALL=C sort | paste -sd,; "
		    "git log --format=%%B main^..main^2 | grep Orch- || :", commit);
		if (strcmp(text, rows[i].log) != 0)
			fail_msg("%s:\n'%s' is not '%s'", rows[i].script, text, rows[i].log);
		free(text);
		teardown(&world);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_scopes),
		cmocka_unit_test(follows_no_rename),
		cmocka_unit_test(strips_all),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
