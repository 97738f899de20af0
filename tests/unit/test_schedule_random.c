/*
 * The scheduler against a slow reference: worlds of some groups, agents and slots
 * in which anything happens at random. Each start is one that may start, and the
 * first in its order; nothing idles that could start; leases never meet, caps are
 * held; a schedule filled anew from the model decides the same; in the end all of
 * it comes to an end. SEED and STEPS (of all worlds) from the environment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "schedule_model.h"

#define WORLD_STEPS 1000
#define LIVE_MAX 60
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RANDOM_STEPS 60000
#else
#define RANDOM_STEPS 1000000
#endif

static struct model m;
static size_t reserved[MODEL_GROUPS];	/* before the start that is looked at */
static unsigned long long world_seed, step;
static unsigned last_what;
static unsigned long long picks, idles, waits_granted, waits_refused, cycles, reloads_compared,
    reserved_seen, longest_wait;

#define broken(...) do { print_error("SEED=%llu step %llu (%u): ", world_seed, step, last_what); \
    fail_msg(__VA_ARGS__); } while (0)

/* ---- filling a schedule from the model ---- */

static void
add_to(struct schedule *s, size_t node)
{
	const struct model_task *task = &m.tasks[node];
	struct schedule_task entry = { .priority = task->priority,
	    .estimate_seconds = task->estimate, .scope = model_scope(&m, task->scope),
	    .group = task->group, .agent = task->agent, .age_ms = m.now - task->since };

	assert_int_equal(schedule_add(s, &entry), node);
}

static void
depend_in(struct schedule *s, size_t node)
{
	size_t i;

	for (i = 0; i < m.tasks[node].dependency_count; i++)
		schedule_depend(s, node, m.tasks[node].dependencies[i]);
}

static struct schedule *
empty_schedule(void)
{
	struct schedule_rules rules = { (unsigned)m.slots, m.groups[0].rules.plan_order,
	    m.groups[0].rules.waves };
	struct schedule *s = schedule_new(&rules);
	size_t i;

	schedule_clock(s, m.now);
	schedule_set_group(s, 0, m.groups[0].rules.weight, m.groups[0].rules.cap);
	for (i = 1; i < m.group_count; i++)
		assert_int_equal(schedule_add_group(s, &m.groups[i].rules), i);
	schedule_set_agent(s, 0, m.agents[0].cap);
	for (i = 1; i < m.agent_count; i++)
		assert_int_equal(schedule_add_agent(s, m.agents[i].cap), i);
	for (i = 0; i < m.group_count; i++)
		schedule_pause_group(s, i, m.groups[i].paused);
	for (i = 0; i < m.agent_count; i++)
		schedule_pause_agent(s, i, m.agents[i].paused);
	return s;
}

static void
restore(struct schedule *s, size_t node)
{
	const struct model_task *task = &m.tasks[node];

	switch (task->state) {
	case COMPLETE:
		schedule_start(s, node);
		schedule_complete(s, node);
		break;
	case FAILED:
		schedule_fail(s, node);
		break;
	case RUNNING:
	case LANDING:
		schedule_start(s, node);
		schedule_waits_to_land(s, node, task->state == LANDING);
		break;
	case PENDING:
		if (task->leased) {
			schedule_start(s, node);
			schedule_requeue(s, node, task->not_before);
		} else if (task->not_before > m.now)
			schedule_not_before(s, node, task->not_before);
	}
	if (task->held)
		schedule_hold(s, node, true);
}

/* A crash: all that is left is the model, and who waited for more has to ask again. */
static struct schedule *
reloaded(void)
{
	struct schedule *s = empty_schedule();
	int64_t ahead[MODEL_GROUPS];
	size_t i, k;

	for (i = 0; i < m.group_count; i++)
		ahead[i] = schedule_group_ahead(m.schedule, i);
	for (i = 0; i < m.count; i = k) {
		/* Numbers that follow waves follow batches: these are the same again. */
		for (k = i; k < m.count && (!m.in_waves || m.tasks[k].batch == m.tasks[i].batch); k++)
			add_to(s, k);
		for (k = i; k < schedule_count(s); k++)
			depend_in(s, k);
		assert_int_equal(schedule_prepare(s), 0);
	}
	for (i = 0; i < m.count; i++) {
		if (schedule_number(s, i) != m.tasks[i].number)
			broken("task %zu was number %zu and is %zu", i, m.tasks[i].number,
			    schedule_number(s, i));
		restore(s, i);
	}
	for (i = 0; i < m.group_count; i++)
		schedule_set_group_ahead(s, i, ahead[i]);
	return s;
}

