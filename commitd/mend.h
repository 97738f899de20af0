/*
 * What a loss of power leaves of objects that nobody had synced, those of merges
 * and of candidates that did not land: a name without the bytes. Git takes the name
 * for the object, so it would never be written again and never be read.
 */
#ifndef ORCH_MEND_H
#define ORCH_MEND_H

#include "commitd/repository.h"

/*
 * Takes damaged loose objects away, before anything else uses them: empty ones always;
 * when the machine has booted since `mark` was written, any whose bytes are not what its
 * name says. Reads every loose object then. The mark is written when all is looked at.
 */
enum error	mend_objects(const char *folder, const char *mark, struct buffer *why);
/* Writes the mark only: all objects were synced just now. */
enum error	mend_nothing(const char *mark, struct buffer *why);

#endif
