/*
 * What a result in the line waits for, in words: its verify command, the upstream, or its turn
 * and who comes first. Nothing is changed here.
 */
#ifndef ORCH_WAITS_LINE_H
#define ORCH_WAITS_LINE_H

#include "supervisor/supervisor.h"

/* What all waits for when nothing starts here. */
#define WAITS_SUPERVISOR	"a supervisor, for none works on it now"

/* Of a task in the line; NULL: nothing. The caller frees. */
char	*waits_in_line(const struct task *task);
/* Does what is in the project's line wait for nothing but its turn? */
bool	 waits_for_turn_in_line(const struct project *project);
/*
 * " (orchctl retry TASK)": what a person can do for a task that others wait for and that does
 * nothing by itself; NULL: nothing. The caller frees.
 */
char	*waits_remedy(const struct task *task);

#endif
