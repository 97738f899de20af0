/* Trees put together name by name: see trivial.h. */
#include "commitd/trivial.h"

#include <stdlib.h>
#include <string.h>

#include "commitd/walk.h"
#include "protocol/mem.h"

#define DEPTH_MOST	(WALK_PATH_MOST / 2)

enum { BASE, OURS, THEIRS, SIDES };

/* An entry of the folder that is made; its name stays in the tree it came from. */
struct item {
	const char *name;
	size_t len;
	struct tree_entry entry;
};

/* The trees that are made: nothing is written before it is known that all is trivial. */
struct trees {
	struct repository *repository;
	struct buffer *made;
	size_t count;
};

/* One folder on all sides, and what becomes of it. */
struct folder {
	struct trees *trees;
	struct tree_cursor cursors[SIDES];
	bool added[SIDES], removed[SIDES];	/* has a side got, or lost, a name? */
	struct item *items;
	size_t count;
	unsigned depth;
};

/* What stands at one name; NULL where it does not. */
struct name {
	const struct tree_cursor *any;
	const struct tree_entry *at[SIDES];
};

static enum error merge_folder(struct folder *folder, const char *const trees[SIDES],
    char merged[OID_TEXT], bool *trivial);

static bool
same(const struct tree_entry *a, const struct tree_entry *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->mode == b->mode && strcmp(a->oid, b->oid) == 0;
}

static int
order(const struct tree_cursor *a, const struct tree_cursor *b)
{
	return tree_order(a->name, a->name_len, a->entry.mode, b->name, b->name_len, b->entry.mode);
}

/* The first name, in Git's order, of those that the sides stand at; false at the end. */
static bool
next_name(const struct folder *folder, struct name *name)
{
	const struct tree_cursor *cursor;
	size_t i;

	*name = (struct name){ NULL, { NULL } };
	for (i = 0; i < SIDES; i++) {
		cursor = &folder->cursors[i];
		if (cursor->more && (name->any == NULL || order(cursor, name->any) < 0))
			name->any = cursor;
	}
	for (i = 0; name->any != NULL && i < SIDES; i++) {
		cursor = &folder->cursors[i];
		if (cursor->more && order(cursor, name->any) == 0)
			name->at[i] = &cursor->entry;
	}
	return name->any != NULL;
}

static bool
step(struct folder *folder, const struct name *name)
{
	bool sound = true;
	size_t i;

	for (i = 0; i < SIDES; i++)
		if (name->at[i] != NULL && !tree_next(&folder->cursors[i]))
			sound = false;
	return sound;
}

/* As Git writes it, whatever the tree had that it is from. */
static unsigned
canonical(unsigned mode)
{
	if ((mode & 0170000u) != 0100000u)
		return mode;
	return mode & 0100u ? 0100755u : 0100644u;
}

static void
keep(struct folder *folder, const struct name *name, const struct tree_entry *entry)
{
	if ((folder->count & (folder->count + 1)) == 0)
		folder->items = mem_resize(folder->items, 2 * folder->count + 1,
		    sizeof(*folder->items));
	folder->items[folder->count] = (struct item){ name->any->name, name->any->name_len, *entry };
	folder->items[folder->count++].entry.mode = canonical(entry->mode);
}

static void
note(struct folder *folder, const struct name *name, size_t side)
{
	folder->added[side] = folder->added[side] || name->at[BASE] == NULL;
	folder->removed[side] = folder->removed[side] || name->at[side] == NULL;
}

/* A folder on both sides, and no file before: what is in it may still be trivial. */
static enum error
enter(struct folder *folder, const struct name *name, bool *trivial)
{
	struct folder below = { .trees = folder->trees, .depth = folder->depth + 1 };
	const char *const trees[SIDES] = { name->at[BASE] != NULL ? name->at[BASE]->oid : "",
	    name->at[OURS]->oid, name->at[THEIRS]->oid };
	struct tree_entry made = { .mode = MODE_TREE };
	enum error error;

	*trivial = below.depth < DEPTH_MOST;
	if (!*trivial)
		return ERROR_NONE;
	error = merge_folder(&below, trees, made.oid, trivial);
	/* Nothing is left of it. */
	if (error == ERROR_NONE && *trivial && made.oid[0] != '\0')
		keep(folder, name, &made);
	return error;
}

