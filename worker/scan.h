/*
 * What an agent changed, read off the upper layer of its workspace: costs what
 * was changed, not what is there.
 */
#ifndef ORCH_SCAN_H
#define ORCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/buffer.h"

struct workspace;

struct scan {
	struct buffer paths;	/* relative, a NUL behind each; "." is everything */
	size_t count;
	uint64_t bytes;		/* of the files at these; UINT64_MAX: nobody knows */
	bool committed;		/* its repository does not stand where it stood */
};

void	scan_init(struct scan *scan);
void	scan_release(struct scan *scan);
/* Looks at a workspace in which nothing runs any more. -1 with errno. */
int	scan_workspace(struct scan *scan, const struct workspace *workspace);

#endif
