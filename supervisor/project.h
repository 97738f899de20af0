/*
 * commitd, the project's repository's only writer: started, told what to open,
 * started again. What it says of results and tickets goes to on_commitd.c.
 */
#ifndef ORCH_PROJECT_H
#define ORCH_PROJECT_H

#include "supervisor/supervisor.h"

void	project_init(struct project *project);
void	project_release(struct project *project);
/* Does the configuration have it? Else nothing of it runs; what it did is still known. */
bool	project_configured(const struct project *project);
/* Are its workspaces overlays? Else each is a checkout. */
bool	project_overlay(const struct project *project);
/* Starts commitd; it opens the project and says so. */
void	project_spawn(struct project *project);
/* It has opened the project. */
void	project_opened(struct project *project, const struct msg_project_opened *opened);
/*
 * It cannot. True: for good, and no other project goes on; says so, and with which status
 * we end. False: it is started again when it has ended, later from time to time.
 */
bool	project_failed(struct project *project, const struct msg_project_failed *failed);
/* Has the tip that attempts start from all that has landed? */
bool	project_current(const struct project *project);
/*
 * Something is to start: is the tip as new as it should be? False: commitd has been asked
 * to look at the upstream; engine_run is called when it has, and at `*wake` at the latest.
 */
bool	project_fresh(struct project *project, uint64_t now, uint64_t *wake);
/* Is an answer to that waited for? */
bool	project_looks(const struct project *project);
/* It has looked. */
void	project_looked(struct project *project);
/* A person wants something done: what the upstream has by now is to count. */
void	project_stale(struct project *project);
/* Why no attempt of it can start now, whatever its tasks are; NULL: it can. The caller frees. */
char	*project_words(const struct project *project);
/* Its process has ended. */
void	project_gone(struct project *project, int status);
/* Lets commitd finish the step in hand and end; when we end too, not for ever. */
void	project_stop(struct project *project);

#endif
