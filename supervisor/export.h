/*
 * Tasks that come from elsewhere and go there: how they stood, what is kept with them, and
 * all of it page by page for orchctl export.
 */
#ifndef ORCH_EXPORT_H
#define ORCH_EXPORT_H

#include "supervisor/supervisor.h"

/*
 * Those of `tasks` that were added as node `first` and behind it get the state that they
 * had where they come from; inside the transaction that adds them.
 */
void	export_take_states(struct supervisor *supervisor, const struct record_task *tasks,
	    size_t count, size_t first);
/* The older queue that tasks came from, without them: kept when it brought any. NULL is fine. */
void	export_keep_queue(struct supervisor *supervisor, const char *queue, size_t added);

peer_handler	export_tasks;

#endif
