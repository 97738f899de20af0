/* Attempts that nobody wants any more: see prune.h. */
#include "prune.h"

#include <stdlib.h>
#include <string.h>

#include "leaks.h"
#include "protocol/mem.h"
#include "registry.h"
#include "store.h"
#include "trash.h"

#define NAMES_MOST	50000u	/* in one message */

struct list {
	struct client *client;
	const struct project *project;
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
	peer_send(list->project->peer, MSG_attempts_forget, &(struct msg_attempts_forget){
	    .serial = client->prune_serial, .attempts = list->names });
	client->prune_left[list->project->group]++;
	while (list->count > 0)
		free(list->names[--list->count]);
}

static void
add_name(void *context, const char *task, uint64_t number)
{
	struct list *list = context;
	const struct task *known = registry_find(list->client->supervisor, task);

	if (known == NULL || known->project != list->project)
		return;
	list->names[list->count++] = str_format("%s/%ju", task, (uintmax_t)number);
	if (list->count == NAMES_MOST)
		send_names(list);
}

/* Everything is answered. */
static void
answer(struct client *client)
{
	size_t i;

	for (i = 0; i < client->supervisor->project_count; i++)
		if (client->prune_left[i] > 0)
			return;
	peer_reply(client->peer, MSG_attempt_prune, client->prune_request,
	    &(struct reply_attempt_prune){ .attempts = client->prune_count, .homes = client->prune_homes,
	    .leaks = client->prune_leaks, .skipped = strs_count(client->prune_skipped) > 0 ? client->prune_skipped : NULL });
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

/* Asks commitd of each project that is open. */
static void
ask_all(struct client *client, double until)
{
	struct supervisor *supervisor = client->supervisor;
	struct list list = { .client = client, .names = mem_zero(NAMES_MOST + 1, sizeof(char *)) };
	size_t skipped = 0, i;

	strs_free(client->prune_skipped);
	client->prune_skipped = mem_zero(supervisor->project_count + 1, sizeof(char *));
	for (i = 0; i < supervisor->project_count; i++) {
		list.project = supervisor->projects[i];
		if (list.project->state != PROJECT_OPEN) {
			client->prune_skipped[skipped++] = str_dup(list.project->config->name);
			continue;
		}
		store_each_old_attempt(supervisor->store, until, add_name, &list);
		send_names(&list);
	}
	free(list.names);
}

static bool
any_open(const struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->state == PROJECT_OPEN)
			return true;
	return false;
}

void
prune_ask(struct client *client, uint64_t request, uint64_t older)
{
	struct supervisor *supervisor = client->supervisor;
	double until = clock_wall() - (double)older;

	if (!any_open(supervisor)) {
		peer_fail(client->peer, request, ERROR_STATE, supervisor->project_count == 1 ?
		    "the project is not open" : "no project is open");
		return;
	}
	if (client->prune_serial != 0) {
		peer_fail(client->peer, request, ERROR_STATE, "this connection prunes already");
		return;
	}
	client->prune_serial = ++supervisor->prunes;
	client->prune_request = request;
	client->prune_count = 0;
	memset(client->prune_left, 0, sizeof(client->prune_left));
	client->prune_leaks = leaks_remove(supervisor);
	client->prune_homes = forget_homes(supervisor, until);
	ask_all(client, until);
	answer(client);
}

void
prune_answer(struct project *project, uint64_t serial, uint64_t forgotten)
{
	struct client *client;

	for (client = project->supervisor->clients; client != NULL; client = client->next)
		if (client->prune_serial == serial && serial != 0 && client->prune_left[project->group] > 0) {
			client->prune_count += forgotten;
			client->prune_left[project->group]--;
			answer(client);
			return;
		}
}

void
prune_fail(struct project *project)
{
	struct client *client;

	for (client = project->supervisor->clients; client != NULL; client = client->next)
		if (client->prune_serial != 0 && client->prune_left[project->group] > 0) {
			client->prune_serial = 0;
			peer_fail(client->peer, client->prune_request, ERROR_STATE,
			    "commitd ended in the middle of it; ask again");
		}
}
