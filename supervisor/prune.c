/* Attempts that nobody wants any more: see prune.h. */
#include "prune.h"

#include <stdlib.h>

#include "leaks.h"
#include "protocol/mem.h"
#include "store.h"
#include "trash.h"

#define NAMES_MOST	50000u	/* in one message */

struct list {
	struct client *client;
	char **names;
	size_t count;
};

static void
send_names(struct list *list)
{
	struct client *client = list->client;

	if (list->count == 0)
		return;
	list->names[list->count] = NULL;
	peer_send(client->supervisor->projects[0]->peer, MSG_attempts_forget, &(struct msg_attempts_forget){
	    .serial = client->prune_serial, .attempts = list->names });
	client->prune_left++;
	while (list->count > 0)
		free(list->names[--list->count]);
}

static void
add_name(void *context, const char *task, uint64_t number)
{
	struct list *list = context;

	list->names[list->count++] = str_format("%s/%ju", task, (uintmax_t)number);
	if (list->count == NAMES_MOST)
		send_names(list);
}

static void
answer(struct client *client)
{
	peer_reply(client->peer, MSG_attempt_prune, client->prune_request,
	    &(struct reply_attempt_prune){ .attempts = client->prune_count, .homes = client->prune_homes,
	    .leaks = client->prune_leaks });
	client->prune_serial = 0;
}

static bool
forget_home(void *context, const char *path)
{
	return trash_take(context, path);
}

/* HOMEs of tasks that have ended by then. */
static uint64_t
forget_homes(struct supervisor *supervisor, double until)
{
	uint64_t count = leaks_each_home(supervisor, until, forget_home, supervisor);

	if (count > 0)
		trash_empty(supervisor);
	return count;
}

void
prune_ask(struct client *client, uint64_t request, uint64_t older)
{
	struct supervisor *supervisor = client->supervisor;
	struct list list = { client, NULL, 0 };

	if (supervisor->projects[0]->state != PROJECT_OPEN) {
		peer_fail(client->peer, request, ERROR_STATE, "the project is not open");
		return;
	}
	if (client->prune_serial != 0) {
		peer_fail(client->peer, request, ERROR_STATE, "this connection prunes already");
		return;
	}
	client->prune_serial = ++supervisor->prunes;
	client->prune_request = request;
	client->prune_count = client->prune_left = 0;
	client->prune_leaks = leaks_remove(supervisor);
	client->prune_homes = forget_homes(supervisor, clock_wall() - (double)older);
	list.names = mem_zero(NAMES_MOST + 1, sizeof(char *));
	store_each_old_attempt(supervisor->store, clock_wall() - (double)older, add_name, &list);
	send_names(&list);
	free(list.names);
	if (client->prune_left == 0)
		answer(client);
}

void
prune_answer(struct supervisor *supervisor, uint64_t serial, uint64_t forgotten)
{
	struct client *client;

	for (client = supervisor->clients; client != NULL; client = client->next)
		if (client->prune_serial == serial && serial != 0) {
			client->prune_count += forgotten;
			if (--client->prune_left == 0)
				answer(client);
			return;
		}
}

void
prune_fail(struct supervisor *supervisor)
{
	struct client *client;

	for (client = supervisor->clients; client != NULL; client = client->next)
		if (client->prune_serial != 0) {
			client->prune_serial = 0;
			peer_fail(client->peer, client->prune_request, ERROR_STATE,
			    "commitd ended in the middle of it; ask again");
		}
}
