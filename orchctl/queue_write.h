/*
 * Tasks as the older JSON queue. What came from one has all that it had there, and of its
 * keys only those are other that tell how it stands.
 */
#ifndef ORCH_QUEUE_WRITE_H
#define ORCH_QUEUE_WRITE_H

#include <stdio.h>

#include "protocol/message.h"

/*
 * Writes the queue. `header`: the older one without its tasks, as JSON, or NULL; `project`
 * is named where that names none. False: the stream did not take it.
 */
bool	queue_write(FILE *stream, const char *header, const char *project,
	    const struct record_export_row *rows, size_t count);

#endif
