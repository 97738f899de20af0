/*
 * A real worker against a played supervisor: what comes back for each way an
 * attempt can end, and what a workspace can do to the collector.
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
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "worker_fixture.h"
/* Beside the test, not in a library: the one program that needs it. */
#include "worker_fixture.c"

static char *command[] = { NULL, NULL, NULL, NULL };

static char **
script(const char *text)
{
	free(command[0]);
	free(command[1]);
	free(command[2]);
	command[0] = str_dup("sh");
	command[1] = str_dup("-c");
	command[2] = str_dup(text);
	return command;
}

static int
set_up(void **state)
{
	*state = fixture_new("overlay", NULL);
	return 0;
}

static int
set_up_checkout(void **state)
{
	*state = fixture_new("checkout", NULL);
	return 0;
}

static int
tear_down(void **state)
{
	fixture_free(*state);
	return 0;
}

/* Outcome of the agent that is this script; the import is tried when it changed something. */
static struct msg_job_result *
outcome(struct fixture *fixture, const char *text, const char *expected)
{
	struct msg_job_start job = fixture_job(fixture, script(text));
	struct msg_job_result *result = fixture_run(fixture, &job);

	if (strcmp(result->outcome, expected) != 0)
		fail_msg("%s: %s (%s), not %s; output: %s", text, result->outcome,
		    result->reason ? result->reason : "", expected, result->output ? result->output : "");
	if (result->changed)
		fixture_import(fixture);
	return result;
}

/* The tree of the result, as `git ls-tree -r` tells it, names only. */
static const char *
names(struct fixture *fixture)
{
	return shell("git -C %s ls-tree -r --name-only %s | tr '\\n' ' '", fixture->repository,
	    fixture->in.message.job_result.commit);
}

static void
test_exit_codes(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_result *result;

	result = outcome(fixture, "true", "done");
	assert_false(result->changed);
	fixture_saved(fixture);
	result = outcome(fixture, "echo a >>one; exit 75", "later");
	assert_true(result->changed);
	fixture_saved(fixture);
	result = outcome(fixture, "echo why; exit 77", "blocked");
	assert_string_equal(result->reason, "why");
	fixture_saved(fixture);
	result = outcome(fixture, "echo oops; exit 3", "failed");
	assert_int_equal(result->exit_code, 3);
	assert_non_null(strstr(result->reason, "oops"));
	fixture_saved(fixture);
	result = outcome(fixture, "kill -9 $$", "failed");
	assert_int_equal(result->exit_code, 137);
	fixture_saved(fixture);
}

static void
test_not_found(void **state)
{
	struct fixture *fixture = *state;
	char *argv[] = { str_dup("no-such-agent"), NULL };
	struct msg_job_start job = fixture_job(fixture, argv);
	struct msg_job_result *result = fixture_run(fixture, &job);

	assert_string_equal(result->outcome, "error");
	assert_non_null(strstr(result->reason, "agent 'no-such-agent' not found"));
	fixture_saved(fixture);
	free(argv[0]);
}

static void
test_uncommitted(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_result *result = outcome(fixture, "echo new >new; rm one; echo x >x.o; "
	    "echo y >>tracked.o; mkdir e; echo e >e/e; chmod +x d/two; ln -sf d/two link; mv d f", "done");

	assert_int_equal(result->commits, 0);
	assert_string_equal(names(fixture), ".gitignore e/e f/two link new tracked.o ");
	assert_string_equal(shell("git -C %s show -s --format='%%an %%ae %%s %%P' %s",
	    fixture->repository, result->commit), shell("echo robot orch@localhost Do it %s",
	    fixture->tip));
	assert_string_equal(shell("git -C %s ls-tree -r %s | grep -c ^100755", fixture->repository,
	    result->commit), "1");
	fixture_saved(fixture);
}

