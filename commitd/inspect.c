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
#define PARENTS_MOST	100u
#define COMMIT_MOST	(4u << 20)	/* bytes; what is larger is no message */
#define TREE_MOST	(64u << 20)	/* bytes of one folder: more than a million names */
#define NAME_LONGEST	255u		/* bytes; no file system of ours takes more */

struct check {
	const struct inspection *inspection;
	struct scope *scope;
	struct buffer *outside;		/* paths that are not in the scope */
	size_t outside_count;
	struct scope *protect;		/* NULL: nothing is */
	size_t protected_count;
	uint64_t *files;		/* that it adds or changes, folders included */
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

/* Is the fault in what was read, and not in the machine that reads it? */
static bool
is_broken(enum error error)
{
	return error == ERROR_UNKNOWN || error == ERROR_INVALID || error == ERROR_GIT;
}

static enum error
check_packed(void *context, const char *oid, enum object_kind kind, uint64_t size)
{
	const uint64_t most = kind == OBJECT_COMMIT ? COMMIT_MOST :
	    kind == OBJECT_TREE ? TREE_MOST : UINT64_MAX;

	if (size <= most)
		return ERROR_NONE;
	buffer_format(context, "%s %s has %ju bytes; %ju is the most",
	    kind == OBJECT_COMMIT ? "commit" : "folder", oid, (uintmax_t)size, (uintmax_t)most);
	return ERROR_TOO_LARGE;
}

enum error
inspect_packs(const char *objects, struct buffer *why)
{
	enum error error = repository_packed_each(objects, check_packed, why);

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
		error = check_packed(why, oid, kind, size);
	if (error == ERROR_NONE)
		error = commit_read(inspection->objects, oid, commit);
	if (error == ERROR_NONE && strs_count(commit->parents) > PARENTS_MOST) {
		buffer_format(why, "commit %s has %zu parents; %u is the most", oid,
		    strs_count(commit->parents), PARENTS_MOST);
		error = ERROR_TOO_LARGE;
	}
	if (error != ERROR_NONE && why->len == 0)
		buffer_format(why, is_broken(error) ? "commit %s is missing or broken" :
		    "commit %s cannot be read", oid);
	return is_broken(error) ? ERROR_INVALID : error;
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

/* Can there be such a file, here or anywhere? Git's own checks let these pass. */
static enum error
check_name(struct check *check, const char *path, unsigned mode)
{
	const struct limits *limits = check->inspection->limits;
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;

	if (mode != MODE_TREE && mode != MODE_GITLINK && mode != MODE_LINK &&
	    mode != 0100644 && mode != 0100755) {
		buffer_format(check->why, "'%s' has mode %o, which Git does not know", path, mode);
		return ERROR_INVALID;
	}
	if (strlen(name) > NAME_LONGEST) {
		buffer_format(check->why, "a name of %zu bytes in its folder '%.*s'; %u is the most",
		    strlen(name), (int)(slash == NULL ? 0 : slash - path), path, NAME_LONGEST);
		return ERROR_TOO_LARGE;
	}
	if (strlen(path) > limits->path) {
		buffer_format(check->why, "a path of %zu bytes or more, '%.200s...'; limits.path "
		    "allows %ju", strlen(path), path, (uintmax_t)limits->path);
		return ERROR_TOO_LARGE;
	}
	if (++*check->files > limits->files) {
		buffer_format(check->why, "it changes more than the %ju files and folders that "
		    "limits.files allows", (uintmax_t)limits->files);
		return ERROR_TOO_LARGE;
	}
	return ERROR_NONE;
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
	error = repository_look(check->inspection->objects, entry->oid, &kind, &size);
	if (error == ERROR_UNKNOWN || (error == ERROR_NONE && kind != (folder ? OBJECT_TREE :
	    OBJECT_BLOB))) {
		buffer_format(check->why, "the content of '%s' is missing", path);
		return ERROR_INVALID;
	}
	return error != ERROR_NONE ? error : check_packed(check->why, entry->oid, kind, size);
}

/* One entry that the result changes: is it there, may it be changed? */
static enum error
visit(void *context, const char *path, const struct tree_entry *old,
    const struct tree_entry *new, bool *enter)
{
	struct check *check = context;
	const struct inspection *inspection = check->inspection;
	enum error error = new == NULL ? ERROR_NONE : check_name(check, path, new->mode);

	(void)enter;
	if (error == ERROR_NONE && new != NULL)
		error = check_object(check, path, new);
	if (error != ERROR_NONE || inspection->salvage)
		return error;
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
    uint64_t *files, struct buffer *why)
{
	struct check check = { .inspection = inspection, .files = files, .why = why };
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
	if (error == ERROR_TOO_LARGE && why->len == 0)
		buffer_format(why, "a path of more than %u bytes below '%.200s...'; limits.path "
		    "allows %ju", WALK_PATH_MOST - 1, buffer_text(&where),
		    (uintmax_t)inspection->limits->path);
	else if (error != ERROR_NONE && why->len == 0)
		buffer_format(why, is_broken(error) ? "folder '%s' of its tree is missing or broken" :
		    "folder '%s' of its tree cannot be read", buffer_text(&where));
	if (error == ERROR_NONE && check.outside_count > 0) {
		buffer_format(why, "outside its scope: %s", buffer_text(&outside));
		if (check.outside_count > PATHS_NAMED)
			buffer_format(why, " and %zu more", check.outside_count - PATHS_NAMED);
		error = ERROR_PERMISSION;
	}
	/* What is missing or broken is the result's fault, whatever it is called below. */
	if (is_broken(error))
		error = ERROR_INVALID;
	scope_free(check.scope);
	scope_free(check.protect);
	free(check.gitmodules);
	buffer_release(&modules);
	buffer_release(&outside);
	buffer_release(&where);
	return error;
}

/* The agent's own commits, that land as they are. */
struct history {
	struct inspection inspection;
	struct limits limits;
	uint64_t commits, files;
	enum error error;
	struct buffer *why;
};

static void
check_commit(void *context, const char *oid)
{
	struct history *history = context;
	struct commit commit = { 0 }, parent = { 0 };
	enum error error = history->error;

	if (error == ERROR_NONE && ++history->commits > COMMITS_MOST) {
		buffer_format(history->why, "it has more than %u commits", COMMITS_MOST);
		error = ERROR_TOO_LARGE;
	}
	if (error == ERROR_NONE)
		error = read_commit(&history->inspection, oid, &commit, history->why);
	if (error == ERROR_NONE && strs_count(commit.parents) > 0)
		error = read_commit(&history->inspection, commit.parents[0], &parent, history->why);
	if (error == ERROR_NONE)
		error = check_trees(&history->inspection, parent.tree, commit.tree, &history->files,
		    history->why);
	if (error != ERROR_NONE && history->error == ERROR_NONE)
		buffer_format(history->why, " (in its commit %.12s)", oid);
	history->error = error;
	commit_release(&commit);
	commit_release(&parent);
}

/* Each against its first parent. What they change together is bounded: trees can be shared. */
static enum error
check_commits(const struct inspection *inspection, struct buffer *why)
{
	struct history history = { .inspection = *inspection, .limits = *inspection->limits,
	    .why = why };
	enum error error;

	history.inspection.salvage = true;
	history.inspection.files = history.inspection.protect = NULL;
	history.inspection.limits = &history.limits;
	history.limits.files *= PACK_OBJECTS_PER_FILE;
	error = repository_commits(inspection->objects, inspection->base, inspection->commit,
	    check_commit, &history);
	return history.error != ERROR_NONE ? history.error : error;
}

enum error
inspect(const struct inspection *inspection, struct buffer *why)
{
	struct commit old = { 0 }, new = { 0 };
	uint64_t files = 0;
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
		error = check_trees(inspection, old.tree, new.tree, &files, why);
	if (error == ERROR_NONE && inspection->commits)
		error = check_commits(inspection, why);
	commit_release(&old);
	commit_release(&new);
	return error;
}
