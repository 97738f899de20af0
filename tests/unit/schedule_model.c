/* See schedule_model.h. */
#include "schedule_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

static const char *const patterns[MODEL_PATTERNS + MODEL_TAKEN_OUT] = { "a", "a/b", "a/c", "a/b/*.c",
	"b", "b/x", "**/x", "c/*", "c/d", "d", "e", "f", "g/h", "g", "*.c", "a/b/x", "h/i/j/k", "h/i",
	"h/**/k", "h/[ij]", "k?", "kk", "m/n/o", "m/*/p", "!a/b/**", "!**/x", "!h/*/j", "!c/d" };

/* Of each pattern: those it meets when these are taken out. */
static uint32_t overlaps[1u << MODEL_TAKEN_OUT][MODEL_PATTERNS];

/* A path that these patterns match, by their bits. */
static void
add_path(uint32_t bits)
{
	size_t taken_out, i;

	for (taken_out = 0; taken_out < COUNT(overlaps); taken_out++)
		for (i = 0; (bits >> MODEL_PATTERNS & taken_out) == 0 && i < MODEL_PATTERNS; i++)
			if (bits & 1u << i)
				overlaps[taken_out][i] |= bits & ((1u << MODEL_PATTERNS) - 1);
}

/* Looks at all paths of up to three names, also below a beginning. */
static void
add_paths(struct scope **one, const char *beginning)
{
	static const char *const names[] = { "", "/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i", "/j",
	    "/k", "/kk", "/kz", "/m", "/n", "/o", "/p", "/x", "/x.c", "/z" };
	char path[64];
	size_t i, k, l, pattern;
	uint32_t bits;

	for (i = 1; i < COUNT(names); i++)
		for (k = 0; k < COUNT(names); k++)
			for (l = 0; l < (k == 0 ? 1 : COUNT(names)); l++) {
				snprintf(path, sizeof(path), "%s%s%s%s", beginning, names[i], names[k], names[l]);
				for (bits = 0, pattern = 0; pattern < COUNT(patterns); pattern++)
					if (scope_covers(one[pattern], path + 1))
						bits |= 1u << pattern;
				add_path(bits);
			}
}

static void
find_overlaps(void)
{
	struct scope *one[COUNT(patterns)];
	char *list[2] = { NULL, NULL };
	size_t i, k;

	for (i = 0; i < COUNT(patterns); i++) {
		list[0] = str_dup(patterns[i] + (patterns[i][0] == '!'));
		one[i] = scope_new(list, false);
		free(list[0]);
	}
	add_paths(one, "");
	add_paths(one, "/a/b");
	add_paths(one, "/h/i");
	add_paths(one, "/m/n");
	for (i = 0; i < MODEL_PATTERNS; i++)
		for (k = 0; k < MODEL_PATTERNS; k++)
			if (scope_overlap(one[i], one[k]) != ((overlaps[0][i] >> k & 1) != 0))
				abort();
	for (i = 0; i < COUNT(patterns); i++)
		scope_free(one[i]);
}

void
model_init(struct model *model, unsigned long long seed)
{
	if (overlaps[0][0] == 0)
		find_overlaps();
	memset(model, 0, sizeof(*model));
	model->seed = seed * 2654435761u + 88172645463325252ull;
}

void
model_release(struct model *model)
{
	while (model->scope_count > 0)
		scope_free(model->scopes[--model->scope_count].scope);
}

unsigned
model_roll(struct model *model, unsigned sides)
{
	model->seed ^= model->seed << 13;
	model->seed ^= model->seed >> 7;
	model->seed ^= model->seed << 17;
	return (unsigned)((model->seed >> 20) % sides);
}

