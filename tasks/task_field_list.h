/*
 * The keys of a task that hold lists; only task_field.c is meant to use this.
 */
#ifndef ORCH_TASK_FIELD_LIST_H
#define ORCH_TASK_FIELD_LIST_H

#include "protocol/problem.h"
#include "tasks/task_spec.h"
#include "tasks/yaml_value.h"

/* The task being read, and the key within it. */
struct field_reader {
	const char *name;
	const char *label;	/* "task 'ID'" or "task #3" */
	const char *key;
	struct task_spec *spec;
	struct problems *problems;
};

/* In task_field.c. Adds a problem with this value: "key: text detail". */
void	task_field_say(const struct field_reader *reader,
	    const struct yaml_value *value, const char *text, const char *detail);
/* In task_field.c. Is it a text of at most `max` bytes without NULs? Says if not. */
bool	task_field_is_text(struct field_reader *reader,
	    const struct yaml_value *value, size_t max);

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
