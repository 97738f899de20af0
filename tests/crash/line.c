/* A line that goes on whatever happens to commitd: see line.h. */
#include "tests/crash/line.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "tests/process/files_fixture.h"

#define QUIET_MS	150	/* then commitd is woken: it may be waiting to try again */
#define GOAL_SECONDS	60
#define END_SECONDS	30

/* So many objects that they stay one pack. */
#define MANY	"for i in $(seq 70); do echo $i >four; git add four; git commit -qm $i; done"

/* The second takes a folder away. The fourth changes what the second did, too: Git merges them. */
static const struct piece smooth[TICKETS] = {
	{ .task = "t1", .pack = "pack-1", .script = "echo 1 >b; mkdir n; echo 1 >n/1", .gate = true },
	{ .task = "t2", .pack = "pack-2", .script = "git rm -rq d/e; echo 2 >two; chmod -x x" },
	{ .fate = IS_VOID },
	{ .task = "t4", .pack = "pack-4", .script = MANY "; echo 4 >x", .gate = true, .many = true },
};

static const struct piece rough[TICKETS] = {
	{ .task = "t1", .pack = "pack-1", .script = "echo 1 >b", .gate = true, .fate = IS_RED },
	{ .task = "t2", .pack = "pack-2", .script = "echo 2 >a; echo 2 >d/c" },
	{ .task = "t3", .pack = "pack-3", .script = "echo 3 >a; echo 3 >three", .fate = CLASHES },
	{ .task = "t4", .pack = "pack-4", .script = MANY, .gate = true, .many = true },
};

void
line_wrong(struct line *line, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) != -1)
		buffer_format(&line->wrong, "%s%s", line->wrong.len > 0 ? "; " : "", text);
	va_end(arguments);
	free(text);
}

/* The result of a ticket, and what it adds to the branch. */
static void
init_piece(struct line *line, struct piece *piece, struct buffer *apply)
{
	struct world *world = line->world;

	if (piece->task == NULL)
		return;
	agent(world, line->base, piece->script, piece->commit);
	if (line->kind.files && !piece->many)
		make_files(world, line->base, piece->commit, piece->pack);
	else
		make_pack(world, line->base, piece->commit, piece->pack);
	if (piece->fate == LANDS)
		buffer_format(apply, "git diff --binary %s %s | git apply --index; ", line->base,
		    piece->commit);
}

void
line_init(struct line *line, struct world *world, const struct line_kind *kind)
{
	struct buffer apply;
	char *text;
	size_t i;

	*line = (struct line){ .world = world, .kind = *kind };
	memcpy(line->pieces, kind->stuck ? rough : smooth, sizeof(line->pieces));
	buffer_init(&line->wrong);
	text = run(world, "git -C agent rev-parse HEAD");
	memcpy(line->base, text, 40);
	free(text);
	buffer_init(&apply);
	if (kind->overtaken) {
		agent(world, line->base, "echo theirs >theirs", line->theirs);
		buffer_format(&apply, "git checkout -q %s theirs; ", line->theirs);
	}
	for (i = 0; i < TICKETS; i++)
		init_piece(line, &line->pieces[i], &apply);
	text = run(world, "cd agent; git checkout -q -f --detach %s; %s git write-tree", line->base,
	    buffer_text(&apply));
	memcpy(line->tree, text, 40);
	free(text);
	buffer_release(&apply);
	line_keep(line);
}

void
line_overtake(struct line *line)
{
	if (line->kind.overtaken)
		free(run(line->world, "git -C agent push -q ../up %s:refs/heads/main", line->theirs));
}

void
line_keep(struct line *line)
{
	memcpy(line->kept, line->pieces, sizeof(line->kept));
}

void
line_forget(struct line *line)
{
	memcpy(line->pieces, line->kept, sizeof(line->pieces));
	line->starts = line->stops = line->mended = 0;
	line->wrong.len = 0;
	strs_free(line->trees);
	line->trees = NULL;
	line->trees_tip[0] = '\0';
}

void
line_release(struct line *line)
{
	strs_free(line->trees);
	buffer_release(&line->wrong);
}

static int64_t
seconds_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* Is what was accepted still there, before anything is sent again? */
static void
check_accepted(struct line *line)
{
	char *refs = run(line->world, "git --git-dir=state/projects/p/repository.git for-each-ref "
	    "--format='%%(objectname) %%(refname)' refs/orch/attempts"), *want;
	size_t i;

	for (i = 0; i < TICKETS; i++) {
		struct piece *piece = &line->pieces[i];

		if (!piece->accepted)
			continue;
		want = str_format("%s refs/orch/attempts/%s/1", piece->commit, piece->task);
		if (strstr(refs, want) == NULL)
			line_wrong(line, "%s was accepted and is not there", piece->task);
		free(want);
	}
	free(refs);
}

static void
keep_trees(struct line *line, const char *tip, char *const *trees)
{
	memcpy(line->trees_tip, tip, 41);
	strs_free(line->trees);
	line->trees = strs_dup(trees);
}

