/* Makes the commit that would land: see candidate.h. */
#include "commitd/candidate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commitd/conflict.h"
#include "commitd/trailers.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

struct draft {
	const char *tree, *parent, *author, *committer, *encoding, *message;
	size_t message_len;
};

static enum error
write_commit(struct repository *repository, const struct draft *draft, char oid[OID_TEXT])
{
	struct buffer text;
	enum error error;

	buffer_init(&text);
	buffer_format(&text, "tree %s\nparent %s\nauthor %s\ncommitter %s\n", draft->tree,
	    draft->parent, draft->author, draft->committer);
	if (draft->encoding != NULL)
		buffer_format(&text, "encoding %s\n", draft->encoding);
	buffer_add_text(&text, "\n");
	buffer_add(&text, draft->message, draft->message_len);
	error = repository_write(repository, OBJECT_COMMIT, text.bytes, text.len, oid);
	buffer_release(&text);
	return error;
}

/*
 * The tree of the result on the tip. Its change counts as one commit on its
 * base, whatever its history is, so that the merge base is that base.
 */
static enum error
merge_onto(struct commitd *commitd, const struct result *result, const struct commit *change,
    const char *parent, char tree[OID_TEXT], struct conflict *conflict)
{
	static const char nobody[] = "orch <orch@localhost> 0 +0000";
	const struct draft draft = { change->tree, result->base, nobody, nobody, NULL, "squash\n", 7 };
	char squash[OID_TEXT];
	struct merge_result merged;
	enum error error = ERROR_NONE;

	if (strcmp(parent, result->base) == 0) {
		memcpy(tree, change->tree, OID_TEXT);
		return ERROR_NONE;
	}
	if (commit_is_child(change, result->base))
		strcpy(squash, result->commit);
	else
		error = write_commit(commitd->repository, &draft, squash);
	/* The helper dies of an object it does not know. */
	if (error == ERROR_NONE &&
	    repository_kind(commitd->repository, parent) != OBJECT_COMMIT)
		error = ERROR_UNKNOWN;
	if (error == ERROR_NONE)
		error = merge_run(&commitd->merge, &commitd->git, parent, squash, &merged);
	if (error != ERROR_NONE)
		return error;
	memcpy(tree, merged.tree, OID_TEXT);
	if (!merged.clean) {
		error = ERROR_CONFLICT;
		conflict->paths = merged.paths;
		conflict->texts = merged.texts;
		conflict->reason = merged.messages;
		strcpy(conflict->tree, merged.tree);
		strcpy(conflict->change, squash);
		merged = (struct merge_result){ 0 };
	}
	merge_result_release(&merged);
	return error;
}

/* An agent may commit without a word (--allow-empty-message). */
static bool
is_blank(const char *message, size_t len)
{
	return len == 0 || strspn(message, " \t\r\n") >= len;
}

/* The commit with our trailers: the agent's own words when it made one commit. */
static enum error
write_candidate(struct commitd *commitd, struct result *result, uint64_t ticket,
    const struct commit *change)
{
	struct trailers trailers = { .ticket = ticket };
	bool own = result->commits == 1 && commit_is_child(change, result->base);
	uint64_t now = result->epoch != 0 ? result->epoch : (uint64_t)time(NULL);
	char *author = str_format("%s <orch@localhost> %ju +0000", result->agent, (uintmax_t)now);
	char *committer = str_format("orch <orch@localhost> %ju +0000", (uintmax_t)now);
	struct draft draft = { result->tree, result->parent, own ? change->author : author,
	    committer, own ? change->encoding : NULL, NULL, 0 };
	bool worded = own && !is_blank(change->message, change->message_len);
	struct buffer message;
	enum error error;

	snprintf(result->verdict, sizeof(result->verdict), "%s",
	    result->gate ? "PASS" : "UNVERIFIED");
	snprintf(trailers.task, sizeof(trailers.task), "%s", result->task);
	snprintf(trailers.agent, sizeof(trailers.agent), "%s", result->agent);
	snprintf(trailers.verdict, sizeof(trailers.verdict), "%s", result->verdict);
	snprintf(trailers.line, sizeof(trailers.line), "%s", commitd->line);
	if (result->number == 0)
		strcpy(trailers.attempt, "-");
	else
		snprintf(trailers.attempt, sizeof(trailers.attempt), "%ju",
		    (uintmax_t)result->number);
	buffer_init(&message);
	trailers_write(&message, worded ? change->message : result->message,
	    worded ? change->message_len : strlen(result->message), &trailers);
	draft.message = (const char *)message.bytes;
	draft.message_len = message.len;
	error = write_commit(commitd->repository, &draft, result->candidate);
	buffer_release(&message);
	free(author);
	free(committer);
	return error;
}

enum error
candidate_make(struct commitd *commitd, struct result *result, uint64_t ticket,
    const char *parent, const char *parent_tree)
{
	struct conflict *conflict = &result->conflict;
	struct commit change;
	enum error error;

	conflict_release(conflict);
	error = commit_read(commitd->repository, result->commit, &change);
	if (error == ERROR_NONE)
		error = merge_onto(commitd, result, &change, parent, result->tree, conflict);
	if (error == ERROR_NONE && strcmp(result->tree, parent_tree) == 0) {
		conflict->empty = true;
		conflict->reason = str_dup("nothing left to change: the branch already contains it");
		error = ERROR_CONFLICT;
	}
	if (error == ERROR_NONE) {
		strcpy(result->parent, parent);
		error = write_candidate(commitd, result, ticket, &change);
	}
	if (error != ERROR_NONE)
		result->parent[0] = '\0';
	commit_release(&change);
	return error;
}
