/* The supervisor's side of commitd, for tests: see commitd_fixture.h. */
#include "commitd_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/mem.h"

char *
run(struct world *world, const char *format, ...)
{
	va_list arguments;
	char *command = NULL, *whole, *text = mem_zero(1 << 20, 1);
	size_t len;
	FILE *pipe;

	va_start(arguments, format);
	assert_true(vasprintf(&command, format, arguments) != -1);
	va_end(arguments);
	whole = str_format("cd %s && export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@x "
	    "GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@x GIT_CONFIG_NOSYSTEM=1 "
	    "HOME=/nonexistent; { %s; } 2>>log", world->root, command);
	pipe = popen(whole, "r");
	len = fread(text, 1, (1 << 20) - 1, pipe);
	if (pclose(pipe) != 0)
		fail_msg("command failed: %s", command);
	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	free(command);
	free(whole);
	return text;
}

void
start(struct world *world)
{
	struct msg_hello hello = { .version = 1, .role = "supervisor", .fence = 1 };
	char state[128], name[] = "orch-commitd", s[] = "-S", p[] = "-p", project[] = "p", d[] = "-d";
	char *arguments[] = { name, s, state, p, project, getenv("COMMITD_DEBUG") ? d : NULL, NULL };
	int pair[2];

	snprintf(state, sizeof(state), "%s/state", world->root);
	mkdir(state, 0700);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	world->pid = fork();
	if (world->pid == 0) {
		dup2(pair[1], 3);
		if (pair[1] == 3)
			fcntl(3, F_SETFD, 0);
		if (world->execute != NULL)
			world->execute(world->context, world->program, arguments);
		else
			execv(world->program, arguments);
		_exit(127);
	}
	close(pair[1]);
	link_init(&world->link, pair[0], ROLE_SUPERVISOR, ROLE_COMMITD, "commitd", false);
	link_send(&world->link, MSG_hello, 0, &hello);
}

/* Is it one that is noted aside? */
static bool
note(struct world *world)
{
	const struct message *message = &world->in.message;

	if (message->id == MSG_gate_unwanted)
		world->unwanted++;
	if (message->id != MSG_project_tip)
		return message->id == MSG_gate_unwanted;
	strs_free(world->trees_told);
	world->trees_told = strs_dup(message->project_tip.trees);
	snprintf(world->trees_tip, sizeof(world->trees_tip), "%s", message->project_tip.tip);
	return true;
}

/* The next message that is not noted aside, or `wanted`. */
static enum error
receive(struct world *world, enum message_id wanted, int wait)
{
	enum error error;

	do {
		if (world->has_in)
			incoming_release(&world->in);
		error = link_receive(&world->link, &world->in, wait);
		world->has_in = true;
	} while (error == ERROR_NONE && note(world) && world->in.message.id != wanted);
	return error;
}

const struct message *
expect(struct world *world, enum message_id id)
{
	enum error error = receive(world, id, WAIT_MS);

	if (error != ERROR_NONE)
		fail_msg("waiting for %s: %s", message_rows[id].method, error_text(error));
	if (world->in.message.id != id) {
		const char *text = world->in.message.id == MSG_project_failed ?
		    world->in.message.project_failed.reason : world->in.message.id ==
		    MSG_result_refused ? world->in.message.result_refused.reason :
		    world->in.message.id == MSG_ticket_conflict &&
		    world->in.message.ticket_conflict.reason ?
		    world->in.message.ticket_conflict.reason : "";

		fail_msg("%s instead of %s %s", message_rows[world->in.message.id].method,
		    message_rows[id].method, text);
	}
	return &world->in.message;
}

void
expect_nothing(struct world *world)
{
	assert_int_equal(receive(world, MSG_hello, 200), ERROR_TIMEOUT);
}