static void
test_commits(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_result *result;

	result = outcome(fixture, "echo a >a; git add a; git commit -qm first", "done");
	assert_int_equal(result->commits, 1);
	assert_string_equal(shell("git -C %s show -s --format=%%s %s", fixture->repository,
	    result->commit), "first");
	fixture_saved(fixture);
	result = outcome(fixture, "echo a >a; git add a; git commit -q --date='2001-02-03 04:05:06 +0700' "
	    "--author='A B <a@b>' -m first -m body; echo b >b; echo more >>a", "done");
	assert_int_equal(result->commits, 1);
	assert_string_equal(shell("git -C %s log --format='%%an %%ad %%s %%b' --date=iso %s..%s | tr -d '\n'",
	    fixture->repository, fixture->tip, result->commit),
	    "A B 2001-02-03 04:05:06 +0700 first body");
	assert_string_equal(names(fixture), ".gitignore a b d/two link one tracked.o ");
	fixture_saved(fixture);
	result = outcome(fixture, "for i in 1 2 3; do echo $i >a; git add a; git commit -qm $i; done; "
	    "echo z >z", "done");
	assert_int_equal(result->commits, 3);
	assert_string_equal(shell("git -C %s rev-list --count %s..%s", fixture->repository,
	    fixture->tip, result->commit), "4");
	fixture_saved(fixture);
	result = outcome(fixture, "git commit -q --allow-empty -m nothing; echo a >a; git add a; "
	    "git commit -qm a; git revert --no-edit HEAD", "done");
	assert_false(result->changed);
	fixture_saved(fixture);
	/* Ignored, but staged; tracked and ignored, and taken out of the index. */
	outcome(fixture, "echo x >x.o; echo y >y.o; git add -f x.o; git rm -q --cached tracked.o one; "
	    "echo more >>one", "done");
	assert_string_equal(names(fixture), ".gitignore d/two link one x.o ");
	fixture_saved(fixture);
	/* An index that names what is outside. */
	outcome(fixture, "git update-index --add --cacheinfo 100644,$(git hash-object -w one),x/../../../etc/y "
	    "2>/dev/null; printf '100644 %s 0\\t../run/orch/outbox\\n' $(git hash-object one) | "
	    "git update-index --index-info 2>/dev/null; echo a >a", "done");
	assert_string_equal(names(fixture), ".gitignore a d/two link one tracked.o ");
	fixture_saved(fixture);
	/* Ignored, but committed; removed from the index, but still there. */
	result = outcome(fixture, "echo x >x.o; git add -f x.o; git rm -q --cached one tracked.o; "
	    "git commit -qm c; git checkout -q --detach", "done");
	assert_string_equal(names(fixture), ".gitignore d/two link one x.o ");
	fixture_saved(fixture);
	/* History that does not go on from the tip counts as a change of files only. */
	result = outcome(fixture, "git checkout -q --orphan o; echo o >o; git add -A; git commit -qm o", "done");
	assert_int_equal(result->commits, 0);
	assert_string_equal(shell("git -C %s rev-parse %s^", fixture->repository, result->commit),
	    fixture->tip);
	fixture_saved(fixture);
}

/*
 * A Git before the real one that kills itself, or the collector that called it,
 * the first times that it is asked for the tree.
 */
static int
set_up_killed(void **state)
{
	const char *folder = shell("set -e; T=$(mktemp -d /tmp/orch-test-tools.XXXXXX); "
	    "{ echo '#!/bin/sh'; echo 'O=/run/orch/outbox/killed'; "
	    "echo 'if [ \"$1\" = fast-import ] && . '$T'/plan && "
	    "[ $(cat $O 2>/dev/null | wc -l) -lt $times ]; then'; "
	    "echo 'echo >>$O; eval kill -9 $victim; fi'; "
	    "echo exec $(command -v git) '\"$@\"'; } >$T/git; chmod +x $T/git; echo $T");
	char *path = str_format("%s:%s", folder, getenv("PATH"));
	int result;

	setenv("ORCH_TEST_TOOLS", folder, 1);
	setenv("PATH", path, 1);
	result = set_up(state);
	setenv("PATH", strchr(path, ':') + 1, 1);
	free(path);
	return result;
}

static int
tear_down_killed(void **state)
{
	shell("rm -r \"$ORCH_TEST_TOOLS\"");
	return tear_down(state);
}

static void
killed(struct fixture *fixture, const char *victim, unsigned times, const char *author)
{
	struct msg_job_result *result;

	shell("echo \"victim='%s' times=%u\" >$ORCH_TEST_TOOLS/plan", victim, times);
	result = outcome(fixture, "echo a >a; git add a; git commit -q --author='A B <a@b>' -m first; "
	    "echo b >b", "done");
	assert_string_equal(names(fixture), ".gitignore a b d/two link one tracked.o ");
	assert_string_equal(shell("git -C %s show -s --format=%%an %s", fixture->repository,
	    result->commit), author);
	/* The pack says what it is made of only when all of it was made. */
	assert_string_equal(shell("wc -l <%s/slots/0/outbox/killed", fixture->state),
	    shell("echo %u", times));
	fixture_saved(fixture);
}

