/* The files that a project's setup depends on: what they are in a tree. */
#ifndef ORCH_LOCKS_H
#define ORCH_LOCKS_H

#include "commitd/commitd.h"

/*
 * For each path of commitd->locks the object that `tree` has there, or "-" where it has
 * none; NULL when there are no such paths. The caller frees with strs_free.
 */
char	**locks_of(const struct commitd *commitd, const char *tree);

#endif
