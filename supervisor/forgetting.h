/* Attempts that commitd is asked to forget; whoever asks knows its answer by the serial. */
#ifndef ORCH_FORGETTING_H
#define ORCH_FORGETTING_H

#include "supervisor/supervisor.h"

struct forgetting { char **names; size_t count, room; };

void		forgetting_init(struct forgetting *list);
void		forgetting_release(struct forgetting *list);
void		forgetting_add(struct forgetting *list, const char *task, uint64_t number);
/* A serial that no other has. */
uint64_t	forgetting_serial(struct supervisor *supervisor);
/* Asks the project's commitd for all of them and empties the list. How many answers will come? */
unsigned	forgetting_send(struct forgetting *list, const struct project *project, uint64_t serial);

#endif