/* ---- what must hold ---- */

static void
check_wave(size_t node, size_t first_wave)
{
	const struct model_task *task = &m.tasks[node];
	size_t i, wave = first_wave;

	for (i = 0; i < task->dependency_count; i++)
		if (m.tasks[task->dependencies[i]].wave + 1 > wave)
			wave = m.tasks[task->dependencies[i]].wave + 1;
	if (schedule_wave(m.schedule, node) != wave)
		broken("task %zu is in wave %zu, not %zu", node,
		    schedule_wave(m.schedule, node), wave);
}

static void
check_leases(void)
{
	size_t i, k;

	for (i = 0; i < m.count; i++)
		for (k = i + 1; m.tasks[i].leased && k < m.count; k++) {
			const struct model_task *a = &m.tasks[i], *b = &m.tasks[k];

			if (!b->leased || a->group != b->group || !model_meet(&m, a->scope, b->scope))
				continue;
			/* In plan order one that lands later bars none before it, and does not run. */
			if (m.groups[a->group].rules.plan_order &&
			    (a->number < b->number ? b : a)->state != RUNNING)
				continue;
			broken("leases of %zu and %zu overlap", i, k);
		}
}

static void
check_told(void)
{
	size_t node, i = 0;
	bool granted;

	while (schedule_extended(m.schedule, &node, &granted)) {
		if (i >= m.told_count || m.told[i].node != node || m.told[i].granted != granted)
			broken("task %zu is told %d about its scope", node, granted);
		*(granted ? &waits_granted : &waits_refused) += 1;
		i++;
	}
	if (i != m.told_count)
		broken("task %zu was not told about its scope", m.told[i].node);
	m.told_count = 0;
}

/* Is it the first of its group and the group the one whose turn it is? */
static void
check_pick(size_t node)
{
	size_t group = m.tasks[node].group, i, other;

	if (!model_startable(&m, node))
		broken("task %zu starts and may not", node);
	for (i = 0; i < m.count; i++) {
		other = m.tasks[i].group;
		if (i == node || reserved[other] > 0 || !model_startable(&m, i))
			continue;
		if (other == group && model_before(&m, i, node))
			broken("task %zu starts before %zu (plan order %d, numbers %zu and %zu)", node,
			    i, m.groups[group].rules.plan_order, m.tasks[node].number,
			    m.tasks[i].number);
		if (model_claim(&m, other) < model_claim(&m, group))
			broken("group %zu has the turn of group %zu", group, other);
	}
}

static void
check_idle(void)
{
	struct schedule_reason reason;
	size_t i;

	idles++;
	for (i = 0; i < m.count; i++) {
		if (!model_startable(&m, i))
			continue;
		schedule_why(m.schedule, i, m.now, &reason);
		if (reason.wait != SCHEDULE_WAITS_RESERVATION)
			broken("task %zu could start and does not: %d", i, (int)reason.wait);
		reserved_seen++;
	}
}

/* How many starts of its group went by while it could have run but for leases. */
static void
count_waits(void)
{
	size_t i, group;

	for (i = 0; i < m.count; i++) {
		group = m.tasks[i].group;
		if (!model_due(&m, i) || m.groups[group].paused || m.agents[m.tasks[i].agent].paused ||
		    m.groups[group].rules.waves || m.groups[group].rules.plan_order ||
		    m.agents[m.tasks[i].agent].cap > 0) {
			m.tasks[i].counted = false;
			continue;
		}
		if (!m.tasks[i].counted) {
			m.tasks[i].counted = true;
			m.tasks[i].starts = m.groups[group].starts;
		}
		if (m.groups[group].starts - m.tasks[i].starts > longest_wait)
			longest_wait = m.groups[group].starts - m.tasks[i].starts;
	}
}

