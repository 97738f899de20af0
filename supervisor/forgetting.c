/* See forgetting.h. */
#include "forgetting.h"

#include <stdlib.h>

#include "protocol/mem.h"

#define NAMES_MOST	50000u	/* in one message */

void
forgetting_init(struct forgetting *list)
{
	*list = (struct forgetting){ 0 };
}

void
forgetting_release(struct forgetting *list)
{
	while (list->count > 0)
		free(list->names[--list->count]);
	free(list->names);
}

void
forgetting_add(struct forgetting *list, const char *task, uint64_t number)
{
	/* With room for the NULL behind the last. */
	if (list->count + 1 >= list->room) {
		list->room = list->room > 0 ? 2 * list->room : 64;
		list->names = mem_resize(list->names, list->room, sizeof(*list->names));
	}
	list->names[list->count++] = str_format("%s/%ju", task, (uintmax_t)number);
}

uint64_t
forgetting_serial(struct supervisor *supervisor)
{
	return ++supervisor->prunes;
}

unsigned
forgetting_send(struct forgetting *list, const struct project *project, uint64_t serial)
{
	unsigned sent = 0;
	size_t first;

	for (; list->count > 0; sent++) {
		first = list->count > NAMES_MOST ? list->count - NAMES_MOST : 0;
		list->names[list->count] = NULL;
		peer_send(project->peer, MSG_attempts_forget, &(struct msg_attempts_forget){
		    .serial = serial, .attempts = list->names + first });
		while (list->count > first)
			free(list->names[--list->count]);
	}
	return sent;
}
