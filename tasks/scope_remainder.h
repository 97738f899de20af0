/*
 * What is left of the paths that two patterns have in common when those of others
 * are taken out. Only scope.c is meant to use it.
 */
#ifndef ORCH_SCOPE_REMAINDER_H
#define ORCH_SCOPE_REMAINDER_H

#include <stdbool.h>
#include <stddef.h>

#include "tasks/scope_pattern.h"

/*
 * Is there a path that a and b match and none of `out`? Exact, unless finding out
 * takes more than *steps, of which what it took is taken off, or more memory than a
 * few MiB: then it says yes.
 */
bool	scope_remainder(const struct scope_pattern *a, const struct scope_pattern *b,
	    const struct scope_pattern *const *out, size_t count, size_t *steps);

#endif
