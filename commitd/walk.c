/* Trees side by side and commits: see walk.h. */
#include "commitd/walk.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define OID_BYTES	20u

struct walk {
	struct repository *repository;
	walk_visit *visit;
	void *context;
	struct buffer *where;
	struct buffer path;
};

bool
tree_next(struct tree_cursor *cursor)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes = cursor->bytes.bytes, *oid;
	size_t len = cursor->bytes.len, at = cursor->at, start, i;
	unsigned mode = 0;

	cursor->more = false;
	if (at == len)
		return true;
	for (; at < len && bytes[at] >= '0' && bytes[at] <= '7' && mode < 01000000; at++)
		mode = mode * 8 + (bytes[at] - (unsigned)'0');
	if (at == len || bytes[at] != ' ')
		return false;
	for (start = ++at; at < len && bytes[at] != '\0'; at++)
		if (bytes[at] == '/')
			return false;
	if (at == start || len - at < OID_BYTES + 1)
		return false;
	cursor->name = (const char *)bytes + start;
	cursor->name_len = at - start;
	cursor->entry.mode = mode;
	oid = bytes + at + 1;
	for (i = 0; i < OID_BYTES; i++) {
		cursor->entry.oid[2 * i] = digits[oid[i] >> 4];
		cursor->entry.oid[2 * i + 1] = digits[oid[i] & 15];
	}
	cursor->entry.oid[2 * OID_BYTES] = '\0';
	cursor->at = at + 1 + OID_BYTES;
	cursor->more = true;
	return true;
}

enum error
tree_open(struct tree_cursor *cursor, struct repository *repository, const char *tree)
{
	enum error error = ERROR_NONE;

	*cursor = (struct tree_cursor){ 0 };
	buffer_init(&cursor->bytes);
	if (tree[0] != '\0')
		error = repository_read(repository, tree, OBJECT_TREE, &cursor->bytes);
	if (error == ERROR_NONE && !tree_next(cursor))
		error = ERROR_INVALID;
	return error;
}

void
tree_close(struct tree_cursor *cursor)
{
	buffer_release(&cursor->bytes);
}