static void
test_collector_killed(void **state)
{
	static const char *const victims[] = { "\\$\\$", "\\$PPID" };
	struct fixture *fixture = *state;
	size_t i;

	for (i = 0; i < COUNT(victims); i++) {
		killed(fixture, victims[i], 1, "A B");
		killed(fixture, victims[i], 2, "A B");
		/* It always dies on these commits: the files at least are taken, and that is told. */
		killed(fixture, victims[i], 3, "robot");
		assert_int_equal(atoi(shell("grep -c \"own commits cannot be used\" %s/logs/t1/%ju.log",
		    fixture->state, (uintmax_t)fixture->attempt)), 1);
	}
}

static void
test_hostile(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_result *result;

	result = outcome(fixture, "rm -rf /workspace/* /workspace/.[a-z]* 2>/dev/null; true", "done");
	assert_true(result->changed);
	assert_string_equal(names(fixture), "");
	fixture_saved(fixture);
	result = outcome(fixture, "rm -rf .git; echo a >a", "done");
	assert_non_null(strstr(names(fixture), " a "));
	fixture_saved(fixture);
	outcome(fixture, "echo garbage >.git/HEAD; echo a >a", "done");
	assert_non_null(strstr(names(fixture), " a "));
	fixture_saved(fixture);
	outcome(fixture, "rm -rf .git; ln -s /etc .git; echo a >a", "done");
	assert_non_null(strstr(names(fixture), " a "));
	fixture_saved(fixture);
	outcome(fixture, "git config core.fsmonitor 'touch /workspace/pwned'; git config core.hooksPath /workspace; "
	    "git config filter.x.clean 'touch /workspace/pwned'; echo '* filter=x' >.gitattributes; "
	    "echo a >a; git add -A; git commit -qm x; rm -f pwned", "done");
	assert_null(strstr(names(fixture), "pwned"));
	fixture_saved(fixture);
	result = outcome(fixture, "echo 1 >-rf; printf x >\"$(printf 'a\\nb')\"; printf x >'*'; "
	    "printf x >' '; mkfifo pipe; rm one; mkfifo one; echo ':(top)' >':(exclude)x'", "done");
	assert_string_equal(shell("git -C %s ls-tree -r --name-only -z %s | tr '\\0' '|'",
	    fixture->repository, result->commit),
	    " |*|-rf|.gitignore|:(exclude)x|a\nb|d/two|link|tracked.o|");
	fixture_saved(fixture);
	result = outcome(fixture, "mkdir sub; cd sub; git init -q; echo s >s; git add s; "
	    "git -c user.name=x -c user.email=x@x commit -qm s", "done");
	assert_string_equal(shell("git -C %s ls-tree %s sub | cut -c1-6", fixture->repository,
	    result->commit), "160000");
	fixture_saved(fixture);
	outcome(fixture, "mkdir sub; cd sub; git init -q; echo s >s; cd ..; echo a >a; chmod 000 a; "
	    "mkdir deep; chmod 000 deep", "done");
	assert_non_null(strstr(names(fixture), " a "));
	fixture_saved(fixture);
	outcome(fixture, "rm one; mkdir one; echo a >one/a; rm -r d; echo d >d", "done");
	assert_string_equal(names(fixture), ".gitignore d link one/a tracked.o ");
	fixture_saved(fixture);
	outcome(fixture, "echo one >>one; rm .gitignore; echo o >o.o", "done");
	assert_string_equal(names(fixture), "d/two link o.o one tracked.o ");
	fixture_saved(fixture);
	outcome(fixture, "mkdir many; cd many; seq 1 3000 | xargs touch; cd ..; mkdir -p a/b; mv d a/b/d; "
	    "for i in $(seq 600); do echo $i >f$i; done", "done");
	assert_string_equal(shell("git -C %s ls-tree -r --name-only %s | wc -l", fixture->repository,
	    fixture->in.message.job_result.commit), "3605");
	fixture_saved(fixture);
}

/* A richer tip than the fixture's, and a base of it. */
static void
make_rich(struct fixture *fixture)
{
	shell("set -e; exec 2>&1; cd %s; export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t "
	    "GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t; "
	    "git clone -q projects/p/repository.git rich; cd rich; mkdir -p a/b/c 'sp ace' e sub; "
	    "echo 1 >a/1; echo 2 >a/b/2; echo 3 >a/b/c/3; echo f >a/f.log; echo '*.log' >a/.gitignore; "
	    "echo '*.crlf eol=crlf' >.gitattributes; echo t >e/t.crlf; echo q >'sp ace/q\"uo\\te'; "
	    "git -C sub init -q; git -C sub commit -q --allow-empty -m s; git add -A -f; "
	    "git commit -qm rich; git push -q origin main; cd ..; B=projects/p/trees/base-1; "
	    "rm -rf rich $B; git clone -q projects/p/repository.git $B; rm -rf $B/.git/objects; "
	    "mkdir -p $B/.git/objects/info $B/.git/objects/pack $B/sub; "
	    "echo /run/orch/objects >$B/.git/objects/info/alternates; "
	    "rm -rf $B/.git/hooks $B/.git/refs/remotes $B/.git/packed-refs $B/.git/logs",
	    fixture->state);
	snprintf(fixture->tip, sizeof(fixture->tip), "%s",
	    shell("git -C %s rev-parse main", fixture->repository));
}

