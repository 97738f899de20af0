/* Git's own programs, on repositories of ours: run, waited for, and what they say. */
#ifndef ORCH_GIT_H
#define ORCH_GIT_H

#include <stddef.h>

#include "protocol/buffer.h"

#define GIT_TOLD_MAX	4096u	/* bytes kept of what Git says, where it is for a person */

/*
 * Runs Git with nothing of the environment but PATH; up to `most` bytes of both its streams
 * are added to `said`. Blocks. Its exit status; -1: it was killed or could not be started.
 */
int	git_run(char *const *argv, struct buffer *said, size_t most);
/*
 * The same with `input` as its standard input (-1: ours), which stays the caller's, and
 * with `more` variables (NULL: none).
 */
int	git_run_on(char *const *argv, int input, char *const *more, struct buffer *said, size_t most);

#endif
