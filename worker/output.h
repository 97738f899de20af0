/*
 * What the agent prints: kept in the attempt's log up to a limit, passed on,
 * its end remembered as feedback, and searched for the completion promise.
 */
#ifndef ORCH_OUTPUT_H
#define ORCH_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/buffer.h"

#define OUTPUT_LIMIT	(100u << 20)	/* bytes of a log, when the job names none */
#define OUTPUT_TAIL	(64u << 10)	/* bytes given back as feedback */

struct output {
	int log;
	uint64_t offset;	/* in the log: of what comes next */
	uint64_t limit;
	bool capped;
	struct buffer tail;	/* of the run at hand */
	const char *promise;	/* NULL: none; borrowed */
	bool promise_seen;
	void (*pass)(void *context, uint64_t offset, const unsigned char *bytes, size_t len);
	void *context;
};

/* Opens the log at `path` (its folder must be there). -1 with errno. */
int	output_init(struct output *output, const char *path, uint64_t limit);
void	output_release(struct output *output);
/* Forgets the end of the run before. */
void	output_begin(struct output *output, const char *promise);
void	output_add(struct output *output, const unsigned char *bytes, size_t len);
/* The end of the output as text: at most OUTPUT_TAIL bytes, UTF-8, no NUL. */
char	*output_tail(const struct output *output);
/* Its last line that is not blank, at most `limit` bytes; "" when there is none. */
char	*output_last_line(const struct output *output, size_t limit);
/* Any bytes as UTF-8 without NUL: what is not becomes '?'. The caller frees. */
char	*output_text(const unsigned char *bytes, size_t len);

#endif