/* inside FOLDER: makes a repository there, the same whoever does and whenever. */
#define INSIDE	"inside() { git init -q $1; echo new >$1/f; git -C $1 add f; GIT_COMMITTER_DATE='@1 +0000' " \
		"git -C $1 -c user.name=a -c user.email=a@e commit -q --date '@1 +0000' -m m; }; "

/* Whatever is changed: the tree is that of `git add -A` in a plain clone. */
static void
test_same_as_git(void **state)
{
	static const char *const scripts[] = {
		"echo x >>a/b/c/3", "rm a/b/c/3", "rm -r a", "rm -r a; echo a >a", "rm a/1; mkdir a/1; "
		"echo 1 >a/1/1", "mv a/b n; echo n >>n/2", "rm -r a/b; mkdir -p a/b/x; echo x >a/b/x/x",
		"echo x >>a/f.log; echo y >a/new.log; echo z >a/z", "rm a/.gitignore; echo y >a/new.log",
		"echo '!*.log' >a/b/.gitignore; echo l >a/b/l.log; echo 1 >>a/1",
		"printf 'a\\r\\nb\\r\\n' >e/t.crlf; printf 'a\\r\\n' >e/new.crlf",
		"rm .gitattributes; printf 'a\\r\\n' >e/new.crlf; printf 'b\\r\\n' >e/t.crlf",
		"echo 'e/new.crlf -text' >>.gitattributes; printf 'a\\r\\n' >e/new.crlf",
		"echo q >>'sp ace/q\"uo\\te'; printf x >\"$(printf 'sp ace/\\nl\\t\\303\\244')\"",
		"rm 'sp ace/q\"uo\\te'; ln -s x 'sp ace/link'; chmod +x a/1", "echo x >sub/x",
		"rm -r sub; echo s >sub", "echo x >>a/1; touch a/b/2; chmod 600 a/b/c/3",
		"mkdir -p empty/deep; echo o >o.o; echo t >>tracked.o", "rm -r d link; ln -s a d",
		"echo ':(top)' >':(top)x'; echo g >'*'; echo 1 >a/'[1]'",
		"mkdir 'a b'; cd 'a b'; for i in 1 2 3; do mkdir -p $i/x; echo $i >$i/x/$i; done",
		/* Repositories inside, in the place of what was there and of what is new. */
		INSIDE "rm -r d; inside d; echo mark >mark; git add -A",
		INSIDE "rm -r d; inside d; echo mark >mark",
		INSIDE "rm -r a; git rm -rq --cached a; inside a; echo mark >mark",
		INSIDE "inside r; git add r; rm -r r; mkdir r; echo x >r/x",
		INSIDE "rm one; inside one; git add one; rm -r one; mkdir one; echo x >one/x",
		INSIDE "inside d; echo x >d/x; git add d/x; git rm -q --cached d/two",
		"git rm -q --cached sub; mkdir -p sub; echo x >sub/x", "git update-index --cacheinfo "
		"160000,1234567890123456789012345678901234567890,sub; echo mark >mark",
		"echo l >a/l.log; git add -f a/l.log; rm -r a/b; ln -s c a/b; git add -A; echo m >>a/l.log",
	};
	struct fixture *fixture = *state;
	size_t i;

	make_rich(fixture);
	for (i = 0; i < COUNT(scripts); i++) {
		const struct msg_job_result *result = outcome(fixture, scripts[i], "done");
		char *path = str_format("%s/script", fixture->state), *wanted;
		FILE *file = fopen(path, "w");

		fputs(scripts[i], file);
		fclose(file);
		wanted = str_dup(shell("cd %s && rm -rf plain && git clone -q projects/p/repository.git plain && "
		    "cd plain && mkdir -p sub && sh ../script && git add -A 2>/dev/null; git write-tree",
		    fixture->state));
		if (strcmp(wanted, shell("git -C %s rev-parse %s^{tree}", fixture->repository,
		    result->changed ? result->commit : fixture->tip)) != 0)
			fail_msg("%s: not the tree of git add -A", scripts[i]);
		free(wanted);
		free(path);
		fixture_saved(fixture);
	}
}

