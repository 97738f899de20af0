/* What is known of a task, from the database, for its session note. Changes nothing. */
#ifndef ORCH_NOTES_GATHER_H
#define ORCH_NOTES_GATHER_H

#include "supervisor/note.h"
#include "supervisor/supervisor.h"

/* The caller releases the note; it borrows from the task and from the configuration. */
void	notes_gather(struct supervisor *supervisor, const struct task *task, struct note *note);
/* The file of this name in the folder of the project's notes; "" is the folder. The caller frees. */
char	*notes_path(const struct project *project, const char *name);

#endif
