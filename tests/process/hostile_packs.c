/* Hostile packs: see hostile_packs.h. */
#include "hostile_packs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

/* ---- pieces of packs ---- */

static void delta_no_base(struct attack *attack);

static void
add_commit(struct attack *attack, const char *tree, const char *rest)
{
	char *text = str_format("tree %s\nparent %s\n%s", tree, attack->world->tip, rest);

	raw_object(&attack->pack, RAW_COMMIT, text, strlen(text), attack->commit);
	free(text);
}

static void
commit_tree_id(struct attack *attack, const char *tree)
{
	add_commit(attack, tree, "author " PERSON "\ncommitter " PERSON "\n\nhostile\n");
}

/* A commit with this as its whole tree. */
static void
commit_tree(struct attack *attack, struct buffer *tree)
{
	char oid[RAW_OID];

	raw_object(&attack->pack, RAW_TREE, tree->bytes, tree->len, oid);
	buffer_release(tree);
	commit_tree_id(attack, oid);
}

/* A commit with one entry. */
static void
commit_entry(struct attack *attack, const char *mode, const char *name, const char *oid)
{
	struct buffer tree;

	buffer_init(&tree);
	raw_entry(&tree, mode, name, oid);
	commit_tree(attack, &tree);
}

/* A commit with one file. */
static void
commit_file(struct attack *attack, const char *mode, const char *name, const char *content)
{
	char oid[RAW_OID];

	raw_object(&attack->pack, RAW_BLOB, content, strlen(content), oid);
	commit_entry(attack, mode, name, oid);
}

static void
commit_good(struct attack *attack)
{
	commit_entry(attack, "100644", "x", attack->blob);
}

/* ---- names ---- */

#define NAMED(function, mode, name) \
static void \
function(struct attack *attack) \
{ \
	commit_entry(attack, mode, name, mode[0] == '4' ? attack->tree : attack->blob); \
}

NAMED(git_folder, "40000", ".git")
NAMED(git_file, "100644", ".git")
NAMED(git_upper, "40000", ".GIT")
NAMED(git_mixed, "40000", ".giT")
NAMED(git_ntfs_short, "40000", "git~1")
NAMED(git_ntfs_short_upper, "40000", "GIT~1")
NAMED(git_ntfs_space, "40000", ".git ")
NAMED(git_ntfs_dot, "40000", ".git.")
NAMED(git_ntfs_dots, "40000", ".git . .")
NAMED(git_ntfs_stream, "40000", ".git::$INDEX_ALLOCATION")
NAMED(git_ntfs_backslash, "100644", "d\\.git\\hooks")
NAMED(git_hfs_joiner, "40000", ".g\xe2\x80\x8cit")
NAMED(git_hfs_mark, "40000", "\xe2\x80\x8e.git")
NAMED(git_hfs_end, "40000", ".Git\xef\xbb\xbf")
NAMED(dot, "40000", ".")
NAMED(dot_dot, "40000", "..")
NAMED(dot_dot_file, "100644", "..")
NAMED(slash, "100644", "a/b")
NAMED(slash_up, "100644", "../../../hooks/post-update")
NAMED(slash_root, "100644", "/etc/cron.d/x")
NAMED(empty_name, "100644", "")
NAMED(name_newline, "100644", "two\nlines")
NAMED(name_bytes, "100644", "caf\xe9")

static void
git_below(struct attack *attack)
{
	struct buffer below;
	char oid[RAW_OID];

	buffer_init(&below);
	raw_entry(&below, "40000", ".git", attack->tree);
	raw_object(&attack->pack, RAW_TREE, below.bytes, below.len, oid);
	buffer_release(&below);
	commit_entry(attack, "40000", "d", oid);
}

static void
name_with_nul(struct attack *attack)
{
	struct buffer tree;

	buffer_init(&tree);
	buffer_add(&tree, "100644 a\0b\0", 11);
	buffer_add(&tree, "twenty bytes of an id", 20);
	commit_tree(attack, &tree);
}

/* A name of some length, below the limit of a path or beyond it. */
static void
commit_name(struct attack *attack, size_t len)
{
	char *name = mem_zero(len + 1, 1);

	memset(name, 'n', len);
	commit_entry(attack, "100644", name, attack->blob);
	free(name);
}

static void name_256(struct attack *attack) { commit_name(attack, 256); }
static void name_5000(struct attack *attack) { commit_name(attack, 5000); }

/* Folders in folders, each with one entry. */
static void
commit_deep(struct attack *attack, const char *name, unsigned levels)
{
	char oid[RAW_OID];
	struct buffer tree;
	unsigned i;

	memcpy(oid, attack->blob, RAW_OID);
	for (i = 0; i < levels; i++) {
		buffer_init(&tree);
		raw_entry(&tree, i == 0 ? "100644" : "40000", name, oid);
		raw_object(&attack->pack, RAW_TREE, tree.bytes, tree.len, oid);
		buffer_release(&tree);
	}
	commit_tree_id(attack, oid);
}

