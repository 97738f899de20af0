/* The template of session notes, read with the configuration. */
#ifndef ORCH_NOTES_CONFIG_H
#define ORCH_NOTES_CONFIG_H

#include "protocol/problem.h"
#include "supervisor/config.h"

/*
 * Reads the file that notes.template of each project names, which lies beside `file` when its path is
 * relative; adds to `problems` what is wrong with it, FILE:LINE.
 */
void	notes_config_read(struct config *config, const char *file, struct problems *problems);

#endif
