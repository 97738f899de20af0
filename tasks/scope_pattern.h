/*
 * One pattern of a scope, compiled: a list of components, each a list of
 * tokens. Only scope.c and scope_remainder.c are meant to use it.
 */
#ifndef ORCH_SCOPE_PATTERN_H
#define ORCH_SCOPE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many leading literal components count for the quick reject. */
#define SCOPE_PREFIX_DEPTH 3

struct scope_component;

struct scope_pattern {
	bool negated;			/* `!` before it: takes out what it matches */
	bool impossible;		/* a component is: it matches nothing */
	bool ignore_case;
	struct scope_component *components;	/* the last one is a gap */
	size_t count;
	uint64_t prefix[SCOPE_PREFIX_DEPTH];	/* hash of so many components; 0: a wildcard */
};

void	scope_pattern_init(struct scope_pattern *pattern, const char *text,
	    bool ignore_case);
void	scope_pattern_release(struct scope_pattern *pattern);
/* Does the path match, whether or not it is negated? */
bool	scope_pattern_matches(const struct scope_pattern *pattern, const char *path);
/* Does b match all that a matches? False when that is not plain to see. */
bool	scope_pattern_within(const struct scope_pattern *a,
	    const struct scope_pattern *b);
/* Can any path match both, negated or not? */
bool	scope_pattern_overlap(const struct scope_pattern *a,
	    const struct scope_pattern *b);

#endif
