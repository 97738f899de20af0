/*
 * The key of a task that is being read, for the files that read one: what they
 * say about its value. Only task_field.c and task_field_list.c use this.
 */
#ifndef ORCH_FIELD_READER_H
#define ORCH_FIELD_READER_H

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

/* Adds a problem with this value: "key: text detail". */
void	field_reader_say(const struct field_reader *reader,
	    const struct yaml_value *value, const char *text, const char *detail);
/* Is it a text of at most `max` bytes without NULs? Says if not. */
bool	field_reader_is_text(struct field_reader *reader,
	    const struct yaml_value *value, size_t max);

#endif
