/*
 * The tree of what the attempt left. Most attempts change a few paths: then the
 * index holds what the start has at these and nothing else, and the tree is made
 * from the start's, so that no step costs more in a larger repository. What is
 * staged is the same as in an index of everything, which the others get.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/fail.h"
#include "collect/git.h"
#include "collect/inside.h"
#include "collect/place.h"
#include "protocol/mem.h"

#define ARGUMENTS_MAX	2000u		/* paths and their folders, for one command */
#define FEW_BYTES	(1u << 20)	/* of a listing of what the start has there */

struct list { char **items; size_t count; };

static void
list_add(struct list *list, const char *item, size_t len)
{
	if ((list->count & (list->count + 1)) == 0)
		list->items = mem_resize(list->items, 2 * list->count + 2, sizeof(char *));
	list->items[list->count++] = mem_copy(item, len);
	list->items[list->count] = NULL;
}

static const char *
start_of(const struct collect *collect)
{
	return collect->head != NULL ? collect->head : collect->tip;
}

static const char *
next(const char *text)
{
	return text + strlen(text) + 1;
}

/* Each path, and the folders it is in but for those that the path before it is in. */
static void
add_paths(struct list *list, const struct buffer *paths)
{
	const char *end = (const char *)paths->bytes + paths->len, *path, *before = "", *slash;

	for (path = (const char *)paths->bytes; path < end; path = next(path)) {
		for (slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
			if (strncmp(path, before, (size_t)(slash - path) + 1) != 0)
				list_add(list, path, (size_t)(slash - path));
		list_add(list, path, strlen(path));
		before = path;
	}
}

static bool
is_named(const struct buffer *paths, const char *wanted)
{
	const char *end = (const char *)paths->bytes + paths->len, *path;

	for (path = (const char *)paths->bytes; path < end; path = next(path))
		if (strcmp(path, wanted) == 0)
			return true;
	return false;
}

/* What a commit has at these paths; with "-t" also the folders on the way. */
static bool
list_start(const char *start, const char *how, const struct list *paths, struct buffer *out)
{
	struct git_call call = { .output = out, .output_max = FEW_BYTES };
	const char *const first[] = { "--literal-pathspecs", "ls-tree", "-z", "--full-tree", how,
	    start, "--" };
	struct list all = { 0 };
	size_t i;
	int status;

	for (i = 0; i < COUNT(first); i++)
		list_add(&all, first[i], strlen(first[i]));
	for (i = 0; i < paths->count; i++)
		list_add(&all, paths->items[i], strlen(paths->items[i]));
	status = git_run(&call, (const char *const *)all.items);
	strs_free(all.items);
	return status == 0 && out->len < FEW_BYTES;
}

/*
 * The entries that a commit has at and below the changed paths, as ls-tree
 * writes them. False when a change may be inside a submodule (then more than its
 * path decides), or when there is too much.
 */
static bool
find_entries(const struct collect *collect, const char *start, struct buffer *entries)
{
	struct list paths = { 0 }, folders = { 0 };
	struct buffer there;
	const char *entry, *end, *path;
	bool fine;

	add_paths(&paths, &collect->present);
	add_paths(&paths, &collect->missing);
	buffer_init(&there);
	fine = paths.count <= ARGUMENTS_MAX && list_start(start, "-t", &paths, &there);
	end = (const char *)there.bytes + there.len;
	for (entry = (const char *)there.bytes; fine && entry < end; entry = next(entry)) {
		path = strchr(entry, '\t') + 1;
		if (strncmp(entry, "160000 ", 7) == 0)
			fine = false;
		else if (strncmp(entry, "040000 ", 7) != 0)
			buffer_add(entries, entry, strlen(entry) + 1);
		else if (is_named(&collect->present, path) || is_named(&collect->missing, path))
			list_add(&folders, path, strlen(path));
	}
	if (fine && folders.count > 0)
		fine = list_start(start, "-r", &folders, entries);
	buffer_release(&there);
	strs_free(folders.items);
	strs_free(paths.items);
	return fine;
}

static void
add_quoted(struct buffer *out, const char *path)
{
	buffer_add_text(out, "\"");
	for (; *path != '\0'; path++)
		if (*path == '"' || *path == '\\' || *path == '\n')
			buffer_format(out, "\\%03o", (unsigned char)*path);
		else
			buffer_add(out, path, 1);
	buffer_add_text(out, "\"\n");
}

/*
 * The start's tree with the index in the place of these entries. No reference
 * and no commit comes of it.
 */
static char *
replace_entries(const struct collect *collect, const struct buffer *entries,
    const struct buffer *staged)
{
	static const char *const import[] = { "fast-import", "--quiet", NULL };
	struct buffer text, answer;
	struct git_call call;
	const char *entry, *end = (const char *)entries->bytes + entries->len, *found;
	char *tree = NULL;

	buffer_init(&text);
	buffer_init(&answer);
	buffer_format(&text, "commit refs/heads/tree\ncommitter x <x> 0 +0000\ndata 0\nfrom %s\n",
	    start_of(collect));
	for (entry = (const char *)entries->bytes; entry < end; entry = next(entry)) {
		buffer_add_text(&text, "D ");
		add_quoted(&text, strchr(entry, '\t') + 1);
	}
	end = (const char *)staged->bytes + staged->len;
	for (entry = (const char *)staged->bytes; entry < end; entry = next(entry)) {
		/* "mode oid stage TAB path" */
		buffer_format(&text, "M %.*s ", (int)(strchr(entry, '\t') - 2 - entry), entry);
		add_quoted(&text, strchr(entry, '\t') + 1);
	}
	buffer_add_text(&text, "ls \"\"\nreset refs/heads/tree\n");
	call = (struct git_call){ .input = text.bytes, .input_len = text.len, .output = &answer,
	    .output_max = 4096 };
	if (git_run(&call, import) == 0 &&
	    (found = strstr(buffer_text(&answer), " tree ")) != NULL) {
		found += strlen(" tree ");
		tree = mem_copy(found, strcspn(found, "\t\n"));
	}
	buffer_release(&answer);
	buffer_release(&text);
	return tree;
}

/* What is staged against the tip, as plain files. False: it has to be a pack. */
static bool
write_files(struct collect *collect, const struct buffer *entries, const struct buffer *staged)
{
	struct buffer tip;
	bool fine = true;

	if (!collect->small)
		return false;
	buffer_init(&tip);
	if (collect->head != NULL && (fine = find_entries(collect, collect->tip, &tip)))
		changes_of_index(collect, &tip, staged);
	else if (fine)
		changes_of_index(collect, entries, staged);
	buffer_release(&tip);
	return fine && files_write(collect);
}

/*
 * By way of an index of few paths; false when they are not few, or Git does not take
 * it. The tree is not made when it can go as files.
 */
static bool
stage_few(struct collect *collect)
{
	static const char *const fill[] = { "update-index", "-z", "--index-info", NULL };
	static const char *const list[] = { "ls-files", "-s", "-z", NULL };
	struct buffer entries, staged;
	struct git_call call = { 0 };
	bool done = false;

	if (is_named(&collect->present, "."))
		return false;
	buffer_init(&entries);
	buffer_init(&staged);
	setenv("GIT_INDEX_FILE", place(COLLECT_INDEX "/few"), 1);
	if (find_entries(collect, start_of(collect), &entries)) {
		call.input = entries.bytes;
		call.input_len = entries.len;
		/* Names that the agent has chosen are for Git to judge. */
		done = (entries.len == 0 || (collect->head == NULL &&
		    few_write_index(place(COLLECT_INDEX "/few"), &entries)) ||
		    git_run(&call, fill) == 0) && stage_paths(collect);
		call = (struct git_call){ .output = &staged, .output_max = SIZE_MAX };
		done = done && (few_list(collect, &entries, &staged) || git_run(&call, list) == 0);
	}
	if (done && !write_files(collect, &entries, &staged)) {
		collect->tree = replace_entries(collect, &entries, &staged);
		done = collect->tree != NULL;
	}
	buffer_release(&staged);
	buffer_release(&entries);
	return done;
}

/* The index of the tip, with its time: by that Git tells which files it must read. */
bool
tree_copy_index(const char *to)
{
	int in = open(place(COLLECT_TIP_INDEX), O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct stat st;
	ssize_t len = in == -1 || out == -1 ? -1 : 1;
	bool done;

	while (len > 0)
		len = copy_file_range(in, NULL, out, NULL, 1u << 30, 0);
	done = len == 0 && fstat(in, &st) == 0 &&
	    futimens(out, (const struct timespec[2]){ st.st_atim, st.st_mtim }) == 0;
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	return done;
}

/* By way of an index of everything. */
static char *
tree_of_all(struct collect *collect)
{
	static const char *const write_tree[] = { "write-tree", "--missing-ok", NULL };

	setenv("GIT_INDEX_FILE", place(COLLECT_INDEX "/index"), 1);
	if (!tree_copy_index(place(COLLECT_INDEX "/index")))
		fail(collect, "cannot copy the index: %s", strerror(errno));
	if (collect->head != NULL) {
		const char *const start[] = { "read-tree", "-i", "-m", collect->tip, collect->head,
		    NULL };

		if (git_run(&(struct git_call){ 0 }, start) != 0)
			stage_forget_head(collect);
	}
	if (!stage_paths(collect))
		stage_everything(collect);
	return git_oid(&(struct git_call){ 0 }, write_tree);
}

void
tree_make(struct collect *collect)
{
	dense_choose(collect);
	if (stage_few(collect))
		return;
	collect->tree = tree_of_all(collect);
	if (collect->tree == NULL)
		fail(collect, "git write-tree failed");
	if (collect->small && changes_between(collect) && files_write(collect)) {
		free(collect->tree);
		collect->tree = NULL;
	}
}
