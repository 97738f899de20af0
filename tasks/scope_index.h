/*
 * Finds among many scopes those that one may overlap, without looking at all: a
 * trie of the literal components that patterns begin with. A pattern is kept at
 * the node where it begins to be wild or ends. What can meet it is on the way to
 * that node or beneath it, whatever else there is. The exact answer for these
 * candidates is scope_overlap's, so what takes out is not kept.
 */
#ifndef ORCH_SCOPE_INDEX_H
#define ORCH_SCOPE_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "tasks/scope.h"

struct scope_index;

struct scope_index *scope_index_new(void);
/* NULL is fine. */
void	 scope_index_free(struct scope_index *index);
/* Keeps a scope (borrowed until it is removed) with a number of the caller's. */
void	 scope_index_add(struct scope_index *index, const struct scope *scope, size_t value);
/* The same scope and number as it was added with. */
void	 scope_index_remove(struct scope_index *index, const struct scope *scope,
	    size_t value);
/*
 * The first kept scope that overlaps this one and whose number `counts` says
 * yes to (NULL: any). Which one is first follows from the trie alone. False
 * when there is none.
 */
bool	 scope_index_find(const struct scope_index *index, const struct scope *scope,
	    bool (*counts)(const void *context, size_t value), const void *context,
	    size_t *value);

#endif
