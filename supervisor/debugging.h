/*
 * A person looks into a slot: what is asked is handed to its worker, and the answer to
 * whom has asked; who follows a slot's messages gets each as a line.
 */
#ifndef ORCH_DEBUGGING_H
#define ORCH_DEBUGGING_H

#include "supervisor/clients.h"

/* Asks the slot's worker. False, and *why (static), when there is nobody to ask. */
bool	debugging_ask(struct client *client, struct slot *slot, uint64_t request,
	    const struct msg_slot_debug *ask, const char **why);
/* The worker has answered. */
void	debugging_answer(struct slot *slot, const struct msg_worker_seen *seen);
/* The slot's worker is gone: who waits is told. */
void	debugging_lost(struct slot *slot);
/* From now on messages of the slot's connection are told to those who follow. */
void	debugging_watch(struct slot *slot);

#endif