const struct scope *
model_scope(struct model *model, uint32_t bits)
{
	char *list[COUNT(patterns) + 1];
	size_t i, count = 0;

	if (bits == 0)
		return NULL;
	for (i = 0; i < model->scope_count; i++)
		if (model->scopes[i].bits == bits)
			return model->scopes[i].scope;
	if (model->scope_count == MODEL_SCOPES)
		abort();
	for (i = 0; i < COUNT(patterns); i++)
		if (bits & 1u << i)
			list[count++] = str_dup(patterns[i]);
	list[count] = NULL;
	model->scopes[model->scope_count].bits = bits;
	model->scopes[model->scope_count].scope = scope_new(list, false);
	while (count > 0)
		free(list[--count]);
	return model->scopes[model->scope_count++].scope;
}

bool
model_meet(const struct model *model, uint32_t a, uint32_t b)
{
	uint32_t taken_out = (a | b) >> MODEL_PATTERNS;
	size_t i;

	(void)model;
	for (i = 0; i < MODEL_PATTERNS; i++)
		if ((a & 1u << i) && (overlaps[taken_out][i] & b))
			return true;
	return false;
}

bool
model_final(const struct model_task *task)
{
	return task->state == COMPLETE || task->state == FAILED;
}

bool
model_live(const struct model *model, size_t node)
{
	const struct model_task *task = &model->tasks[node];
	size_t i, other;

	if (model_final(task))
		return false;
	for (i = 0; i < task->dependency_count; i++) {
		other = task->dependencies[i];
		if (model->tasks[other].state != COMPLETE && !model_live(model, other))
			return false;
	}
	return true;
}

size_t
model_lowest(const struct model *model, size_t group)
{
	size_t lowest = model->groups[group].numbered + 1, i;

	for (i = 0; i < model->count; i++)
		if (model->tasks[i].group == group && model->tasks[i].number < lowest &&
		    model_live(model, i))
			lowest = model->tasks[i].number;
	return lowest;
}

bool
model_due(const struct model *model, size_t node)
{
	const struct model_task *task = &model->tasks[node];
	size_t i;

	for (i = 0; i < task->dependency_count; i++)
		if (model->tasks[task->dependencies[i]].state != COMPLETE)
			return false;
	return task->state == PENDING && !task->held && task->not_before <= model->now;
}

size_t
model_holder(const struct model *model, size_t node, uint32_t scope)
{
	const struct model_task *task = &model->tasks[node], *other;
	size_t i;

	for (i = 0; i < model->count; i++) {
		other = &model->tasks[i];
		if (i == node || !other->leased || other->group != task->group)
			continue;
		if (model->groups[task->group].rules.plan_order && other->state != RUNNING &&
		    other->number > task->number)
			continue;
		if (model_meet(model, scope, other->scope))
			return i;
	}
	return NONE;
}

/* In the line of plan order: within the window, and none before it that overlaps. */
static bool
in_line(const struct model *model, size_t node)
{
	const struct model_task *task = &model->tasks[node], *other;
	size_t i;

	if (task->number >= model_lowest(model, task->group) +
	    model->slots * SCHEDULE_WINDOW_SLOTS)
		return false;
	for (i = 0; i < model->count; i++) {
		other = &model->tasks[i];
		if (other->group == task->group && other->number < task->number &&
		    !other->leased && model_meet(model, task->scope, other->scope) &&
		    model_live(model, i))
			return false;
	}
	return true;
}

/* Does a lower number hold what it would write? */
static bool
lower_holds(const struct model *model, size_t node)
{
	const struct model_task *task = &model->tasks[node], *other;
	size_t i;

	for (i = 0; i < model->count; i++) {
		other = &model->tasks[i];
		if (other->leased && other->group == task->group && other->number < task->number &&
		    model_meet(model, task->scope, other->scope))
			return true;
	}
	return false;
}