void
send_open(struct world *world, const char *branch)
{
	char upstream[128];
	struct msg_project_open open = { .project = "p", .upstream = upstream, .branch = branch,
	    .method = world->method ? world->method : "squash", .order = "completion",
	    .trees = world->trees, .protect = world->protect, .ignore_case = world->ignore_case, .locks = world->locks,
	    .verify_slots = world->verify_slots ? world->verify_slots : 1,
	    .pack_limit = world->pack_limit, .object_limit = world->object_limit,
	    .files_limit = world->files_limit, .path_limit = world->path_limit,
	    .loose_limit = world->loose_limit, .packs_limit = world->packs_limit };

	if (world->upstream != NULL)
		snprintf(upstream, sizeof(upstream), "%s", world->upstream);
	else
		snprintf(upstream, sizeof(upstream), "%s/up", world->root);
	link_send(&world->link, MSG_project_open, 0, &open);
}

void
ask_open(struct world *world, const char *branch)
{
	expect(world, MSG_hello);
	send_open(world, branch);
}

void
opened(struct world *world)
{
	const struct message *message;

	ask_open(world, "main");
	message = expect(world, MSG_project_opened);
	snprintf(world->tip, sizeof(world->tip), "%s", message->project_opened.tip);
	snprintf(world->line, sizeof(world->line), "%s", message->project_opened.line);
	world->next = message->project_opened.next;
}

void
stop(struct world *world, bool hard)
{
	int status;

	if (hard)
		kill(world->pid, SIGKILL);
	if (world->has_in)
		incoming_release(&world->in);
	world->has_in = false;
	link_release(&world->link);
	assert_int_equal(waitpid(world->pid, &status, 0), world->pid);
	if (!hard)
		assert_int_equal(status, 0);
}

void
restart(struct world *world, bool hard)
{
	stop(world, hard);
	start(world);
	opened(world);
}

void
prepare(struct world *world, const char *how)
{
	const char *build = getenv("ORCH_BUILD");
	char relative[2048];

	*world = (struct world){ .trees = true };
	snprintf(world->root, sizeof(world->root), "%s/test-commitd-XXXXXX",
	    getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(world->root));
	snprintf(relative, sizeof(relative), "%s/libexec/orch-commitd", build ? build : "build");
	assert_non_null(realpath(relative, world->program));
	free(run(world, "git init -q -b main work; cd work; mkdir -p d/e; echo a >a; echo b >b; "
	    "echo c >d/c; echo e >d/e/e; ln -s a link; printf '#!/bin/sh\\n' >x; chmod +x x; "
	    "git add -A; git commit -qm first"));
	free(run(world, "%s", how));
}

void
setup(struct world *world, const char *how)
{
	prepare(world, how);
	start(world);
}

void
teardown(struct world *world)
{
	stop(world, false);
	if (getenv("ORCH_TEST_KEEP") == NULL)
		free(run(world, "rm -rf %s/*; rmdir %s", world->root, world->root));
}

void
agent(struct world *world, const char *base, const char *script, char commit[41])
{
	char *text = run(world, "cd agent; git fetch -q ../state/projects/p/repository.git main; "
	    "git checkout -q -f --detach %s; git clean -qffdx; %s; git add -A; "
	    "git diff --cached --quiet || git commit -qm 'agent work'; git rev-parse HEAD",
	    base, script);

	snprintf(commit, 41, "%s", text);
	free(text);
}

void
make_pack(struct world *world, const char *base, const char *commit, const char *name)
{
	free(run(world, "cd agent; printf '%%s\\n^%%s\\n' %s %s | git pack-objects -q --thin "
	    "--revs --stdout >../%s", commit, base, name));
}

