/*
 * Untracked files of a person's work tree that each workspace gets a copy of (`copy` in
 * orch.yaml): put there before anything runs, taken away before anything is looked at, so
 * that none becomes part of a result. They may be secret.
 */
#ifndef ORCH_COPIES_H
#define ORCH_COPIES_H

#include "worker/worker.h"

/* Puts them into the fresh workspace of the job at hand. */
enum error	copies_put(struct worker *worker, struct buffer *why);
/* Takes them out of a folder of the workspace in which nothing runs any more. */
enum error	copies_remove(struct worker *worker, const char *folder, struct buffer *why);
/* The same, where the workspace keeps what is written. */
enum error	copies_take_back(struct worker *worker, struct buffer *why);

#endif