bool
model_startable(const struct model *model, size_t node)
{
	const struct model_task *task = &model->tasks[node], *other;
	const struct model_group *group = &model->groups[task->group];
	const struct model_agent *agent = &model->agents[task->agent];
	size_t i;

	if (!model_due(model, node) || group->paused || agent->paused)
		return false;
	if ((group->rules.cap > 0 && group->running >= group->rules.cap) ||
	    (agent->cap > 0 && agent->running >= agent->cap))
		return false;
	if (task->leased)
		return !group->rules.plan_order || !lower_holds(model, node);
	if (model_holder(model, node, task->scope) != NONE)
		return false;
	if (group->rules.plan_order && !in_line(model, node))
		return false;
	for (i = 0; i < model->count; i++) {
		other = &model->tasks[i];
		if (other->group != task->group)
			continue;
		if (group->rules.waves && other->wave < task->wave && model_live(model, i))
			return false;
		if (!group->rules.plan_order && other->wants != 0 &&
		    model_meet(model, task->scope, other->wants))
			return false;
	}
	return true;
}

static int64_t
urgency(const struct model *model, size_t node)
{
	const struct model_task *task = &model->tasks[node];
	int64_t periods = (int64_t)((model->now - task->since) / SCHEDULE_AGE_MS);

	return model->groups[task->group].rules.plan_order ? task->priority :
	    (int64_t)task->priority - periods;
}

bool
model_before(const struct model *model, size_t a, size_t b)
{
	size_t group = model->tasks[a].group;
	uint64_t left, right;

	if (model->groups[group].rules.plan_order) {
		size_t lowest = model_lowest(model, group);

		if (model->tasks[a].number == lowest || model->tasks[b].number == lowest)
			return model->tasks[a].number == lowest;
	}
	if (urgency(model, a) != urgency(model, b))
		return urgency(model, a) < urgency(model, b);
	left = schedule_remaining(model->schedule, a);
	right = schedule_remaining(model->schedule, b);
	return left != right ? left > right : a < b;
}

/* ---- shares ---- */

static int64_t
cost(const struct model_group *group, uint64_t milliseconds)
{
	return (int64_t)(milliseconds * 1024 / (group->rules.weight == 0 ? 1 : group->rules.weight));
}

int64_t
model_expected(const struct model_group *group, uint64_t estimate)
{
	return cost(group, (estimate < SCHEDULE_EXPECTED_MAX ? estimate : SCHEDULE_EXPECTED_MAX) * 1000);
}

int64_t
model_used(const struct model *model, size_t group)
{
	uint64_t running = 0;
	size_t i;

	for (i = 0; i < model->count; i++)
		if (model->tasks[i].group == group && model->tasks[i].state == RUNNING)
			running += model->now - model->tasks[i].started_at;
	return model->groups[group].settled + cost(&model->groups[group], running);
}

int64_t
model_claim(const struct model *model, size_t group)
{
	int64_t expected = 0;
	size_t i;

	for (i = 0; i < model->count; i++)
		if (model->tasks[i].group == group && model->tasks[i].state == RUNNING)
			expected += model->tasks[i].expected;
	return model_used(model, group) + expected;
}

static bool
can_start(const struct model *model, size_t group)
{
	size_t i;

	for (i = 0; i < model->count; i++)
		if (model->tasks[i].group == group && model_startable(model, i))
			return true;
	return false;
}

static bool
is_open(const struct model_group *group)
{
	return !group->paused && (group->rules.cap == 0 || group->running < group->rules.cap);
}

void
model_turn(struct model *model)
{
	size_t found = NONE, i;

	for (i = 0; i < model->group_count; i++) {
		struct model_group *group = &model->groups[i];
		int64_t behind = model->virtual_time - model_used(model, i);
		bool open = is_open(group);

		if (open && found != NONE && model_claim(model, i) >= model_claim(model, found))
			continue;
		if (open && can_start(model, i))
			found = i;
		else if (behind > 0)
			group->settled += behind;
	}
}

static void
leave_slot(struct model *model, struct model_task *task)
{
	struct model_group *group = &model->groups[task->group];

	if (task->state != RUNNING)
		return;
	group->running--;
	model->agents[task->agent].running--;
	group->settled += cost(group, model->now - task->started_at);
}

void
model_start(struct model *model, size_t node)
{
	struct model_task *task = &model->tasks[node];
	struct model_group *group = &model->groups[task->group];

	if (model_used(model, task->group) > model->virtual_time)
		model->virtual_time = model_used(model, task->group);
	task->state = RUNNING;
	task->leased = true;
	task->counted = false;
	task->started_at = model->now;
	task->expected = model_expected(group, task->estimate);
	group->running++;
	group->starts++;
	model->agents[task->agent].running++;
}

