/*
 * What is put together without a merge is what Git's own merge makes of it: named cases,
 * and random edits of random trees, with renames of files and folders on both sides.
 *
 *    SEED=7 test_trivial       from this one on
 *    COUNT=100000              so many
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commitd/disk.h"
#include "commitd/merge.h"
#include "commitd/trivial.h"
#include "commitd/walk.h"
#include "protocol/mem.h"

#ifdef __SANITIZE_ADDRESS__
#define TREES	300u
#else
#define TREES	1500u
#endif
#define FILES_MOST	48u
#define LINES		12u

/* What a file is: its number, which of its lines are other ones, and its mode. */
struct file { char path[64]; unsigned number, lines, mode; };
struct side { struct file files[FILES_MOST]; size_t count; };

static struct {
	char *folder;
	struct git git;
	struct repository *repository;
	struct merge merge;
	uint64_t random;
	unsigned numbers;		/* of files so far */
	uint64_t seed;			/* of this one; 0: it has a name */
} world;

/* ---- a world ---- */

static int
set_up(void **state)
{
	char name[] = "/tmp/test_trivial.XXXXXX", *path;
	struct buffer why;

	(void)state;
	assert_non_null(mkdtemp(name));
	world.folder = str_dup(name);
	path = str_format("%s/repository.git", name);
	assert_int_equal(git_init(&world.git, name, path, -1, -1), ERROR_NONE);
	assert_int_equal(git_run(&world.git, &(struct git_call){ .arguments = GIT_LIST("git", "init",
	    "--quiet", "--bare", path), .input = -1, .repository = "" }), ERROR_NONE);
	repository_library_init();
	buffer_init(&why);
	world.repository = repository_open(path, &world.git, &why);
	assert_non_null(world.repository);
	buffer_release(&why);
	merge_init(&world.merge, "/nonexistent");
	free(path);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	merge_release(&world.merge);
	repository_free(world.repository);
	git_release(&world.git);
	assert_true(disk_remove(world.folder));
	free(world.folder);
	return 0;
}

/* SplitMix64, Steele and others, "Fast splittable pseudorandom number generators". */
static unsigned
below(unsigned limit)
{
	uint64_t z = (world.random += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return limit == 0 ? 0 : (unsigned)((z ^ (z >> 31)) % limit);
}

/* ---- objects ---- */

static void
write_file(const struct file *file, char oid[OID_TEXT])
{
	struct buffer text;
	unsigned i;

	if (file->mode == MODE_GITLINK) {
		snprintf(oid, OID_TEXT, "%08x%032u", file->number + 1, file->lines);
		return;
	}
	buffer_init(&text);
	for (i = 0; i < LINES; i++)
		buffer_format(&text, "line %u of %u, %s\n", i, file->number,
		    file->lines & 1u << i ? "changed" : "as it was");
	assert_int_equal(repository_write(world.repository, OBJECT_BLOB, text.bytes, text.len, oid),
	    ERROR_NONE);
	buffer_release(&text);
}

struct item { const char *name; size_t len; struct tree_entry entry; };

static int
by_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return tree_order(x->name, x->len, x->entry.mode, y->name, y->len, y->entry.mode);
}

/* The tree of all files whose paths begin with `prefix`, "" or "a/b/". */
static void
write_tree(const struct side *side, const char *prefix, char oid[OID_TEXT])
{
	struct item items[FILES_MOST];
	size_t count = 0, len = strlen(prefix), i, j;
	struct buffer tree;
	char *folder;

	for (i = 0; i < side->count; i++) {
		struct item item = { side->files[i].path + len, 0, { 0 } };

		if (strncmp(side->files[i].path, prefix, len) != 0)
			continue;
		item.len = strcspn(item.name, "/");
		for (j = 0; j < count; j++)
			if (items[j].len == item.len && memcmp(items[j].name, item.name, item.len) == 0)
				break;
		if (j < count)
			continue;
		if (item.name[item.len] == '/') {
			folder = str_format("%s%.*s/", prefix, (int)item.len, item.name);
			item.entry.mode = MODE_TREE;
			write_tree(side, folder, item.entry.oid);
			free(folder);
		} else {
			item.entry.mode = side->files[i].mode;
			write_file(&side->files[i], item.entry.oid);
		}
		items[count++] = item;
	}
	qsort(items, count, sizeof(items[0]), by_order);
	buffer_init(&tree);
	for (i = 0; i < count; i++)
		tree_append(&tree, items[i].name, items[i].len, &items[i].entry);
	assert_int_equal(repository_write(world.repository, OBJECT_TREE,
	    tree.bytes != NULL ? tree.bytes : (const unsigned char *)"", tree.len, oid), ERROR_NONE);
	buffer_release(&tree);
}

