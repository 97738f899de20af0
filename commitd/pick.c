/* One change on another commit: see pick.h. Git's merge decides; it finds the base itself. */
#include "commitd/pick.h"

#include <string.h>

#include "commitd/draft.h"
#include "commitd/merge.h"
#include "commitd/proved.h"
#include "protocol/mem.h"

static enum error
stand_in(struct commitd *commitd, const char *tree, const char *parent, char oid[OID_TEXT])
{
	static const char nobody[] = "orch <orch@localhost> 0 +0000";
	const struct draft draft = { tree, (const char *const[]){ parent, NULL }, nobody, nobody, NULL, "stand-in\n", 9 };

	return draft_write(commitd->repository, &commitd->git, NULL, &draft, oid);
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
	if (error == ERROR_NONE && !repository_is_ancestor(commitd->repository, pick->base, pick->onto))
		error = stand_in(commitd, pick->onto_tree, pick->base, ours);
	/* The helper dies of an object it does not know. */
	if (error == ERROR_NONE && repository_kind(commitd->repository, ours) != OBJECT_COMMIT)
		error = ERROR_UNKNOWN;
	return error;
}

/* Is what it comes on the very tree it is a change of? */
static enum error
stands_still(struct commitd *commitd, const struct pick *pick, bool *still)
{
	struct commit base;
	enum error error = ERROR_NONE;

	*still = strcmp(pick->onto, pick->base) == 0;
	if (*still)
		return ERROR_NONE;
	error = commit_read(commitd->repository, pick->base, &base);
	if (error == ERROR_NONE)
		*still = strcmp(base.tree, pick->onto_tree) == 0;
	commit_release(&base);
	return error;
}

enum error
pick_tree(struct commitd *commitd, const struct pick *pick, char tree[OID_TEXT],
    struct conflict *conflict)
{
	char ours[OID_TEXT], theirs[OID_TEXT];
	struct merge_result merged;
	bool still;
	enum error error = stands_still(commitd, pick, &still);

	if (error != ERROR_NONE || still) {
		memmove(tree, pick->change->tree, OID_TEXT);
		return error;
	}
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
