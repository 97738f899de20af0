/* Runs a program of somebody else and waits for it. No shell is involved. */
#ifndef ORCH_PROCESS_H
#define ORCH_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct buffer;

/* Who runs it, when root runs it for somebody. */
struct process_user { uid_t uid; gid_t gid; };

/*
 * argv[0] is looked up in PATH. With `output`, what it writes to standard
 * output (at most 1 MiB) comes back as a text that the caller frees, without
 * the newlines at its end; else it is dropped. `quiet` drops standard error.
 * Returns the exit status, 128 + the number of a signal, or 127: not started.
 */
int	process_run(char *const argv[], char **output, bool quiet);
/*
 * The same, the bytes as they come added to `output`; NULL: dropped. Run as `user`,
 * with the user's groups and HOME, unless that is NULL.
 */
int	process_read(char *const argv[], const struct process_user *user, struct buffer *output,
	    bool quiet);

#endif
