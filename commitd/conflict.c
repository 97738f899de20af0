/* Conflicts that an agent is to finish: see conflict.h. */
#include "commitd/conflict.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commitd/durable.h"
#include "commitd/markers.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define PATHS_ASKED	100u	/* whose history is looked at */
#define COMMITS_NAMED	20u
#define LOG_SECONDS	20u	/* for that look: it is a help, not a need */
#define LINE_MOST	200u	/* bytes of what is said of a commit */
#define PATHS_NAMED	10u

static char *
ref_of(const char *task)
{
	return str_format("%s%s", CONFLICT_REF, task);
}

/* A line of the message for each file with markers; a name may have any byte but NUL. */
static void
add_path(struct buffer *out, const char *path)
{
	for (; *path != '\0'; path++)
		if (*path == '\n' || *path == '\\')
			buffer_format(out, "\\%c", *path == '\n' ? 'n' : '\\');
		else
			buffer_add(out, path, 1);
	buffer_add_text(out, "\n");
}

/* The next of them, or NULL; the caller frees. */
static char *
next_path(const char **at)
{
	size_t len = strcspn(*at, "\n"), i, to = 0;
	char *path;

	if (len == 0)
		return NULL;
	path = mem_copy(*at, len);
	for (i = 0; i < len; i++) {
		if (path[i] == '\\' && i + 1 < len)
			path[to++] = path[++i] == 'n' ? '\n' : path[i];
		else
			path[to++] = path[i];
	}
	path[to] = '\0';
	*at += len + ((*at)[len] == '\n');
	return path;
}

/* A link and a submodule are merged as text too, and have no markers. */
static enum error
write_commit(struct commitd *commitd, const char *tip, struct conflict *conflict)
{
	static const char nobody[] = "orch <orch@localhost> 0 +0000";
	struct tree_entry entry = { 0 };
	struct buffer text;
	enum error error;
	size_t i;

	buffer_init(&text);
	buffer_format(&text, "tree %s\nparent %s\nauthor %s\ncommitter %s\n\nconflict\n\n",
	    conflict->tree, tip, nobody, nobody);
	for (i = 0; conflict->texts != NULL && conflict->texts[i] != NULL; i++)
		if (tree_at(commitd->repository, conflict->tree, conflict->texts[i], &entry) &&
		    S_ISREG(entry.mode))
			add_path(&text, conflict->texts[i]);
	error = repository_write(commitd->repository, OBJECT_COMMIT, text.bytes, text.len,
	    conflict->commit);
	buffer_release(&text);
	return error;
}

/* Commits since the base that touched the paths: "1a2b3c4 Subject (task a)". */
static void
find_with(struct commitd *commitd, const struct result *result, const char *tip,
    struct conflict *conflict)
{
	size_t count = strs_count(conflict->paths), i = 0, named = 0;
	char *range = str_format("%s..%s", result->base, tip);
	char *most = str_format("--max-count=%u", COMMITS_NAMED + 1);
	const char *const start[] = { "git", "--literal-pathspecs", "log", "-z", most,
	    "--no-show-signature", "--format=%h %s%x09%(trailers:key=Orch-Task,valueonly,separator=%x2C)",
	    range, "--" };
	const char **arguments = mem_zero(COUNT(start) + PATHS_ASKED + 1, sizeof(char *));
	struct buffer out;
	struct git_call call = { .arguments = arguments, .input = -1, .seconds = LOG_SECONDS,
	    .output = &out };
	char *at, *end, *tab, *line;

	buffer_init(&out);
	memcpy(arguments, start, sizeof(start));
	for (i = 0; i < count && i < PATHS_ASKED; i++)
		arguments[COUNT(start) + i] = conflict->paths[i];
	if (count > 0 && git_run(&commitd->git, &call) != ERROR_NONE)
		log_warnx("task=%s event=conflict why=git log did not say with which commits",
		    result->task);
	buffer_add(&out, "", 1);
	conflict->with = mem_zero(COMMITS_NAMED + 2, sizeof(char *));
	end = (char *)out.bytes + out.len;
	for (at = (char *)out.bytes; at < end && *at != '\0'; at += strlen(at) + 1) {
		if (named == COMMITS_NAMED) {
			conflict->with[named] = str_dup("and more");
			break;
		}
		tab = strrchr(at, '\t');
		line = tab == NULL ? str_dup(at) : tab[1] == '\0' ?
		    str_format("%.*s", (int)(tab - at), at) :
		    str_format("%.*s (task %s)", (int)(tab - at), at, tab + 1);
		conflict->with[named++] = utf8_repair(line, strnlen(line, LINE_MOST));
		free(line);
	}
	buffer_release(&out);
	free(arguments);
	free(most);
	free(range);
}