/* Of a digit as tree_next writes them. */
static unsigned char
value_of(char digit)
{
	return (unsigned char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void
tree_append(struct buffer *tree, const char *name, size_t len, const struct tree_entry *entry)
{
	unsigned char oid[OID_BYTES];
	size_t i;

	for (i = 0; i < OID_BYTES; i++)
		oid[i] = (unsigned char)(value_of(entry->oid[2 * i]) << 4 | value_of(entry->oid[2 * i + 1]));
	buffer_format(tree, "%o ", entry->mode);
	buffer_add(tree, name, len);
	buffer_add(tree, "", 1);
	buffer_add(tree, oid, sizeof(oid));
}

int
tree_order(const char *a, size_t a_len, unsigned a_mode, const char *b, size_t b_len,
    unsigned b_mode)
{
	size_t len = a_len < b_len ? a_len : b_len;
	int order = memcmp(a, b, len);
	unsigned char end_a, end_b;

	if (order != 0)
		return order;
	end_a = a_len > len ? (unsigned char)a[len] : a_mode == MODE_TREE ? '/' : 0;
	end_b = b_len > len ? (unsigned char)b[len] : b_mode == MODE_TREE ? '/' : 0;
	if (end_a != end_b)
		return end_a < end_b ? -1 : 1;
	return a_len < b_len ? -1 : a_len > b_len;
}

static int
compare(const struct tree_cursor *a, const struct tree_cursor *b)
{
	return tree_order(a->name, a->name_len, a->entry.mode, b->name, b->name_len, b->entry.mode);
}

static enum error walk_folder(struct walk *walk, const char *old, const char *new);

/* One name that differs: tells, and enters. */
static enum error
walk_entry(struct walk *walk, const struct tree_cursor *old, const struct tree_cursor *new)
{
	const struct tree_cursor *named = old != NULL ? old : new;
	size_t len = walk->path.len;
	enum error error;
	bool enter = true;

	if (len + named->name_len + 1 >= WALK_PATH_MOST)
		return ERROR_TOO_LARGE;
	if (len > 0)
		buffer_add_text(&walk->path, "/");
	buffer_add(&walk->path, named->name, named->name_len);
	error = walk->visit(walk->context, buffer_text(&walk->path), old ? &old->entry : NULL,
	    new ? &new->entry : NULL, &enter);
	if (error == ERROR_NONE && enter && named->entry.mode == MODE_TREE)
		error = walk_folder(walk, old ? old->entry.oid : "", new ? new->entry.oid : "");
	if (error != ERROR_NONE && walk->where->len == 0)
		buffer_add_text(walk->where, buffer_text(&walk->path));
	walk->path.len = len;
	return error;
}

static enum error
walk_folder(struct walk *walk, const char *old_tree, const char *new_tree)
{
	struct tree_cursor old = { 0 }, new = { 0 };
	enum error error;
	int order;

	error = tree_open(&old, walk->repository, old_tree);
	if (error == ERROR_NONE)
		error = tree_open(&new, walk->repository, new_tree);
	while (error == ERROR_NONE && (old.more || new.more)) {
		order = !old.more ? 1 : !new.more ? -1 : compare(&old, &new);
		if (order != 0)
			error = walk_entry(walk, order < 0 ? &old : NULL, order < 0 ? NULL : &new);
		else if (old.entry.mode != new.entry.mode ||
		    strcmp(old.entry.oid, new.entry.oid) != 0)
			error = walk_entry(walk, &old, &new);
		if (error == ERROR_NONE && order <= 0 && !tree_next(&old))
			error = ERROR_INVALID;
		if (error == ERROR_NONE && order >= 0 && !tree_next(&new))
			error = ERROR_INVALID;
	}
	tree_close(&old);
	tree_close(&new);
	return error;
}

enum error
walk_trees(struct repository *repository, const char *old, const char *new, walk_visit *visit,
    void *context, struct buffer *where)
{
	struct walk walk = { repository, visit, context, where, { 0 } };
	enum error error = ERROR_NONE;

	buffer_init(&walk.path);
	if (strcmp(old, new) != 0)
		error = walk_folder(&walk, old, new);
	buffer_release(&walk.path);
	return error;
}

bool
tree_find(struct repository *repository, const char *tree, const char *name,
    struct tree_entry *entry)
{
	struct tree_cursor cursor;
	bool found = false;

	if (tree_open(&cursor, repository, tree) == ERROR_NONE)
		while (cursor.more && !found) {
			found = cursor.name_len == strlen(name) &&
			    memcmp(cursor.name, name, cursor.name_len) == 0;
			if (found)
				*entry = cursor.entry;
			else if (!tree_next(&cursor))
				break;
		}
	tree_close(&cursor);
	return found;
}

bool
tree_at(struct repository *repository, const char *tree, const char *path,
    struct tree_entry *entry)
{
	const char *slash;
	char *name;
	bool found;

	memcpy(entry->oid, tree, OID_TEXT);
	for (;; path = slash + 1) {
		slash = strchr(path, '/');
		name = mem_copy(path, slash != NULL ? (size_t)(slash - path) : strlen(path));
		found = tree_find(repository, entry->oid, name, entry);
		free(name);
		if (!found || slash == NULL)
			return found;
		if (entry->mode != MODE_TREE)
			return false;
	}
}

/* Reads the headers; `text` ends where the message begins. */
static bool
read_headers(struct commit *commit, char *text)
{
	size_t parents = 0;
	char *line, *end;

	for (line = text; *line != '\0'; line = end + 1) {
		if ((end = strchr(line, '\n')) == NULL)
			return false;
		*end = '\0';
		if (strncmp(line, "tree ", 5) == 0 && end - line == 5 + OID_TEXT - 1)
			memcpy(commit->tree, line + 5, OID_TEXT - 1);
		else if (strncmp(line, "parent ", 7) == 0) {
			commit->parents = mem_resize(commit->parents, parents + 2, sizeof(char *));
			commit->parents[parents++] = str_dup(line + 7);
			commit->parents[parents] = NULL;
		} else if (strncmp(line, "author ", 7) == 0 && commit->author == NULL)
			commit->author = str_dup(line + 7);
		else if (strncmp(line, "committer ", 10) == 0 && commit->committer == NULL)
			commit->committer = str_dup(line + 10);
		else if (strncmp(line, "encoding ", 9) == 0 && commit->encoding == NULL)
			commit->encoding = str_dup(line + 9);
	}
	return commit->tree[0] != '\0' && commit->author != NULL && commit->committer != NULL;
}

enum error
commit_read(struct repository *repository, const char *oid, struct commit *commit)
{
	struct buffer bytes;
	enum error error;
	const char *text, *end;
	char *headers;

	*commit = (struct commit){ 0 };
	buffer_init(&bytes);
	error = repository_read(repository, oid, OBJECT_COMMIT, &bytes);
	if (error == ERROR_NONE) {
		text = buffer_text(&bytes);
		end = strstr(text, "\n\n");
		/* A commit without a message may end with its headers. */
		end = end == NULL ? text + bytes.len : end + 1;
		headers = mem_copy(text, (size_t)(end - text));
		if (!read_headers(commit, headers))
			error = ERROR_INVALID;
		free(headers);
		end += *end == '\n';
		commit->message_len = bytes.len - (size_t)(end - text);
		commit->message = mem_copy(end, commit->message_len);
	}
	buffer_release(&bytes);
	return error;
}

void
commit_release(struct commit *commit)
{
	strs_free(commit->parents);
	free(commit->author);
	free(commit->committer);
	free(commit->encoding);
	free(commit->message);
	*commit = (struct commit){ 0 };
}

bool
commit_is_child(const struct commit *commit, const char *parent)
{
	return strs_count(commit->parents) == 1 && str_same(commit->parents[0], parent);
}
