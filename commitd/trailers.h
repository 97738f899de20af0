/*
 * The trailers at the end of a landed commit's message: takes away what an
 * agent wrote in our name, adds ours, reads ours. Pure.
 */
#ifndef ORCH_TRAILERS_H
#define ORCH_TRAILERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/buffer.h"

struct trailers {
	char task[65], attempt[24], agent[65], verdict[24], line[65];
	uint64_t ticket;
	bool bare;		/* its attempt had no sandbox: Orch-Sandbox: none */
};

/*
 * Adds to `out` the message without any Orch-* trailer and with ours, in the
 * order of the interface. What stands before the trailers stays byte for byte
 * except for newlines at the end.
 */
void	trailers_write(struct buffer *out, const char *message, size_t len,
	    const struct trailers *ours);
/* The message without any Orch-* trailer, else as it is; true when there was one. */
bool	trailers_strip(struct buffer *out, const char *message, size_t len);
/*
 * Reads ours from the last paragraph; false when one of them is missing, is
 * there twice or is not what we write.
 */
bool	trailers_read(const char *message, size_t len, struct trailers *ours);

#endif
