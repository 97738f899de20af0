/* What may come in: see inspect.h. */
#include "commitd/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/walk.h"
#include "protocol/mem.h"

#define COMMITS_MOST	10000u	/* between a result and its base */
#define PARENTS_MOST	100u	/* of one commit */
#define COMMIT_PARENTS_MOST	(2 * COMMITS_MOST)	/* of all that land, together */

/* A set of object ids that only grows. */
struct seen { char (*oids)[OID_TEXT]; size_t count, room; };

static size_t
seen_slot(const struct seen *seen, const char *oid)
{
	uint64_t hash = 1469598103934665603u;
	const char *at;
	size_t slot;

	for (at = oid; *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211u;
	for (slot = hash % seen->room; seen->oids[slot][0] != '\0'; slot = (slot + 1) % seen->room)
		if (strcmp(seen->oids[slot], oid) == 0)
			break;
	return slot;
}

enum error
inspect_packs(const char *objects, struct buffer *why)
{
	enum error error = repository_packed_each(objects, changes_fits, why);

	if (error != ERROR_NONE && why->len == 0)
		buffer_format(why, "%s: its packs cannot be read", objects);
	return error;
}

/* Reads a commit of its history. A huge one is none, and is not read. */
static enum error
read_commit(const struct inspection *inspection, const char *oid, struct commit *commit,
    struct buffer *why)
{
	enum object_kind kind;
	uint64_t size;
	enum error error;

	*commit = (struct commit){ 0 };
	error = repository_look(inspection->objects, oid, &kind, &size);
	if (error == ERROR_NONE && kind != OBJECT_COMMIT) {
		buffer_format(why, "%s is not a commit", oid);
		return ERROR_INVALID;
	}
	if (error == ERROR_NONE)
		error = changes_fits(why, oid, kind, size);
	if (error == ERROR_NONE)
		error = commit_read(inspection->objects, oid, commit);
	if (error == ERROR_NONE && strs_count(commit->parents) > PARENTS_MOST) {
		buffer_format(why, "commit %s has %zu parents; %u is the most", oid,
		    strs_count(commit->parents), PARENTS_MOST);
		error = ERROR_TOO_LARGE;
	}
	if (error != ERROR_NONE && why->len == 0)
		buffer_format(why, changes_broken(error) ? "commit %s is missing or broken" :
		    "commit %s cannot be read", oid);
	return changes_broken(error) ? ERROR_INVALID : error;
}

/*
 * Is the base an ancestor? Breadth first, so that the base is found before
 * the history behind a merge is read.
 */
static enum error
check_ancestry(const struct inspection *inspection, struct buffer *why)
{
	struct seen seen = { .room = 4 * COMMITS_MOST };
	char (*queue)[OID_TEXT] = mem_zero(COMMITS_MOST + 1, OID_TEXT);
	size_t head = 0, tail = 1, i, slot;
	enum error error = ERROR_NONE;
	bool found = false;

	seen.oids = mem_zero(seen.room, OID_TEXT);
	strcpy(queue[0], inspection->commit);
	while (!found && error == ERROR_NONE && head < tail && tail < COMMITS_MOST) {
		struct commit commit;

		found = strcmp(queue[head], inspection->base) == 0;
		error = read_commit(inspection, queue[head], &commit, why);
		for (i = 0; !found && commit.parents != NULL && commit.parents[i] != NULL; i++) {
			slot = seen_slot(&seen, commit.parents[i]);
			if (seen.oids[slot][0] == '\0' && tail < COMMITS_MOST &&
			    strlen(commit.parents[i]) < OID_TEXT) {
				strcpy(seen.oids[slot], commit.parents[i]);
				strcpy(queue[tail++], commit.parents[i]);
			}
		}
		commit_release(&commit);
		head++;
	}
	if (error == ERROR_NONE && !found) {
		buffer_format(why, "commit %.12s does not descend from %.12s, which it was started "
		    "from (or by more than %u commits)", inspection->commit, inspection->base,
		    COMMITS_MOST);
		error = ERROR_INVALID;
	}
	free(queue);
	free(seen.oids);
	return error;
}

/* Ids, each before its parents. */
struct commits { char (*oids)[OID_TEXT]; size_t count; };

/* The agent's own commits, that land as they are. */
struct history {
	struct inspection inspection;
	struct limits limits;
	struct changes changes;
	uint64_t commits, parents;
	enum error error;
	struct buffer *why;
};

/* What it changes on one of its parents; NULL: on nothing at all. */
static enum error
check_parent(struct history *history, const struct commit *commit, const char *oid)
{
	struct commit parent = { 0 };
	enum error error = ERROR_NONE;

	if (++history->parents > COMMIT_PARENTS_MOST) {
		buffer_format(history->why, "its commits have more than %u parents",
		    COMMIT_PARENTS_MOST);
		return ERROR_TOO_LARGE;
	}
	if (oid != NULL)
		error = read_commit(&history->inspection, oid, &parent, history->why);
	if (error == ERROR_NONE)
		error = changes_check(&history->changes, parent.tree, commit->tree);
	commit_release(&parent);
	return error;
}

static void
check_commit(void *context, const char *oid)
{
	struct history *history = context;
	struct commit commit = { 0 };
	enum error error = history->error;
	size_t count, i;

	if (error != ERROR_NONE)
		return;
	if (++history->commits > COMMITS_MOST) {
		buffer_format(history->why, "it has more than %u commits", COMMITS_MOST);
		error = ERROR_TOO_LARGE;
	}
	if (error == ERROR_NONE)
		error = read_commit(&history->inspection, oid, &commit, history->why);
	count = strs_count(commit.parents);
	for (i = 0; error == ERROR_NONE && (i < count || i == 0); i++)
		error = check_parent(history, &commit, count > 0 ? commit.parents[i] : NULL);
	if (error != ERROR_NONE)
		buffer_format(history->why, " (in its commit %.12s)", oid);
	history->error = error;
	commit_release(&commit);
}

/* One more than is looked at: so it is known that there are more. */
static void
add_commit(void *context, const char *oid)
{
	struct commits *commits = context;

	if (commits->count > COMMITS_MOST)
		return;
	if ((commits->count & (commits->count + 1)) == 0)
		commits->oids = mem_resize(commits->oids, 2 * commits->count + 2, OID_TEXT);
	strcpy(commits->oids[commits->count++], oid);
}

/*
 * Each against its parents, all of them: what a merge takes from one side, it changes on
 * the other. The oldest first: a bomb is met where it is made. What they change together
 * is bounded: trees can be shared.
 */
static enum error
check_commits(const struct inspection *inspection, const char *base_tree, struct buffer *why)
{
	struct history history = { .inspection = *inspection, .limits = *inspection->limits,
	    .changes = { .base_tree = base_tree, .why = why }, .why = why };
	struct commits commits = { 0 };
	enum error error;

	history.inspection.limits = &history.limits;
	history.changes.inspection = &history.inspection;
	history.limits.files *= PACK_OBJECTS_PER_FILE;
	error = repository_commits(inspection->objects, inspection->base, inspection->commit,
	    add_commit, &commits);
	while (error == ERROR_NONE && history.error == ERROR_NONE && commits.count > 0)
		check_commit(&history, commits.oids[--commits.count]);
	free(commits.oids);
	return error != ERROR_NONE ? error : history.error;
}

enum error
inspect(const struct inspection *inspection, struct buffer *why)
{
	struct commit old = { 0 }, new = { 0 };
	struct changes changes = { .inspection = inspection, .why = why };
	enum error error;

	error = read_commit(inspection, inspection->commit, &new, why);
	if (error == ERROR_NONE)
		error = commit_read(inspection->objects, inspection->base, &old);
	if (error == ERROR_UNKNOWN || error == ERROR_GIT) {
		buffer_format(why, "its base %s is not known here", inspection->base);
		error = ERROR_INVALID;
	}
	if (error == ERROR_NONE && !inspection->salvage && strcmp(new.tree, EMPTY_TREE) == 0 &&
	    strcmp(old.tree, EMPTY_TREE) != 0) {
		buffer_add_text(why, "the attempt deleted every file");
		error = ERROR_STATE;
	}
	if (error == ERROR_NONE)
		error = check_ancestry(inspection, why);
	if (error == ERROR_NONE)
		error = changes_check(&changes, old.tree, new.tree);
	if (error == ERROR_NONE && inspection->commits)
		error = check_commits(inspection, old.tree, why);
	commit_release(&old);
	commit_release(&new);
	return error;
}
