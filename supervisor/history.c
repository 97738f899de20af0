/* What is forgotten, and when: see history.h. */
#include "history.h"

#include <stdlib.h>

#include "budgets.h"
#include "forgetting.h"
#include "project.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "sums.h"

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

/* Attempts of one project. */
struct old { struct supervisor *supervisor; struct forgetting list; };

static void
add_old(void *context, uint64_t id, uint64_t position, uint64_t number)
{
	struct old *old = context;
	struct history *history = old->supervisor->history;

	forgetting_add(&old->list, old->supervisor->tasks[position - 1]->spec.id, number);
	history->ids[history->count++] = id;
}

static void
forget_rows(struct supervisor *supervisor)
{
	struct history *history = supervisor->history;
	size_t i;

	store_begin(supervisor->store);
	for (i = 0; i < history->count; i++) {
		sums_take(supervisor, history->ids[i]);
		store_attempt_forget(supervisor->store, history->ids[i]);
	}
	store_commit(supervisor->store);
}

/* Some old attempts of a project; false: there is none. One that is no more has no refs here. */
static bool
forget_some(struct supervisor *supervisor, const struct project *project, double until)
{
	struct history *history = supervisor->history;
	struct old old = { .supervisor = supervisor };

	forgetting_init(&old.list);
	history->count = 0;
	store_each_forgettable(supervisor->store, project->config->name, until, STEP_ROWS, add_old, &old);
	if (history->count > 0 && !project_configured(project)) {
		forget_rows(supervisor);
	} else if (history->count > 0) {
		history->serial = forgetting_serial(supervisor);
		forgetting_send(&old.list, project, history->serial);
	}
	forgetting_release(&old.list);
	return history->count > 0;
}

/* A step for the first project that has something old; when to look again. */
static uint64_t
forget(struct supervisor *supervisor, double until, uint64_t wait)
{
	const struct project *project;
	size_t i;

	/* What a budget counts is kept, or a restart would not know it. */
	if (until > budgets_since(supervisor))
		until = budgets_since(supervisor);
	for (i = 0; i < supervisor->former_count; i++)
		if (forget_some(supervisor, supervisor->former[i], until))
			return STEP_MS;
	for (i = 0; i < supervisor->project_count; i++) {
		project = supervisor->projects[i];
		if (project->peer != NULL && project->state == PROJECT_OPEN &&
		    forget_some(supervisor, project, until))
			return WAIT_MS;
	}
	return wait;
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
	if (config->history_attempts != 0)
		wait = forget(supervisor, now - (double)config->history_attempts, wait);
	watch_in(supervisor->history->timer, wait);
}

void
history_forgotten(struct supervisor *supervisor, uint64_t serial)
{
	struct history *history = supervisor->history;

	if (history == NULL || serial == 0 || serial != history->serial)
		return;
	forget_rows(supervisor);
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