static void
on_opened(struct line *line, const struct msg_project_opened *message)
{
	struct world *world = line->world;
	size_t i;

	if (line->open)
		return;
	line->open = true;
	memcpy(world->tip, message->tip, 41);
	memcpy(world->line, message->line, 41);
	world->next = message->next;
	keep_trees(line, message->tip, message->trees);
	for (i = 0; i < TICKETS; i++)
		if (line->pieces[i].landed && message->next <= i + 1)
			line_wrong(line, "ticket %zu was told landed, and the next one is %ju", i + 1,
			    (uintmax_t)message->next);
	if (line->starts > 1)
		check_accepted(line);
}

static struct piece *
piece_of(struct line *line, uint64_t ticket)
{
	return ticket >= 1 && ticket <= TICKETS ? &line->pieces[ticket - 1] : NULL;
}

static void
on_landed(struct line *line, const struct msg_ticket_landed *message)
{
	struct piece *piece = piece_of(line, message->ticket);

	if (piece == NULL || piece->task == NULL || !str_same(piece->task, message->task))
		line_wrong(line, "ticket %ju landed as %s", (uintmax_t)message->ticket, message->task);
	else if (piece->landed && strcmp(piece->landed_as, message->commit) != 0)
		line_wrong(line, "ticket %ju landed twice", (uintmax_t)message->ticket);
	else {
		piece->landed = true;
		memcpy(piece->landed_as, message->commit, 41);
		memcpy(line->world->tip, message->tip, 41);
	}
}

static void
on_accepted(struct line *line, const struct msg_result_accepted *message)
{
	struct piece *piece = piece_of(line, message->attempt);

	if (piece == NULL || strcmp(piece->commit, message->commit) != 0)
		line_wrong(line, "%s accepted, which was not sent", message->commit);
	else if (!piece->accepted) {
		piece->accepted = true;
		piece->sent = false;		/* its ticket is next */
	}
}

/* What is the machine's must not be said of the result. */
static void
on_refused(struct line *line, const struct msg_result_refused *message)
{
	enum error error = error_from_wire(message->error);
	struct piece *piece = piece_of(line, message->attempt);

	if (error != ERROR_DISK_FULL && error != ERROR_SYSTEM && error != ERROR_GIT &&
	    error != ERROR_TIMEOUT)
		line_wrong(line, "%s refused (%s): %s", message->task, message->error, message->reason);
	else if (piece != NULL)
		piece->sent = false;
}

static void
forget_sent(struct line *line)
{
	size_t i;

	for (i = 0; i < TICKETS; i++)
		line->pieces[i].sent = false;
}

/* It is told as red or in conflict: now it is to be void. */
static void
on_stuck(struct line *line, uint64_t ticket, enum fate fate, const char *marked)
{
	struct piece *piece = piece_of(line, ticket);
	char *kept;

	if (piece == NULL || piece->fate != fate) {
		line_wrong(line, "ticket %ju is told as %s", (uintmax_t)ticket,
		    fate == IS_RED ? "red" : "in conflict");
		return;
	}
	piece->stuck = true;
	piece->sent = false;
	if (fate == IS_RED)
		return;
	kept = run(line->world, "git --git-dir=state/projects/p/repository.git rev-parse "
	    "refs/orch/conflicts/%s || :", piece->task);
	if (marked == NULL || strcmp(kept, marked) != 0)
		line_wrong(line, "the conflict of %s is told, and %s is kept", piece->task, kept);
	snprintf(piece->marked, sizeof(piece->marked), "%s", kept);
	free(kept);
}

bool
line_end(struct line *line)
{
	struct world *world = line->world;
	int64_t end = seconds_now() + END_SECONDS;
	pid_t pid = 0;

	if (!line->running)
		return true;
	if (world->has_in)
		incoming_release(&world->in);
	world->has_in = false;
	link_release(&world->link);
	while (pid == 0 && seconds_now() < end) {
		pid = waitpid(world->pid, NULL, WNOHANG);
		if (pid == 0)
			usleep(1000);
	}
	line->running = false;
	forget_sent(line);
	if (pid == 0) {
		line_wrong(line, "commitd does not end");
		kill(world->pid, SIGKILL);
		waitpid(world->pid, NULL, 0);
	}
	return pid != 0;
}

bool
line_mend(struct line *line)
{
	char *locks;
	bool any;

	if (!line->person)
		return false;
	locks = run(line->world, "find up -name '*.lock' -print -delete");
	any = locks[0] != '\0';
	line->mended += any;
	free(locks);
	return any;
}

