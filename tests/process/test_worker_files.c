/*
 * A real worker that may hand over plain files: when it does, what is in them,
 * and when it has to be a pack all the same.
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

#include "commitd/files.h"
#include "protocol/mem.h"
#include "worker_fixture.h"

#include "worker_fixture.c"

#define COMMIT	"git add -A && git commit -qm 'By the agent'"

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

static struct msg_job_result *
run_agent(struct fixture *fixture, const char *text, bool as_files)
{
	char *command[] = { str_dup("sh"), str_dup("-c"), str_dup(text), NULL };
	struct msg_job_start job = fixture_job(fixture, command);
	struct msg_job_result *result;
	size_t i;

	job.as_files = as_files;
	result = fixture_run(fixture, &job);
	if (!str_same(result->outcome, "done"))
		fail_msg("%s: %s", text, result->reason ? result->reason : result->outcome);
	for (i = 0; i < COUNT(command); i++)
		free(command[i]);
	return result;
}

/* What is in the outbox: the author's name, the message, "mode path=content" of each. */
static void
read_outbox(struct fixture *fixture, struct buffer *out)
{
	char *path = str_format("%s/slots/0/outbox/files", fixture->state);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct record_result_file *file;
	struct record_result_files files;
	struct buffer bytes, why;
	struct arena arena;
	ssize_t len;
	size_t i;

	free(path);
	assert_true(fd != -1);
	buffer_init(&bytes);
	buffer_init(&why);
	arena_init(&arena);
	while ((len = read(fd, buffer_reserve(&bytes, 65536), 65536)) > 0)
		bytes.len += (size_t)len;
	close(fd);
	assert_int_equal(bytes.len, fixture->in.message.job_result.bytes);
	if (files_read(bytes.bytes, bytes.len, &arena, &files, &why) != ERROR_NONE)
		fail_msg("%s", buffer_text(&why));
	assert_string_equal(files.base, fixture->tip);
	buffer_format(out, "%.*s|%s", (int)strcspn((const char *)files.author.bytes, "<"),
	    (const char *)files.author.bytes, (const char *)files.message.bytes);
	for (i = 0; i < files.files.count; i++) {
		file = (const struct record_result_file *)files.files.items + i;
		buffer_format(out, "|%o %s=%s", (unsigned)file->mode, (const char *)file->path.bytes,
		    file->content.len > 0 ? (const char *)file->content.bytes : "");
	}
	arena_release(&arena);
	buffer_release(&bytes);
	buffer_release(&why);
}

static void
as_files(void **state)
{
	static const struct { const char *script, *outbox; } cases[] = {
		{ "echo x >new", "robot |Do it\n|100644 new=x\n" },
		{ "rm one; chmod +x d/two; echo y >>d/two; : >empty; ln -sf d link",
		    "robot |Do it\n|100755 d/two=two\ny\n|100644 empty=|120000 link=d|0 one=" },
		{ "rm -r d; echo d >d; rm one; mkdir one; echo 1 >one/1",
		    "robot |Do it\n|100644 d=d\n|0 d/two=|0 one=|100644 one/1=1\n" },
		{ "echo x >x.o; echo y >>tracked.o", "robot |Do it\n|100644 tracked.o=x\ny\n" },
		{ "echo x >x.o; git add -f x.o", "robot |Do it\n|100644 x.o=x\n" },
		{ "echo x >new; " COMMIT, "robot |By the agent\n|100644 new=x\n" },
		{ "echo x >new; " COMMIT "; echo y >>new; rm one",
		    "robot |By the agent\n|100644 new=x\ny\n|0 one=" },
		{ "echo x >new; git add new; git commit -qm 'T\n\nB' --author 'Zoe <z@x>'",
		    "Zoe |T\n\nB\n|100644 new=x\n" },
		{ "echo x >new; " COMMIT "; rm new; echo z >z", "robot |By the agent\n|100644 z=z\n" },
		{ "printf 'new\\nline' >\"$(printf 'a\\nb')\"", "robot |Do it\n|100644 a\nb=new\nline" },
		{ "mkdir n; cd n; git init -q; git -c user.name=x -c user.email=x commit -q --allow-empty "
		    "-m x", NULL },
	};
	struct fixture *fixture = *state;
	const struct msg_job_result *result;
	struct buffer out;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		result = run_agent(fixture, cases[i].script, true);
		if (!result->changed || !result->as_files || result->commit != NULL)
			fail_msg("%s: no files", cases[i].script);
		assert_true(strs_count(result->paths) > 0);
		buffer_init(&out);
		read_outbox(fixture, &out);
		if (cases[i].outbox != NULL && strcmp(buffer_text(&out), cases[i].outbox) != 0)
			fail_msg("%s: %s", cases[i].script, buffer_text(&out));
		if (cases[i].outbox == NULL && strstr(buffer_text(&out), "|160000 n=") == NULL)
			fail_msg("%s: %s", cases[i].script, buffer_text(&out));
		buffer_release(&out);
		fixture_saved(fixture);
	}
}

