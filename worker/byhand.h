/* A worker without a supervisor: one task, in the foreground, for a person. */
#ifndef ORCH_BYHAND_H
#define ORCH_BYHAND_H

#include <stdbool.h>

struct byhand { const char *tasks_file, *repository; bool keep; };

/* Runs it; the exit status: 0 done, 1 not, 2 bad input. */
int	byhand_run(const struct byhand *wanted);

#endif