static void
write_commit(const char *tree, const char *parent, char oid[OID_TEXT])
{
	char *text = str_format("tree %s\n%s%s%sauthor a <a@x> 1 +0000\ncommitter a <a@x> 1 +0000\n\nx\n",
	    tree, parent ? "parent " : "", parent ? parent : "", parent ? "\n" : "");

	assert_int_equal(repository_write(world.repository, OBJECT_COMMIT, text, strlen(text), oid),
	    ERROR_NONE);
	free(text);
}

/* ---- the comparison ---- */

enum answer { TRIVIAL, CLEAN, CONFLICT, CRASH, ANSWERS };

/* Merges both ways. What is said to be trivial must be clean, and the same. */
static enum answer
compare(const struct side *base, const struct side *ours, const struct side *theirs)
{
	char trees[3][OID_TEXT], commits[3][OID_TEXT], merged[OID_TEXT] = "";
	const struct side *sides[] = { base, ours, theirs };
	struct merge_result result;
	enum answer answer;
	enum error error;
	bool trivial;
	size_t i;

	for (i = 0; i < 3; i++) {
		write_tree(sides[i], "", trees[i]);
		write_commit(trees[i], i == 0 ? NULL : commits[0], commits[i]);
	}
	assert_int_equal(trivial_merge(world.repository, &(struct trivial){ trees[0], trees[1],
	    trees[2] }, merged, &trivial), ERROR_NONE);
	error = merge_run(&world.merge, &world.git, commits[1], commits[2], &result);
	/* Some assertion of Git's own fails: such a merge is never trivial, either. */
	if (error == ERROR_INVALID && !trivial)
		return CRASH;
	if (error != ERROR_NONE)
		fail_msg("SEED=%ju: no answer for %s %s", (uintmax_t)world.seed, commits[1], commits[2]);
	if (trivial && (!result.clean || strcmp(merged, result.tree) != 0))
		fail_msg("SEED=%ju: %s, of %s, %s and %s; by Git %s %s", (uintmax_t)world.seed, merged,
		    trees[0], trees[1], trees[2], result.tree, result.messages);
	answer = trivial ? TRIVIAL : result.clean ? CLEAN : CONFLICT;
	merge_result_release(&result);
	return answer;
}

/* ---- named cases ---- */

/*
 * Files as "PATH=NUMBER", with ".LINE" for a line that is changed, and "*" for one that
 * may be run, "@" for a link, "#" for a submodule.
 */
static void
parse(const char *text, struct side *side)
{
	char *copy = str_dup(text), *word, *rest, *at;

	*side = (struct side){ .count = 0 };
	for (word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		struct file *file = &side->files[side->count++];

		at = strchr(word, '=');
		*at = '\0';
		snprintf(file->path, sizeof(file->path), "%s", word);
		file->mode = 0100644;
		file->number = (unsigned)strtoul(at + 1, &at, 10);
		if (*at == '.')
			file->lines = 1u << strtoul(at + 1, &at, 10);
		if (*at != '\0')
			file->mode = *at == '*' ? 0100755 : *at == '@' ? MODE_LINK : *at == '#' ?
			    MODE_GITLINK : 0100664;
	}
	free(copy);
}