bool
send_pack(struct world *world, struct msg_result_accept *message, const char *name)
{
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = { { 0 } };
	struct msghdr header = { .msg_iovlen = 1, .msg_control = control.bytes,
	    .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *part = CMSG_FIRSTHDR(&header);
	struct buffer out;
	struct iovec iov;
	char *path = str_format("%s/%s", world->root, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t sent;
	bool done;

	free(path);
	assert_true(fd != -1);
	buffer_init(&out);
	outgoing_message(&world->link.wire, &out, MSG_result_accept, 0, message);
	iov = (struct iovec){ out.bytes, out.len };
	header.msg_iov = &iov;
	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(part), &fd, sizeof(int));
	sent = sendmsg(world->link.fd, &header, MSG_NOSIGNAL);
	done = sent == (ssize_t)out.len;
	buffer_release(&out);
	close(fd);
	return done;
}

void
send_result(struct world *world, struct msg_result_accept *message)
{
	make_pack(world, message->base, message->commit, "pack");
	assert_true(send_pack(world, message, "pack"));
}

void
accept_result(struct world *world, const char *task, const char *base, const char *commit)
{
	struct msg_result_accept message = { .attempt = ++world->attempt, .task = task,
	    .number = 1, .base = base, .commit = commit };
	const struct message *answer;

	send_result(world, &message);
	answer = expect(world, MSG_result_accepted);
	assert_string_equal(answer->result_accepted.commit, commit);
}

void
enqueue(struct world *world, uint64_t ticket, const char *task, const char *base,
    const char *commit, bool gate)
{
	struct msg_ticket_enqueue message = { .ticket = ticket, .task = task, .number = 1,
	    .base = base, .commit = commit, .commits = 1, .agent = "robot",
	    .message = "A title\n\nAnd a text.", .gate = gate };

	link_send(&world->link, MSG_ticket_enqueue, 0, &message);
}

const struct message *
landed(struct world *world, uint64_t ticket)
{
	const struct message *message = expect(world, MSG_ticket_landed);

	assert_int_equal(message->ticket_landed.ticket, ticket);
	snprintf(world->tip, sizeof(world->tip), "%s", message->ticket_landed.commit);
	return message;
}

void
land_next(struct world *world, const char *file)
{
	char task[32], script[64], commit[41], base[41];

	strcpy(base, world->tip);
	snprintf(task, sizeof(task), "next-%ju", (uintmax_t)world->next);
	snprintf(script, sizeof(script), "echo %ju >%s", (uintmax_t)world->next, file);
	agent(world, base, script, commit);
	accept_result(world, task, base, commit);
	enqueue(world, world->next, task, base, commit, false);
	landed(world, world->next);
	world->next++;
}

void
check_trees(struct world *world, char *const *trees, const char *commit)
{
	struct buffer options;
	char *here = str_format("%s/mounted", world->root), *status;
	size_t i;

	assert_non_null(trees);
	assert_true(strs_count(trees) <= 18);
	if (geteuid() != 0)
		return;
	buffer_init(&options);
	buffer_add_text(&options, "lowerdir=");
	for (i = 0; trees[i] != NULL; i++)
		buffer_format(&options, "%s%s", i ? ":" : "", trees[i]);
	mkdir(here, 0755);
	free(run(world, "rm -rf upper workdir want; mkdir upper workdir want; cd state/projects/p/trees;"
	    "mount -t overlay overlay -o %s,upperdir=%s/upper,workdir=%s/workdir %s",
	    buffer_text(&options), world->root, world->root, here));
	free(run(world, "git --git-dir=state/projects/p/repository.git archive %s | tar -x -C want; "
	    "diff -r --no-dereference -x .git want mounted", commit));
	status = run(world, "cd mounted; echo %s >.git/HEAD; printf '[core]\\nbare=false\\n"
	    "repositoryformatversion=0\\n' >.git/config; "
	    "export GIT_ALTERNATE_OBJECT_DIRECTORIES=%s/state/projects/p/repository.git/objects; "
	    "git -c safe.directory='*' diff-files --raw; git -c safe.directory='*' status -s",
	    commit, world->root);
	assert_string_equal(status, "");
	free(status);
	free(run(world, "umount mounted"));
	free(here);
	buffer_release(&options);
}

void
check_tip(struct world *world)
{
	while (strcmp(world->trees_tip, world->tip) != 0)
		expect(world, MSG_project_tip);
	check_trees(world, world->trees_told, world->tip);
}
