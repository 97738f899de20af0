/* What one tree changes on another: see changes.h. */
#include "commitd/changes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "commitd/walk.h"
#include "protocol/git_path.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/scope.h"

#define PATHS_NAMED	20u
#define OUTSIDE_MOST	200u		/* patterns; more are one for all */
#define COMMIT_MOST	(4u << 20)	/* bytes; what is larger is no message */
#define TREE_MOST	(64u << 20)	/* bytes of one folder: more than a million names */
#define NAME_LONGEST	255u		/* bytes; no file system of ours takes more */
#define LOOKS_MOST	1000u		/* at paths of the base's tree, which takes its time */
#define GONE_MOST	1000000u	/* files and folders that are removed, one by one */

/* Two trees that are being compared. */
struct check {
	struct changes *changes;
	struct scope *scope;
	struct buffer *outside;		/* paths that are not in the scope */
	size_t outside_count;
	struct scope *protect;		/* NULL: nothing is */
	char *gitmodules;		/* text of the new tree's file; NULL: none */
};

bool
changes_broken(enum error error)
{
	return error == ERROR_UNKNOWN || error == ERROR_INVALID || error == ERROR_GIT;
}

enum error
changes_fits(void *why, const char *oid, enum object_kind kind, uint64_t size)
{
	const uint64_t most = kind == OBJECT_COMMIT ? COMMIT_MOST :
	    kind == OBJECT_TREE ? TREE_MOST : UINT64_MAX;

	if (size <= most)
		return ERROR_NONE;
	buffer_format(why, "%s %s has %ju bytes; %ju is the most",
	    kind == OBJECT_COMMIT ? "commit" : "folder", oid, (uintmax_t)size, (uintmax_t)most);
	return ERROR_TOO_LARGE;
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

/*
 * The first ones by name, each once; then how many more, which is known of the whole
 * result only: its commits change much of that again.
 */
static void
add_protected(struct changes *changes, const char *path)
{
	char **list = *changes->inspection->protected, *text = utf8_repair(path, strlen(path));
	size_t i;

	if (list == NULL)
		list = *changes->inspection->protected = mem_zero(PATHS_NAMED + 2, sizeof(char *));
	for (i = 0; i < PATHS_NAMED && list[i] != NULL; i++)
		if (strcmp(list[i], text) == 0)
			break;
	if (i < PATHS_NAMED && list[i] == NULL) {
		list[i] = text;
		return;
	}
	free(text);
	if (i < PATHS_NAMED || (changes->base_tree != NULL && list[PATHS_NAMED] != NULL))
		return;
	free(list[PATHS_NAMED]);
	list[PATHS_NAMED] = changes->base_tree != NULL ? str_dup("and more") :
	    str_format("and %zu more", ++changes->unnamed);
}

/* A pattern for it, once; when there are too many of them, one for everything. */
static void
add_outside(struct changes *changes, const char *path)
{
	char **list = *changes->inspection->outside, *pattern;
	size_t count = strs_count(list), i;

	if (list == NULL)
		list = *changes->inspection->outside = mem_zero(OUTSIDE_MOST + 1, sizeof(char *));
	if (count == 1 && strcmp(list[0], SCOPE_EVERYTHING) == 0)
		return;
	pattern = scope_pattern(path);
	for (i = 0; i < count && strcmp(list[i], pattern) != 0; i++)
		;
	if (i < count || count == OUTSIDE_MOST)
		free(pattern);
	else
		list[i] = pattern;
	if (i < OUTSIDE_MOST)
		return;
	while (count > 0) {
		free(list[--count]);
		list[count] = NULL;
	}
	list[0] = str_dup(SCOPE_EVERYTHING);
}

/* Is it what the base has there? A branch from before the base catches up so. */
static bool
is_as_base(struct changes *changes, const char *path, const struct tree_entry *new)
{
	struct tree_entry base = { 0 };
	bool there;

	if (changes->base_tree == NULL || changes->looks++ >= LOOKS_MOST)
		return false;
	there = tree_at(changes->inspection->objects, changes->base_tree, path, &base) &&
	    base.mode != MODE_TREE;
	return new == NULL ? !there : there && base.mode == new->mode &&
	    strcmp(base.oid, new->oid) == 0;
}

/* Can there be such a file, here or anywhere? Git's own checks let these pass. */
static enum error
check_name(struct check *check, const char *path, unsigned mode)
{
	const struct limits *limits = check->changes->inspection->limits;
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;

	if (mode != MODE_TREE && mode != MODE_GITLINK && mode != MODE_LINK &&
	    mode != 0100644 && mode != 0100755) {
		buffer_format(check->changes->why, "'%s' has mode %o, which Git does not know", path, mode);
		return ERROR_INVALID;
	}
	if (strlen(name) > NAME_LONGEST) {
		buffer_format(check->changes->why, "a name of %zu bytes in its folder '%.*s'; %u is the most",
		    strlen(name), (int)(slash == NULL ? 0 : slash - path), path, NAME_LONGEST);
		return ERROR_TOO_LARGE;
	}
	if (strlen(path) > limits->path) {
		buffer_format(check->changes->why, "a path of %zu bytes or more, '%.200s...'; limits.path "
		    "allows %ju", strlen(path), path, (uintmax_t)limits->path);
		return ERROR_TOO_LARGE;
	}
	if (++check->changes->files > limits->files) {
		buffer_format(check->changes->why, "it changes more than the %ju files and folders that "
		    "limits.files allows", (uintmax_t)limits->files);
		return ERROR_TOO_LARGE;
	}
	return ERROR_NONE;
}

/*
 * What is removed may be as hostile as what is added: an agent's commit before this
 * one brought it. A folder is entered when its files have to be known, and not for ever.
 */
static enum error
check_gone(struct check *check, bool *enter)
{
	*enter = check->scope != NULL || check->protect != NULL;
	if (++check->changes->gone <= GONE_MOST)
		return ERROR_NONE;
	buffer_format(check->changes->why, "it removes more than %u files and folders", GONE_MOST);
	return ERROR_TOO_LARGE;
}

/* Can there be such a link? */
static enum error
check_link(struct check *check, const char *path, const char *oid, uint64_t size)
{
	struct buffer target;
	const char *wrong = NULL;
	enum error error = ERROR_NONE;

	buffer_init(&target);
	if (size > 0 && size <= GIT_LINK_MOST)
		error = repository_read(check->changes->inspection->objects, oid, OBJECT_BLOB, &target);
	if (error == ERROR_NONE)
		wrong = git_link_wrong(target.bytes, target.len > 0 ? target.len : (size_t)size);
	if (wrong != NULL) {
		buffer_format(check->changes->why, "'%s' %s", path, wrong);
		error = ERROR_INVALID;
	}
	buffer_release(&target);
	return error;
}

/* What it says of a file is there? A folder that is not, or is too large, is told from a bomb. */
static enum error
check_object(struct check *check, const char *path, const struct tree_entry *entry)
{
	const bool folder = entry->mode == MODE_TREE;
	enum object_kind kind;
	uint64_t size;
	enum error error;

	if (entry->mode == MODE_GITLINK)
		return ERROR_NONE;
	error = repository_look(check->changes->inspection->objects, entry->oid, &kind, &size);
	if (error == ERROR_UNKNOWN || (error == ERROR_NONE && kind != (folder ? OBJECT_TREE :
	    OBJECT_BLOB))) {
		buffer_format(check->changes->why, "the content of '%s' is missing", path);
		return ERROR_INVALID;
	}
	if (error == ERROR_NONE && entry->mode == MODE_LINK)
		return check_link(check, path, entry->oid, size);
	return error != ERROR_NONE ? error : changes_fits(check->changes->why, entry->oid, kind, size);
}

/* One entry that the result changes: is it there, may it be changed? */
static enum error
visit(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct check *check = context;
	struct changes *changes = check->changes;
	bool nested, outside, protected;
	enum error error = new == NULL ? check_gone(check, enter) :
	    check_name(check, path, new->mode);

	if (error == ERROR_NONE && new != NULL)
		error = check_object(check, path, new);
	if (error != ERROR_NONE || changes->inspection->salvage)
		return error;
	nested = new != NULL && new->mode == MODE_GITLINK &&
	    (old == NULL || old->mode != MODE_GITLINK) && !is_submodule(check->gitmodules, path);
	if (!nested && (old != NULL ? old : new)->mode == MODE_TREE)
		return ERROR_NONE;
	outside = check->scope != NULL && !scope_covers(check->scope, path);
	protected = check->protect != NULL && scope_covers(check->protect, path);
	if ((!nested && !outside && !protected) || is_as_base(changes, path, new))
		return ERROR_NONE;
	if (nested) {
		buffer_format(changes->why, "left a nested Git repository at '%s': remove its .git or "
		    "add it as a submodule", path);
		return ERROR_STATE;
	}
	if (protected)
		add_protected(changes, path);
	if (outside && changes->inspection->outside != NULL)
		add_outside(changes, path);
	else if (outside && check->outside_count++ < PATHS_NAMED)
		buffer_format(check->outside, "%s%s", check->outside_count > 1 ? ", " : "", path);
	return ERROR_NONE;
}

enum error
changes_check(struct changes *changes, const char *old, const char *new)
{
	const struct inspection *inspection = changes->inspection;
	struct check check = { .changes = changes };
	struct buffer *why = changes->why;
	struct tree_entry entry;
	struct buffer modules, outside, where;
	enum error error;

	buffer_init(&modules);
	buffer_init(&outside);
	buffer_init(&where);
	check.outside = &outside;
	if (inspection->files != NULL)
		check.scope = scope_new(inspection->files, inspection->ignore_case);
	if (inspection->protect != NULL && inspection->protected != NULL)
		check.protect = scope_new(inspection->protect, inspection->ignore_case);
	if (tree_find(inspection->objects, new, ".gitmodules", &entry) &&
	    repository_read(inspection->objects, entry.oid, OBJECT_BLOB, &modules) == ERROR_NONE)
		check.gitmodules = str_dup(buffer_text(&modules));
	error = walk_trees(inspection->objects, old, new, visit, &check, &where);
	if (error == ERROR_TOO_LARGE && why->len == 0)
		buffer_format(why, "a path of more than %u bytes below '%.200s...'; limits.path "
		    "allows %ju", WALK_PATH_MOST - 1, buffer_text(&where),
		    (uintmax_t)inspection->limits->path);
	else if (error != ERROR_NONE && why->len == 0)
		buffer_format(why, changes_broken(error) ? "folder '%s' of its tree is missing or broken" :
		    "folder '%s' of its tree cannot be read", buffer_text(&where));
	if (error == ERROR_NONE && check.outside_count > 0) {
		buffer_format(why, "outside its scope: %s", buffer_text(&outside));
		if (check.outside_count > PATHS_NAMED)
			buffer_format(why, " and %zu more", check.outside_count - PATHS_NAMED);
		error = ERROR_PERMISSION;
	}
	/* What is missing or broken is the result's fault, whatever it is called below. */
	if (changes_broken(error))
		error = ERROR_INVALID;
	scope_free(check.scope);
	scope_free(check.protect);
	free(check.gitmodules);
	buffer_release(&modules);
	buffer_release(&outside);
	buffer_release(&where);
	return error;
}
