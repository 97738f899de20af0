/* What the line stands on, made up: see line_world.h. */
#include "line_world.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "commitd/candidate.h"
#include "commitd/conflict.h"
#include "commitd/trailers.h"
#include "commitd/upstream.h"
#include "commitd/walk.h"
#include "protocol/mem.h"

struct world world;

/* ---- chance ---- */

/* splitmix64, by Sebastiano Vigna, in the public domain. */
uint64_t
world_random(void)
{
	uint64_t z = (world.random += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

unsigned world_below(unsigned limit) { return limit == 0 ? 0 : (unsigned)(world_random() % limit); }
bool world_chance(unsigned one_in) { return one_in != 0 && world_below(one_in) == 0; }

void
world_may_die(void)
{
	bool now = world.dies_at != 0 && --world.dies_at == 0;

	if (world.armed && (world_chance(world.dies) || now)) {
		world.armed = false;
		longjmp(world.death, 1);
	}
}

bool
world_fails(void)
{
	bool now = world.fails_at != 0 && --world.fails_at == 0;

	if (!world_chance(world.fails) && !now)
		return false;
	world.faults++;
	return true;
}

/* ---- objects ---- */

void
world_oid(char oid[OID_TEXT], char kind, uint64_t number)
{
	int i;

	for (i = OID_TEXT - 2; i > 0; i--, number >>= 4)
		oid[i] = "0123456789abcdef"[number & 15];
	oid[0] = kind;
	oid[OID_TEXT - 1] = '\0';
}

uint64_t world_number(const char *oid) { return strtoull(oid + 1, NULL, 16); }

int
world_commit_of(const char *oid)
{
	return oid[0] == 'c' ? (int)world_number(oid) : WORLD_NONE;
}

int
world_commit(const struct world_commit *commit)
{
	int i;

	/* The same words on the same tree and parent are the same commit. */
	for (i = world.commit_count - 1; i >= 0; i--)
		if (world.commits[i].parent == commit->parent && world.commits[i].tree == commit->tree &&
		    world.commits[i].ticket == commit->ticket && world.commits[i].result == commit->result &&
		    strcmp(world.commits[i].message, commit->message) == 0)
			return i;
	if ((world.commit_count & (world.commit_count + 1)) == 0)
		world.commits = mem_resize(world.commits, 2 * (size_t)world.commit_count + 2,
		    sizeof(*commit));
	world.commits[world.commit_count] = *commit;
	world.commits[world.commit_count].message = str_dup(commit->message);
	return world.commit_count++;
}

int
world_result(const struct world_result *result)
{
	if ((world.result_count & (world.result_count + 1)) == 0)
		world.results = mem_resize(world.results, 2 * (size_t)world.result_count + 2,
		    sizeof(*result));
	world.results[world.result_count] = *result;
	return world.result_count++;
}

bool
world_has(int tip, int commit)
{
	/* A parent is always older. */
	while (tip > commit)
		tip = world.commits[tip].parent;
	return tip == commit;
}

int
world_merge(int onto, int number, world_tree *tree)
{
	const struct world_result *result = &world.results[number];
	world_tree base = world.commits[result->base].tree, ours = world.commits[onto].tree, mask;
	unsigned file;

	*tree = ours;
	for (file = 0; file < 64; file += 8) {
		mask = (world_tree)0xff << file;
		if (((base ^ result->tree) & mask) == 0 || ((ours ^ result->tree) & mask) == 0)
			continue;
		if (((base ^ ours) & mask) != 0)
			return 1;
		*tree = (*tree & ~mask) | (result->tree & mask);
	}
	return *tree == ours ? 2 : 0;
}

void
world_begin(uint64_t seed)
{
	struct world_commit root = { .parent = WORLD_NONE, .message = mem_copy("first\n", 6) };

	world = (struct world){ .random = seed, .branch = WORLD_NONE, .line = WORLD_NONE,
	    .fetched = WORLD_NONE, .kept = WORLD_NONE, .late = WORLD_NONE };
	world.upstream = world_commit(&root);
	free(root.message);
}

void
world_end(void)
{
	int i;

	for (i = 0; i < world.commit_count; i++)
		free(world.commits[i].message);
	free(world.commits);
	free(world.results);
}

/* ---- the upstream ---- */

void
world_foreign(const char *message)
{
	char *copy = str_dup(message);
	struct world_commit commit = { .parent = world.upstream, .message = copy,
	    .tree = world.commits[world.upstream].tree };
	unsigned file = 8 * world_below(8);

	commit.tree = (commit.tree & ~((world_tree)0xff << file)) |
	    (world_tree)(1 + world_below(4)) << file;
	world.upstream = world_commit(&commit);
	free(copy);
}

static void
take_push(int commit, int lease)
{
	if (world.upstream == lease && !world.checked_out)
		world.upstream = commit;
}

void
world_arrive_late(void)
{
	int before = world.upstream;

	if (world.late != WORLD_NONE)
		take_push(world.late, world.late_lease);
	world.was_late = world.was_late || before != world.upstream;
	world.late = WORLD_NONE;
}

void
world_answer(enum world_answer answer)
{
	bool could = world.upstream == world.lease && !world.checked_out;

	world.answered = true;
	world.answer = answer;
	if (world.call == WORLD_LOOK) {
		if (answer == ANSWER_GOOD)
			world.fetched = world.upstream;
		return;
	}
	if (answer == ANSWER_GOOD && !could)
		world.answer = ANSWER_BAD;
	if (answer == ANSWER_GOOD || answer == ANSWER_LOST)
		take_push(world.pushed, world.lease);
	if (answer == ANSWER_LATE && could) {
		world.late = world.pushed;
		world.late_lease = world.lease;
	}
}

enum error
upstream_push_begin(struct commitd *commitd, const char *commit, struct git_child *child,
    struct buffer *said)
{
	(void)said;
	if (world_fails()) {
		watch_push_failed();
		return ERROR_SYSTEM;
	}
	*child = (struct git_child){ .pidfd = 1000, .end = world.now + 3600000 };
	world.call = WORLD_PUSH;
	world.began = world.now;
	world.answered = false;
	world.pushed = world_commit_of(commit);
	world.lease = world_commit_of(commitd->upstream_tip);
	watch_push(world.pushed);
	return ERROR_NONE;
}

enum error
upstream_look_begin(struct commitd *commitd, struct git_child *child, struct buffer *said)
{
	(void)commitd;
	(void)said;
	if (world_fails())
		return ERROR_SYSTEM;
	*child = (struct git_child){ .pidfd = 1000, .end = world.now + 3600000 };
	world.call = WORLD_LOOK;
	world.began = world.now;
	world.answered = false;
	return ERROR_NONE;
}

bool
git_ended(struct git_child *child, int wait_ms)
{
	(void)child;
	(void)wait_ms;
	return world.answered;
}

enum error
git_end(struct git_child *child)
{
	(void)child;
	/* Ended from outside: it may have come to anything. */
	if (!world.answered)
		world_answer(world.call == WORLD_LOOK || world_chance(2) ? ANSWER_BAD : ANSWER_LOST);
	world.call = WORLD_IDLE;
	return world.answer == ANSWER_GOOD ? ERROR_NONE : ERROR_GIT;
}

enum error
upstream_look_end(struct commitd *commitd)
{
	char now[OID_TEXT];

	world_oid(now, 'c', (uint64_t)world.fetched);
	if (world_fails() || upstream_keep(commitd, now) != ERROR_NONE)
		return ERROR_SYSTEM;
	memcpy(commitd->upstream_tip, now, OID_TEXT);
	return ERROR_NONE;
}

enum error
upstream_keep(struct commitd *commitd, const char *tip)
{
	return repository_ref_write(commitd->repository, UPSTREAM_REF, tip, NULL);
}

/* It opens without a look: a push of the process before this one may be seen only later. */
static void
seen_later(int tip)
{
	world.was_late = world.was_late || (tip != WORLD_NONE && tip != world.upstream);
}

enum error
upstream_look(struct commitd *commitd, enum upstream_place *place, struct buffer *why)
{
	int tip = commitd->tip[0] == '\0' ? WORLD_NONE : world_commit_of(commitd->tip), now;

	if (world_fails()) {
		seen_later(tip);
		buffer_add_text(why, "the network is down");
		return ERROR_GIT;
	}
	now = world.fetched = world.upstream;
	if (upstream_look_end(commitd) != ERROR_NONE) {
		seen_later(tip);
		return ERROR_SYSTEM;
	}
	*place = tip == WORLD_NONE ? UPSTREAM_AHEAD : tip == now ? UPSTREAM_SAME :
	    world_has(now, tip) ? UPSTREAM_AHEAD : world_has(tip, now) ? UPSTREAM_BEHIND :
	    UPSTREAM_DIVERGED;
	return ERROR_NONE;
}

enum error
upstream_clone(struct commitd *commitd, const char *path, struct buffer *why)
{
	(void)commitd;
	(void)path;
	(void)why;
	if (world_fails())
		return ERROR_GIT;
	world.branch = world.upstream;
	return ERROR_NONE;
}

bool
upstream_checked_out(struct commitd *commitd, const char *said)
{
	(void)commitd;
	(void)said;
	return world.checked_out;
}

void upstream_show(struct commitd *commitd) { commitd->to_show = false; }
void upstream_settle(struct commitd *commitd) { upstream_keep(commitd, commitd->upstream_tip); }

/* ---- the repository ---- */

static int *
branch_of(const char *name)
{
	return strcmp(name, LINE_REF) == 0 ? &world.line : strncmp(name, "refs/heads/", 11) == 0 ?
	    &world.branch : strcmp(name, UPSTREAM_REF) == 0 ? &world.kept : NULL;
}

static char *
ticket_of(const char *name)
{
	return world.tickets[strtoull(name + strlen(TICKET_REF), NULL, 10)];
}

enum error
repository_ref_read(struct repository *repository, const char *name, char oid[OID_TEXT])
{
	(void)repository;
	if (*branch_of(name) == WORLD_NONE)
		return ERROR_UNKNOWN;
	world_oid(oid, 'c', (uint64_t)*branch_of(name));
	return ERROR_NONE;
}

enum error
repository_ref_write(struct repository *repository, const char *name, const char *oid,
    const char *old)
{
	int *branch = branch_of(name), from;

	(void)repository;
	world_may_die();
	if (world_fails())
		return ERROR_SYSTEM;
	if (branch == NULL)
		strcpy(ticket_of(name), oid);
	else {
		from = *branch;
		if (old != NULL && from != (old[0] == '\0' ? WORLD_NONE : world_commit_of(old)))
			return ERROR_MOVED;
		*branch = world_commit_of(oid);
		if (branch == &world.branch)
			watch_branch(from, *branch);
	}
	world_may_die();
	return ERROR_NONE;
}

enum error
repository_ref_delete(struct repository *repository, const char *name)
{
	(void)repository;
	world_may_die();
	if (world_fails())
		return ERROR_SYSTEM;
	ticket_of(name)[0] = '\0';
	return ERROR_NONE;
}

enum error
repository_ref_each(struct repository *repository, const char *prefix,
    void (*each)(void *context, const char *name, const char *oid), void *context)
{
	char name[64];
	unsigned i;

	(void)repository;
	for (i = 1; i <= WORLD_TICKETS && strcmp(prefix, TICKET_REF) == 0; i++)
		if (world.tickets[i][0] != '\0') {
			snprintf(name, sizeof(name), "%s%u", prefix, i);
			each(context, name, world.tickets[i]);
		}
	return ERROR_NONE;
}

enum error
repository_commits(struct repository *repository, const char *without, const char *tip,
    void (*each)(void *context, const char *oid), void *context)
{
	char oid[OID_TEXT];
	int at;

	(void)repository;
	if (world_fails())
		return ERROR_GIT;
	for (at = world_commit_of(tip); at != WORLD_NONE && at != world_commit_of(without);
	    at = world.commits[at].parent) {
		world_oid(oid, 'c', (uint64_t)at);
		each(context, oid);
	}
	return ERROR_NONE;
}

bool
repository_is_ancestor(struct repository *repository, const char *ancestor, const char *commit)
{
	(void)repository;
	return world_has(world_commit_of(commit), world_commit_of(ancestor));
}

enum error
repository_find_ancestor(struct repository *repository, const char *ancestor, const char *commit)
{
	if (world_fails())
		return ERROR_SYSTEM;
	return repository_is_ancestor(repository, ancestor, commit) ? ERROR_NONE : ERROR_UNKNOWN;
}

enum object_kind
repository_kind(struct repository *repository, const char *oid)
{
	(void)repository;
	return oid[0] == 'e' && (int)world_number(oid) < world.result_count ? OBJECT_COMMIT : OBJECT_NONE;
}

enum error
repository_write(struct repository *repository, enum object_kind kind, const void *bytes,
    size_t len, char oid[OID_TEXT])
{
	(void)repository;
	(void)kind;
	(void)bytes;
	world_oid(oid, 'b', len);
	return world_fails() ? ERROR_SYSTEM : ERROR_NONE;
}

enum error
commit_read(struct repository *repository, const char *oid, struct commit *commit)
{
	const struct world_commit *found = &world.commits[world_commit_of(oid)];

	(void)repository;
	*commit = (struct commit){ 0 };
	if (world_fails())
		return ERROR_SYSTEM;
	*commit = (struct commit){ .message = str_dup(found->message),
	    .message_len = strlen(found->message) };
	world_oid(commit->tree, 'a', found->tree);
	return ERROR_NONE;
}

void commit_release(struct commit *commit) { free(commit->message); }

enum error
candidate_make(struct commitd *commitd, struct result *result, uint64_t ticket,
    const char *parent, const char *parent_tree)
{
	struct world_commit commit = { .parent = world_commit_of(parent), .ticket = ticket,
	    .result = (int)world_number(result->commit) };
	struct trailers trailers = { .attempt = "-", .agent = "robot", .ticket = ticket };
	struct buffer message;
	int kind;

	(void)parent_tree;
	if (world_fails())
		return ERROR_SYSTEM;
	conflict_release(&result->conflict);
	kind = world_merge(commit.parent, commit.result, &commit.tree);
	result->parent[0] = '\0';
	if (kind != 0) {
		watch_candidate(ticket, commit.parent, WORLD_NONE, kind);
		result->conflict.reason = str_dup(kind == 1 ? "both" : "empty");
		result->conflict.empty = kind == 2;
		return ERROR_CONFLICT;
	}
	snprintf(result->verdict, sizeof(result->verdict), "%s", result->gate ? "PASS" : "UNVERIFIED");
	strcpy(trailers.verdict, result->verdict);
	snprintf(trailers.task, sizeof(trailers.task), "%s", result->task);
	strcpy(trailers.line, commitd->line);
	buffer_init(&message);
	trailers_write(&message, result->message, strlen(result->message), &trailers);
	/* The time of the day, where the result has none. */
	if (result->epoch == 0) {
		struct buffer timed;

		buffer_init(&timed);
		buffer_format(&timed, "%ju ", (uintmax_t)world_random());
		buffer_add(&timed, message.bytes, message.len);
		buffer_release(&message);
		message = timed;
	}
	buffer_add(&message, "", 1);
	commit.message = (char *)message.bytes;
	strcpy(result->parent, parent);
	world_oid(result->tree, 'a', commit.tree);
	world_oid(result->candidate, 'c', (uint64_t)world_commit(&commit));
	buffer_release(&message);
	watch_candidate(ticket, commit.parent, world_commit_of(result->candidate), 0);
	return ERROR_NONE;
}

void
conflict_release(struct conflict *conflict)
{
	free(conflict->reason);
	*conflict = (struct conflict){ 0 };
}

void
candidate_forget(struct result *result)
{
	result->parent[0] = '\0';
}

const char *candidate_tree(const struct result *result) { return result->tree; }
const char *candidate_commit(const struct result *result) { return result->candidate; }
bool candidate_is_last(const struct result *result) { (void)result; return true; }