/* A few changes are collected without a look at the index of everything. */
static void
test_few_paths(void **state)
{
	struct fixture *fixture = *state;

	shell("echo garbage >%s/projects/p/trees/base-1/.git/index", fixture->state);
	outcome(fixture, "echo x >>d/two; rm one; mkdir n; echo n >n/n; echo o >o.o", "done");
	assert_string_equal(names(fixture), ".gitignore d/two link n/n tracked.o ");
	fixture_saved(fixture);
}

static void
test_verify(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_start job = fixture_job(fixture, script("cat \"${ORCH_FEEDBACK_FILE:-/dev/null}\"; "
	    "echo $ORCH_ITERATION >n"));
	struct msg_job_result *result;

	job.verify = "echo feedback-$(cat n); test $(cat n) = 2";
	job.max_iterations = 3;
	result = fixture_run(fixture, &job);
	assert_string_equal(result->outcome, "done");
	assert_int_equal(result->iterations, 2);
	assert_non_null(strstr(fixture->output, "feedback-1\nfeedback-1\n"));
	fixture_saved(fixture);
	job = fixture_job(fixture, command);
	job.verify = "echo red; false";
	result = fixture_run(fixture, &job);
	assert_string_equal(result->outcome, "check_failed");
	assert_string_equal(result->output, "red\n");
	assert_true(result->changed);
	fixture_saved(fixture);
	job = fixture_job(fixture, script("echo hello"));
	job.completion_promise = "DONE";
	job.max_iterations = 2;
	result = fixture_run(fixture, &job);
	assert_string_equal(result->outcome, "no_promise");
	assert_int_equal(result->iterations, 2);
	fixture_saved(fixture);
	job = fixture_job(fixture, script("echo DONE"));
	job.completion_promise = "DONE";
	assert_string_equal(fixture_run(fixture, &job)->outcome, "done");
	fixture_saved(fixture);
}

static void
test_gate(void **state)
{
	static const struct { const char *verify, *outcome; } rows[] = {
		{ "true", "pass" }, { "echo no; false", "fail" }, { "sleep 60", "timeout" },
		{ "no-such-command", "error" }, { "echo no; kill -9 $$", "error" },
		{ "echo no; exit 255", "fail" }, { "echo no; exit 126", "error" },
		{ "test -z \"$(ls -A ~)\" && touch ~/x && echo y >one", "pass" } };
	struct fixture *fixture = *state;
	char *tree = str_dup(shell("git -C %s rev-parse HEAD^{tree}", fixture->repository));
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct msg_job_start job = fixture_job(fixture, NULL);
		struct msg_job_result *result;

		job.kind = "gate";
		job.tree = tree;
		job.verify = rows[i].verify;
		job.verify_timeout = 1;
		result = fixture_run(fixture, &job);
		assert_string_equal(result->outcome, rows[i].outcome);
		assert_false(result->changed);
		if (strncmp(rows[i].verify, "echo no", 7) == 0)
			assert_string_equal(result->output, "no\n");
		fixture_saved(fixture);
	}
	free(tree);
}

/* A gate proves the tree it is given, with HEAD at the tip; without one it proves nothing. */
static void
test_gate_tree(void **state)
{
	struct fixture *fixture = *state;
	char *tree = str_dup(shell("git -C %s ls-tree HEAD | sed 's/\\tone$/\\tother/' | "
	    "git -C %s mktree", fixture->repository, fixture->repository));
	struct msg_job_start job = fixture_job(fixture, NULL);

	job.kind = "gate";
	job.verify = "true";
	assert_string_equal(fixture_run(fixture, &job)->outcome, "error");
	fixture_saved(fixture);
	if (str_same(fixture->kind, "checkout")) {
		job = fixture_job(fixture, NULL);
		job.kind = "gate";
		job.tree = tree;
		job.verify = "test ! -e one && test -e other && git cat-file -e HEAD:one && "
		    "git diff-files --quiet && git diff-index --cached --name-only HEAD | grep -q other";
		assert_string_equal(fixture_run(fixture, &job)->outcome, "pass");
		fixture_saved(fixture);
	}
	free(tree);
}