static void deep_3000(struct attack *attack) { commit_deep(attack, "d", 3000); }
static void
path_long(struct attack *attack)
{
	char name[201];

	memset(name, 'p', 200);
	name[200] = '\0';
	commit_deep(attack, name, 6);
}
static void
path_max(struct attack *attack)
{
	char name[201];

	memset(name, 'p', 200);
	name[200] = '\0';
	commit_deep(attack, name, 30);
}

/* ---- trees ---- */

static void
two_entries(struct attack *attack, const char *mode, const char *name, const char *other_mode,
    const char *other)
{
	struct buffer tree;

	buffer_init(&tree);
	raw_entry(&tree, mode, name, mode[0] == '4' ? attack->tree : attack->blob);
	raw_entry(&tree, other_mode, other, other_mode[0] == '4' ? attack->tree : attack->blob);
	commit_tree(attack, &tree);
}

static void twice(struct attack *attack) { two_entries(attack, "100644", "a", "100644", "a"); }
static void file_and_folder(struct attack *attack) { two_entries(attack, "100644", "a", "40000", "a"); }
static void link_and_folder(struct attack *attack) { two_entries(attack, "120000", "a", "40000", "a"); }
static void unsorted(struct attack *attack) { two_entries(attack, "100644", "b", "100644", "a"); }
/* As if the folder's name had no slash behind it. */
static void unsorted_folder(struct attack *attack) { two_entries(attack, "40000", "a", "100644", "a.c"); }

/* "a" twice, with a name between the two that hides it from whoever compares neighbours. */
static void
file_and_folder_apart(struct attack *attack)
{
	struct buffer tree;

	buffer_init(&tree);
	raw_entry(&tree, "100644", "a", attack->blob);
	raw_entry(&tree, "100644", "a.c", attack->blob);
	raw_entry(&tree, "40000", "a", attack->tree);
	commit_tree(attack, &tree);
}

NAMED(mode_zero_padded, "0100644", "a")
NAMED(mode_padded_folder, "040000", "a")
NAMED(mode_none, "0", "a")
NAMED(mode_setuid, "104755", "a")
NAMED(mode_777, "100777", "a")
NAMED(mode_socket, "150000", "a")
NAMED(mode_device, "20666", "a")
NAMED(mode_many, "17777777777777777777777100644", "a")
NAMED(mode_words, "100six", "a")

static void
tree_cut(struct attack *attack)
{
	struct buffer tree;

	buffer_init(&tree);
	raw_entry(&tree, "100644", "a", attack->blob);
	tree.len -= 5;
	commit_tree(attack, &tree);
}

static void
tree_without_end(struct attack *attack)
{
	struct buffer tree;

	buffer_init(&tree);
	buffer_add_text(&tree, "100644 a name that goes on and on");
	commit_tree(attack, &tree);
}

/* A link to bytes that are none of a path. */
static void
commit_link(struct attack *attack, const char *to, size_t len)
{
	char oid[RAW_OID];

	raw_object(&attack->pack, RAW_BLOB, to, len, oid);
	commit_entry(attack, "120000", "link", oid);
}

static void
commit_link_to(struct attack *attack, size_t len)
{
	char *to = mem_zero(len + 1, 1);

	memset(to, 'l', len);
	commit_link(attack, to, len);
	free(to);
}

static void link_empty(struct attack *attack) { commit_link(attack, "", 0); }
static void link_nul(struct attack *attack) { commit_link(attack, "a\0b", 3); }
static void link_4095(struct attack *attack) { commit_link_to(attack, 4095); }
static void link_4096(struct attack *attack) { commit_link_to(attack, 4096); }
static void link_huge(struct attack *attack) { commit_link_to(attack, OBJECT_LIMIT - 100); }

static void
null_id(struct attack *attack)
{
	commit_entry(attack, "100644", "a", "0000000000000000000000000000000000000000");
}

/* Ten entries, each the same folder of ten entries, and so on: 10^20 paths in 21 objects. */
static void
tree_bomb(struct attack *attack)
{
	char oid[RAW_OID], name[] = "0";
	struct buffer tree;
	int level, i;

	memcpy(oid, attack->blob, RAW_OID);
	for (level = 0; level < 20; level++) {
		buffer_init(&tree);
		for (i = 0; i < 10; i++) {
			name[0] = (char)('0' + i);
			raw_entry(&tree, level == 0 ? "100644" : "40000", name, oid);
		}
		raw_object(&attack->pack, RAW_TREE, tree.bytes, tree.len, oid);
		buffer_release(&tree);
	}
	commit_tree_id(attack, oid);
}

static void
many_files(struct attack *attack)
{
	struct buffer tree;
	char name[16];
	unsigned i;

	buffer_init(&tree);
	for (i = 0; i <= FILES_LIMIT; i++) {
		snprintf(name, sizeof(name), "%05u", i);
		raw_entry(&tree, "100644", name, attack->blob);
	}
	commit_tree(attack, &tree);
}

