/* With what a result was combined in a tree: what landed since it was begun. Reads only. */
#ifndef ORCH_COMBINED_H
#define ORCH_COMBINED_H

#include "commitd/commitd.h"

/*
 * The tasks whose commits `tip` has and `base` has not, each once, the newest first, a
 * list that ends with NULL; a commit of nobody's task by its id and subject. Not more
 * than some dozens, then "and N more", commits. NULL when there are none. The caller frees (strs_free).
 */
char	**combined_with(struct commitd *commitd, const char *base, const char *tip);

#endif
