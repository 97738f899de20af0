/* Runs a program of somebody else and waits for it. No shell is involved. */
#ifndef ORCH_PROCESS_H
#define ORCH_PROCESS_H

#include <stdbool.h>

struct buffer;

/*
 * argv[0] is looked up in PATH. With `output`, what it writes to standard
 * output (at most 1 MiB) comes back as a text that the caller frees, without
 * the newlines at its end; else it is dropped. `quiet` drops standard error.
 * Returns the exit status, 128 + the number of a signal, or 127: not started.
 */
int	process_run(char *const argv[], char **output, bool quiet);
/* The same, the bytes as they come added to `output`; NULL: dropped. */
int	process_read(char *const argv[], struct buffer *output, bool quiet);

#endif
