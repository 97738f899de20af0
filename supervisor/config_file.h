/* Reads orch.yaml(5) into a struct config; the supervisor alone knows the file. */
#ifndef ORCH_CONFIG_FILE_H
#define ORCH_CONFIG_FILE_H

#include "supervisor/config.h"

/* Adds to `problems` all that is wrong, each with its place. */
void	config_file_read(struct config *config, const char *path, struct problems *problems);
/* The same from memory; `name` stands in front of the problems. */
void	config_file_parse(struct config *config, const char *name, const char *bytes, size_t len,
	    struct problems *problems);
/*
 * The agents of all *.yaml in a folder, those that came with orch; there may be no such
 * folder. To be read before the user's file, whose entries may extend them.
 */
void	config_file_shipped(struct config *config, const char *folder, struct problems *problems);

#endif
