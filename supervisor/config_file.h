/* Reads orch.yaml(5) into a struct config; the supervisor alone knows the file. */
#ifndef ORCH_CONFIG_FILE_H
#define ORCH_CONFIG_FILE_H

#include "supervisor/config.h"

/* Adds to `problems` all that is wrong, each with its place. */
void	config_file_read(struct config *config, const char *path, struct problems *problems);
/* The same from memory; `name` stands in front of the problems. */
void	config_file_parse(struct config *config, const char *name, const char *bytes, size_t len,
	    struct problems *problems);

#endif
