/*
 * What a task may write: a set of paths given by patterns, compiled once. A
 * pattern covers what it matches and everything beneath. Components are split
 * at '/'; `*`, `?`, `[a-z]`, `[!a]` and `\x` stay within one, `**` is any
 * number of them (one or more at the end). Characters are Unicode code points;
 * a byte that is not UTF-8 counts as a character of its own.
 *
 * No list of patterns at all is "anywhere". Such a scope covers every path but
 * overlaps nothing: a task that did not say where it writes runs alongside
 * others, and conflicts are settled when it lands.
 */
#ifndef ORCH_SCOPE_H
#define ORCH_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

struct scope;

/* Compiles a NULL-terminated list of patterns; NULL is anywhere. */
struct scope	*scope_new(char *const *patterns);
/* NULL is fine. */
void	 scope_free(struct scope *scope);
/* Is a path, relative to the repository's root, within the scope? */
bool	 scope_covers(const struct scope *scope, const char *path);
/*
 * Can any path be within both declared scopes? Exact, in time linear in the
 * product of their lengths; false if either is anywhere.
 */
bool	 scope_overlap(const struct scope *a, const struct scope *b);
/* Was nothing declared? */
bool	 scope_anywhere(const struct scope *scope);
/* The patterns, sorted, one a line: equal texts are equal scopes. */
const char *scope_text(const struct scope *scope);
/* How many patterns it has; 0 when it is anywhere. */
size_t	 scope_patterns(const struct scope *scope);
/*
 * The component of a pattern at that depth, from 0, if it and all before it are
 * names without wildcards; else NULL. What covers nothing by itself has none.
 */
const char *scope_literal(const struct scope *scope, size_t pattern, size_t depth);

#endif