/* ---- what Git reads of a work tree ---- */

#define MODULES(function, text) \
static void \
function(struct attack *attack) \
{ \
	commit_file(attack, "100644", ".gitmodules", text); \
}

#define MODULE "[submodule \"m\"]\n\tpath = m\n\turl = https://x/m\n"

NAMED(modules_link, "120000", ".gitmodules")
NAMED(modules_link_hfs, "120000", ".gitmod\xe2\x80\x8cules")
NAMED(modules_link_ntfs, "120000", "GITMOD~1")
NAMED(modules_link_space, "120000", ".gitmodules ")
NAMED(modules_folder, "40000", ".gitmodules")
MODULES(modules_url_option, "[submodule \"m\"]\n\tpath = m\n\turl = -u./payload\n")
MODULES(modules_url_newline, "[submodule \"m\"]\n\tpath = m\n\turl = https://x%0ahost=y/m\n")
MODULES(modules_url_up, "[submodule \"m\"]\n\tpath = m\n\turl = \"../../../../https://x%0ahost=y\"\n")
MODULES(modules_url_host, "[submodule \"m\"]\n\tpath = m\n\turl = https:///x/m\n")
MODULES(modules_path_option, "[submodule \"m\"]\n\tpath = -m\n\turl = https://x/m\n")
MODULES(modules_name_up, "[submodule \"../../hooks\"]\n\tpath = m\n\turl = https://x/m\n")
MODULES(modules_name_up_windows, "[submodule \"..\\\\..\\\\hooks\"]\n\tpath = m\n\turl = https://x/m\n")
MODULES(modules_command, "[submodule \"m\"]\n\tpath = m\n\turl = https://x/m\n\tupdate = !touch /tmp/x\n")

MODULES(modules_url_disk_full, "[submodule \"m\"]\n\tpath = m\n\turl = -No space left on device\n")
MODULES(modules_url_errno, "[submodule \"m\"]\n\tpath = m\n\turl = -x: Input/output error\n")
MODULES(modules_url_lines, "[submodule \"m\"]\n\tpath = m\n\turl = \"-x\\nfatal: cannot store pack file: "
    "No space left on device\\n\"\n")
MODULES(modules_name_memory, "[submodule \"../Out of memory\"]\n\tpath = m\n\turl = https://x/m\n")

/* In a pack that stays one, which another program of Git's looks at. */
static void
modules_disk_full_packed(struct attack *attack)
{
	char text[16];
	int i;

	for (i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "%d\n", i);
		raw_object(&attack->pack, RAW_BLOB, text, strlen(text), NULL);
	}
	modules_url_disk_full(attack);
}

/* A tag may have any name, which is only warned of; then something else is wrong. */
static void
tag_name_disk_full(struct attack *attack)
{
	char *text;

	add_commit(attack, attack->tree, "author " PERSON "\ncommitter " PERSON "\n\nx\n");
	text = str_format("object %s\ntype commit\ntag x: No space left on device\ntagger " PERSON
	    "\n\nv1\n", attack->commit);
	raw_object(&attack->pack, RAW_TAG, text, strlen(text), NULL);
	free(text);
	delta_no_base(attack);
}

static void
attributes_line(struct attack *attack)
{
	char *text = mem_zero(1 << 16, 1);

	memset(text, 'a', (1 << 16) - 2);
	commit_file(attack, "100644", ".gitattributes", text);
	free(text);
}

/* ---- objects that are not there, or another kind ---- */

static void
blob_missing(struct attack *attack)
{
	commit_entry(attack, "100644", "a", NOBODY);
}

/* What a tree names is taken by its content, and by nothing that a pack could say. */
static void
blob_other_content(struct attack *attack)
{
	char oid[RAW_OID];

	raw_id(RAW_BLOB, "what it should be", 17, oid);
	raw_object(&attack->pack, RAW_BLOB, "what it is really", 17, NULL);
	commit_entry(attack, "100644", "a", oid);
}

static void
folder_missing(struct attack *attack)
{
	commit_entry(attack, "40000", "a", NOBODY);
}

static void
tree_missing(struct attack *attack)
{
	commit_tree_id(attack, NOBODY);
}

static void
folder_is_file(struct attack *attack)
{
	commit_entry(attack, "40000", "a", attack->blob);
}

static void
file_is_folder(struct attack *attack)
{
	commit_entry(attack, "100644", "a", attack->tree);
}

static void
file_is_commit(struct attack *attack)
{
	commit_entry(attack, "100644", "a", attack->world->tip);
}

static void
tree_is_blob(struct attack *attack)
{
	commit_tree_id(attack, attack->blob);
}

static void
result_not_there(struct attack *attack)
{
	commit_good(attack);
	strcpy(attack->commit, NOBODY);
}

