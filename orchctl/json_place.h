/*
 * Where something stands in a JSON text, for messages: the library that reads it says so
 * of mistakes in the syntax alone. Pure; the text has been read and is valid.
 */
#ifndef ORCH_JSON_PLACE_H
#define ORCH_JSON_PLACE_H

#include <stddef.h>

#include "tasks/task_spec.h"

/* The offset of the value of `key` in the object at `at`; `at` itself when it is not there. */
size_t	json_place_member(const char *bytes, size_t len, size_t at, const char *key);
/*
 * Where each of the first `count` entries of the array at `at` begins, in offsets; what
 * there is not stays 0.
 */
void	json_place_entries(const char *bytes, size_t len, size_t at, size_t *offsets, size_t count);
/* Line and column, in characters, of an offset; goes on from *place of offset `from`. */
void	json_place_find(const char *bytes, size_t from, size_t at, struct task_place *place);

#endif