/* What a verify command did to a file is gone for the next one, whatever the file's times say. */
static void
test_gate_hidden_change(void **state)
{
	static const char *const verify[] = {
		/* Git reads again what is as young as its index. */
		"while test $(date +%s) = $(stat -c %Y one); do sleep 0.05; done",
		"cp -p one /tmp/one && echo two >one && touch -r /tmp/one one", "grep one one" };
	struct fixture *fixture = *state;
	char *tree = str_dup(shell("git -C %s rev-parse HEAD^{tree}", fixture->repository));
	size_t i;

	for (i = 0; i < COUNT(verify); i++) {
		struct msg_job_start job = fixture_job(fixture, NULL);

		job.kind = "gate";
		job.tree = tree;
		job.verify = verify[i];
		assert_string_equal(fixture_run(fixture, &job)->outcome, "pass");
		fixture_saved(fixture);
	}
	free(tree);
}

/* Daemons, a TERM that is heard, a TERM that is not, a time limit. */
static void
test_stop(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_start job = fixture_job(fixture, script("echo a >a; "
	    "trap 'echo b >b; exit 1' TERM; setsid sleep 4711 & echo ready; while :; do sleep 0.1; done"));
	struct msg_job_stop stop = { .attempt = job.attempt, .fence = 7 };
	struct msg_job_result *result;

	fixture_send(fixture, MSG_job_start, &job);
	/* It hears TERM only once its trap is set, which it says. */
	assert_non_null(fixture_wait(fixture, MSG_job_output, 20000));
	fixture_send(fixture, MSG_job_stop, &stop);
	result = &fixture_wait(fixture, MSG_job_result, 20000)->job_result;
	assert_string_equal(result->outcome, "stopped");
	fixture_import(fixture);
	assert_string_equal(names(fixture), ".gitignore a b d/two link one tracked.o ");
	assert_int_equal(fixture_processes(fixture, "4711"), 0);
	fixture_saved(fixture);
	job = fixture_job(fixture, script("trap '' TERM; echo a >a; setsid sleep 4712 & "
	    "while :; do sleep 0.1; done"));
	job.timeout = 1;
	result = fixture_run(fixture, &job);
	assert_string_equal(result->outcome, "timeout");
	assert_true(result->seconds > 5.5 && result->seconds < 60);
	assert_int_equal(fixture_processes(fixture, "4712"), 0);
	fixture_saved(fixture);
	outcome(fixture, "setsid sleep 4713 >/dev/null 2>&1 & (setsid sleep 4714 &) ; true", "done");
	assert_int_equal(fixture_processes(fixture, "471"), 0);
	fixture_saved(fixture);
}

/* An agent that takes TERM as it comes, whatever it left running, costs no grace. */
static void
test_stop_at_once(void **state)
{
	static const char *const agents[] = { "exec sleep 4741", "sleep 4742; true",
	    "(trap '' TERM; setsid sleep 4743) & sleep 4744; true", "kill -STOP $$; true" };
	struct fixture *fixture = *state;
	size_t i;

	for (i = 0; i < COUNT(agents); i++) {
		char *text = str_format("echo ready; %s", agents[i]);
		struct msg_job_start job = fixture_job(fixture, script(text));
		struct msg_job_stop stop = { .attempt = job.attempt, .fence = 7 };

		fixture_send(fixture, MSG_job_start, &job);
		assert_non_null(fixture_wait(fixture, MSG_job_output, 20000));
		fixture_send(fixture, MSG_job_stop, &stop);
		/* Well below the grace of five seconds. */
		assert_string_equal(fixture_wait(fixture, MSG_job_result, 3000)->job_result.outcome,
		    "stopped");
		assert_int_equal(fixture_processes(fixture, "474"), 0);
		fixture_saved(fixture);
		free(text);
	}
}

static void
test_output(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_start job = fixture_job(fixture, script("head -c 50000000 /dev/zero | tr '\\0' x; "
	    "printf '\\377\\n last '; exit 77"));
	struct msg_job_result *result;

	job.output_limit = 1000000;
	result = fixture_run(fixture, &job);
	assert_string_equal(result->outcome, "blocked");
	assert_string_equal(result->reason, "last");
	assert_true(fixture->output_len > 1000000 && fixture->output_len < 1000100);
	assert_non_null(strstr(fixture->output, "[output beyond 1000000 bytes not kept]"));
	assert_int_equal(atoi(shell("stat -c %%s %s/logs/t1/%ju.log", fixture->state,
	    (uintmax_t)fixture->attempt)), (int)fixture->output_len);
	fixture_saved(fixture);
}

