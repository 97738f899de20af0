/* The tasks of one or more tasks files as one list. */
#ifndef ORCH_TASK_FILES_H
#define ORCH_TASK_FILES_H

#include <stdbool.h>

#include "tasks/task_spec.h"

/*
 * Reads all files ("-": standard input) into `list`, in order. An id that
 * stands in two files is a problem; with `whole`, so is a dependency that
 * stands in none. Returns 0, or -1 when there were problems; then all of them
 * were written to standard error, as FILE:LINE:COLUMN: ..., and the list is empty.
 */
int	task_files_read(char *const *paths, bool whole, struct task_list *list);

#endif
