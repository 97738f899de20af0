/*
 * Session notes: which are due, and that they are written. What is due stands in the
 * database, in the same transaction as what the note has to tell, so that none is forgotten
 * by whoever dies. Files are written by a child, so that a slow disk holds up nothing; one
 * that cannot be written is an event, and is tried again. Nobody waits for a note.
 */
#ifndef ORCH_NOTES_H
#define ORCH_NOTES_H

#include <sys/types.h>

#include "supervisor/note.h"
#include "supervisor/supervisor.h"

/* Once the loop and the tasks are there: what an earlier supervisor owed is due. */
void	notes_init(struct supervisor *supervisor);
void	notes_release(struct supervisor *supervisor);
/* Inside a transaction: the task's note has something to tell. */
void	notes_touch(struct supervisor *supervisor, const struct task *task);
/* The same when it has ended: the notes of those that it depends on name it. */
void	notes_end(struct supervisor *supervisor, const struct task *task);
/* After it: what is due is written soon. */
void	notes_soon(struct supervisor *supervisor);
/* A child has ended; false: it was not one of notes. */
bool	notes_exited(struct supervisor *supervisor, pid_t pid);
/* At the end of the process: writes what is due, for some seconds at most. */
void	notes_finish(struct supervisor *supervisor);
/* A person's words, of a task or (NULL) of all that is under way. */
void	notes_add(struct supervisor *supervisor, const struct task *task, const char *who,
	    const char *text);
/* The note of a task as it would be written now. */
void	notes_text(struct supervisor *supervisor, const struct task *task, struct buffer *out);

#endif