static const struct { const char *name, *base, *ours, *theirs; enum answer answer; } rows[] = {
	{ "nothing on ours", "a=1 b=2", "a=1 b=2", "a=1.3 b=2", TRIVIAL },
	{ "nothing on theirs", "a=1 b=2", "a=1.3 b=2", "a=1 b=2", TRIVIAL },
	{ "two files", "a=1 b=2", "a=1.3 b=2", "a=1 b=2.4", TRIVIAL },
	{ "two files of a folder", "d/a=1 d/b=2", "d/a=1.3 d/b=2", "d/a=1 d/b=2.4", TRIVIAL },
	{ "two new ones", "a=1", "a=1 b=2", "a=1 c=3", TRIVIAL },
	{ "two in a new folder", "a=1", "a=1 d/b=2", "a=1 d/c=3", TRIVIAL },
	{ "two that go", "a=1 b=2 c=3", "a=1 c=3", "a=1 b=2", TRIVIAL },
	{ "all of a folder goes, one by each", "a=1 d/b=2 d/c=3", "a=1 d/c=3", "a=1 d/b=2", TRIVIAL },
	{ "all goes", "b=2 c=3", "c=3", "b=2", CLEAN },
	{ "one goes, another changes", "a=1 b=2", "b=2", "a=1 b=2.1", TRIVIAL },
	{ "a file that may be run", "a=1 b=2", "a=1* b=2", "a=1 b=2.1", TRIVIAL },
	{ "links and submodules", "a=1@ b=2# c=3", "a=4@ b=2# c=3", "a=1@ b=5# c=3.1", TRIVIAL },
	{ "a file becomes a folder", "a=1 b=2", "a/x=1 b=2", "a=1 b=2.1", TRIVIAL },
	{ "a folder becomes a file", "a/x=1 b=2", "a=3 b=2", "a/x=1 b=2.1", TRIVIAL },
	{ "a mode that Git does not write", "a=1+ b=2", "a=1+ b=2.1 c=3", "a=1+ b=2 d=4", TRIVIAL },
	{ "the same file, far apart", "a=1", "a=1.1", "a=1.10", CLEAN },
	{ "the same file, the same line", "a=1", "a=1.1", "a=1.2", CONFLICT },
	{ "the same change", "a=1 b=2", "a=1.1 b=2", "a=1.1 b=2", CLEAN },
	{ "the same submodule", "a=1# b=2", "a=3# b=2", "a=4# b=2", CONFLICT },
	{ "both add it", "a=1", "a=1 b=2", "a=1 b=3", CONFLICT },
	{ "changed and gone", "a=1 b=2", "a=1.1 b=2", "b=2", CONFLICT },
	{ "renamed and changed", "a=1", "b=1", "a=1.1", CLEAN },
	{ "renamed to two names", "a=1", "b=1", "c=1", CONFLICT },
	{ "two renamed to one name", "a=1 b=2", "c=1 b=2", "a=1 c=2", CONFLICT },
	{ "a folder renamed, a file added in it", "d/a=1 d/b=2", "e/a=1 e/b=2",
	    "d/a=1 d/b=2 d/c=3", CONFLICT },
	{ "a folder of a folder, likewise", "x/d/a=1 x/d/b=2 x/y=9", "x/e/a=1 x/e/b=2 x/y=9",
	    "x/d/a=1 x/d/b=2 x/d/c=3 x/y=9", CONFLICT },
	{ "all moved down, a file added", "a=1 b=2", "s/a=1 s/b=2", "a=1 b=2 c=3", CLEAN },
	{ "a folder renamed to two names", "d/a=1 d/b=2", "e/a=1 e/b=2", "f/a=1 f/b=2", CONFLICT },
	{ "a file beside a folder", "b=1", "a=2 b=1", "a/x=3 b=1", CONFLICT },
	{ "a folder beside a file", "b=1", "a/x=3 b=1", "a=2 b=1", CONFLICT },
	{ "names between a file and a folder", "b=1", "a=2 a.c=4 b=1", "a/x=3 a-b=5 b=1", CONFLICT },
	{ "a file in the place of a folder that changes", "a/x=1", "a=2", "a/x=1.1", CONFLICT },
};

static void
named(void **state)
{
	struct side sides[3];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		parse(rows[i].base, &sides[0]);
		parse(rows[i].ours, &sides[1]);
		parse(rows[i].theirs, &sides[2]);
		if (compare(&sides[0], &sides[1], &sides[2]) != rows[i].answer)
			fail_msg("%s: not so", rows[i].name);
	}
}

/* ---- random edits ---- */

/* May a file of this name stand beside the others? */
static bool
is_free(const struct side *side, const char *path)
{
	size_t i, len = strlen(path), other;

	for (i = 0; i < side->count; i++) {
		other = strlen(side->files[i].path);
		if (strncmp(side->files[i].path, path, len < other ? len : other) == 0 &&
		    (len == other || (len < other ? side->files[i].path[len] : path[other]) == '/'))
			return false;
	}
	return true;
}

