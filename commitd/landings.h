/*
 * Which commits are of this line's making: each is written down before it may
 * reach the branch. Trailers cannot tell: another state folder that began at the
 * same tip has the same line and the same numbers.
 */
#ifndef ORCH_LANDINGS_H
#define ORCH_LANDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "commitd/repository.h"
#include "protocol/buffer.h"

struct landings {
	int fd;			/* -1: not open */
	char (*known)[OID_TEXT];	/* sorted; those of before */
	size_t count;
};

/* An empty list in a new file; durable. */
enum error	landings_create(const char *path);
/* Reads the list. ERROR_UNKNOWN: there is none. */
enum error	landings_open(struct landings *landings, const char *path);
/* Was it there when the list was read? */
bool		landings_has(const struct landings *landings, const char *oid);
/* Adds lines that landings_line made, durable when this returns. Not to be found by landings_has. */
enum error	landings_add(struct landings *landings, const struct buffer *lines);
void		landings_line(struct buffer *lines, const char *oid);
void		landings_close(struct landings *landings);

#endif
