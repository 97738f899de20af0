/* Tasks as a tasks file, orch-tasks(5): YAML for people, or JSON, which is YAML too. */
#ifndef ORCH_TASKS_WRITE_H
#define ORCH_TASKS_WRITE_H

#include <stdio.h>

#include "protocol/message.h"

/* Writes them as YAML: what was not said of a task is left out. */
void	tasks_write_yaml(FILE *stream, const struct record_export_row *rows, size_t count);

#endif
