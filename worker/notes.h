/*
 * What the agent writes for its task's note: files in a folder of the slot, ORCH_NOTES in its
 * sandbox, each named for its part. Read when all of the agent is gone, and believed nothing:
 * plain files of some size, as text.
 */
#ifndef ORCH_WORKER_NOTES_H
#define ORCH_WORKER_NOTES_H

#include "worker/worker.h"

#define NOTES_FOLDER	"/run/orch/notes"	/* in the sandbox */
#define NOTE_PARTS	6

struct notes_read { struct record_note_part parts[NOTE_PARTS]; char *texts[NOTE_PARTS]; size_t count; };

/* An empty folder; 0, or -1 with errno. */
int	notes_make(const struct worker *worker);
/* The caller frees. */
char	*notes_folder(const struct worker *worker);
/* What is in it now, and how many; notes_read_release in every case. */
size_t	notes_read(const struct worker *worker, struct notes_read *read);
void	notes_read_release(struct notes_read *read);

#endif
