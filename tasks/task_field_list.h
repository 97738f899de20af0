/*
 * The keys of a task that hold lists; only task_field.c is meant to use this.
 */
#ifndef ORCH_TASK_FIELD_LIST_H
#define ORCH_TASK_FIELD_LIST_H

#include "tasks/field_reader.h"
#include "tasks/yaml_value.h"

/* Rows of the table of keys: `target` is the char ** that the list goes to. */
void	task_field_list_command(struct field_reader *reader,
	    const struct yaml_value *value, void *target);
void	task_field_list_files(struct field_reader *reader,
	    const struct yaml_value *value, void *target);
void	task_field_list_depends_on(struct field_reader *reader,
	    const struct yaml_value *value, void *target);
/* The same for a mapping, as "KEY=value". */
void	task_field_list_environment(struct field_reader *reader,
	    const struct yaml_value *value, void *target);

#endif
