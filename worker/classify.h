/*
 * Kinds of failure, told by patterns (regcomp(3), extended, any case) from what an agent
 * printed. The words are outcomes of an attempt.
 */
#ifndef ORCH_CLASSIFY_H
#define ORCH_CLASSIFY_H

#include <stddef.h>

struct classify;

/*
 * `patterns` are "WORD=PATTERN"; those that are none are left out, for the supervisor has
 * refused them. `reset` finds the text that says when a limit ends; NULL: any text may.
 */
struct classify	*classify_new(char *const *patterns, const char *reset);
void		 classify_free(struct classify *classify);
/* The first word whose pattern matches; NULL: none. */
const char	*classify_find(const struct classify *classify, const char *text);
/* Where to look for a time: the first group of `reset`, or what matched. The caller frees. */
char		*classify_reset(const struct classify *classify, const char *text);

#endif