static enum error
merge_name(struct folder *folder, const struct name *name, bool *trivial)
{
	const struct tree_entry *base = name->at[BASE], *ours = name->at[OURS],
	    *theirs = name->at[THEIRS];
	size_t changed = same(base, theirs) ? OURS : THEIRS, i;

	if (same(base, ours) || same(base, theirs)) {
		if (!same(ours, theirs))
			note(folder, name, changed);
		if (name->at[changed] != NULL)
			keep(folder, name, name->at[changed]);
		return ERROR_NONE;
	}
	for (i = OURS; i < SIDES; i++) {
		*trivial = *trivial && name->at[i] != NULL && name->at[i]->mode == MODE_TREE;
		note(folder, name, i);
	}
	return *trivial ? enter(folder, name, trivial) : ERROR_NONE;
}

/* Is there a file of the same name as a folder? They do not stand side by side. */
static bool
is_file_too(const struct folder *folder, const struct item *item)
{
	size_t low = 0, high = folder->count, middle;
	int side;

	while (low < high) {
		const struct item *other = &folder->items[middle = low + (high - low) / 2];

		side = tree_order(item->name, item->len, 0, other->name, other->len,
		    other->entry.mode);
		if (side == 0)
			return true;
		if (side < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* May the two sides stand in one folder, as far as names tell? */
static bool
fits(const struct folder *folder)
{
	size_t i;

	if ((folder->removed[OURS] && folder->added[THEIRS]) ||
	    (folder->removed[THEIRS] && folder->added[OURS]))
		return false;
	for (i = 0; folder->added[OURS] && folder->added[THEIRS] && i < folder->count; i++)
		if (folder->items[i].entry.mode == MODE_TREE && is_file_too(folder, &folder->items[i]))
			return false;
	return true;
}

static enum error
make_folder(struct folder *folder, char oid[OID_TEXT])
{
	struct trees *trees = folder->trees;
	struct buffer *tree;
	size_t i;

	if ((trees->count & (trees->count + 1)) == 0)
		trees->made = mem_resize(trees->made, 2 * trees->count + 1, sizeof(*trees->made));
	tree = &trees->made[trees->count++];
	buffer_init(tree);
	for (i = 0; i < folder->count; i++)
		tree_append(tree, folder->items[i].name, folder->items[i].len,
		    &folder->items[i].entry);
	return repository_hash(OBJECT_TREE, tree->bytes, tree->len, oid);
}

/* One folder; `merged` is "" when nothing is left in it. */
static enum error
merge_folder(struct folder *folder, const char *const trees[SIDES], char merged[OID_TEXT],
    bool *trivial)
{
	enum error error = ERROR_NONE;
	struct name name;
	size_t i;

	merged[0] = '\0';
	for (i = 0; i < SIDES; i++) {
		enum error opened = tree_open(&folder->cursors[i], folder->trees->repository, trees[i]);

		error = error == ERROR_NONE ? opened : error;
	}
	while (error == ERROR_NONE && *trivial && next_name(folder, &name)) {
		error = merge_name(folder, &name, trivial);
		if (error == ERROR_NONE && !step(folder, &name))
			error = ERROR_INVALID;
	}
	*trivial = *trivial && fits(folder);
	if (error == ERROR_NONE && *trivial && folder->count > 0)
		error = make_folder(folder, merged);
	for (i = 0; i < SIDES; i++)
		tree_close(&folder->cursors[i]);
	free(folder->items);
	return error;
}

static enum error
write_trees(const struct trees *trees)
{
	enum error error = ERROR_NONE;
	char oid[OID_TEXT];
	size_t i;

	for (i = 0; error == ERROR_NONE && i < trees->count; i++)
		error = repository_write(trees->repository, OBJECT_TREE, trees->made[i].bytes,
		    trees->made[i].len, oid);
	return error;
}

enum error
trivial_merge(struct repository *repository, const struct trivial *trees, char merged[OID_TEXT],
    bool *trivial)
{
	const char *const sides[SIDES] = { trees->base, trees->ours, trees->theirs };
	struct trees written = { .repository = repository };
	struct folder root = { .trees = &written };
	char made[OID_TEXT] = "";
	enum error error = ERROR_NONE;
	size_t i;

	*trivial = true;
	if (strcmp(trees->base, trees->ours) == 0)
		strcpy(made, trees->theirs);
	else if (strcmp(trees->base, trees->theirs) == 0)
		strcpy(made, trees->ours);
	else
		error = merge_folder(&root, sides, made, trivial);
	/* Nothing at all is left: not worth a word of its own. */
	*trivial = error == ERROR_NONE && *trivial && made[0] != '\0';
	if (*trivial)
		error = write_trees(&written);
	if (error == ERROR_NONE && *trivial)
		strcpy(merged, made);
	for (i = 0; i < written.count; i++)
		buffer_release(&written.made[i]);
	free(written.made);
	return error;
}
