/*
 * Reads a tasks file: a list of tasks, at the top or under "tasks". All that
 * is wrong with it is told in one go, each as "FILE:LINE:COLUMN: task 'ID':
 * KEY: what is wrong"; then nothing of it is taken. Dependencies are not
 * looked at here: that is graph.h.
 */
#ifndef ORCH_TASKS_FILE_H
#define ORCH_TASKS_FILE_H

#include <stddef.h>

#include "protocol/problem.h"
#include "tasks/task_spec.h"

/* Reads a regular file or a pipe, "-" being standard input. 0, or -1 with problems. */
int	tasks_file_read(const char *path, struct task_list *list,
	    struct problems *problems);
/* What messages call the file. */
const char *tasks_file_name(const char *path);
/* Only its bytes, a little more than is allowed at most; NULL with a problem. The caller frees. */
char	*tasks_file_load(const char *path, size_t *len, struct problems *problems);
/* The same for bytes in memory; `name` stands for the file in messages. */
int	tasks_file_parse(const char *name, const char *bytes, size_t len,
	    struct task_list *list, struct problems *problems);

#endif