static size_t
running(void)
{
	size_t i, count = 0;

	for (i = 0; i < m.group_count; i++)
		count += m.groups[i].running;
	return count;
}

static size_t
reservations(void)
{
	size_t i, count = 0;

	for (i = 0; i < m.group_count; i++)
		count += reserved[i] = schedule_group_reserved(m.schedule, i);
	return count;
}

/* Who could start but for a reservation is not known to the model, nor whose turn goes by. */
static void
follow_reserved(void)
{
	size_t i, count = 0;

	for (i = 0; i < m.group_count; i++)
		count += reserved[i];
	for (i = 0; count > 0 && i < m.group_count; i++)
		m.groups[i].settled += schedule_group_ahead(m.schedule, i) + m.virtual_time -
		    model_used(&m, i);
}

static void
start_all(void)
{
	size_t node;

	while (running() < m.slots) {
		schedule_clock(m.schedule, m.now);
		reservations();
		model_turn(&m);
		if (!schedule_next(m.schedule, m.now, &node)) {
			follow_reserved();
			check_idle();
			return;
		}
		picks++;
		check_pick(node);
		model_start(&m, node);
		follow_reserved();
		check_leases();
	}
}

/* ---- what happens ---- */

/* Of two neighbours the first may depend on the second, any on what came before both. */
static void
choose_dependencies(size_t node, size_t first)
{
	struct model_task *task = &m.tasks[node];
	bool leads = (node - first) % 2 == 0;
	size_t before = leads ? node : node - 1, near, k;

	for (k = model_roll(&m, 4); k > 0; k--) {
		near = before < 20 || model_roll(&m, 4) == 0 ? before : 20;
		if (leads && node + 1 < m.count && model_roll(&m, 6) == 0)
			task->dependencies[task->dependency_count++] = node + 1;
		else if (before > 0 && model_roll(&m, 2) == 0)
			task->dependencies[task->dependency_count++] = before - 1 -
			    model_roll(&m, (unsigned)near);
	}
}

static void
add_batch(void)
{
	size_t first = m.count, batch = 1 + model_roll(&m, 8), i, k, node, live = 0, first_wave = 0;
	struct model_task *task;

	for (i = 0; i < m.count; i++)
		live += !model_final(&m.tasks[i]);
	if (live > LIVE_MAX || m.count + batch > MODEL_TASKS)
		return;
	for (i = 0; m.in_waves && i < m.group_count; i++)
		if (m.groups[i].waves > first_wave)
			first_wave = m.groups[i].waves;
	for (i = 0; i < batch; i++) {
		task = &m.tasks[m.count];
		*task = (struct model_task){ .group = model_roll(&m, (unsigned)m.group_count),
		    .agent = model_roll(&m, (unsigned)m.agent_count), .batch = m.batches,
		    .priority = model_roll(&m, 3), .estimate = 1 + model_roll(&m, 300),
		    .since = m.now };
		if (model_roll(&m, 6) > 0)
			task->scope = 1u << model_roll(&m, MODEL_PATTERNS);
		if (model_roll(&m, 4) == 0)
			task->scope |= 1u << model_roll(&m, MODEL_PATTERNS);
		if (task->scope != 0 && model_roll(&m, 3) == 0)
			task->scope |= 1u << (MODEL_PATTERNS + model_roll(&m, MODEL_TAKEN_OUT));
		add_to(m.schedule, m.count++);
	}
	for (i = first; i < m.count; i++)
		choose_dependencies(i, first);
	for (i = first; i < m.count; i++)
		depend_in(m.schedule, i);
	assert_int_equal(schedule_prepare(m.schedule), 0);
	for (i = first; i < m.count; i++)
		m.tasks[i].number = schedule_number(m.schedule, i);
	for (i = first; i < m.count; i++)
		m.tasks[i].wave = schedule_wave(m.schedule, i);
	for (i = first; i < m.count; i++) {
		struct model_group *group = &m.groups[m.tasks[i].group];

		check_wave(i, first_wave);
		if (m.tasks[i].wave >= group->waves)
			group->waves = m.tasks[i].wave + 1;
		if (m.tasks[i].number > group->numbered)
			group->numbered = m.tasks[i].number;
		for (k = 0; k < m.tasks[i].dependency_count; k++) {
			node = m.tasks[i].dependencies[k];
			if (m.tasks[node].group == m.tasks[i].group && m.tasks[node].number >= m.tasks[i].number)
				broken("task %zu has a lower number than %zu", i, node);
		}
	}
	m.batches++;
}

