/*
 * One task of a tasks file: a YAML mapping to a task_spec, key by key. What
 * holds for the file as a whole (ids that clash, the list) is tasks_file.h's.
 */
#ifndef ORCH_TASK_FIELD_H
#define ORCH_TASK_FIELD_H

#include "protocol/problem.h"
#include "tasks/task_spec.h"
#include "tasks/yaml_value.h"

/*
 * Reads the task at place `position` (from 1) of the file. All that is wrong
 * goes to `problems`. The id may stay NULL: it is then for the caller to make
 * up; all else is filled in. The caller releases `spec`, whatever happened.
 */
void	task_field_read(const char *name, size_t position,
	    const struct yaml_value *value, struct task_spec *spec,
	    struct problems *problems);
/* The name among `count` that is likely meant by `text`, NULL if none is near. */
const char *task_field_nearest(const char *text, const char *const *names,
	    size_t count);

#endif
