/*
 * One component of a scope's pattern: a name without '/', perhaps with
 * wildcards. Only scope_pattern.c is meant to use it.
 */
#ifndef ORCH_SCOPE_COMPONENT_H
#define ORCH_SCOPE_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>

struct scope_token;

struct scope_component {
	bool gap;			/* `**`: any number of components */
	char *literal;			/* no wildcards: the name itself, else NULL */
	size_t literal_len;
	struct scope_token *tokens;	/* else these */
	size_t token_count;
};

/* Compiles the `len` bytes of a component that is not `**`. */
void	scope_component_init(struct scope_component *component, const char *text,
	    size_t len);
void	scope_component_release(struct scope_component *component);
/* Is this a name that the component allows? Not for gaps. */
bool	scope_component_matches(const struct scope_component *component,
	    const char *name, size_t len);
/* Can any name match both? Not for gaps. */
bool	scope_component_overlap(const struct scope_component *a,
	    const struct scope_component *b);

#endif