/* A random task in that state; NONE if there is none. */
static size_t
any(enum model_state state)
{
	size_t first, i, node;

	if (m.count == 0)
		return NONE;
	first = model_roll(&m, (unsigned)m.count);
	for (i = 0; i < m.count; i++) {
		node = (first + i) % m.count;
		if (m.tasks[node].state == state)
			return node;
	}
	return NONE;
}

static void
again(size_t node, bool give_back)
{
	uint64_t later = m.now + (model_roll(&m, 3) == 0 ? 0 : model_roll(&m, 30000));
	bool plan_order = m.groups[m.tasks[node].group].rules.plan_order;

	if (m.tasks[node].state == LANDING)
		schedule_waits_to_land(m.schedule, node, false);
	if (give_back)
		schedule_put_off(m.schedule, node, later);
	else
		schedule_requeue(m.schedule, node, later);
	model_again(&m, node, later, give_back && !plan_order);
}

static void
end_run(bool well)
{
	size_t node = any(RUNNING);
	unsigned what = well ? 9 : model_roll(&m, 12);

	if (node == NONE)
		return;
	if (what < 2)
		again(node, false);
	else if (what < 4)
		again(node, true);
	else if (what < 5) {
		schedule_fail(m.schedule, node);
		model_end(&m, node, FAILED);
	} else {
		/* Its result waits for approval, the line, the gate: the same for the schedule. */
		schedule_waits_to_land(m.schedule, node, true);
		model_lands(&m, node);
	}
}

static void
end_landing(bool well)
{
	size_t node = any(LANDING), i;
	unsigned what = well ? 9 : model_roll(&m, 10);

	if (node == NONE)
		return;
	if (what < 2) {
		again(node, false);
	} else if (what < 3) {
		schedule_fail(m.schedule, node);
		model_end(&m, node, FAILED);
	} else {
		/* In plan order results land by number. */
		for (i = 0; m.groups[m.tasks[node].group].rules.plan_order && i < m.count; i++)
			if (m.tasks[i].group == m.tasks[node].group && m.tasks[i].state == LANDING &&
			    m.tasks[i].number < m.tasks[node].number)
				node = i;
		if (m.groups[m.tasks[node].group].rules.plan_order &&
		    m.tasks[node].number != model_lowest(&m, m.tasks[node].group))
			return;
		schedule_complete(m.schedule, node);
		model_end(&m, node, COMPLETE);
	}
}

static void
cancel_or_revive(void)
{
	size_t node = any((enum model_state)model_roll(&m, 3));

	if (model_roll(&m, 2) == 0 && node != NONE) {
		schedule_fail(m.schedule, node);
		model_end(&m, node, FAILED);
		return;
	}
	node = any(FAILED);
	if (node == NONE)
		return;
	schedule_revive(m.schedule, node);
	m.tasks[node].state = PENDING;
	m.tasks[node].not_before = 0;
}

static void
hold_or_move(void)
{
	size_t node = any(PENDING);

	if (node == NONE)
		return;
	if (model_roll(&m, 2) == 0) {
		m.tasks[node].held = !m.tasks[node].held && model_roll(&m, 3) == 0;
		schedule_hold(m.schedule, node, m.tasks[node].held);
		return;
	}
	m.tasks[node].not_before = m.now + model_roll(&m, 3) * model_roll(&m, 20000);
	schedule_not_before(m.schedule, node, m.tasks[node].not_before);
}