/* Is what was found in a text a word of its own, and no part of a file's name? */
static bool
is_word(const char *text, const char *found, size_t len)
{
	const char *end = found + len;

	if (*end == '.')
		end++;
	return (found == text || found[-1] == ' ') && (*end == '\0' || strchr(" \n,;:)", *end) != NULL);
}

/* Replaces an object's id by what it stands for. */
static void
replace(char **text, const char *oid, const char *words)
{
	struct buffer out;
	const char *at = *text, *found;
	size_t len = strlen(oid);

	buffer_init(&out);
	for (; (found = strstr(at, oid)) != NULL; at = found + len) {
		buffer_add(&out, at, (size_t)(found - at));
		buffer_add_text(&out, is_word(*text, found, len) ? words : oid);
	}
	buffer_add_text(&out, at);
	free(*text);
	*text = str_dup(buffer_text(&out));
	buffer_release(&out);
}

/* A name may be anything; what is sent is text. */
static void
make_text(struct conflict *conflict, const char *tip)
{
	size_t i;
	char *text;

	for (i = 0; conflict->paths != NULL && conflict->paths[i] != NULL; i++) {
		text = utf8_repair(conflict->paths[i], strlen(conflict->paths[i]));
		free(conflict->paths[i]);
		conflict->paths[i] = text;
	}
	replace(&conflict->reason, tip, "the branch");
	replace(&conflict->reason, conflict->change, "your change");
	text = utf8_repair(conflict->reason, strnlen(conflict->reason, FEEDBACK_MAX));
	free(conflict->reason);
	conflict->reason = text;
}

enum error
conflict_keep(struct commitd *commitd, struct result *result, const char *tip)
{
	struct sync sync = { .objects = repository_objects(commitd->repository) };
	struct conflict *conflict = &result->conflict;
	struct commit old = { 0 };
	char *ref = ref_of(result->task);
	enum error error = ERROR_NONE;

	if (conflict->tree[0] != '\0' && conflict->commit[0] == '\0') {
		error = write_commit(commitd, tip, conflict);
		if (error == ERROR_NONE)
			error = commit_read(commitd->repository, tip, &old);
		if (error == ERROR_NONE)
			error = durable_add(&sync, commitd->repository, old.tree, conflict->tree,
			    conflict->commit);
		if (error == ERROR_NONE)
			error = durable_end(&sync);
		if (error == ERROR_NONE)
			error = repository_ref_write(commitd->repository, ref, conflict->commit, NULL);
		if (error == ERROR_NONE) {
			find_with(commitd, result, tip, conflict);
			make_text(conflict, tip);
		} else
			conflict->commit[0] = '\0';
	}
	commit_release(&old);
	free(ref);
	return error;
}

/*
 * The tree that the attempt began with: on another tip than the one of the
 * conflict it was merged once more, by the worker and now by us.
 */
static enum error
start_of(struct commitd *commitd, const char *kept, const struct commit *conflict,
    const char *base, char tree[OID_TEXT])
{
	struct merge_result merged;
	enum error error;

	memcpy(tree, conflict->tree, OID_TEXT);
	if (commit_is_child(conflict, base))
		return ERROR_NONE;
	error = merge_run(&commitd->merge, &commitd->git, base, kept, &merged);
	if (error == ERROR_NONE)
		memcpy(tree, merged.tree, OID_TEXT);
	merge_result_release(&merged);
	return error == ERROR_INVALID ? ERROR_NONE : error;
}

/* The bytes of a file in a tree; none when it is not there. */
static enum error
read_file(struct commitd *commitd, const char *tree, const char *path, struct buffer *out)
{
	struct tree_entry entry = { 0 };

	if (!tree_at(commitd->repository, tree, path, &entry) || !S_ISREG(entry.mode))
		return ERROR_NONE;
	return repository_read(commitd->repository, entry.oid, OBJECT_BLOB, out);
}

