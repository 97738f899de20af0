/* What is forgotten, and when: see history.h. */
#include "history.h"

#include <stdlib.h>

#include "protocol/log.h"
#include "protocol/mem.h"

#define STEP_ROWS	500u
#define FIRST_MS	2000u
#define STEP_MS		50u		/* between two steps, so that others have their turn */
#define REST_MS		600000u		/* when there is nothing left to do */
#define WAIT_MS		60000u		/* for commitd, before it is asked again */

struct history {
	struct watch *timer;
	uint64_t serial;		/* of what commitd was asked to forget; 0: of nothing */
	uint64_t *ids;			/* and whose rows go when it has */
	size_t count;
};

/* Names for one project's commitd. */
struct batch { struct supervisor *supervisor; struct project *project; char **names; };

static void
add_old(void *context, uint64_t id, uint64_t position, uint64_t number)
{
	struct batch *batch = context;
	struct history *history = batch->supervisor->history;
	const struct task *task = batch->supervisor->tasks[position - 1];

	if (batch->project == NULL && task->project->peer != NULL &&
	    task->project->state == PROJECT_OPEN)
		batch->project = task->project;
	if (task->project != batch->project || history->count == STEP_ROWS)
		return;
	batch->names[history->count] = str_format("%s/%ju", task->spec.id, (uintmax_t)number);
	history->ids[history->count++] = id;
}

/* Asks for the refs of some old attempts to go. False: there is none, or nobody to ask. */
static bool
ask(struct supervisor *supervisor, double until)
{
	struct history *history = supervisor->history;
	struct batch batch = { .supervisor = supervisor,
	    .names = mem_zero(STEP_ROWS + 1, sizeof(char *)) };

	history->count = 0;
	store_each_forgettable(supervisor->store, until, STEP_ROWS, add_old, &batch);
	if (history->count > 0) {
		history->serial = ++supervisor->prunes;
		peer_send(batch.project->peer, MSG_attempts_forget, &(struct msg_attempts_forget){
		    .serial = history->serial, .attempts = batch.names });
	}
	strs_free(batch.names);
	return history->count > 0;
}

static void
on_timer(void *context)
{
	struct supervisor *supervisor = context;
	const struct config *config = &supervisor->config;
	double now = clock_wall();
	uint64_t gone = 0, wait = REST_MS;

	if (supervisor->stopping)
		return;
	if (config->history_events != 0) {
		store_begin(supervisor->store);
		gone = store_events_prune(supervisor->store, now - (double)config->history_events, STEP_ROWS);
		store_commit(supervisor->store);
	}
	if (gone > 0) {
		log_debug("event=history.pruned events=%ju", (uintmax_t)gone);
		wait = STEP_MS;
	}
	supervisor->history->serial = 0;
	if (config->history_attempts != 0 && ask(supervisor, now - (double)config->history_attempts))
		wait = WAIT_MS;
	watch_in(supervisor->history->timer, wait);
}

void
history_forgotten(struct supervisor *supervisor, uint64_t serial)
{
	struct history *history = supervisor->history;
	size_t i;

	if (history == NULL || serial == 0 || serial != history->serial)
		return;
	store_begin(supervisor->store);
	for (i = 0; i < history->count; i++)
		store_attempt_forget(supervisor->store, history->ids[i]);
	store_commit(supervisor->store);
	history->serial = 0;
	watch_in(history->timer, STEP_MS);
}

void
history_init(struct supervisor *supervisor)
{
	struct history *history = mem_zero(1, sizeof(*history));

	history->ids = mem_zero(STEP_ROWS, sizeof(*history->ids));
	history->timer = watch_timer(supervisor->loop, on_timer, supervisor);
	supervisor->history = history;
	watch_in(history->timer, FIRST_MS);
}

void
history_release(struct supervisor *supervisor)
{
	if (supervisor->history == NULL)
		return;
	watch_free(supervisor->history->timer);
	free(supervisor->history->ids);
	free(supervisor->history);
	supervisor->history = NULL;
}
