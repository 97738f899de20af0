/*
 * At which paths the result is not what the tip is: from what Git lists. See
 * collect.h.
 */
#include <stdlib.h>
#include <string.h>

#include "collect/collect.h"
#include "collect/git.h"
#include "protocol/mem.h"

#define LISTING_MAX	(4u << 20)	/* of what differs between two trees */

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct change *)a)->path, ((const struct change *)b)->path);
}

static void
add(struct change **list, size_t *count, const char *mode, const char *oid, const char *path)
{
	if ((*count & (*count + 1)) == 0)
		*list = mem_resize(*list, 2 * *count + 2, sizeof(**list));
	(*list)[(*count)++] = (struct change){ str_dup(path), (unsigned)strtoul(mode, NULL, 8),
	    mem_copy(oid, strcspn(oid, " \t")) };
}

struct change *
changes_list(const struct buffer *lines, bool with_type, size_t *count)
{
	const char *line = (const char *)lines->bytes, *end = line + lines->len, *oid, *path;
	struct change *list = NULL;

	*count = 0;
	for (; line < end; line = path + strlen(path) + 1) {
		path = strchr(line, '\t') + 1;
		oid = strchr(line, ' ') + 1;
		if (with_type)
			oid = strchr(oid, ' ') + 1;
		add(&list, count, line, oid, path);
	}
	if (*count > 0)
		qsort(list, *count, sizeof(*list), by_path);
	return list;
}

void
changes_free(struct change *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		free(list[i].path);
		free(list[i].oid);
	}
	free(list);
}

void
changes_forget(struct collect *collect)
{
	changes_free(collect->changes, collect->change_count);
	collect->changes = NULL;
	collect->change_count = 0;
}

void
changes_of_index(struct collect *collect, const struct buffer *tree, const struct buffer *index)
{
	size_t old_count, new_count, i = 0, j = 0;
	struct change *old = changes_list(tree, true, &old_count);
	struct change *new = changes_list(index, false, &new_count);
	int order;

	changes_forget(collect);
	collect->changes = mem_zero(old_count + new_count + 1, sizeof(*collect->changes));
	while (i < old_count || j < new_count) {
		/* What is listed by its own name and by its folder's is there twice. */
		if (i > 0 && i < old_count && strcmp(old[i - 1].path, old[i].path) == 0) {
			i++;
			continue;
		}
		order = i == old_count ? 1 : j == new_count ? -1 : by_path(&old[i], &new[j]);
		if (order < 0)
			collect->changes[collect->change_count++] =
			    (struct change){ str_dup(old[i].path), 0, NULL };
		else if (order > 0 || old[i].mode != new[j].mode ||
		    strcmp(old[i].oid, new[j].oid) != 0)
			collect->changes[collect->change_count++] = (struct change){
			    str_dup(new[j].path), new[j].mode, str_dup(new[j].oid) };
		i += order <= 0;
		j += order >= 0;
	}
	changes_free(old, old_count);
	changes_free(new, new_count);
}

bool
changes_between(struct collect *collect)
{
	const char *const names[] = { "diff-tree", "-r", "--raw", "--no-renames", "--no-abbrev", "-z",
	    collect->tip, collect->tree, NULL };
	struct buffer out;
	struct git_call call = { .output = &out, .output_max = LISTING_MAX };
	const char *line, *end, *path, *mode;
	bool fine;

	changes_forget(collect);
	buffer_init(&out);
	fine = git_run(&call, names) == 0 && out.len < LISTING_MAX;
	buffer_text(&out);
	/* ":mode mode oid oid X" and a NUL, the path and a NUL. */
	line = (const char *)out.bytes;
	end = line + out.len;
	for (; fine && line < end; line = path + strlen(path) + 1) {
		path = line + strlen(line) + 1;
		mode = strchr(line, ' ') + 1;
		add(&collect->changes, &collect->change_count, mode,
		    strchr(strchr(mode, ' ') + 1, ' ') + 1, path);
		if (collect->changes[collect->change_count - 1].mode == 0) {
			free(collect->changes[collect->change_count - 1].oid);
			collect->changes[collect->change_count - 1].oid = NULL;
		}
	}
	if (collect->change_count > 0)
		qsort(collect->changes, collect->change_count, sizeof(struct change), by_path);
	buffer_release(&out);
	return fine;
}
