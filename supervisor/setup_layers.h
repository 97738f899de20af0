/*
 * What setup made of a project: folders in STATE/prepared/PROJECT, written by workers, found
 * here and removed. When one is made and for whom is in prepare.h.
 */
#ifndef ORCH_SETUP_LAYERS_H
#define ORCH_SETUP_LAYERS_H

#include "supervisor/supervisor.h"

/* Makes the folder, and takes in what is there. */
void	setup_layers_init(struct project *project);
/* Adds a layer if it is whole. False: it is not one. */
bool	setup_layers_load(struct project *project, const char *name);
/* Takes in what is new; while nothing is made, what is no layer goes. */
void	setup_layers_look(struct project *project);
/* The layer's tree has landed: known again by the next supervisor. */
void	setup_layers_landed(const struct project *project, const char *name);
/* Those that are too many and that nobody has. */
void	setup_layers_remove(struct project *project);

#endif