/* Few names, so that the two sides meet. */
static void
random_path(char path[64])
{
	static const char *const names[] = { "a", "b", "c", "a.b", "d" };
	unsigned depth = below(3);

	path[0] = '\0';
	for (;; strcat(path, "/")) {
		strcat(path, names[below(COUNT(names))]);
		if (depth-- == 0)
			return;
	}
}

static void
add(struct side *side)
{
	struct file *file = &side->files[side->count];

	if (side->count == FILES_MOST)
		return;
	*file = (struct file){ .number = ++world.numbers, .mode = below(12) == 0 ? MODE_LINK :
	    below(12) == 0 ? MODE_GITLINK : below(8) == 0 ? 0100755 : 0100644 };
	random_path(file->path);
	if (is_free(side, file->path))
		side->count++;
}

static void
take_out(struct side *side, size_t at)
{
	side->files[at] = side->files[--side->count];
}

static void
rename_file(struct side *side, size_t at)
{
	struct file file = side->files[at];
	char path[64];

	take_out(side, at);
	random_path(path);
	if (is_free(side, path))
		strcpy(file.path, path);
	side->files[side->count++] = file;
}

/* A folder, or what is in it: all of it goes, or goes elsewhere. */
static void
move_folder(struct side *side, size_t at, bool away)
{
	struct side moved = { .count = 0 };
	char from[64], to[64];
	size_t i, len;

	strcpy(from, side->files[at].path);
	if (strrchr(from, '/') == NULL)
		return;
	*strrchr(from, '/') = '\0';
	len = strlen(from);
	random_path(to);
	for (i = side->count; i-- > 0;)
		if (strncmp(side->files[i].path, from, len) == 0 && side->files[i].path[len] == '/') {
			moved.files[moved.count++] = side->files[i];
			take_out(side, i);
		}
	for (i = 0; i < moved.count && !away; i++) {
		struct file file = moved.files[i];

		snprintf(file.path, sizeof(file.path), "%.20s%.40s", to, moved.files[i].path + len);
		if (is_free(side, file.path))
			side->files[side->count++] = file;
	}
}

static void
edit(struct side *side)
{
	size_t at = below((unsigned)side->count);
	unsigned what = side->count == 0 ? 0 : below(12);

	if (what < 3)
		add(side);
	else if (what < 6)
		side->files[at].lines ^= 1u << below(LINES);
	else if (what < 8)
		rename_file(side, at);
	else if (what == 8)
		take_out(side, at);
	else if (what == 9 && (side->files[at].mode & 0100000) && side->files[at].mode != MODE_LINK &&
	    side->files[at].mode != MODE_GITLINK)
		side->files[at].mode ^= 0111;
	else
		move_folder(side, at, what == 11 && below(2) == 0);
}

static void
randomly(void **state)
{
	uint64_t seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 1, i;
	uint64_t count = getenv("COUNT") ? strtoull(getenv("COUNT"), NULL, 10) : TREES;
	uint64_t seen[ANSWERS] = { 0 };
	struct side base, ours, theirs;
	unsigned edits;

	(void)state;
	for (i = 0; i < count; i++) {
		world.random = world.seed = seed + i;
		base = (struct side){ .count = 0 };
		for (edits = 2 + below(30); edits > 0; edits--)
			add(&base);
		ours = theirs = base;
		for (edits = 1 + below(4); edits > 0; edits--)
			edit(&ours);
		for (edits = 1 + below(4); edits > 0; edits--)
			edit(&theirs);
		seen[compare(&base, &ours, &theirs)]++;
	}
	print_message("[          ] %ju trivial, %ju clean, %ju in conflict, %ju crashed\n", (uintmax_t)seen[TRIVIAL],
	    (uintmax_t)seen[CLEAN], (uintmax_t)seen[CONFLICT], (uintmax_t)seen[CRASH]);
	/* Each of them is met. */
	assert_true(seen[TRIVIAL] > count / 5);
	assert_true(seen[CLEAN] > count / 50);
	assert_true(seen[CONFLICT] > count / 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named),
		cmocka_unit_test(randomly),
	};

	return cmocka_run_group_tests_name("trivial merges", tests, set_up, tear_down);
}
