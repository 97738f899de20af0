/*
 * What a task may write: a set of paths given by a list of patterns, compiled once.
 * A pattern matches what it says and everything beneath. Components are split
 * at '/'; `*`, `?`, `[a-z]`, `[!a]`, `[[:digit:]]` and `\x` stay within one, `**` is any
 * number of them (one or more at the end). Characters are Unicode code points;
 * a byte that is not UTF-8 counts as a character of its own.
 *
 * `!` before a pattern takes out what it matches, as in Git's ignore files: a path is
 * covered when the last pattern of the list that matches it has none. So the order
 * counts, and what comes first lets in (`\!` begins a name that begins so).
 *
 * No list of patterns at all is "anywhere". Such a scope covers every path but
 * overlaps nothing: a task that did not say where it writes runs alongside
 * others, and conflicts are settled when it lands.
 */
#ifndef ORCH_SCOPE_H
#define ORCH_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCOPE_NONE	SIZE_MAX
#define SCOPE_STEPS_MOST	(1u << 20)

struct scope;

#define SCOPE_EVERYTHING	"**"	/* the pattern that covers every path */

/*
 * Compiles a NULL-terminated list of patterns; NULL is anywhere. With `ignore_case`
 * letters of ASCII match small and large, as with Git's core.ignoreCase; scopes that are
 * compared or kept together all do so or none does.
 */
struct scope	*scope_new(char *const *patterns, bool ignore_case);
/* NULL is fine. */
void	 scope_free(struct scope *scope);
/* Is a path, relative to the repository's root, within the scope? */
bool	 scope_covers(const struct scope *scope, const char *path);
/*
 * Can any path be within both declared scopes? False if either is anywhere. Exact, in
 * time linear in the product of their lengths, where nothing is taken out of what two of
 * their patterns have in common. Where something is, exact as long as that is known after
 * SCOPE_STEPS_MOST steps for both scopes and a few MiB for a pair of patterns; beyond that
 * they overlap. (What uses it up is a name with a star and more than some twenty `?` behind
 * it, of which parts are taken out. All texts count as names, those of no file among them.)
 */
bool	 scope_overlap(const struct scope *a, const struct scope *b);
/* The first pattern of b that overlaps a so; SCOPE_NONE: none does. */
size_t	 scope_meets(const struct scope *a, const struct scope *b);
/* Was nothing declared? */
bool	 scope_anywhere(const struct scope *scope);
/*
 * The patterns, one a line, sorted unless something is taken out: equal texts are equal
 * scopes.
 */
const char *scope_text(const struct scope *scope);
/* A pattern that covers this path, in UTF-8 even if that is not; the caller frees. */
char	*scope_pattern(const char *path);
/* How many patterns it has; 0 when it is anywhere. */
size_t	 scope_patterns(const struct scope *scope);
/* Does that pattern take out? */
bool	 scope_takes_out(const struct scope *scope, size_t pattern);
/*
 * The component of a pattern at that depth, from 0, if it and all before it are
 * names without wildcards, in small letters where case is ignored; else NULL. What
 * covers nothing by itself has none.
 */
const char *scope_literal(const struct scope *scope, size_t pattern, size_t depth);

#endif