static void
extend(void)
{
	enum schedule_extension expected, got;
	size_t node = any(RUNNING), holder;
	bool wait = model_roll(&m, 4) > 0;
	uint32_t scope;

	if (node == NONE || m.tasks[node].scope == 0)
		return;
	scope = m.tasks[node].scope | 1u << model_roll(&m, MODEL_PATTERNS);
	if (model_roll(&m, 3) == 0)
		scope |= 1u << model_roll(&m, MODEL_PATTERNS);
	if (__builtin_popcount(scope) > 6)
		return;
	expected = model_extend(&m, node, scope, wait);
	got = schedule_extend(m.schedule, node, model_scope(&m, scope), wait, &holder);
	if (got != expected)
		broken("task %zu wants %x: %d instead of %d", node, scope, (int)got, (int)expected);
	if (got != SCHEDULE_GRANTED && !model_meet(&m, scope, m.tasks[holder].scope))
		broken("task %zu is not in the way", holder);
	cycles += wait && got == SCHEDULE_REFUSED && !m.groups[m.tasks[node].group].rules.plan_order;
}

/* Some take another time than was said: all paths follow. */
static void
estimate_anew(void)
{
	size_t i, k, count = 1 + model_roll(&m, 5);
	uint64_t *remaining = mem_zero(m.count + 1, sizeof(*remaining));
	bool changed;

	for (i = 0; i < count && m.count > 0; i++) {
		k = model_roll(&m, (unsigned)m.count);
		m.tasks[k].estimate = 1 + model_roll(&m, 300);
		schedule_estimate(m.schedule, k, m.tasks[k].estimate);
	}
	schedule_reckon(m.schedule);
	/* Until nothing changes: a dependency may have come later in its batch. */
	for (i = 0; i < m.count; i++)
		remaining[i] = m.tasks[i].estimate;
	do {
		changed = false;
		for (i = m.count; i-- > 0;)
			for (k = 0; k < m.tasks[i].dependency_count; k++) {
				size_t before = m.tasks[i].dependencies[k];
				uint64_t longer = m.tasks[before].estimate + remaining[i];

				changed = changed || longer > remaining[before];
				if (longer > remaining[before])
					remaining[before] = longer;
			}
	} while (changed);
	for (i = 0; i < m.count; i++) {
		if (m.tasks[i].state != COMPLETE && schedule_remaining(m.schedule, i) != remaining[i])
			broken("task %zu has %llu s to go, not %llu", i,
			    (unsigned long long)schedule_remaining(m.schedule, i),
			    (unsigned long long)remaining[i]);
	}
	free(remaining);
}

static void
govern(void)
{
	size_t group = model_roll(&m, (unsigned)m.group_count);
	size_t agent = model_roll(&m, (unsigned)m.agent_count);

	switch (model_roll(&m, 4)) {
	case 0:
		m.groups[group].paused = model_roll(&m, 3) == 0;
		schedule_pause_group(m.schedule, group, m.groups[group].paused);
		break;
	case 1:
		m.agents[agent].paused = model_roll(&m, 3) == 0;
		schedule_pause_agent(m.schedule, agent, m.agents[agent].paused);
		break;
	case 2:
		m.groups[group].rules.cap = model_roll(&m, 4);
		m.groups[group].rules.weight = 1 + model_roll(&m, 5);
		schedule_set_group(m.schedule, group, m.groups[group].rules.weight,
		    m.groups[group].rules.cap);
		break;
	default:
		m.agents[agent].cap = model_roll(&m, 4);
		schedule_set_agent(m.schedule, agent, m.agents[agent].cap);
		break;
	}
}