/* The trees that tell what became of a conflict: its start, the branch's, the result's. */
struct ends { char start[OID_TEXT], branch[OID_TEXT], now[OID_TEXT]; };

/* Is a file as it was, or is a marker of the merge still in it? */
static enum error
left_in(struct commitd *commitd, const struct ends *ends, const char *path, bool *same, bool *left)
{
	struct tree_entry was = { 0 }, is = { 0 };
	struct buffer start, branch, now;
	enum error error;

	*same = *left = false;
	if (!tree_at(commitd->repository, ends->start, path, &was) ||
	    !tree_at(commitd->repository, ends->now, path, &is) || !S_ISREG(is.mode))
		return ERROR_NONE;
	*same = *left = strcmp(was.oid, is.oid) == 0;
	if (*same)
		return ERROR_NONE;
	buffer_init(&start);
	buffer_init(&branch);
	buffer_init(&now);
	error = read_file(commitd, ends->start, path, &start);
	if (error == ERROR_NONE)
		error = read_file(commitd, ends->branch, path, &branch);
	if (error == ERROR_NONE)
		error = read_file(commitd, ends->now, path, &now);
	if (error == ERROR_NONE)
		*left = markers_left(&start, &branch, &now);
	buffer_release(&now);
	buffer_release(&branch);
	buffer_release(&start);
	return error;
}

/* Names the files of the list that are left in conflict. */
static enum error
name_left(struct commitd *commitd, const struct ends *ends, const char *list, struct buffer *why)
{
	bool same, left, all_same = true;
	enum error error = ERROR_NONE;
	char *path, *shown;
	size_t count = 0;

	while (error == ERROR_NONE && (path = next_path(&list)) != NULL) {
		error = left_in(commitd, ends, path, &same, &left);
		if (left && count++ < PATHS_NAMED) {
			shown = utf8_repair(path, strlen(path));
			buffer_format(why, "%s%s", count == 1 ? "left the conflict in " : ", ", shown);
			free(shown);
		}
		all_same = all_same && (same || !left);
		free(path);
	}
	if (count > PATHS_NAMED)
		buffer_format(why, " and %zu more", count - PATHS_NAMED);
	if (count == 0)
		return error;
	buffer_add_text(why, !all_same ? ": markers of it are still there" :
	    count == 1 ? " as it was" : " as they were");
	return ERROR_CONFLICT;
}

static enum error
tree_of(struct commitd *commitd, const char *oid, char tree[OID_TEXT])
{
	struct commit commit;
	enum error error = commit_read(commitd->repository, oid, &commit);

	if (error == ERROR_NONE)
		memcpy(tree, commit.tree, OID_TEXT);
	commit_release(&commit);
	return error;
}

enum error
conflict_left(struct commitd *commitd, const char *task, const char *base, const char *result,
    struct buffer *why)
{
	struct commit conflict = { 0 };
	char *ref = ref_of(task), kept[OID_TEXT] = "";
	enum error error = ERROR_NONE;
	const char *list = NULL;
	struct ends ends;

	if (repository_ref_read(commitd->repository, ref, kept) == ERROR_NONE)
		error = commit_read(commitd->repository, kept, &conflict);
	if (error == ERROR_NONE && conflict.message != NULL)
		list = strstr(conflict.message, "\n\n");
	if (list != NULL && list[2] != '\0') {
		error = start_of(commitd, kept, &conflict, base, ends.start);
		if (error == ERROR_NONE)
			error = tree_of(commitd, base, ends.branch);
		if (error == ERROR_NONE)
			error = tree_of(commitd, result, ends.now);
		if (error == ERROR_NONE)
			error = name_left(commitd, &ends, list + 2, why);
	}
	commit_release(&conflict);
	free(ref);
	return error;
}

void
conflict_forget(struct commitd *commitd, const char *task)
{
	char *ref = ref_of(task), oid[OID_TEXT];

	if (repository_ref_read(commitd->repository, ref, oid) == ERROR_NONE)
		repository_ref_delete(commitd->repository, ref);
	free(ref);
}

void
conflict_release(struct conflict *conflict)
{
	strs_free(conflict->paths);
	strs_free(conflict->texts);
	strs_free(conflict->with);
	free(conflict->reason);
	*conflict = (struct conflict){ 0 };
}
