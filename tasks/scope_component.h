/*
 * One component of a scope's pattern: a name without '/', perhaps with
 * wildcards. Only scope_pattern.c and scope_remainder.c are meant to use it.
 */
#ifndef ORCH_SCOPE_COMPONENT_H
#define ORCH_SCOPE_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A character is a code point; a byte that is not UTF-8 is this and the byte.
 * 0 and '/' are none.
 */
#define SCOPE_BAD_BYTE		0x110000u
#define SCOPE_CHARACTER_MAX	(SCOPE_BAD_BYTE + 0xff)

struct scope_range {
	uint32_t low, high;
};

/* A star, or one character of a set. */
struct scope_token {
	bool star;
	struct scope_range *ranges;	/* sorted, not touching */
	size_t count;
};

struct scope_component {
	bool gap;			/* `**`: any number of components */
	bool impossible;		/* a class in it is empty: no name */
	bool ignore_case;		/* the literal is small then, and tokens have both */
	char *literal;			/* no wildcards: the name itself, else NULL */
	size_t literal_len;
	struct scope_token *tokens;	/* else these */
	size_t token_count;
};

/* Compiles the `len` bytes of a component that is not `**`. */
void	scope_component_init(struct scope_component *component, const char *text,
	    size_t len, bool ignore_case);
void	scope_component_release(struct scope_component *component);
/* The next character of `len` > 0 bytes; how many bytes it has goes to `used`. */
uint32_t scope_character(const char *text, size_t len, size_t *used);
/* Is this a name that the component allows? Not for gaps. */
bool	scope_component_matches(const struct scope_component *component,
	    const char *name, size_t len);
/* Is each name that a allows one of b's? Not for gaps; false when that is not plain to see. */
bool	scope_component_within(const struct scope_component *a,
	    const struct scope_component *b);
/* Can any name match both? Not for gaps. */
bool	scope_component_overlap(const struct scope_component *a,
	    const struct scope_component *b);

#endif