static void
result_is_tag(struct attack *attack)
{
	char *text;

	commit_good(attack);
	text = str_format("object %s\ntype commit\ntag v1\ntagger " PERSON "\n\nv1\n", attack->commit);
	raw_object(&attack->pack, RAW_TAG, text, strlen(text), attack->commit);
	free(text);
}

static void
result_is_tree(struct attack *attack)
{
	commit_good(attack);
	strcpy(attack->commit, attack->tree);
}

static void
result_is_blob(struct attack *attack)
{
	commit_good(attack);
	strcpy(attack->commit, attack->blob);
}

/* ---- commits ---- */

#define COMMITTED(function, rest) \
static void \
function(struct attack *attack) \
{ \
	add_commit(attack, attack->tree, rest); \
}

COMMITTED(commit_no_author, "committer " PERSON "\n\nx\n")
COMMITTED(commit_no_committer, "author " PERSON "\n\nx\n")
COMMITTED(commit_two_authors, "author " PERSON "\nauthor " PERSON "\ncommitter " PERSON "\n\nx\n")
COMMITTED(commit_bad_date, "author Eve <eve@x> 99999999999999999999999999 +0000\ncommitter "
    PERSON "\n\nx\n")
COMMITTED(commit_open_mail, "author Eve <eve@x 1600000000 +0000\ncommitter " PERSON "\n\nx\n")
COMMITTED(commit_parent_missing, "parent " NOBODY "\nauthor " PERSON "\ncommitter " PERSON "\n\nx\n")
COMMITTED(commit_headers_only, "")

static void
commit_foreign(struct attack *attack)
{
	char *text = str_format("tree %s\nauthor " PERSON "\ncommitter " PERSON "\n\nalone\n",
	    attack->tree);

	raw_object(&attack->pack, RAW_COMMIT, text, strlen(text), attack->commit);
	free(text);
}

static void
commit_parents(struct attack *attack, unsigned count)
{
	struct buffer rest;

	buffer_init(&rest);
	while (--count > 0)
		buffer_format(&rest, "parent %s\n", attack->world->tip);
	buffer_add_text(&rest, "author " PERSON "\ncommitter " PERSON "\n\nmany\n");
	add_commit(attack, attack->tree, buffer_text(&rest));
	buffer_release(&rest);
}

static void parents_101(struct attack *attack) { commit_parents(attack, 101); }
static void parents_5000(struct attack *attack) { commit_parents(attack, 5000); }

static void
commit_nul(struct attack *attack)
{
	struct buffer text;

	buffer_init(&text);
	buffer_format(&text, "tree %s\nparent %s\nauthor " PERSON "\ncommitter " PERSON "\n\none",
	    attack->tree, attack->world->tip);
	buffer_add(&text, "\0two\n", 5);
	raw_object(&attack->pack, RAW_COMMIT, text.bytes, text.len, attack->commit);
	buffer_release(&text);
}

/* As loose objects, and in a pack that stays one. */
static void
commit_words(struct attack *attack, bool packed)
{
	const size_t len = 5u << 20;
	char *rest = mem_zero(len + 1, 1);
	int at = snprintf(rest, len, "author " PERSON "\ncommitter " PERSON "\n\n");

	if (packed) {
		memset(rest, 'x', len);
		raw_object(&attack->pack, RAW_BLOB, rest, len, NULL);
		at = snprintf(rest, len, "author " PERSON "\ncommitter " PERSON "\n\n");
	}
	memset(rest + at, 'w', len - (size_t)at);
	add_commit(attack, attack->tree, rest);
	free(rest);
}

static void commit_huge(struct attack *attack) { commit_words(attack, false); }
static void commit_huge_packed(struct attack *attack) { commit_words(attack, true); }

/* ---- packs ---- */

static void
pack_cut(struct attack *attack)
{
	commit_good(attack);
	raw_end(&attack->pack);
	attack->pack.bytes.len = attack->pack.last + 10;
}

static void
pack_no_checksum(struct attack *attack)
{
	commit_good(attack);
	raw_end(&attack->pack);
	attack->pack.bytes.len -= 20;
}

static void
pack_wrong_checksum(struct attack *attack)
{
	commit_good(attack);
	raw_end(&attack->pack);
	attack->pack.bytes.bytes[attack->pack.bytes.len - 1] ^= 1;
}

static void
pack_more_behind(struct attack *attack)
{
	commit_good(attack);
	raw_end(&attack->pack);
	buffer_add_text(&attack->pack.bytes, "and more");
}

static void
pack_no_pack(struct attack *attack)
{
	commit_good(attack);
	attack->pack.bytes.len = 0;
	buffer_add_text(&attack->pack.bytes, "#!/bin/sh\necho this is a script and not a pack\n");
}

static void
pack_one_byte(struct attack *attack)
{
	commit_good(attack);
	attack->pack.bytes.len = 1;
}

static void
pack_version(struct attack *attack)
{
	commit_good(attack);
	raw_end(&attack->pack);
	attack->pack.bytes.bytes[7] = 9;
}

