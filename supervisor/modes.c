/* Modes as they are kept: see modes.h. */
#include "modes.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "events.h"
#include "protocol/mem.h"

static const char *const kinds[HOLD_KINDS] = { "all", "project", "agent" };

static struct hold *
find(const struct supervisor *supervisor, struct hold_scope scope)
{
	size_t i;

	for (i = 0; i < supervisor->hold_count; i++)
		if (supervisor->holds[i].kind == scope.kind &&
		    (scope.kind == HOLD_ALL || str_same(supervisor->holds[i].name, scope.name)))
			return &supervisor->holds[i];
	return NULL;
}

static struct hold *
entry(struct supervisor *supervisor, struct hold_scope scope)
{
	struct hold *hold = find(supervisor, scope);

	if (hold != NULL)
		return hold;
	supervisor->holds = mem_resize(supervisor->holds, supervisor->hold_count + 1, sizeof(*hold));
	hold = &supervisor->holds[supervisor->hold_count++];
	*hold = (struct hold){ .kind = scope.kind,
	    .name = scope.kind == HOLD_ALL ? NULL : str_dup(scope.name) };
	return hold;
}

static void
load(void *context, const struct mode_row *row)
{
	struct hold_scope scope = { HOLD_ALL, row->name };
	struct hold *hold;

	while (scope.kind < HOLD_KINDS - 1 && !str_same(kinds[scope.kind], row->kind))
		scope.kind++;
	hold = entry(context, scope);
	hold->mode = mode_find(row->mode);
	if (hold->mode == MODES)
		hold->mode = MODE_PAUSED;
	str_set(&hold->who, row->who);
	str_set(&hold->why, row->why);
	hold->since = row->since;
	hold->tripped = row->tripped;
	hold->until = row->until;
	hold->fresh = row->fresh;
}

void
modes_load(struct supervisor *supervisor)
{
	const struct hold_scope all = { HOLD_ALL, NULL };

	store_each_mode(supervisor->store, load, supervisor);
	/* A run ends when it is drained, and the next one is another wish. */
	if (!supervisor->one_shot || modes_own(supervisor, all) != MODE_DRAINING)
		return;
	store_begin(supervisor->store);
	modes_set(supervisor, all, &(struct hold){ .mode = MODE_NORMAL, .who = (char *)(uintptr_t)"orchd",
	    .why = (char *)(uintptr_t)"a new run" });
	store_commit(supervisor->store);
}

void
modes_release(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->hold_count; i++) {
		free(supervisor->holds[i].name);
		free(supervisor->holds[i].who);
		free(supervisor->holds[i].why);
	}
	free(supervisor->holds);
}

const struct hold *
modes_find(const struct supervisor *supervisor, struct hold_scope scope)
{
	return find(supervisor, scope);
}

enum mode
modes_own(const struct supervisor *supervisor, struct hold_scope scope)
{
	const struct hold *hold = find(supervisor, scope);

	return hold != NULL ? hold->mode : MODE_NORMAL;
}

const struct hold *
modes_why(const struct project *project)
{
	const struct supervisor *supervisor = project->supervisor;
	const struct hold *all = find(supervisor, (struct hold_scope){ HOLD_ALL, NULL });
	const struct hold *own = find(supervisor, (struct hold_scope){ HOLD_PROJECT, project->config->name });

	if (own != NULL && (all == NULL || own->mode > all->mode))
		all = own;
	return all != NULL && all->mode != MODE_NORMAL ? all : NULL;
}

enum mode
modes_of(const struct project *project)
{
	const struct hold *hold = modes_why(project);

	return hold != NULL ? hold->mode : MODE_NORMAL;
}

bool
modes_hold(const struct project *project)
{
	return modes_of(project) != MODE_NORMAL;
}

static void
store(struct supervisor *supervisor, const struct hold *hold)
{
	store_mode_put(supervisor->store, &(struct mode_row){ .kind = kinds[hold->kind],
	    .name = hold->name != NULL ? hold->name : "", .mode = mode_name(hold->mode),
	    .who = hold->who, .why = hold->why, .since = hold->since, .tripped = hold->tripped,
	    .until = hold->until, .fresh = hold->fresh });
}

void
modes_set(struct supervisor *supervisor, struct hold_scope scope, const struct hold *to)
{
	struct hold *hold = entry(supervisor, scope);
	char *name = str_format("mode.%s", mode_word(to->mode)), *of = modes_scope_words(scope);
	char *reason = str_format("%s by %s%s%s", of, to->who, to->why != NULL ? ": " : "",
	    to->why != NULL ? to->why : "");

	hold->mode = to->mode;
	str_set(&hold->who, to->who);
	str_set(&hold->why, to->why);
	hold->since = clock_wall();
	hold->tripped = to->tripped;
	hold->until = to->until;
	if (to->fresh > 0)
		hold->fresh = to->fresh;
	store(supervisor, hold);
	events_record(supervisor, &(struct event_row){ .event = name, .reason = reason });
	supervisor->quiet_told = false;
	free(reason);
	free(of);
	free(name);
}

char *
modes_time_text(double time)
{
	time_t when = (time_t)time, now = (time_t)clock_wall();
	char text[64];
	struct tm tm;

	localtime_r(&when, &tm);
	strftime(text, sizeof(text), when - now < 12 * 3600 && now - when < 12 * 3600 ? "%H:%M:%S" :
	    "%Y-%m-%d %H:%M:%S", &tm);
	return str_dup(text);
}

char *
modes_words(const struct hold *hold)
{
	char *since = modes_time_text(hold->since);
	char *text = str_format("%s by %s since %s%s%s",
	    hold->mode == MODE_DRAINING ? "being drained" : mode_word(hold->mode), hold->who, since,
	    hold->why != NULL ? ": " : "", hold->why != NULL ? hold->why : "");

	free(since);
	return text;
}

const char *
modes_kind_name(enum hold_kind kind)
{
	return kinds[kind];
}

char *
modes_scope_words(struct hold_scope scope)
{
	return scope.kind == HOLD_ALL ? str_dup("all") : str_format("%s %s", kinds[scope.kind], scope.name);
}

char *
modes_resume_words(struct hold_scope scope, bool why)
{
	return str_format("orchctl resume%s%s%s", why ? " --why TEXT" : "", scope.kind == HOLD_PROJECT ? " -p " :
	    scope.kind == HOLD_AGENT ? " " : "", scope.kind == HOLD_ALL ? "" : scope.name);
}

char *
modes_hold_words(const struct hold *hold)
{
	const struct hold_scope scope = { hold->kind, hold->name };
	char *of = hold->kind == HOLD_ALL ? str_dup("orchd") : modes_scope_words(scope);
	char *how = modes_words(hold), *resume = modes_resume_words(scope, false), *text;

	text = hold->tripped ? str_format("the budget of %s: %s", hold->kind == HOLD_ALL ? "all" : of,
	    hold->why) : str_format("%s, which is %s (%s)", of, how, resume);
	free(resume);
	free(how);
	free(of);
	return text;
}
