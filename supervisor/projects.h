/*
 * All projects: those of the configuration, and those that it had before and whose tasks
 * are still known. What one of them does is in project.h.
 */
#ifndef ORCH_PROJECTS_H
#define ORCH_PROJECTS_H

#include "supervisor/supervisor.h"

/*
 * All that the configuration has, in its order, and those of before that the database knows;
 * none is started yet. Ends with words when one has gone that has tasks to be done, or is
 * another repository now.
 */
void	projects_init(struct supervisor *supervisor);
void	projects_release(struct supervisor *supervisor);
/* Also one of before; NULL: there is none of this name. */
struct project	*projects_find(const struct supervisor *supervisor, const char *name);
/*
 * What people are shown: the name of the project where there are several, NULL where
 * there is one.
 */
const char	*projects_label(const struct project *project);
/* Those of the configuration, for a person: "a, b, c"; the caller frees. */
char	*projects_names(const struct supervisor *supervisor);
/* How many tasks it has. */
size_t	project_tasks(const struct project *project);
/* A child has ended: whose commitd it was; NULL: nobody's. */
struct project	*projects_exited(struct supervisor *supervisor, pid_t pid, int status);

#endif
