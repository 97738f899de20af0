/* A database of its own in a folder of its own, and tasks in it. */
#ifndef ORCH_TESTS_STORE_FIXTURE_H
#define ORCH_TESTS_STORE_FIXTURE_H

#include "supervisor/store.h"

struct store_fixture { char folder[32]; char *path; struct store *store; };

void	store_fixture_init(struct store_fixture *fixture);
void	store_fixture_release(struct store_fixture *fixture);
/* Task t<position>, inside a transaction. */
void	store_fixture_task(struct store_fixture *fixture, uint64_t position, const char *project);

#endif