static void
crash(void)
{
	struct schedule *fresh;
	size_t old_picks[64], count = 0, i, node;

	while (m.wanting_count > 0) {
		node = m.wanting[0];
		schedule_extend_cancel(m.schedule, node);
		model_forget_wish(&m, node);
	}
	fresh = reloaded();
	/* The old one goes on as if nothing had been: reservations are all that is forgotten. */
	while (reservations() == 0 && running() + count < m.slots && count < COUNT(old_picks) &&
	    schedule_next(m.schedule, m.now, &node))
		old_picks[count++] = node;
	if (reservations() > 0)
		count = 0;
	schedule_free(m.schedule);
	m.schedule = fresh;
	/* What runs begins now in the new one, and its virtual time begins at 0. */
	for (i = 0; i < m.count; i++) {
		m.tasks[i].started_at = m.now;
		if (m.tasks[i].state == RUNNING)
			m.tasks[i].expected = model_expected(&m.groups[m.tasks[i].group],
			    m.tasks[i].estimate);
	}
	m.virtual_time = 0;
	for (i = 0; i < m.group_count; i++)
		m.groups[i].settled = schedule_group_ahead(fresh, i);
	for (i = 0; i < count; i++) {
		model_turn(&m);
		if (!schedule_next(m.schedule, m.now, &node) || node != old_picks[i])
			broken("after a reload %zu starts instead of %zu", node, old_picks[i]);
		reservations();
		check_pick(node);
		model_start(&m, node);
		follow_reserved();
		reloads_compared++;
	}
}

static void
check_shares(void)
{
	size_t i;

	schedule_clock(m.schedule, m.now);
	for (i = 0; i < m.group_count; i++) {
		if (schedule_group_running(m.schedule, i) != m.groups[i].running)
			broken("group %zu runs %zu, not %zu", i,
			    schedule_group_running(m.schedule, i), m.groups[i].running);
		if (schedule_group_ahead(m.schedule, i) != model_used(&m, i) - m.virtual_time)
			broken("group %zu is ahead by %lld, not %lld", i,
			    (long long)schedule_group_ahead(m.schedule, i),
			    (long long)(model_used(&m, i) - m.virtual_time));
	}
	for (i = 0; i < m.agent_count; i++)
		if (schedule_agent_running(m.schedule, i) != m.agents[i].running)
			broken("agent %zu runs %zu, not %zu", i,
			    schedule_agent_running(m.schedule, i), m.agents[i].running);
}

/* What there is, for whoever looks into a failure. */
static void
print_world(void)
{
	static const char *const states[] = { "pending", "running", "landing", "complete", "failed" };
	struct schedule_reason reason;
	size_t i;

	for (i = 0; i < m.group_count; i++)
		print_error("group %zu: plan order %d, waves %d, cap %u, lowest %zu\n", i,
		    m.groups[i].rules.plan_order, m.groups[i].rules.waves, m.groups[i].rules.cap,
		    model_lowest(&m, i));
	for (i = 0; i < m.count; i++) {
		const struct model_task *task = &m.tasks[i];

		if (model_final(task))
			continue;
		schedule_why(m.schedule, i, m.now, &reason);
		print_error("task %zu: %s, group %zu, number %zu, wave %zu, scope %x, leased %d, "
		    "waits %d for %zd\n", i, states[task->state], task->group, task->number,
		    task->wave, task->scope, task->leased, (int)reason.wait, (ssize_t)reason.node);
	}
}

static void
random_step(void)
{
	unsigned what = model_roll(&m, 100);

	m.now += model_roll(&m, 20) == 0 ? model_roll(&m, 1000000) : model_roll(&m, 3000);
	if (model_roll(&m, 500) == 0)
		m.now += SCHEDULE_AGE_MS;
	schedule_clock(m.schedule, m.now);
	last_what = what;
	if (what < 18)
		add_batch();
	else if (what < 45)
		end_run(false);
	else if (what < 70)
		end_landing(false);
	else if (what < 76)
		cancel_or_revive();
	else if (what < 82)
		hold_or_move();
	else if (what < 93)
		extend();
	else if (what < 97)
		govern();
	else if (what < 98)
		estimate_anew();
	else
		crash();
	check_told();
	check_leases();
	check_shares();
	if (model_roll(&m, 4) > 0)
		start_all();
	count_waits();
}