/* What has a history, what Git alone can judge, what is large. */
static void
as_pack(void **state)
{
	static const struct { const char *script; bool as_files; } cases[] = {
		{ "echo x >new", false }, { "echo x >new; " COMMIT, false },
		{ "echo x >new; " COMMIT "; echo y >new; " COMMIT, true },
		{ "git checkout -q -b side; echo x >new; " COMMIT "; git checkout -q -; git merge -q --no-ff "
		    "-m m side", true },
		{ "echo x >new; " COMMIT "; git cat-file commit HEAD | sed 's/^committer.*/&\\n"
		    "gpgsig -----BEGIN SSH SIGNATURE-----\\n -----END SSH SIGNATURE-----/' >.git/c; "
		    "git reset -q --soft $(git hash-object -t commit -w .git/c)", true },
		{ "echo '*.x text' >.gitattributes", true },
		{ "printf '[submodule \"x\"]\\n\\tpath = x\\n\\turl = ./x\\n' >.gitmodules", true },
		{ "echo x >'git~x'", true },
		{ "for i in $(seq 101); do echo $i >f$i; done", true },
		{ "head -c 3000000 /dev/zero >big", true },
	};
	struct fixture *fixture = *state;
	const struct msg_job_result *result;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		result = run_agent(fixture, cases[i].script, cases[i].as_files);
		if (!result->changed || result->as_files || result->commit == NULL)
			fail_msg("%s: no pack", cases[i].script);
		fixture_import(fixture);
		fixture_saved(fixture);
	}
}

static void
nothing(void **state)
{
	static const char *const scripts[] = { "true", "touch one", "echo x >x.o",
	    "echo x >new; " COMMIT "; rm new", "echo x >new; " COMMIT "; git rm -q new; " COMMIT };
	struct fixture *fixture = *state;
	const struct msg_job_result *result;
	size_t i;

	for (i = 0; i < COUNT(scripts); i++) {
		result = run_agent(fixture, scripts[i], true);
		if (result->changed || result->as_files || result->commit != NULL)
			fail_msg("%s: something", scripts[i]);
		fixture_saved(fixture);
	}
}

/* The worker dies when it has said what it has: the next one says it again. */
static void
said_again(void **state)
{
	struct fixture *fixture = *state;
	struct msg_job_result *result = run_agent(fixture, "echo x >new", true);
	struct buffer out;
	int status;

	assert_true(result->as_files);
	kill(fixture->worker, SIGKILL);
	assert_int_equal(waitpid(fixture->worker, &status, 0), fixture->worker);
	link_release(&fixture->link);
	fixture_start(fixture);
	result = &fixture_wait(fixture, MSG_job_result, 20000)->job_result;
	assert_true(result->as_files && result->changed && result->recovered);
	buffer_init(&out);
	read_outbox(fixture, &out);
	assert_string_equal(buffer_text(&out), "robot |Do it\n|100644 new=x\n");
	buffer_release(&out);
	fixture_saved(fixture);
}

int
main(void)
{
#define BOTH(test) \
	{ #test " (overlay)", test, set_up, tear_down, NULL }, \
	{ #test " (checkout)", test, set_up_checkout, tear_down, NULL }
	const struct CMUnitTest tests[] = {
		BOTH(as_files), BOTH(as_pack), BOTH(nothing), BOTH(said_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
