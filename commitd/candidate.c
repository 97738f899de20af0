/*
 * Makes the commits that would land: see candidate.h. By squash, a result is one
 * commit; by rebase, each of the agent's is one; by merge, theirs stay as they are
 * beside the line, and a merge commit brings them in.
 */
#include "commitd/candidate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commitd/conflict.h"
#include "commitd/draft.h"
#include "commitd/pick.h"
#include "commitd/series.h"
#include "commitd/stray.h"
#include "commitd/trailers.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

/* What a candidate is made from. */
struct making {
	struct commitd *commitd;
	struct result *result;
	uint64_t ticket;
	char *author, *committer;	/* with the date: of a commit that is not the agent's */
	struct series series;
};

/* An agent may commit without a word (--allow-empty-message). */
static bool
is_blank(const char *message, size_t len)
{
	return len == 0 || strspn(message, " \t\r\n") >= len;
}

static void
fill_trailers(const struct making *making, struct trailers *trailers)
{
	const struct result *result = making->result;

	*trailers = (struct trailers){ .ticket = making->ticket, .bare = result->bare };
	snprintf(trailers->task, sizeof(trailers->task), "%s", result->task);
	snprintf(trailers->agent, sizeof(trailers->agent), "%s", result->agent);
	snprintf(trailers->verdict, sizeof(trailers->verdict), "%s", result->verdict);
	snprintf(trailers->line, sizeof(trailers->line), "%s", making->commitd->line);
	if (result->number == 0)
		strcpy(trailers->attempt, "-");
	else
		snprintf(trailers->attempt, sizeof(trailers->attempt), "%ju",
		    (uintmax_t)result->number);
}

/* A commit with our trailers; in the words of `own` when that is an agent's commit. */
static enum error
write_landing(const struct making *making, const struct commit *own, const char *tree,
    const char *parent, const char *second, char oid[OID_TEXT])
{
	struct commitd *commitd = making->commitd;
	const struct result *result = making->result;
	bool worded = own != NULL && !is_blank(own->message, own->message_len);
	struct draft draft = { tree, (const char *const[]){ parent, second, NULL },
	    own != NULL ? own->author : making->author, making->committer, worded ? own->encoding : NULL, NULL, 0 };
	struct trailers trailers;
	struct buffer message;
	enum error error;

	fill_trailers(making, &trailers);
	buffer_init(&message);
	trailers_write(&message, worded ? own->message : result->message,
	    worded ? own->message_len : strlen(result->message), &trailers);
	draft.message = (const char *)message.bytes;
	draft.message_len = message.len;
	error = draft_write(commitd->repository, &commitd->git, &commitd->signing, &draft, oid);
	buffer_release(&message);
	return error;
}

static void
add_part(struct result *result, const char *commit, const char *tree)
{
	result->parts = mem_resize(result->parts, result->part_count + 1, sizeof(*result->parts));
	strcpy(result->parts[result->part_count].commit, commit);
	strcpy(result->parts[result->part_count++].tree, tree);
}

/* The last part is the candidate itself. */
static void
close_parts(struct result *result)
{
	const struct part *last = &result->parts[--result->part_count];

	strcpy(result->candidate, last->commit);
	strcpy(result->tree, last->tree);
}

/* The whole result as one change on `onto`. */
static enum error
one_tree(const struct making *making, const struct commit *change, const char *onto,
    const char *onto_tree)
{
	struct result *result = making->result;
	const struct pick pick = { onto, onto_tree, result->base, result->commit, change };

	return pick_tree(making->commitd, &pick, result->tree, &result->trivial, &result->conflict);
}

static enum error
squash(const struct making *making, const struct commit *change, const char *onto,
    const char *onto_tree)
{
	struct result *result = making->result;
	bool own = result->commits == 1 && commit_is_child(change, result->base);
	enum error error = one_tree(making, change, onto, onto_tree);

	if (error == ERROR_NONE)
		error = write_landing(making, own ? change : NULL, result->tree, onto, NULL,
		    result->candidate);
	return error;
}

/* The agent's commits beside the line, and one that merges them. */
static enum error
merge(struct making *making, const struct commit *change, const char *onto, const char *onto_tree)
{
	struct result *result = making->result;
	struct repository *repository = making->commitd->repository;
	enum error error = one_tree(making, change, onto, onto_tree);
	struct commit side;
	size_t i;

	if (error == ERROR_NONE)
		error = series_strip(repository, &making->series);
	for (i = 0; error == ERROR_NONE && i < making->series.count; i++) {
		error = commit_read(repository, making->series.commits[i], &side);
		if (error == ERROR_NONE)
			add_part(result, making->series.commits[i], side.tree);
		commit_release(&side);
	}
	if (error == ERROR_NONE)
		error = write_landing(making, NULL, result->tree, onto,
		    making->series.commits[making->series.count - 1], result->candidate);
	return error;
}

/*
 * One of the commits conflicts: what the next attempt begins with is all of them, not
 * those that came before it. As a whole they may well merge.
 */
static enum error
whole_conflict(const struct making *making, const struct commit *whole, const char *onto,
    const char *onto_tree)
{
	struct result *result = making->result;
	struct conflict step = result->conflict;
	enum error error;

	result->conflict = (struct conflict){ 0 };
	error = one_tree(making, whole, onto, onto_tree);
	if (error != ERROR_NONE) {
		conflict_release(&step);
		return error;
	}
	strcpy(step.tree, result->tree);
	strs_free(step.texts);
	step.texts = NULL;
	result->conflict = step;
	return ERROR_CONFLICT;
}