/* ---- more scope ---- */

void
model_forget_wish(struct model *model, size_t node)
{
	size_t i, k;

	for (i = k = 0; i < model->wanting_count; i++)
		if (model->wanting[i] != node)
			model->wanting[k++] = model->wanting[i];
	model->wanting_count = k;
	model->tasks[node].wants = 0;
}

static void
tell(struct model *model, size_t node, bool granted)
{
	model->told[model->told_count].node = node;
	model->told[model->told_count++].granted = granted;
	if (granted)
		model->tasks[node].scope = model->tasks[node].wants;
	model_forget_wish(model, node);
}

static void
grant(struct model *model)
{
	size_t i, node;

	for (i = 0; i < model->wanting_count; i++) {
		node = model->wanting[i];
		if (model_holder(model, node, model->tasks[node].wants) != NONE)
			continue;
		tell(model, node, true);
		i = (size_t)-1;
	}
}

static bool
waits_for_resting(const struct model *model, size_t node, uint32_t scope)
{
	size_t i;

	for (i = 0; i < model->count; i++)
		if (i != node && model->tasks[i].leased && model->tasks[i].state == PENDING &&
		    model->tasks[i].group == model->tasks[node].group &&
		    model_meet(model, scope, model->tasks[i].scope))
			return true;
	return false;
}

static void
refuse_resting(struct model *model)
{
	size_t i, node;

	for (i = 0; i < model->wanting_count; i++) {
		node = model->wanting[i];
		if (!waits_for_resting(model, node, model->tasks[node].wants))
			continue;
		tell(model, node, false);
		i = (size_t)-1;
	}
}

/* Does one that wants `scope` wait, step by step, for `target`? */
static bool
reaches(const struct model *model, size_t node, uint32_t scope, size_t target, unsigned depth)
{
	size_t i;

	if (depth > model->count)
		return false;
	for (i = 0; i < model->count; i++) {
		if (i == node || !model->tasks[i].leased ||
		    model->tasks[i].group != model->tasks[node].group ||
		    !model_meet(model, scope, model->tasks[i].scope))
			continue;
		if (i == target || (model->tasks[i].wants != 0 &&
		    reaches(model, i, model->tasks[i].wants, target, depth + 1)))
			return true;
	}
	return false;
}

enum schedule_extension
model_extend(struct model *model, size_t node, uint32_t scope, bool wait)
{
	struct model_task *task = &model->tasks[node];

	model_forget_wish(model, node);
	if (model_holder(model, node, scope) == NONE) {
		task->scope = scope;
		return SCHEDULE_GRANTED;
	}
	if (!wait || model->groups[task->group].rules.plan_order ||
	    waits_for_resting(model, node, scope) || reaches(model, node, scope, node, 0))
		return SCHEDULE_REFUSED;
	task->wants = scope;
	model->wanting[model->wanting_count++] = node;
	return SCHEDULE_QUEUED;
}

/* ---- ends of runs ---- */

void
model_lands(struct model *model, size_t node)
{
	leave_slot(model, &model->tasks[node]);
	model->tasks[node].state = LANDING;
	model_forget_wish(model, node);
}

void
model_again(struct model *model, size_t node, uint64_t not_before, bool give_back)
{
	struct model_task *task = &model->tasks[node];

	leave_slot(model, task);
	task->state = PENDING;
	task->not_before = not_before;
	model_forget_wish(model, node);
	if (give_back) {
		task->leased = false;
		grant(model);
	}
	refuse_resting(model);
}

void
model_end(struct model *model, size_t node, enum model_state state)
{
	struct model_task *task = &model->tasks[node];
	bool leased = task->leased;

	leave_slot(model, task);
	task->state = state;
	model_forget_wish(model, node);
	task->leased = false;
	if (leased)
		grant(model);
}
