/* See scope_index.h. */
#include "tasks/scope_index.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

struct entry {
	const struct scope *scope;
	size_t value;
};

struct node {
	struct node *parent;
	char *name;			/* of the component that leads here */
	struct node **children;		/* by name */
	size_t child_count, child_capacity;
	struct entry *entries;
	size_t entry_count, entry_capacity;
};

struct scope_index {
	struct node root;
};

struct search {
	const struct scope *scope;
	bool (*counts)(const void *context, size_t value);
	const void *context;
	size_t *value;
};

struct scope_index *
scope_index_new(void)
{
	return mem_zero(1, sizeof(struct scope_index));
}

static void
node_release(struct node *node)
{
	free(node->name);
	free(node->children);
	free(node->entries);
}

void
scope_index_free(struct scope_index *index)
{
	struct node *node, *parent;

	if (index == NULL)
		return;
	/* Without recursion: always the last child, and up again. */
	for (node = &index->root; node != NULL; node = parent) {
		if (node->child_count > 0) {
			parent = node->children[--node->child_count];
			continue;
		}
		parent = node->parent;
		node_release(node);
		if (node != &index->root)
			free(node);
	}
	free(index);
}

/* Where a child of that name is among its parent's, or would be. */
static size_t
place_of(const struct node *node, const char *name, bool *found)
{
	size_t low = 0, high = node->child_count, middle;
	int order;

	*found = false;
	while (low < high && !*found) {
		middle = low + (high - low) / 2;
		order = strcmp(name, node->children[middle]->name);
		*found = order == 0;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return *found ? high : low;
}

static struct node *
child_of(struct node *node, const char *name)
{
	bool found;
	size_t at = place_of(node, name, &found);

	return found ? node->children[at] : NULL;
}

static struct node *
child_made(struct node *node, const char *name)
{
	struct node *child;
	bool found;
	size_t at = place_of(node, name, &found);

	if (found)
		return node->children[at];
	if (node->child_count == node->child_capacity) {
		node->child_capacity = node->child_capacity == 0 ? 4 : node->child_capacity * 2;
		node->children = mem_resize(node->children, node->child_capacity,
		    sizeof(*node->children));
	}
	memmove(node->children + at + 1, node->children + at,
	    (node->child_count - at) * sizeof(*node->children));
	child = mem_zero(1, sizeof(*child));
	child->parent = node;
	child->name = str_dup(name);
	node->children[at] = child;
	node->child_count++;
	return child;
}

void
scope_index_add(struct scope_index *index, const struct scope *scope, size_t value)
{
	struct node *node;
	const char *name;
	size_t i, depth;

	for (i = 0; i < scope_patterns(scope); i++) {
		if (scope_takes_out(scope, i))
			continue;
		node = &index->root;
		for (depth = 0; (name = scope_literal(scope, i, depth)) != NULL; depth++)
			node = child_made(node, name);
		if (node->entry_count == node->entry_capacity) {
			node->entry_capacity = node->entry_capacity == 0 ? 2 :
			    node->entry_capacity * 2;
			node->entries = mem_resize(node->entries, node->entry_capacity,
			    sizeof(*node->entries));
		}
		node->entries[node->entry_count++] = (struct entry){ scope, value };
	}
}

/* Takes away what leads to nothing any more. */
static void
prune(struct node *node)
{
	struct node *parent;
	bool found;
	size_t at;

	for (; node->parent != NULL && node->entry_count == 0 && node->child_count == 0;
	    node = parent) {
		parent = node->parent;
		at = place_of(parent, node->name, &found);
		memmove(parent->children + at, parent->children + at + 1,
		    (--parent->child_count - at) * sizeof(*parent->children));
		node_release(node);
		free(node);
	}
}

void
scope_index_remove(struct scope_index *index, const struct scope *scope, size_t value)
{
	struct node *node;
	const char *name;
	size_t i, k, depth;

	for (i = 0; i < scope_patterns(scope); i++) {
		if (scope_takes_out(scope, i))
			continue;
		node = &index->root;
		for (depth = 0; node != NULL && (name = scope_literal(scope, i, depth)) != NULL;
		    depth++)
			node = child_of(node, name);
		for (k = 0; node != NULL && k < node->entry_count; k++)
			if (node->entries[k].scope == scope && node->entries[k].value == value) {
				memmove(node->entries + k, node->entries + k + 1,
				    (--node->entry_count - k) * sizeof(*node->entries));
				prune(node);
				break;
			}
	}
}

static bool
found_at(const struct node *node, const struct search *search)
{
	const struct entry *entry;
	size_t i;

	for (i = 0; i < node->entry_count; i++) {
		entry = &node->entries[i];
		if (search->counts != NULL && !search->counts(search->context, entry->value))
			continue;
		if (!scope_overlap(search->scope, entry->scope))
			continue;
		*search->value = entry->value;
		return true;
	}
	return false;
}

/* In the children of a node and all that is beneath. */
static bool
found_beneath(const struct node *top, const struct search *search)
{
	const struct node *node = top;
	bool found;
	size_t at = 0;

	for (;;) {
		if (at < node->child_count) {
			node = node->children[at];
			if (found_at(node, search))
				return true;
			at = 0;
		} else if (node == top) {
			return false;
		} else {
			at = place_of(node->parent, node->name, &found) + 1;
			node = node->parent;
		}
	}
}

bool
scope_index_find(const struct scope_index *index, const struct scope *scope,
    bool (*counts)(const void *context, size_t value), const void *context, size_t *value)
{
	struct search search = { scope, counts, context, value };
	const struct node *node;
	const char *name;
	bool found;
	size_t i, depth, at;

	for (i = 0; i < scope_patterns(scope); i++) {
		if (scope_takes_out(scope, i))
			continue;
		node = &index->root;
		if (found_at(node, &search))
			return true;
		for (depth = 0; (name = scope_literal(scope, i, depth)) != NULL; depth++) {
			at = place_of(node, name, &found);
			if (!found)
				break;
			node = node->children[at];
			if (found_at(node, &search))
				return true;
		}
		/* From here on it is wild, or covers all. */
		if (name == NULL && found_beneath(node, &search))
			return true;
	}
	return false;
}
