/* Session notes, for people and programs: which there are, and what stands in one. */
#ifndef ORCH_SHOW_NOTES_H
#define ORCH_SHOW_NOTES_H

#include "protocol/peer.h"

/* Handlers of note.list and note.show. */
void	show_notes(void *context, struct peer *peer, uint64_t request, const struct message *message);
/* As it would be written now: it is as new as the database. */
void	show_note(void *context, struct peer *peer, uint64_t request, const struct message *message);

#endif
