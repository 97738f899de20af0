/* Changes that end up elsewhere: see stray.h. */
#include "commitd/stray.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/scope.h"

#define PATHS_NAMED	20u

struct stray {
	struct repository *repository;
	struct scope *scope, *protect;	/* NULL: none */
	const char *base, *change;	/* trees: what the agent began with, and what it made */
	char **paths;
	size_t count;
};

/* Did the agent itself change it? */
static bool
is_own(const struct stray *stray, const char *path)
{
	struct tree_entry was = { 0 }, is = { 0 };
	bool there = tree_at(stray->repository, stray->base, path, &was);

	return there != tree_at(stray->repository, stray->change, path, &is) ||
	    (there && (was.mode != is.mode || strcmp(was.oid, is.oid) != 0));
}

static enum error
visit(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct stray *stray = context;

	(void)enter;
	if ((old != NULL ? old : new)->mode == MODE_TREE)
		return ERROR_NONE;
	if ((stray->scope == NULL || scope_covers(stray->scope, path)) &&
	    (stray->protect == NULL || !scope_covers(stray->protect, path) || is_own(stray, path)))
		return ERROR_NONE;
	if (stray->paths == NULL)
		stray->paths = mem_zero(PATHS_NAMED + 1, sizeof(char *));
	if (stray->count++ < PATHS_NAMED)
		stray->paths[stray->count - 1] = utf8_repair(path, strlen(path));
	return ERROR_NONE;
}

/* Was there anything to merge? If not, it has been looked at when it came in. */
static bool
stands_still(const struct stray_change *change, const char *base_tree)
{
	return strcmp(change->below, base_tree) == 0 && strcmp(change->merged, change->change) == 0;
}

enum error
stray_check(struct commitd *commitd, char *const *files, const struct stray_change *change,
    struct conflict *conflict)
{
	struct stray stray = { .repository = commitd->repository, .change = change->change };
	struct commit base = { 0 };
	struct buffer where;
	enum error error;

	if (files == NULL && commitd->protect == NULL)
		return ERROR_NONE;
	buffer_init(&where);
	if (files != NULL)
		stray.scope = scope_new(files, commitd->ignore_case);
	if (commitd->protect != NULL)
		stray.protect = scope_new(commitd->protect, commitd->ignore_case);
	error = commit_read(commitd->repository, change->base, &base);
	stray.base = base.tree;
	if (error == ERROR_NONE && !stands_still(change, base.tree))
		error = walk_trees(commitd->repository, change->below, change->merged, visit, &stray,
		    &where);
	if (error == ERROR_NONE && stray.count > 0) {
		conflict->paths = stray.paths;
		stray.paths = NULL;
		conflict->reason = str_dup("the branch has renamed what was changed, and the change would "
		    "land there: outside the task's scope, or in a protected path\n");
		error = ERROR_CONFLICT;
	}
	strs_free(stray.paths);
	commit_release(&base);
	scope_free(stray.scope);
	scope_free(stray.protect);
	buffer_release(&where);
	return error;
}