static void
handle(struct line *line, const struct message *message)
{
	struct msg_gate_verdict verdict = { .verdict = "PASS" };
	struct piece *piece;

	switch (message->id) {
	case MSG_project_opened:
		on_opened(line, &message->project_opened);
		break;
	case MSG_project_failed:
		line->stops++;
		/* A machine that fails once is no reason to give up. */
		if (line->person && strstr(message->project_failed.reason, ".lock': File exists"))
			line_mend(line);
		else if (!message->project_failed.again || message->project_failed.reason[0] == '\0')
			line_wrong(line, "the project failed: %s", message->project_failed.reason);
		line_end(line);
		break;
	case MSG_project_stalled:
		if (strstr(message->project_stalled.reason, ".lock': File exists"))
			line_mend(line);
		break;
	case MSG_project_tip:
		keep_trees(line, message->project_tip.tip, message->project_tip.trees);
		break;
	case MSG_result_accepted:
		on_accepted(line, &message->result_accepted);
		break;
	case MSG_result_refused:
		on_refused(line, &message->result_refused);
		break;
	case MSG_gate_wanted:
		piece = piece_of(line, message->gate_wanted.ticket);
		if (piece != NULL && piece->fate == IS_RED)
			verdict.verdict = "FAIL";
		verdict.ticket = message->gate_wanted.ticket;
		verdict.tree = message->gate_wanted.tree;
		link_send(&line->world->link, MSG_gate_verdict, 0, &verdict);
		break;
	case MSG_ticket_landed:
		on_landed(line, &message->ticket_landed);
		break;
	case MSG_ticket_voided:
		piece = piece_of(line, message->ticket_voided.ticket);
		if (piece == NULL || (piece->fate != IS_VOID && !piece->stuck))
			line_wrong(line, "ticket %ju is void", (uintmax_t)message->ticket_voided.ticket);
		else
			piece->voided = true;
		break;
	case MSG_ticket_conflict:
		on_stuck(line, message->ticket_conflict.ticket, CLASHES,
		    message->ticket_conflict.marked);
		break;
	case MSG_ticket_red:
		on_stuck(line, message->ticket_red.ticket, IS_RED, NULL);
		break;
	default:
		break;
	}
}

/* Sends what has no answer, once in the life of a commitd: as the supervisor does. */
static void
send_rest(struct line *line, enum line_goal goal)
{
	struct world *world = line->world;
	size_t i;

	for (i = 0; i < TICKETS; i++) {
		struct piece *piece = &line->pieces[i];
		struct msg_result_accept result = { .attempt = i + 1, .task = piece->task,
		    .number = 1, .base = line->base,
		    .commit = line->kind.files && !piece->many ? NULL : piece->commit };
		struct msg_ticket_void cancel = { .ticket = i + 1 };

		bool is_void = piece->fate == IS_VOID || piece->stuck;

		if (piece->sent)
			continue;
		if (piece->task != NULL && !piece->accepted)
			send_pack(world, &result, piece->pack);
		else if (goal != LINE_LANDED)
			continue;
		else if (is_void && !piece->voided)
			link_send(&world->link, MSG_ticket_void, 0, &cancel);
		else if (!is_void && !piece->landed)
			enqueue(world, i + 1, piece->task, line->base, piece->commit, piece->gate);
		piece->sent = true;
	}
}

static bool
reached(const struct line *line, enum line_goal goal)
{
	size_t i;

	if (!line->running || !line->open)
		return false;
	for (i = 0; goal != LINE_OPEN && i < TICKETS; i++) {
		const struct piece *piece = &line->pieces[i];

		if (goal == LINE_ACCEPTED ? piece->task != NULL && !piece->accepted :
		    piece->fate == LANDS ? !piece->landed : !piece->voided)
			return false;
	}
	/* The trees of the tip are told after the receipts. */
	return goal != LINE_LANDED || strcmp(line->trees_tip, line->world->tip) == 0;
}

static void
begin(struct line *line)
{
	/* Only the first one is disturbed. */
	if (line->starts++ > 0)
		line->world->execute = NULL;
	start(line->world);
	line->running = true;
	line->open = false;
	send_open(line->world, "main");
}

/* Sends what is to be sent, takes what comes. */
static void
one_turn(struct line *line, enum line_goal goal)
{
	struct world *world = line->world;
	enum error error;

	if (line->open && goal != LINE_OPEN)
		send_rest(line, goal);
	if (world->has_in)
		incoming_release(&world->in);
	error = link_receive(&world->link, &world->in, QUIET_MS);
	world->has_in = true;
	if (error == ERROR_NONE)
		handle(line, &world->in.message);
	else if (error == ERROR_TIMEOUT)
		send_open(world, "main");
	else {
		if (error != ERROR_CLOSED)
			line_wrong(line, "%s: %s", error_text(error), world->in.why);
		line_end(line);
	}
}

bool
line_go(struct line *line, enum line_goal goal)
{
	int64_t end = seconds_now() + GOAL_SECONDS;

	while (!reached(line, goal) && line->wrong.len == 0) {
		if (seconds_now() > end)
			line_wrong(line, "the line does not go on");
		else if (!line->running)
			begin(line);
		else
			one_turn(line, goal);
	}
	return line->wrong.len == 0;
}

void
line_go_until_gone(struct line *line, enum line_goal goal)
{
	int64_t end = seconds_now() + GOAL_SECONDS;

	while (line->running && !reached(line, goal) && seconds_now() < end)
		one_turn(line, goal);
	line_end(line);
}