static void
count_huge(struct attack *attack)
{
	commit_good(attack);
	attack->pack.count = UINT32_MAX;
}

static void
count_within_limit(struct attack *attack)
{
	commit_good(attack);
	attack->pack.count = 9999;
}

static void
count_one_more(struct attack *attack)
{
	commit_good(attack);
	attack->pack.count++;
}

static void
count_one_less(struct attack *attack)
{
	commit_good(attack);
	attack->pack.count--;
}

static void
kind_unknown(struct attack *attack)
{
	raw_header(&attack->pack, 5, 1);
	raw_data(&attack->pack, "x", 1);
	commit_good(attack);
}

static void
size_digits(struct attack *attack)
{
	commit_good(attack);
	attack->pack.count++;
	buffer_add(&attack->pack.bytes, "\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 15);
	raw_data(&attack->pack, "x", 1);
}

static void
size_huge(struct attack *attack)
{
	raw_header(&attack->pack, RAW_TREE, 1ull << 40);
	raw_data(&attack->pack, "x", 1);
	commit_good(attack);
}

static void
size_too_large(struct attack *attack)
{
	raw_header(&attack->pack, RAW_BLOB, OBJECT_LIMIT);
	raw_data(&attack->pack, "x", 1);
	commit_good(attack);
}

static void
size_too_small(struct attack *attack)
{
	raw_header(&attack->pack, RAW_BLOB, 1);
	raw_data(&attack->pack, "more than that", 14);
	commit_good(attack);
}

static void
data_broken(struct attack *attack)
{
	raw_header(&attack->pack, RAW_BLOB, 4);
	buffer_add_text(&attack->pack.bytes, "this is not what zlib makes");
	commit_good(attack);
}

static void
data_sum(struct attack *attack)
{
	raw_object(&attack->pack, RAW_BLOB, "data", 4, NULL);
	attack->pack.bytes.bytes[attack->pack.bytes.len - 1] ^= 1;
	commit_good(attack);
}

static void
object_over_limit(struct attack *attack)
{
	char *bytes = mem_zero(OBJECT_LIMIT + 1, 1);

	raw_object(&attack->pack, RAW_BLOB, bytes, OBJECT_LIMIT + 1, NULL);
	free(bytes);
	commit_good(attack);
}

static void
pack_over_limit(struct attack *attack)
{
	char *bytes = mem_zero(OBJECT_LIMIT, 1);
	int i;

	for (i = 0; i < 3; i++)
		raw_object(&attack->pack, RAW_BLOB, bytes, OBJECT_LIMIT - 100, NULL);
	free(bytes);
	commit_good(attack);
}

/* ---- deltas ---- */

static void
delta_huge(struct attack *attack)
{
	struct buffer delta;

	buffer_init(&delta);
	raw_delta_sizes(&delta, 2, 1ull << 40);
	raw_delta_copy(&delta, 0, 2);
	raw_delta_of(&attack->pack, attack->blob, &delta);
	buffer_release(&delta);
	commit_good(attack);
}

/* Each twice as long as the one before, then many of the longest: 4 GB in a few kB. */
static void
delta_bomb(struct attack *attack)
{
	uint64_t before = attack->pack.last, size = 2;
	struct buffer delta;
	int i;

	for (i = 0; i < 600; i++) {
		buffer_init(&delta);
		raw_delta_sizes(&delta, size, size < OBJECT_LIMIT ? 2 * size : size);
		raw_delta_copy(&delta, 0, (uint32_t)size);
		if (size < OBJECT_LIMIT)
			raw_delta_copy(&delta, 0, (uint32_t)size);
		raw_delta_at(&attack->pack, attack->pack.bytes.len - before, &delta);
		before = attack->pack.last;
		size = size < OBJECT_LIMIT ? 2 * size : size;
		buffer_release(&delta);
	}
	commit_good(attack);
}

static void
add_delta(struct attack *attack, uint64_t base_size, uint64_t size, uint32_t from, uint32_t len,
    const char *base, uint64_t distance)
{
	struct buffer delta;

	buffer_init(&delta);
	raw_delta_sizes(&delta, base_size, size);
	raw_delta_copy(&delta, from, len);
	if (base != NULL)
		raw_delta_of(&attack->pack, base, &delta);
	else
		raw_delta_at(&attack->pack, distance, &delta);
	buffer_release(&delta);
}

static void
delta_past_end(struct attack *attack)
{
	add_delta(attack, 2, 4000, 100, 4000, attack->blob, 0);
	commit_good(attack);
}

static void
delta_wrong_base(struct attack *attack)
{
	add_delta(attack, 77, 2, 0, 2, attack->blob, 0);
	commit_good(attack);
}

static void
delta_wrong_result(struct attack *attack)
{
	add_delta(attack, 2, 100, 0, 2, attack->blob, 0);
	commit_good(attack);
}

static void
delta_no_base(struct attack *attack)
{
	add_delta(attack, 2, 2, 0, 2, NOBODY, 0);
	commit_good(attack);
}

static void
delta_on_itself(struct attack *attack)
{
	add_delta(attack, 2, 2, 0, 2, NULL, 0);
	commit_good(attack);
}

static void
delta_before_pack(struct attack *attack)
{
	add_delta(attack, 2, 2, 0, 2, NULL, 1u << 30);
	commit_good(attack);
}

static void
delta_on_header(struct attack *attack)
{
	add_delta(attack, 2, 2, 0, 2, NULL, attack->pack.bytes.len - 4);
	commit_good(attack);
}

/* Each names what the other would be if it were there. */
static void
delta_cycle(struct attack *attack)
{
	char one[RAW_OID], two[RAW_OID];

	raw_id(RAW_BLOB, "12", 2, one);
	raw_id(RAW_BLOB, "34", 2, two);
	add_delta(attack, 2, 2, 0, 2, one, 0);
	add_delta(attack, 2, 2, 0, 2, two, 0);
	commit_good(attack);
}

static void
delta_empty(struct attack *attack)
{
	struct buffer delta;

	buffer_init(&delta);
	raw_delta_of(&attack->pack, attack->blob, &delta);
	buffer_release(&delta);
	commit_good(attack);
}

/* A tree of a commit: what comes out of a delta has the kind of what it is made on. */
static void
delta_other_kind(struct attack *attack)
{
	char oid[RAW_OID];
	struct buffer delta;

	buffer_init(&delta);
	raw_delta_sizes(&delta, 2, 20);
	raw_delta_put(&delta, "100644 a\0aaaaaaaaaaa", 20);
	raw_delta_of(&attack->pack, attack->blob, &delta);
	raw_id(RAW_TREE, "100644 a\0aaaaaaaaaaa", 20, oid);
	buffer_release(&delta);
	commit_entry(attack, "40000", "d", oid);
}

/* ---- what is odd, and no harm ---- */

/* 3,000 deltas on each other: slow to read if somebody did it badly. */
static void
delta_chain(struct attack *attack)
{
	uint64_t before = attack->pack.last;
	char text[16] = "x\n", oid[RAW_OID];
	struct buffer delta;
	int i, size = 2;

	for (i = 0; i < 3000; i++) {
		buffer_init(&delta);
		raw_delta_sizes(&delta, (uint64_t)size, 8);
		size = snprintf(text, sizeof(text), "%07d\n", i);
		raw_delta_put(&delta, text, 8);
		raw_delta_at(&attack->pack, attack->pack.bytes.len - before, &delta);
		before = attack->pack.last;
		buffer_release(&delta);
	}
	raw_id(RAW_BLOB, text, 8, oid);
	commit_entry(attack, "100644", "x", oid);
}

static void
objects_twice(struct attack *attack)
{
	raw_object(&attack->pack, RAW_BLOB, "x\n", 2, NULL);
	raw_object(&attack->pack, RAW_BLOB, "x\n", 2, NULL);
	commit_entry(attack, "100644", "twice", attack->blob);
}

/* 255 bytes, nearly as many folders as a path may have. */
static void
name_255(struct attack *attack)
{
	commit_name(attack, 255);
}

/* ---- all of them ---- */

static const struct row rows[] = {
	{ "a folder .git", git_folder, "hasDotgit" },
	{ "a file .git", git_file, "hasDotgit" },
	{ "a folder .git in a folder", git_below, "hasDotgit" },
	{ "a folder .GIT", git_upper, "hasDotgit" },
	{ "a folder .giT", git_mixed, "hasDotgit" },
	{ ".git as NTFS shortens it", git_ntfs_short, "hasDotgit" },
	{ ".git as NTFS shortens it, upper case", git_ntfs_short_upper, "hasDotgit" },
	{ ".git with a space that NTFS drops", git_ntfs_space, "hasDotgit" },
	{ ".git with a dot that NTFS drops", git_ntfs_dot, "hasDotgit" },
	{ ".git with dots and spaces that NTFS drops", git_ntfs_dots, "hasDotgit" },
	{ ".git as a stream of NTFS", git_ntfs_stream, "hasDotgit" },
	{ ".git behind a backslash", git_ntfs_backslash, "hasDotgit" },
	{ ".git with a joiner that HFS+ drops", git_hfs_joiner, "hasDotgit" },
	{ ".git with a mark that HFS+ drops", git_hfs_mark, "hasDotgit" },
	{ ".Git with a byte order mark that HFS+ drops", git_hfs_end, "hasDotgit" },
	{ "a folder .", dot, "hasDot" },
	{ "a folder ..", dot_dot, "hasDotdot" },
	{ "a file ..", dot_dot_file, "hasDotdot" },
	{ "a slash in a name", slash, "fullPathname" },
	{ "a name that goes up", slash_up, "fullPathname" },
	{ "a name from the root", slash_root, "fullPathname" },
	{ "an empty name", empty_name, "cannot be parsed as a tree" },
	{ "a NUL in a name", name_with_nul, "git does not accept its objects" },
	{ "a name of 256 bytes", name_256, "a name of 256 bytes in its folder ''; 255 is the most" },
	{ "a name of 5,000 bytes", name_5000, "limits.path allows 1024" },
	{ "a path longer than limits.path", path_long, "limits.path allows 1024" },
	{ "a path longer than PATH_MAX", path_max, "limits.path allows 1024" },
	{ "3,000 folders in each other", deep_3000, "limits.path allows 1024" },
	{ "a name twice", twice, "duplicateEntries" },
	{ "a file and a folder of one name", file_and_folder, "duplicateEntries" },
	{ "a file and a folder of one name, apart", file_and_folder_apart, "duplicateEntries" },
	{ "a link and a folder of one name", link_and_folder, "duplicateEntries" },
	{ "names out of order", unsorted, "treeNotSorted" },
	{ "a folder out of order", unsorted_folder, "treeNotSorted" },
	{ "a mode with a zero before it", mode_zero_padded, "zeroPaddedFilemode" },
	{ "a folder's mode with a zero before it", mode_padded_folder, "zeroPaddedFilemode" },
	{ "no mode", mode_none, "git does not accept its objects" },
	{ "a mode with setuid", mode_setuid, "which Git does not know" },
	{ "a mode that everybody may write", mode_777, "which Git does not know" },
	{ "the mode of a socket", mode_socket, "which Git does not know" },
	{ "the mode of a device", mode_device, "which Git does not know" },
	{ "a mode of too many digits", mode_many, "is missing or broken" },
	{ "a mode in words", mode_words, "git does not accept its objects" },
	{ "a tree that ends in an id", tree_cut, "git does not accept its objects" },
	{ "a tree that ends in a name", tree_without_end, "git does not accept its objects" },
	{ "the id of nothing", null_id, "nullSha1" },
	{ "a link to nothing", link_empty, "'link' is a link to nothing" },
	{ "a link with a NUL", link_nul, "'link' is a link with a NUL in it" },
	{ "a link of 4,096 bytes", link_4096, "'link' is a link of more than 4095 bytes" },
	{ "a link of 8 MB", link_huge, "'link' is a link of more than 4095 bytes" },
	{ "a tree bomb: 10^20 paths in 21 objects", tree_bomb, "limits.files allows" },
	{ "more files than limits.files", many_files,
	    "more than the 1000 files and folders that limits.files allows" },
	{ "a link .gitmodules", modules_link, "gitmodulesSymlink" },
	{ "a link .gitmodules as HFS+ reads it", modules_link_hfs, "gitmodulesSymlink" },
	{ "a link .gitmodules as NTFS shortens it", modules_link_ntfs, "gitmodulesSymlink" },
	{ "a link .gitmodules with a space", modules_link_space, "gitmodulesSymlink" },
	{ "a folder .gitmodules", modules_folder, "gitmodulesBlob" },
	{ ".gitmodules: a url that is an option", modules_url_option, "gitmodulesUrl" },
	{ ".gitmodules: a url with a newline", modules_url_newline, "gitmodulesUrl" },
	{ ".gitmodules: a relative url with a newline", modules_url_up, "gitmodulesUrl" },
	{ ".gitmodules: a url without a host", modules_url_host, "gitmodulesUrl" },
	{ ".gitmodules: a path that is an option", modules_path_option, "gitmodulesPath" },
	{ ".gitmodules: a name that goes up", modules_name_up, "gitmodulesName" },
	{ ".gitmodules: a name that goes up on Windows", modules_name_up_windows, "gitmodulesName" },
	{ ".gitmodules: a command", modules_command, "gitmodulesUpdate" },
	{ ".gitmodules: the words of a full disk", modules_url_disk_full, "gitmodulesUrl" },
	{ ".gitmodules: the words of a full disk, in a large pack", modules_disk_full_packed,
	    "gitmodulesUrl" },
	{ ".gitmodules: the words of a bad disk", modules_url_errno, "gitmodulesUrl" },
	{ ".gitmodules: what Git says of a full disk", modules_url_lines, "gitmodulesUrl" },
	{ ".gitmodules: the words of no memory", modules_name_memory, "gitmodulesName" },
	{ "a tag named as a full disk", tag_name_disk_full, "git does not accept its objects" },
	{ ".gitattributes: a line of 64 kB", attributes_line, "gitattributesLineLength" },
	{ "a file that is missing", blob_missing, "git does not accept its objects" },
	{ "a file of other content than its id", blob_other_content, "git does not accept its objects" },
	{ "a folder that is missing", folder_missing, "git does not accept its objects" },
	{ "a tree that is missing", tree_missing, "git does not accept its objects" },
	{ "a folder that is a file", folder_is_file, "git does not accept its objects" },
	{ "a file that is a folder", file_is_folder, "git does not accept its objects" },
	{ "a file that is a commit", file_is_commit, "git does not accept its objects" },
	{ "a tree that is a file", tree_is_blob, "git does not accept its objects" },
	{ "a result that is not in its pack", result_not_there, "is missing or broken" },
	{ "a tag as the result", result_is_tag, "is not a commit" },
	{ "a tree as the result", result_is_tree, "is not a commit" },
	{ "a file as the result", result_is_blob, "is not a commit" },
	{ "a commit without an author", commit_no_author, "missingAuthor" },
	{ "a commit without a committer", commit_no_committer, "missingCommitter" },
	{ "a commit with two authors", commit_two_authors, "multipleAuthors" },
	{ "a commit with a date that is too large", commit_bad_date, "badDateOverflow" },
	{ "a commit with half an address", commit_open_mail, "badEmail" },
	{ "a commit of nothing but headers", commit_headers_only, "git does not accept its objects" },
	{ "a commit with a NUL", commit_nul, "nulInCommit" },
	{ "a commit whose parent is missing", commit_parent_missing, "git does not accept its objects" },
	{ "a commit that does not descend from its base", commit_foreign, "does not descend from" },
	{ "a commit with 101 parents", parents_101, "has 101 parents; 100 is the most" },
	{ "a commit with 5,000 parents", parents_5000, "has 5000 parents; 100 is the most" },
	{ "a commit of 5 MB", commit_huge, "4194304 is the most" },
	{ "a commit of 5 MB in a large pack", commit_huge_packed, "4194304 is the most" },
	{ "a pack that is cut off", pack_cut, "it ends in the middle of an object" },
	{ "a pack without its checksum", pack_no_checksum, "its pack is broken" },
	{ "a pack with another checksum", pack_wrong_checksum, "git does not accept its objects" },
	{ "a pack with more behind it", pack_more_behind, "there is more than it announces" },
	{ "something else than a pack", pack_no_pack, "what came is not a pack" },
	{ "a pack of one byte", pack_one_byte, "what came is not a pack" },
	{ "a pack of an unknown version", pack_version, "what came is not a pack" },
	{ "a pack that announces 4,294,967,295 objects", count_huge, "limits.files allows" },
	{ "a pack that announces 9,999 objects", count_within_limit, "more objects than can be in it" },
	/* Its checksum is read as an object: what is wrong with that depends on its bytes. */
	{ "a pack that announces one object more", count_one_more, "" },
	{ "a pack that announces one object less", count_one_less, "there is more than it announces" },
	{ "a pack larger than limits.pack", pack_over_limit, "limits.pack allows" },
	{ "an object of no known kind", kind_unknown, "an object of no known kind" },
	{ "a size of too many digits", size_digits, "a number with too many digits" },
	{ "a size of 1 TB with one byte behind it", size_huge,
	    "an object of 1099511627776 bytes; limits.object allows 8388608" },
	{ "a size with fewer bytes behind it", size_too_large, "an object is shorter than it says" },
	{ "a size with more bytes behind it", size_too_small, "an object is longer than it says" },
	{ "an object larger than limits.object", object_over_limit,
	    "an object of 8388609 bytes; limits.object allows 8388608" },
	{ "bytes that zlib did not make", data_broken, "an object cannot be unpacked" },
	{ "bytes with another sum", data_sum, "an object cannot be unpacked" },
	{ "a delta that makes 1 TB", delta_huge,
	    "an object of 1099511627776 bytes; limits.object allows 8388608" },
	{ "a delta bomb: 4 GB in a few kB", delta_bomb,
	    "more than 16 times the 16777216 bytes that limits.pack allows" },
	{ "a delta that copies from behind its base", delta_past_end, "git does not accept its objects" },
	{ "a delta on a base of another size", delta_wrong_base, "git does not accept its objects" },
	{ "a delta that makes less than it says", delta_wrong_result, "git does not accept its objects" },
	{ "a delta without a base", delta_no_base, "git does not accept its objects" },
	{ "a delta on itself", delta_on_itself, "git does not accept its objects" },
	{ "a delta on something before the pack", delta_before_pack, "git does not accept its objects" },
	{ "a delta on the pack's header", delta_on_header, "git does not accept its objects" },
	{ "deltas in a circle", delta_cycle, "git does not accept its objects" },
	{ "a delta of nothing", delta_empty, "a delta without sizes" },
	{ "a folder made by a delta on a file", delta_other_kind, "git does not accept its objects" },
};

/* What is odd, and no harm: it lands. */
static const struct row odd[] = {
	{ "a newline in a name lands", name_newline, "" },
	{ "a name that is no UTF-8 lands", name_bytes, "" },
	{ "a name of 255 bytes lands", name_255, "" },
	{ "a link of 4,095 bytes lands", link_4095, "" },
	{ "3,000 deltas on each other land", delta_chain, "" },
	{ "an object that is three times in its pack lands", objects_twice, "" },
};
