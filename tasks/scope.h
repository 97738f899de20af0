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

#endif
