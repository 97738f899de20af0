/* Attempts that nobody wants any more: see prune.h. */
#include "prune.h"

#include <stdlib.h>
#include <string.h>

#include "forgetting.h"
#include "leaks.h"
#include "protocol/mem.h"
#include "registry.h"
#include "store.h"
#include "trash.h"

struct old {
	const struct project *project;
	struct forgetting list;
};

static void
add_old(void *context, const char *task, uint64_t number)
{
	struct old *old = context;
	const struct task *known = registry_find(old->project->supervisor, task);

	if (known != NULL && known->project == old->project)
		forgetting_add(&old->list, task, number);
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
	const struct project *project;
	struct old old;
	size_t skipped = 0, i;

	strs_free(client->prune_skipped);
	client->prune_skipped = mem_zero(supervisor->project_count + 1, sizeof(char *));
	forgetting_init(&old.list);
	for (i = 0; i < supervisor->project_count; i++) {
		project = old.project = supervisor->projects[i];
		if (project->state != PROJECT_OPEN) {
			client->prune_skipped[skipped++] = str_dup(project->config->name);
			continue;
		}
		store_each_old_attempt(supervisor->store, until, add_old, &old);
		client->prune_left[project->group] = forgetting_send(&old.list, project, client->prune_serial);
	}
	forgetting_release(&old.list);
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
	client->prune_serial = forgetting_serial(supervisor);
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
