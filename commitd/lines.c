/* What a result changes, in lines: see lines.h. */
#include "commitd/lines.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/walk.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define BLOB_MOST	(256u << 10)	/* bytes of a file that is counted */
#define BYTES_MOST	(1u << 20)	/* of all of them */
#define LINES_MOST	50000u		/* of one file */
#define MORE_MOST	100000u		/* paths that are counted at all */

/* FNV-1a of each line; false: too many, or not text. */
static bool
hash_lines(const unsigned char *text, size_t len, uint64_t *hashes, size_t *count)
{
	uint64_t hash = 14695981039346656037ull;
	size_t i;

	*count = 0;
	for (i = 0; i < len; i++) {
		if (text[i] == '\0' || *count == LINES_MOST)
			return false;
		hash = (hash ^ text[i]) * 1099511628211ull;
		if (text[i] == '\n' || i + 1 == len) {
			hashes[(*count)++] = hash;
			hash = 14695981039346656037ull;
		}
	}
	return true;
}

static int
compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

bool
lines_count(const unsigned char *old, size_t old_len, const unsigned char *new, size_t new_len,
    uint64_t *added, uint64_t *removed)
{
	uint64_t *before = mem_zero(LINES_MOST, sizeof(*before)), *after = mem_zero(LINES_MOST, sizeof(*after));
	size_t i = 0, j = 0, before_count, after_count = 0;
	bool good = hash_lines(old, old_len, before, &before_count) &&
	    hash_lines(new, new_len, after, &after_count);

	*added = *removed = 0;
	if (good) {
		qsort(before, before_count, sizeof(*before), compare);
		qsort(after, after_count, sizeof(*after), compare);
		while (i < before_count || j < after_count)
			if (j == after_count || (i < before_count && before[i] < after[j])) {
				++*removed;
				i++;
			} else if (i == before_count || after[j] < before[i]) {
				++*added;
				j++;
			} else {
				i++;
				j++;
			}
	}
	free(after);
	free(before);
	return good;
}

/* A file's bytes, if they are few; true as well when there is no file. */
static bool
read_file(struct lines *lines, struct repository *repository, const struct tree_entry *entry,
    struct buffer *out)
{
	enum object_kind kind;
	uint64_t size;

	if (entry == NULL)
		return true;
	if (entry->mode == MODE_GITLINK || repository_look(repository, entry->oid, &kind, &size) != ERROR_NONE ||
	    kind != OBJECT_BLOB || size > BLOB_MOST || size > lines->budget)
		return false;
	lines->budget -= size;
	return repository_read(repository, entry->oid, OBJECT_BLOB, out) == ERROR_NONE;
}

struct looking { struct lines *lines; struct repository *repository; };

static bool
is_folder(const struct tree_entry *entry)
{
	return entry != NULL && entry->mode == MODE_TREE;
}

static enum error
visit(void *context, const char *path, const struct tree_entry *old, const struct tree_entry *new, bool *enter)
{
	struct looking *looking = context;
	struct lines *lines = looking->lines;
	struct record_changed_row *row;
	struct buffer before, after;

	(void)enter;
	/* What is in a folder comes by itself. */
	if (is_folder(old) || is_folder(new))
		return ERROR_NONE;
	if (lines->count == CHANGED_MAX)
		return ++lines->more < MORE_MOST ? ERROR_NONE : ERROR_STATE;
	buffer_init(&before);
	buffer_init(&after);
	row = &lines->rows[lines->count];
	lines->paths[lines->count] = utf8_repair(path, strlen(path));
	row->path = lines->paths[lines->count++];
	row->kind = old == NULL ? "added" : new == NULL ? "removed" : "changed";
	row->uncounted = !read_file(lines, looking->repository, old, &before) ||
	    !read_file(lines, looking->repository, new, &after) ||
	    !lines_count(before.bytes, before.len, after.bytes, after.len, &row->added, &row->removed);
	buffer_release(&after);
	buffer_release(&before);
	return ERROR_NONE;
}

void
lines_find(struct lines *lines, struct repository *repository, const char *base, const char *commit)
{
	struct looking looking = { lines, repository };
	struct commit old = { 0 }, new = { 0 };
	struct buffer where;

	*lines = (struct lines){ .budget = BYTES_MOST };
	buffer_init(&where);
	if (commit_read(repository, base, &old) == ERROR_NONE && commit_read(repository, commit, &new) == ERROR_NONE)
		walk_trees(repository, old.tree, new.tree, visit, &looking, &where);
	buffer_release(&where);
	commit_release(&old);
	commit_release(&new);
}

void
lines_release(struct lines *lines)
{
	while (lines->count > 0)
		free(lines->paths[--lines->count]);
}
