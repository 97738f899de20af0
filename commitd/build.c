/*
 * Makes a commit from plain files: see build.h. First all objects are made in
 * memory, side by side with the trees of the base, then they are written.
 */
#include "commitd/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commitd/durable.h"
#include "commitd/walk.h"
#include "protocol/log.h"
#include "protocol/mem.h"

struct object {
	enum object_kind kind;
	const void *bytes;
	size_t len;
	void *own;			/* to be freed; NULL: the bytes belong to the files */
	char oid[OID_TEXT];
};

struct build {
	struct repository *repository;
	const struct record_result_file *files;
	struct object *objects;		/* to be written, what is in others first */
	size_t count;
	struct buffer *why;
};

/* What a folder gets from files[from .. to): names begin at byte `at` of their paths. */
struct part { size_t from, to, at; };

/* A name in that folder: one file, or all that is below it. */
struct item {
	const char *name;
	size_t len, end;		/* end: of its files */
	unsigned mode;
};

static enum error	build_folder(struct build *build, const char *base, const struct part *part,
			    char oid[OID_TEXT]);

/* Takes over `own`. */
static enum error
add_object(struct build *build, enum object_kind kind, const void *bytes, size_t len, void *own,
    char oid[OID_TEXT])
{
	struct object *object;
	enum error error;

	if ((build->count & (build->count + 1)) == 0)
		build->objects = mem_resize(build->objects, 2 * build->count + 1,
		    sizeof(*build->objects));
	object = &build->objects[build->count++];
	*object = (struct object){ kind, bytes, len, own, "" };
	error = repository_hash(kind, bytes, len, object->oid);
	strcpy(oid, object->oid);
	return error;
}

static enum error
refuse(struct build *build, const struct data *path, const char *why)
{
	if (build->why->len == 0)
		buffer_format(build->why, "'%.200s' %s", (const char *)path->bytes, why);
	return ERROR_INVALID;
}

static struct item
item_at(const struct build *build, const struct part *part, size_t index)
{
	const struct data *path = &build->files[index].path;
	const char *name = (const char *)path->bytes + part->at, *slash;
	struct item item = { name, path->len - part->at, index + 1,
	    (unsigned)build->files[index].mode };

	slash = memchr(name, '/', item.len);
	if (slash == NULL)
		return item;
	item.len = (size_t)(slash - name);
	item.mode = MODE_TREE;
	/* In order, all paths with this beginning stand together. */
	while (item.end < part->to && build->files[item.end].path.len > part->at + item.len &&
	    memcmp(build->files[item.end].path.bytes, path->bytes, part->at + item.len + 1) == 0)
		item.end++;
	return item;
}

/* Puts an entry into a tree, unless a file of this name would stand beside a folder. */
static enum error
add_entry(struct build *build, const struct part *part, struct buffer *tree, const char *name,
    size_t len, const struct tree_entry *entry)
{
	size_t i;

	for (i = part->from; i < part->to; i++) {
		const struct record_result_file *file = &build->files[i];
		const char *other = (const char *)file->path.bytes + part->at;
		size_t other_len = strcspn(other, "/");

		if (file->mode != FILE_GONE && other_len == len && memcmp(other, name, len) == 0 &&
		    (other[len] == '/') != (entry->mode == MODE_TREE))
			return refuse(build, &file->path, "is a file in the place of a folder, or "
			    "the other way round");
	}
	tree_append(tree, name, len, entry);
	return ERROR_NONE;
}

/* What an item becomes; an id "" when nothing is left of it. */
static enum error
build_item(struct build *build, const struct tree_entry *old, const struct part *part, size_t from,
    const struct item *item, struct tree_entry *new)
{
	const struct record_result_file *file = &build->files[from];
	const struct part below = { from, item->end, part->at + item->len + 1 };

	*new = (struct tree_entry){ .mode = item->mode };
	if (item->mode == MODE_TREE)
		return build_folder(build, old != NULL ? old->oid : "", &below, new->oid);
	if (file->mode == FILE_GONE)
		return old != NULL ? ERROR_NONE : refuse(build, &file->path, "is gone but never was");
	if (file->mode == FILE_SUBMODULE) {
		memcpy(new->oid, file->content.bytes, OID_TEXT - 1);
		return ERROR_NONE;
	}
	return add_object(build, OBJECT_BLOB, file->content.len > 0 ? file->content.bytes :
	    (const unsigned char *)"", file->content.len, NULL, new->oid);
}

