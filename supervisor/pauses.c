/* Agents that have reached a usage limit: see pauses.h. */
#include "pauses.h"

#include <stdlib.h>

#include "events.h"
#include "modes.h"
#include "protocol/mem.h"
#include "registry.h"

#define FIRST_SECONDS	60.0
#define MOST_SECONDS	3600.0

static struct pause *
find(const struct supervisor *supervisor, const char *agent)
{
	size_t i;

	for (i = 0; i < supervisor->pause_count; i++)
		if (str_same(supervisor->pauses[i].agent, agent))
			return &supervisor->pauses[i];
	return NULL;
}

/* The entry of this agent, a new one if need be. */
static struct pause *
entry(struct supervisor *supervisor, const char *agent)
{
	struct pause *pause = find(supervisor, agent);

	if (pause != NULL)
		return pause;
	supervisor->pauses = mem_resize(supervisor->pauses, supervisor->pause_count + 1, sizeof(*pause));
	pause = &supervisor->pauses[supervisor->pause_count++];
	*pause = (struct pause){ .agent = str_dup(agent) };
	return pause;
}

static void
load(void *context, const char *agent, double until, const char *reason)
{
	struct pause *pause = entry(context, agent);

	pause->until = until;
	str_set(&pause->reason, reason);
}

void
pauses_load(struct supervisor *supervisor)
{
	store_each_pause(supervisor->store, load, supervisor);
}

void
pauses_release(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->pause_count; i++) {
		free(supervisor->pauses[i].agent);
		free(supervisor->pauses[i].reason);
	}
	free(supervisor->pauses);
}

double
pauses_set(struct supervisor *supervisor, const char *agent, double until, const char *reason)
{
	struct pause *pause = entry(supervisor, agent);
	double now = clock_wall(), wait = FIRST_SECONDS;
	unsigned times;
	char *end, *why;

	for (times = pause->times++; times > 0 && wait < MOST_SECONDS; times--)
		wait *= 2;
	if (until <= now)
		until = now + (wait < MOST_SECONDS ? wait : MOST_SECONDS);
	/* Of several that were running, the one that knows of the latest end. */
	if (pause->until > until)
		until = pause->until;
	pause->until = until;
	str_set(&pause->reason, reason);
	store_pause_put(supervisor->store, agent, until, reason);
	end = modes_time_text(pause->until);
	why = str_format("agent %s until %s: %s", agent, end, reason);
	events_record(supervisor, &(struct event_row){ .event = "agent.paused", .reason = why });
	free(why);
	free(end);
	return until;
}

bool
pauses_lift(struct supervisor *supervisor, const char *agent, const char *why, uint64_t *tasks)
{
	struct pause *pause = find(supervisor, agent);
	size_t i;

	*tasks = 0;
	if (pause == NULL || pause->until <= clock_wall())
		return false;
	pause->until = 0;
	pause->times = 0;
	str_set(&pause->reason, NULL);
	store_pause_drop(supervisor->store, agent);
	for (i = 0; i < supervisor->task_count; i++) {
		const struct task *task = supervisor->tasks[i];

		if (task->state != TASK_PENDING || task->spec.command != NULL ||
		    !str_same(registry_agent(task), agent))
			continue;
		schedule_not_before(supervisor->schedule, task->node, 0);
		++*tasks;
	}
	events_record(supervisor, &(struct event_row){ .event = "agent.resumed",
	    .reason = why != NULL ? why : agent });
	return true;
}

void
pauses_clear(struct supervisor *supervisor, const char *agent)
{
	struct pause *pause = find(supervisor, agent);

	if (pause == NULL || pause->until > clock_wall())
		return;
	pause->times = 0;
	if (pause->reason != NULL)
		store_pause_drop(supervisor->store, agent);
	str_set(&pause->reason, NULL);
}

const struct pause *
pauses_find(const struct supervisor *supervisor, const char *agent)
{
	const struct pause *pause = find(supervisor, agent);

	return pause != NULL && pause->until > clock_wall() ? pause : NULL;
}

char **
pauses_texts(const struct supervisor *supervisor)
{
	char **texts = mem_zero(supervisor->pause_count + 1, sizeof(char *)), *end;
	size_t i, count = 0;

	for (i = 0; i < supervisor->pause_count; i++) {
		const struct pause *pause = &supervisor->pauses[i];

		if (pause->until <= clock_wall())
			continue;
		end = modes_time_text(pause->until);
		texts[count++] = str_format("%s until %s: %s", pause->agent, end, pause->reason);
		free(end);
	}
	if (count > 0)
		return texts;
	strs_free(texts);
	return NULL;
}

uint64_t
pauses_end_ms(double until)
{
	double rest = until - clock_wall();

	return clock_monotonic() + (rest > 0 ? (uint64_t)(rest * 1000) + 1 : 0);
}