/* All obstacles are taken away: then all of it ends. */
static void
drain(void)
{
	uint64_t wake;
	size_t i, turns;

	for (i = 0; i < m.group_count; i++) {
		m.groups[i].paused = false;
		schedule_pause_group(m.schedule, i, false);
	}
	for (i = 0; i < m.agent_count; i++) {
		m.agents[i].paused = false;
		schedule_pause_agent(m.schedule, i, false);
	}
	for (i = 0; i < m.count; i++) {
		m.tasks[i].held = false;
		schedule_hold(m.schedule, i, false);
		if (m.tasks[i].state != FAILED)
			continue;
		schedule_revive(m.schedule, i);
		m.tasks[i].state = PENDING;
		m.tasks[i].not_before = 0;
	}
	for (turns = 0; any(COMPLETE) == NONE || any(PENDING) != NONE || any(RUNNING) != NONE ||
	    any(LANDING) != NONE; turns++) {
		if (m.count == 0)
			return;
		step++;
		if (turns > 40 * m.count + 1000)
{
			print_world();
			broken("it does not end");
		}
		start_all();
		if (running() == 0 && any(LANDING) == NONE) {
			wake = schedule_wake(m.schedule, m.now);
			if (wake == SCHEDULE_NEVER)
				broken("a deadlock: nothing runs, nothing can start");
			m.now = wake > m.now ? wake : m.now + 1;
		}
		m.now += model_roll(&m, 3000);
		schedule_clock(m.schedule, m.now);
		end_run(true);
		check_told();
		end_landing(true);
		check_told();
	}
}

static void
begin_world(unsigned long long seed)
{
	size_t i;

	model_init(&m, seed);
	for (i = 0; i < 20; i++)
		model_roll(&m, 2);
	m.now = 1000;
	m.slots = 1 + model_roll(&m, 8);
	m.group_count = 1 + model_roll(&m, MODEL_GROUPS);
	m.agent_count = 1 + model_roll(&m, MODEL_AGENTS);
	for (i = 0; i < m.group_count; i++)
		m.groups[i].rules = (struct schedule_group){ .weight = i == 0 ? 1 : model_roll(&m, 6),
		    .cap = model_roll(&m, 4), .plan_order = model_roll(&m, 2) == 0,
		    .waves = model_roll(&m, 3) == 0 };
	for (i = 0; i < m.agent_count; i++)
		m.agents[i].cap = model_roll(&m, 3) == 0 ? 1 + model_roll(&m, 3) : 0;
	for (i = 0; i < m.group_count; i++) {
		size_t k;

		for (k = 0; k < m.group_count; k++)
			m.in_waves = m.in_waves || (m.groups[i].rules.waves && m.groups[k].rules.plan_order);
	}
	m.schedule = empty_schedule();
}

static unsigned long long
from_environment(const char *name, unsigned long long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void
test_random(void **state)
{
	unsigned long long steps = from_environment("STEPS", RANDOM_STEPS), first, i;

	(void)state;
	first = from_environment("SEED", 1);
	for (i = 0; i * WORLD_STEPS < steps; i++) {
		world_seed = first + i;
		begin_world(world_seed);
		for (step = 0; step < WORLD_STEPS; step++)
			random_step();
		drain();
		schedule_free(m.schedule);
		model_release(&m);
	}
	print_message("%llu steps: %llu starts, %llu times nothing could start, %llu times a scope "
	    "was reserved; more scope after waiting: %llu granted, %llu refused, %llu not waited for; "
	    "%llu starts compared after a reload; at most %llu starts of others while one was barred\n",
	    i * WORLD_STEPS, picks, idles, reserved_seen, waits_granted, waits_refused, cycles,
	    reloads_compared, longest_wait);
	assert_true(picks > 0 && idles > 0);
	if (steps < 20000)
		return;
	assert_true(waits_granted > 0 && waits_refused > 0 && cycles > 0);
	assert_true(reloads_compared > 0 && reserved_seen > 0);
	/* Who is barred has its scope reserved, whatever comes. */
	assert_true(longest_wait < 300);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
