/*
 * One change on another commit: see pick.h. What is not trivial Git's merge decides; it
 * finds the base itself.
 */
#include "commitd/pick.h"

#include <string.h>

#include "commitd/draft.h"
#include "commitd/merge.h"
#include "commitd/proved.h"
#include "commitd/trivial.h"
#include "protocol/mem.h"

static enum error
stand_in(struct commitd *commitd, const char *tree, const char *parent, char oid[OID_TEXT])
{
	static const char nobody[] = "orch <orch@localhost> 0 +0000";
	const struct draft draft = { tree, (const char *const[]){ parent, NULL }, nobody, nobody, NULL, "stand-in\n", 9 };

	return draft_write(commitd->repository, &commitd->git, NULL, &draft, oid);
}

/*
 * Is it on the branch, or what is to land there? The branch only goes forwards: what it
 * has, it will have, and those who ask next have mostly begun at the same place.
 */
static bool
contains(struct commitd *commitd, const char *onto, const char *base)
{
	if (strcmp(commitd->contained, base) == 0)
		return true;
	if (!repository_is_ancestor(commitd->repository, base, commitd->tip))
		return repository_is_ancestor(commitd->repository, base, onto);
	strcpy(commitd->contained, base);
	return true;
}

/*
 * Two commits whose merge base is that of the change. The change counts as one commit
 * on its base, whatever its history is; and what it comes on counts as one on it, too,
 * when the base is not on the branch: a commit of the agent's own.
 */
static enum error
sides(struct commitd *commitd, const struct pick *pick, char ours[OID_TEXT], char theirs[OID_TEXT])
{
	enum error error = ERROR_NONE;

	strcpy(ours, pick->onto);
	strcpy(theirs, pick->oid);
	if (!commit_is_child(pick->change, pick->base))
		error = stand_in(commitd, pick->change->tree, pick->base, theirs);
	if (error == ERROR_NONE && !contains(commitd, pick->onto, pick->base))
		error = stand_in(commitd, pick->onto_tree, pick->base, ours);
	/* The helper dies of an object it does not know. */
	if (error == ERROR_NONE && repository_kind(commitd->repository, ours) != OBJECT_COMMIT)
		error = ERROR_UNKNOWN;
	return error;
}

/* Without Git, when the branch and the change have nothing to do with each other. */
static enum error
without_merge(struct commitd *commitd, const struct pick *pick, char tree[OID_TEXT], bool *done)
{
	struct commit base;
	enum error error = commit_read(commitd->repository, pick->base, &base);

	if (error == ERROR_NONE)
		error = trivial_merge(commitd->repository, &(struct trivial){ base.tree,
		    pick->onto_tree, pick->change->tree }, tree, done);
	commit_release(&base);
	return error;
}

enum error
pick_tree(struct commitd *commitd, const struct pick *pick, char tree[OID_TEXT],
    bool *trivial, struct conflict *conflict)
{
	char ours[OID_TEXT], theirs[OID_TEXT];
	struct merge_result merged;
	bool done;
	enum error error = without_merge(commitd, pick, tree, &done);

	if (error != ERROR_NONE || done)
		return error;
	*trivial = false;
	error = sides(commitd, pick, ours, theirs);
	if (error == ERROR_NONE) {
		merge_begin(&commitd->merge, &commitd->git, ours, theirs);
		proved_ahead(commitd);
	}
	if (error == ERROR_NONE)
		error = merge_run(&commitd->merge, &commitd->git, ours, theirs, &merged);
	if (error == ERROR_INVALID) {
		conflict->reason = str_dup("Git's own merge crashes at this change together with what "
		    "the branch has by now. Mostly both rename a folder, or put a file in the place of "
		    "one: make the change again from the branch as it is\n");
		return ERROR_CONFLICT;
	}
	if (error != ERROR_NONE)
		return error;
	memmove(tree, merged.tree, OID_TEXT);
	if (!merged.clean) {
		error = ERROR_CONFLICT;
		conflict->paths = merged.paths;
		conflict->texts = merged.texts;
		conflict->reason = merged.messages;
		strcpy(conflict->tree, merged.tree);
		strcpy(conflict->change, theirs);
		merged = (struct merge_result){ 0 };
	}
	merge_result_release(&merged);
	return error;
}