static void
test_prompt(void **state)
{
	struct fixture *fixture = *state;
	char *argv[] = { str_dup("sh"), str_dup("-c"), str_dup("cat \"$0\"; echo \"$1\"; cat; "
	    "echo $KEY $HOME; pwd; id -u; ls /proc/self/fd | wc -l"), str_dup("{prompt_file}"), NULL };
	char *environment[] = { str_dup("KEY=a=b"), NULL };
	struct msg_job_start job = fixture_job(fixture, argv);

	job.prompt = "Hello\n";
	job.prompt_via = "argument";
	job.environment = environment;
	assert_string_equal(fixture_run(fixture, &job)->outcome, "done");
	assert_string_equal(fixture->output, "Hello\nHello\n\na=b /home/agent\n/workspace\n1000\n4\n");
	fixture_saved(fixture);
	job.attempt = job.number = ++fixture->attempt;
	job.prompt_via = NULL;
	assert_string_equal(fixture_run(fixture, &job)->outcome, "done");
	assert_string_equal(fixture->output, "Hello\n\nHello\na=b /home/agent\n/workspace\n1000\n4\n");
	fixture_saved(fixture);
}

/* kill -9 of the worker: nothing lives on, and its successor saves what was left. */
static void
test_killed(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_start job = fixture_job(fixture, script("echo a >a; echo b >>one; "
	    "setsid sleep 4721 & echo ready; sleep 4722"));
	struct msg_job_result *result;
	int i;

	fixture_send(fixture, MSG_job_start, &job);
	assert_non_null(fixture_wait(fixture, MSG_job_output, 20000));
	assert_true(fixture_processes(fixture, "472") > 0);
	kill(fixture->worker, SIGKILL);
	assert_int_equal(waitpid(fixture->worker, NULL, 0), fixture->worker);
	for (i = 0; i < 100 && fixture_processes(fixture, "sleep 472") > 0; i++)
		usleep(10000);
	assert_int_equal(fixture_processes(fixture, "472"), 0);
	link_release(&fixture->link);
	fixture_start(fixture);
	result = &fixture_wait(fixture, MSG_job_result, 20000)->job_result;
	assert_string_equal(result->outcome, "lost");
	assert_true(result->recovered);
	fixture_import(fixture);
	assert_string_equal(names(fixture), ".gitignore a d/two link one tracked.o ");
	/* Killed again before job.saved: the very same result comes again. */
	kill(fixture->worker, SIGKILL);
	assert_int_equal(waitpid(fixture->worker, NULL, 0), fixture->worker);
	link_release(&fixture->link);
	fixture_start(fixture);
	result = &fixture_wait(fixture, MSG_job_result, 20000)->job_result;
	assert_string_equal(result->outcome, "lost");
	fixture_import(fixture);
	fixture_saved(fixture);
	outcome(fixture, "test ! -e a", "done");
	fixture_saved(fixture);
}

/* The supervisor goes: the agent is stopped, its work saved, the worker ends. */
/*
 * Two tips with a base tree each, and a change that conflicts with the first one in
 * every way: by text, mode, link, name, a folder in the place of a file, a file that
 * the rules ignore. The commits are in "first", "second" and "conflict".
 */
static void
make_conflict(struct fixture *fixture)
{
	shell("set -e; cd %s; export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t "
	    "GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t; R=$PWD/projects/p/repository.git; "
	    "git clone -q $R w; cd w; git checkout -q -b mine; echo mine >one; echo mine >>d/two; "
	    "echo new >new.o; echo x >x; chmod +x x; ln -sf mine link; rm tracked.o; mkdir tracked.o; "
	    "echo f >tracked.o/f; printf 'b\\0mine' >bin; git add -A -f; git commit -qm mine; "
	    "git checkout -q main; echo branch >one; git rm -q d/two; mkdir d; echo three >d/three; "
	    "ln -sf branch link; printf 'b\\0branch' >bin; echo changed >tracked.o; git add -A -f; "
	    "git commit -qm branch; git push -q $R main:first; "
	    "M=$(git merge-tree --write-tree --no-messages main mine | head -n 1); "
	    "git push -q $R $(git commit-tree -p main -m conflict $M):refs/heads/conflict; "
	    "echo later >later; git add -A; git commit -qm later; git push -q $R main:second; cd ..; "
	    "for t in first second; do B=projects/p/trees/$t; git clone -q -b $t $R $B; "
	    "rm -rf $B/.git/objects; mkdir -p $B/.git/objects/info $B/.git/objects/pack; "
	    "echo /run/orch/objects >$B/.git/objects/info/alternates; rm -rf $B/.git/hooks "
	    "$B/.git/refs/remotes $B/.git/packed-refs $B/.git/logs; touch -d '-10 seconds' $B/one; "
	    "done; rm -rf w; exec 2>&1", fixture->state);
}

