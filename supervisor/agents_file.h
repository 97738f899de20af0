/* Reads the agents of orch.yaml(5), each with what it takes from another. */
#ifndef ORCH_AGENTS_FILE_H
#define ORCH_AGENTS_FILE_H

#include "supervisor/agents.h"
#include "supervisor/yaml_walk.h"

/*
 * All entries of a mapping, added to `agents`. `shipped`: they came with orch, so that one
 * of the user's may have the same name and extend it. Paths in an entry are from the
 * folder of the file, yaml->file.
 */
void	agents_file_read(struct agents *agents, struct yaml *yaml, const struct yaml_value *map,
	    const char *prefix, bool shipped);

#endif