/* A folder of the base and what is changed in it, side by side; an id "" when it is empty. */
static enum error
build_folder(struct build *build, const char *base, const struct part *part, char oid[OID_TEXT])
{
	struct tree_cursor old = { 0 };
	struct tree_entry new;
	struct buffer tree;
	struct item item = { 0 };
	size_t at = part->from;
	enum error error = tree_open(&old, build->repository, base);
	int order;

	buffer_init(&tree);
	oid[0] = '\0';
	if (error != ERROR_NONE && build->why->len == 0)
		buffer_format(build->why, "a folder of its base is missing or broken");
	while (error == ERROR_NONE && (old.more || at < part->to)) {
		if (at < part->to)
			item = item_at(build, part, at);
		order = !old.more ? 1 : at == part->to ? -1 : tree_order(old.name, old.name_len,
		    old.entry.mode, item.name, item.len, item.mode);
		if (order < 0) {
			error = add_entry(build, part, &tree, old.name, old.name_len, &old.entry);
		} else {
			error = build_item(build, order == 0 ? &old.entry : NULL, part, at, &item, &new);
			if (error == ERROR_NONE && new.oid[0] != '\0')
				error = add_entry(build, part, &tree, item.name, item.len, &new);
			at = item.end;
		}
		if (error == ERROR_NONE && order <= 0 && !tree_next(&old))
			error = ERROR_INVALID;
	}
	tree_close(&old);
	if (error != ERROR_NONE || tree.len == 0) {
		buffer_release(&tree);
		return error;
	}
	return add_object(build, OBJECT_TREE, tree.bytes, tree.len, tree.bytes, oid);
}

/* The commit's text, as Git writes it. */
static enum error
add_commit(struct build *build, const struct record_result_files *files, const char *tree,
    char oid[OID_TEXT])
{
	struct buffer text;

	buffer_init(&text);
	buffer_format(&text, "tree %s\nparent %s\nauthor %s\ncommitter %s\n", tree, files->base,
	    (const char *)files->author.bytes, (const char *)files->committer.bytes);
	if (files->encoding.len > 0)
		buffer_format(&text, "encoding %s\n", (const char *)files->encoding.bytes);
	buffer_add_text(&text, "\n");
	buffer_add(&text, files->message.bytes, files->message.len);
	return add_object(build, OBJECT_COMMIT, text.bytes, text.len, text.bytes, oid);
}

/*
 * One object, durable when the others end. What is there already was perhaps left by
 * a merge, which syncs nothing: after a loss of power it may be there and empty.
 */
static enum error
write_object(struct build *build, struct sync *sync, const struct object *object)
{
	struct buffer there;
	char oid[OID_TEXT], *path;
	enum error error;
	bool same;

	buffer_init(&there);
	error = repository_read(build->repository, object->oid, object->kind, &there);
	same = error == ERROR_NONE && there.len == object->len &&
	    (object->len == 0 || memcmp(there.bytes, object->bytes, object->len) == 0);
	buffer_release(&there);
	if (same) {
		durable_object(sync, object->oid);
		return ERROR_NONE;
	}
	if (error != ERROR_UNKNOWN) {
		log_warnx("object=%s event=broken", object->oid);
		path = str_format("%s/%.2s/%s", sync->objects, object->oid, object->oid + 2);
		error = unlink(path) == 0 ? ERROR_UNKNOWN : error_from_errno(errno);
		free(path);
		repository_refresh(build->repository);
	}
	if (error == ERROR_UNKNOWN)
		error = repository_write(build->repository, object->kind, object->bytes, object->len,
		    oid);
	if (error == ERROR_NONE)
		durable_object(sync, object->oid);
	return error;
}

static enum error
write_all(struct build *build)
{
	/* A write syncs nothing, and the folder may be new. */
	struct sync sync = { .objects = repository_objects(build->repository), .any = true };
	enum error error = ERROR_NONE;
	size_t i;

	for (i = 0; i < build->count && error == ERROR_NONE; i++)
		error = write_object(build, &sync, &build->objects[i]);
	return error == ERROR_NONE ? durable_end(&sync) : error;
}

static void
release(struct build *build)
{
	size_t i;

	for (i = 0; i < build->count; i++)
		free(build->objects[i].own);
	free(build->objects);
}

enum error
build_commit(struct repository *repository, const struct record_result_files *files,
    char commit[OID_TEXT], struct buffer *why)
{
	struct build build = { .repository = repository, .files = files->files.items, .why = why };
	const struct part all = { 0, files->files.count, 0 };
	struct commit base = { 0 };
	char tree[OID_TEXT] = "";
	enum error error = commit_read(repository, files->base, &base);

	if (error == ERROR_NONE)
		error = build_folder(&build, base.tree, &all, tree);
	if (error == ERROR_NONE && tree[0] == '\0')
		error = add_object(&build, OBJECT_TREE, "", 0, NULL, tree);
	if (error == ERROR_NONE)
		error = add_commit(&build, files, tree, commit);
	if (error == ERROR_NONE)
		error = write_all(&build);
	commit_release(&base);
	release(&build);
	return error;
}