/* The attempt finds the merge as changes, on the tip of the conflict and on a later one. */
static void
test_conflict(void **state)
{
	static const char *const tips[] = { "first", "second" };
	struct fixture *fixture = *state;
	char *expected, *conflict, *tip, *trees[2] = { NULL, NULL };
	struct msg_job_start job;
	struct msg_job_result *result;
	size_t i;

	make_conflict(fixture);
	conflict = str_dup(shell("git -C %s rev-parse conflict", fixture->repository));
	for (i = 0; i < 2; i++) {
		tip = str_dup(shell("git -C %s rev-parse %s", fixture->repository, tips[i]));
		expected = str_dup(i == 0 ? shell("git -C %s rev-parse conflict^{tree}",
		    fixture->repository) : shell("git -C %s merge-tree --write-tree --no-messages %s "
		    "%s | head -n 1", fixture->repository, tip, conflict));
		job = fixture_job(fixture, script("git rev-parse HEAD; git diff --cached --name-only; "
		    "git show HEAD:one; cat one; test -e later && echo there"));
		job.tip = tip;
		trees[0] = str_dup(tips[i]);
		job.trees = trees;
		job.conflict = conflict;
		/* The script ends with 1 on the first tip, where there is no such file. */
		result = fixture_run(fixture, &job);
		if (strcmp(result->outcome, i == 0 ? "failed" : "done") != 0)
			fail_msg("%s: %s\n%s", result->outcome, result->reason, fixture->output);
		assert_int_equal(strncmp(fixture->output, tip, 40), 0);
		assert_non_null(strstr(fixture->output, "\nnew.o\ntracked.o\ntracked.o/f\nbranch\n<<<<<<< "));
		assert_non_null(strstr(fixture->output, "\n=======\nmine\n>>>>>>> "));
		assert_true(result->changed);
		assert_string_equal(result->base, tip);
		fixture_import(fixture);
		assert_string_equal(shell("git -C %s rev-parse %s^{tree}", fixture->repository,
		    fixture->in.message.job_result.commit), expected);
		fixture_saved(fixture);
		free(trees[0]);
		free(expected);
		free(tip);
	}
	free(conflict);
}

/* One that is not there ends the attempt with words, before its agent has begun. */
static void
test_no_conflict(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_start job = fixture_job(fixture, script("echo began"));
	struct msg_job_result *result;

	job.conflict = "0123456789012345678901234567890123456789";
	result = fixture_run(fixture, &job);
	assert_string_equal(result->outcome, "error");
	assert_non_null(strstr(result->reason, "cannot lay out the conflict: orch-collect: the conflict "
	    "0123456789012345678901234567890123456789 is not there"));
	assert_null(fixture->output);
	fixture_saved(fixture);
}

static void
test_supervisor_gone(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_start job = fixture_job(fixture, script("echo a >a; echo ready; sleep 4731"));
	struct msg_job_result *result;
	int status;

	fixture_send(fixture, MSG_job_start, &job);
	assert_non_null(fixture_wait(fixture, MSG_job_output, 20000));
	link_release(&fixture->link);
	assert_int_equal(waitpid(fixture->worker, &status, 0), fixture->worker);
	assert_int_equal(status, 0);
	assert_int_equal(fixture_processes(fixture, "4731"), 0);
	fixture_start(fixture);
	result = &fixture_wait(fixture, MSG_job_result, 20000)->job_result;
	assert_string_equal(result->outcome, "stopped");
	fixture_import(fixture);
	fixture_saved(fixture);
}

int
main(void)
{
#define BOTH(test) \
	{ #test " (overlay)", test, set_up, tear_down, NULL }, \
	{ #test " (checkout)", test, set_up_checkout, tear_down, NULL }
	const struct CMUnitTest tests[] = {
		BOTH(test_exit_codes), BOTH(test_not_found), BOTH(test_uncommitted),
		BOTH(test_commits), BOTH(test_hostile), BOTH(test_same_as_git),
		{ "test_few_paths", test_few_paths, set_up, tear_down, NULL },
		BOTH(test_verify), BOTH(test_gate), BOTH(test_gate_tree),
		BOTH(test_gate_hidden_change),
		BOTH(test_stop), BOTH(test_stop_at_once), BOTH(test_output),
		BOTH(test_prompt), BOTH(test_killed),
		BOTH(test_supervisor_gone), BOTH(test_conflict), BOTH(test_no_conflict),
		{ "test_collector_killed", test_collector_killed, set_up_killed, tear_down_killed, NULL },
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
