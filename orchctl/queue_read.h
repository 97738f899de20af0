/*
 * The older JSON queue, {"project": ..., "features": [...]}, as tasks: what each of its
 * keys means here. What has no meaning here is kept with the task, as it was written, and
 * comes out again (queue_write.h).
 */
#ifndef ORCH_QUEUE_READ_H
#define ORCH_QUEUE_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/problem.h"
#include "tasks/task_spec.h"

/* Is this such a queue? Looks at the outside only, so that its mistakes are told as its own. */
bool	queue_read_is(const char *bytes, size_t len);
/*
 * Reads all of it into `list`, or tells what is wrong as FILE:LINE:COLUMN: task 'ID': KEY:
 * ...; `name` stands for the file. Returns 0, or -1 with the list empty.
 */
int	queue_read(const char *name, const char *bytes, size_t len, struct task_list *list,
	    struct problems *problems);

#endif