/* One of the agent's commits, when it still changes something; `at` is what it comes on, then it. */
static enum error
rebase_one(const struct making *making, const char *base, const char *oid, struct part *at)
{
	struct commitd *commitd = making->commitd;
	struct result *result = making->result;
	struct part made = { .commit = "" };
	struct commit change;
	enum error error = commit_read(commitd->repository, oid, &change);

	if (error == ERROR_NONE)
		error = pick_tree(commitd, &(struct pick){ at->commit, at->tree, base, oid, &change },
		    made.tree, &result->trivial, &result->conflict);
	/* What a later one takes back would not be seen in the whole. */
	if (error == ERROR_NONE)
		error = stray_check(commitd, result->files, &(struct stray_change){ base, change.tree,
		    at->tree, made.tree }, &result->conflict);
	if (error == ERROR_NONE && strcmp(made.tree, at->tree) != 0) {
		error = write_landing(making, &change, made.tree, at->commit, NULL, made.commit);
		add_part(result, made.commit, made.tree);
		*at = made;
	}
	commit_release(&change);
	return error;
}

/* Each of them, one on another. */
static enum error
rebase(const struct making *making, const struct commit *whole, const char *onto,
    const char *onto_tree)
{
	struct result *result = making->result;
	const char *base = result->base;
	enum error error = ERROR_NONE;
	struct part at;
	size_t i;

	strcpy(at.commit, onto);
	strcpy(at.tree, onto_tree);
	for (i = 0; error == ERROR_NONE && i < making->series.count; i++) {
		error = rebase_one(making, base, making->series.commits[i], &at);
		base = making->series.commits[i];
	}
	/* What strays has no tree with markers to begin with. */
	if (error == ERROR_CONFLICT && result->conflict.tree[0] != '\0')
		return whole_conflict(making, whole, onto, onto_tree);
	if (error == ERROR_NONE)
		strcpy(result->tree, at.tree);
	if (error == ERROR_NONE && result->part_count > 0) {
		result->parts_gated = true;
		close_parts(result);
	}
	return error;
}

static enum error
by_method(struct making *making, const struct commit *change, const char *onto,
    const char *onto_tree)
{
	enum method method = making->commitd->method;
	const struct result *result = making->result;
	enum error error = ERROR_NONE;

	if (method != METHOD_SQUASH)
		error = series_read(making->commitd->repository, result->base, result->commit,
		    &making->series);
	if (error == ERROR_NONE && method == METHOD_MERGE)
		error = series_widen(making->commitd->repository, result->base, &making->series);
	if (error != ERROR_NONE)
		return error;
	if (method == METHOD_SQUASH || making->series.count == 0)
		return squash(making, change, onto, onto_tree);
	if (method == METHOD_MERGE)
		return merge(making, change, onto, onto_tree);
	/* What the agent did not commit itself has no words of its own. */
	if (result->commits == 0)
		return squash(making, change, onto, onto_tree);
	return rebase(making, change, onto, onto_tree);
}

enum error
candidate_make(struct commitd *commitd, struct result *result, uint64_t ticket,
    const char *parent, const char *parent_tree)
{
	uint64_t now = result->epoch != 0 ? result->epoch : (uint64_t)time(NULL);
	struct making making = { commitd, result, ticket, .author = commitd->author != NULL ?
	    str_format("%s %ju +0000", commitd->author, (uintmax_t)now) :
	    str_format("%s <orch@localhost> %ju +0000", result->agent, (uintmax_t)now),
	    .committer = str_format("%s %ju +0000", commitd->committer != NULL ? commitd->committer :
	    "orch <orch@localhost>", (uintmax_t)now) };
	struct commit change;
	enum error error;

	conflict_release(&result->conflict);
	candidate_forget(result);
	result->trivial = true;
	snprintf(result->verdict, sizeof(result->verdict), "%s",
	    result->gate && !result->unverified ? "PASS" : "UNVERIFIED");
	error = commit_read(commitd->repository, result->commit, &change);
	if (error == ERROR_NONE)
		error = by_method(&making, &change, parent, parent_tree);
	if (error == ERROR_NONE && strcmp(result->tree, parent_tree) == 0) {
		result->conflict.empty = true;
		result->conflict.reason =
		    str_dup("nothing left to change: the branch already contains it");
		error = ERROR_CONFLICT;
	}
	if (error == ERROR_NONE)
		error = stray_check(commitd, result->files, &(struct stray_change){ result->base,
		    change.tree, parent_tree, result->tree }, &result->conflict);
	if (error == ERROR_NONE)
		strcpy(result->parent, parent);
	commit_release(&change);
	series_release(&making.series);
	free(making.author);
	free(making.committer);
	return error;
}

void
candidate_forget(struct result *result)
{
	free(result->parts);
	result->parts = NULL;
	result->part_count = result->part = 0;
	result->parts_gated = result->synced = false;
	result->parent[0] = '\0';
}

bool
candidate_is_last(const struct result *result)
{
	return !result->parts_gated || result->part == result->part_count;
}

const char *
candidate_tree(const struct result *result)
{
	return candidate_is_last(result) ? result->tree : result->parts[result->part].tree;
}

const char *
candidate_commit(const struct result *result)
{
	return candidate_is_last(result) ? result->candidate : result->parts[result->part].commit;
}
