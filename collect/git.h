/* Runs Git inside the sandbox: argument lists, bytes in, bytes out, a time limit. */
#ifndef ORCH_COLLECT_GIT_H
#define ORCH_COLLECT_GIT_H

#include <stddef.h>

#include "protocol/buffer.h"

struct git_call {
	const void *input;	/* its standard input; NULL: nothing */
	size_t input_len;
	struct buffer *output;	/* its standard output; NULL: output_fd */
	size_t output_max;	/* bytes kept of it */
	int output_fd;		/* 0: dropped (it is our own input) */
	unsigned seconds;	/* killed after so long; 0: no limit */
};

#define GIT_LATE	137	/* killed at its time limit */

/*
 * The exit status or GIT_LATE. A Git that cannot be started or that somebody else
 * killed ends the collector: it has said nothing of what it was asked. The list
 * ends with NULL.
 */
int	git_run(const struct git_call *call, const char *const *arguments);
/* The first word of what it prints, which is an object's id; NULL on failure. The caller frees. */
char	*git_oid(const struct git_call *call, const char *const *arguments);

#endif
