/* What may come in: see inspect.h. */
#include "commitd/inspect.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/walk.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/scope.h"

#define COMMITS_MOST	10000u	/* between a result and its base */
#define PATHS_NAMED	20u

struct check {
	const struct inspection *inspection;
	struct scope *scope;
	struct buffer *outside;		/* paths that are not in the scope */
	size_t outside_count;
	struct scope *protect;		/* NULL: nothing is */
	size_t protected_count;
	char *gitmodules;		/* text of the new tree's file; NULL: none */
	struct buffer *why;
};

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
		error = commit_read(inspection->objects, queue[head], &commit);
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
	if (error != ERROR_NONE)
		buffer_format(why, "commit %s of its history is missing or broken",
		    queue[head - 1]);
	else if (!found)
		buffer_format(why, "commit %.12s does not descend from %.12s, which it was started "
		    "from (or by more than %u commits)", inspection->commit, inspection->base,
		    COMMITS_MOST);
	free(queue);
	free(seen.oids);
	return found ? ERROR_NONE : ERROR_INVALID;
}

/* Does .gitmodules have a line "path = ..." for it? */
static bool
is_submodule(const char *gitmodules, const char *path)
{
	char *text = str_dup(gitmodules ? gitmodules : ""), *line, *rest, *end;
	bool is = false;

	for (line = strtok_r(text, "\n", &rest); line != NULL && !is;
	    line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, " \t");
		if (strncmp(line, "path", 4) != 0)
			continue;
		line += 4 + strspn(line + 4, " \t");
		if (*line != '=')
			continue;
		line += 1 + strspn(line + 1, " \t\"");
		for (end = line + strlen(line); end > line && (isspace((unsigned char)end[-1]) ||
		    end[-1] == '"'); end--)
			end[-1] = '\0';
		is = strcmp(line, path) == 0;
	}
	free(text);
	return is;
}

/* The first ones by name, then how many more. */
static void
add_protected(struct check *check, const char *path)
{
	char **list = *check->inspection->protected;
	size_t count = check->protected_count++;

	if (count == 0)
		list = mem_zero(PATHS_NAMED + 2, sizeof(char *));
	if (count < PATHS_NAMED) {
		list[count] = utf8_repair(path, strlen(path));
	} else {
		free(list[PATHS_NAMED]);
		list[PATHS_NAMED] = str_format("and %zu more", count + 1 - PATHS_NAMED);
	}
	*check->inspection->protected = list;
}

/* One entry that the result changes: is it there, may it be changed? */
static enum error
visit(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct check *check = context;
	const struct inspection *inspection = check->inspection;

	(void)enter;
	if (new != NULL && new->mode != MODE_TREE && new->mode != MODE_GITLINK &&
	    repository_kind(inspection->objects, new->oid) != OBJECT_BLOB) {
		buffer_format(check->why, "the content of '%s' is missing", path);
		return ERROR_INVALID;
	}
	if (inspection->salvage)
		return ERROR_NONE;
	if (new != NULL && new->mode == MODE_GITLINK && (old == NULL || old->mode != MODE_GITLINK) &&
	    !is_submodule(check->gitmodules, path)) {
		buffer_format(check->why, "left a nested Git repository at '%s': remove its .git or "
		    "add it as a submodule", path);
		return ERROR_STATE;
	}
	if ((old != NULL ? old : new)->mode == MODE_TREE)
		return ERROR_NONE;
	if (check->protect != NULL && scope_covers(check->protect, path))
		add_protected(check, path);
	if (check->scope != NULL && !scope_covers(check->scope, path)) {
		if (check->outside_count < PATHS_NAMED)
			buffer_format(check->outside, "%s%s", check->outside_count ? ", " : "", path);
		check->outside_count++;
	}
	return ERROR_NONE;
}

static enum error
check_trees(const struct inspection *inspection, const char *old, const char *new,
    struct buffer *why)
{
	struct check check = { .inspection = inspection, .why = why };
	struct tree_entry entry;
	struct buffer modules, outside, where;
	enum error error;

	buffer_init(&modules);
	buffer_init(&outside);
	buffer_init(&where);
	check.outside = &outside;
	if (inspection->files != NULL)
		check.scope = scope_new(inspection->files);
	if (inspection->protect != NULL && inspection->protected != NULL)
		check.protect = scope_new(inspection->protect);
	if (tree_find(inspection->objects, new, ".gitmodules", &entry) &&
	    repository_read(inspection->objects, entry.oid, OBJECT_BLOB, &modules) == ERROR_NONE)
		check.gitmodules = str_dup(buffer_text(&modules));
	error = walk_trees(inspection->objects, old, new, visit, &check, &where);
	if (error != ERROR_NONE && why->len == 0)
		buffer_format(why, "folder '%s' of its tree is missing or broken",
		    buffer_text(&where));
	if (error == ERROR_NONE && check.outside_count > 0) {
		buffer_format(why, "outside its scope: %s", buffer_text(&outside));
		if (check.outside_count > PATHS_NAMED)
			buffer_format(why, " and %zu more", check.outside_count - PATHS_NAMED);
		error = ERROR_PERMISSION;
	}
	/* What is missing or broken is the result's fault, whatever it is called below. */
	if (error != ERROR_NONE && error != ERROR_PERMISSION && error != ERROR_STATE)
		error = ERROR_INVALID;
	scope_free(check.scope);
	scope_free(check.protect);
	free(check.gitmodules);
	buffer_release(&modules);
	buffer_release(&outside);
	buffer_release(&where);
	return error;
}

enum error
inspect(const struct inspection *inspection, struct buffer *why)
{
	struct commit old = { 0 }, new = { 0 };
	enum error error = ERROR_INVALID;

	if (commit_read(inspection->objects, inspection->commit, &new) != ERROR_NONE)
		buffer_format(why, "commit %s is missing or broken", inspection->commit);
	else if (commit_read(inspection->objects, inspection->base, &old) != ERROR_NONE)
		buffer_format(why, "its base %s is not known here", inspection->base);
	else if (!inspection->salvage && strcmp(new.tree, EMPTY_TREE) == 0 &&
	    strcmp(old.tree, EMPTY_TREE) != 0) {
		buffer_add_text(why, "the attempt deleted every file");
		error = ERROR_STATE;
	} else
		error = check_ancestry(inspection, why);
	if (error == ERROR_NONE)
		error = check_trees(inspection, old.tree, new.tree, why);
	commit_release(&old);
	commit_release(&new);
	return error;
}
