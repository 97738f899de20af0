/* Budgets and what was used of them: see budgets.h. */
#include "budgets.h"

#include <stdlib.h>
#include <string.h>

#include "modes.h"
#include "outcome.h"
#include "protocol/mem.h"
#include "registry.h"
#include "transition.h"

#define DAY	86400.0

/* What one of them has used. */
struct account {
	struct hold_scope scope;	/* the name is somebody else's */
	const struct budget *budget;
	struct budget_ledger ledger;
	double fresh;			/* what was before does not count */
};

struct budgets {
	struct account *accounts;
	size_t count;
};

/* ---- who has a budget ---- */

static struct account *
account_of(const struct supervisor *supervisor, enum hold_kind kind, const char *name)
{
	struct budgets *budgets = supervisor->budgets;
	size_t i;

	for (i = 0; i < budgets->count; i++)
		if (budgets->accounts[i].scope.kind == kind &&
		    (kind == HOLD_ALL || str_same(budgets->accounts[i].scope.name, name)))
			return &budgets->accounts[i];
	return NULL;
}

static void
add_account(struct supervisor *supervisor, struct hold_scope scope, const struct budget *budget, double run)
{
	struct budgets *budgets = supervisor->budgets;
	const struct hold *hold = modes_find(supervisor, scope);
	struct account *account;

	if (!budget_is_set(budget))
		return;
	budgets->accounts = mem_resize(budgets->accounts, budgets->count + 1, sizeof(*account));
	account = &budgets->accounts[budgets->count++];
	*account = (struct account){ .scope = scope, .budget = budget, .fresh = run };
	if (hold != NULL && hold->fresh > run)
		account->fresh = hold->fresh;
	budget_ledger_init(&account->ledger);
}

/* The agent by whose entry it is run; NULL: a command of its own. */
static const char *
agent_of(const struct task *task)
{
	return task->spec.command != NULL ? NULL : registry_agent(task);
}

/* Calls for the account of the whole, of the project and of the agent, as far as there are such. */
static void
each_account(const struct supervisor *supervisor, const struct task *task,
    void (*callback)(struct account *account, void *context), void *context)
{
	struct account *accounts[] = {
		account_of(supervisor, HOLD_ALL, NULL),
		account_of(supervisor, HOLD_PROJECT, task->project->config->name),
		agent_of(task) != NULL ? account_of(supervisor, HOLD_AGENT, agent_of(task)) : NULL };
	size_t i;

	for (i = 0; i < COUNT(accounts); i++)
		if (accounts[i] != NULL)
			callback(accounts[i], context);
}

/* ---- what was used ---- */

/* Something that happened: a start, or an end. */
struct happening {
	const struct task *task;
	double time;
	struct budget_used used;
	bool ended, counts, failed;
};

static void
tell(struct account *account, void *context)
{
	const struct happening *what = context;

	if (what->time <= account->fresh)
		return;
	budget_ledger_add(&account->ledger, what->time, &what->used);
	if (what->ended && what->counts)
		budget_ledger_outcome(&account->ledger, what->failed);
}

/* Fills in what an outcome says: a failure, a success, or neither. */
static void
judge(struct happening *what, const char *word)
{
	const enum outcome outcome = outcome_find(word);

	what->failed = outcome == OUTCOME_FAILED || outcome == OUTCOME_HOPELESS || outcome == OUTCOME_LOST;
	what->counts = what->failed || outcome == OUTCOME_DONE;
}

void
budgets_started(struct supervisor *supervisor, const struct task *task)
{
	struct happening what = { .task = task, .time = clock_wall(), .used = { .runs = 1 } };

	each_account(supervisor, task, tell, &what);
}

void
budgets_ended(struct supervisor *supervisor, const struct task *task, double started,
    const struct usage_row *usage, const char *outcome)
{
	struct happening what = { .task = task, .time = clock_wall(), .ended = true };

	what.used.seconds = what.time > started ? what.time - started : 0;
	if (usage != NULL) {
		what.used.tokens = usage->input + usage->output;
		what.used.cost = usage->cost;
	}
	judge(&what, outcome);
	each_account(supervisor, task, tell, &what);
}

struct loading { struct supervisor *supervisor; struct happening *list; size_t count, room; };

static struct happening *
one_more(struct loading *loading)
{
	if (loading->count == loading->room) {
		loading->room = loading->room ? 2 * loading->room : 256;
		loading->list = mem_resize(loading->list, loading->room, sizeof(*loading->list));
	}
	return &loading->list[loading->count++];
}

static void
load(void *context, const struct spent_row *row)
{
	struct loading *loading = context;
	const struct task *task = loading->supervisor->tasks[row->task - 1];
	struct happening *what = one_more(loading);

	*what = (struct happening){ .task = task, .time = row->started, .used = { .runs = 1 } };
	if (row->ended <= 0)
		return;
	what = one_more(loading);
	*what = (struct happening){ .task = task, .time = row->ended, .ended = true,
	    .used = { 0, row->tokens, row->cost, row->ended > row->started ? row->ended - row->started : 0 } };
	judge(what, row->outcome);
}

static int
by_time(const void *one, const void *other)
{
	const double a = ((const struct happening *)one)->time, b = ((const struct happening *)other)->time;

	return (a > b) - (a < b);
}

/*
 * When the run that budget.run is of began: with the state folder, and for a one-shot run
 * that finds nothing to go on with, now.
 */
static double
run_began(struct supervisor *supervisor)
{
	const size_t *counts = supervisor->counts;
	char *text = store_get(supervisor->store, "run_began");
	double began = text != NULL ? strtod(text, NULL) : 0;

	free(text);
	if (supervisor->one_shot && counts[TASK_COMPLETE] + counts[TASK_BLOCKED] + counts[TASK_CANCELLED] ==
	    supervisor->task_count) {
		began = clock_wall();
		text = str_format("%.6f", began);
		store_set(supervisor->store, "run_began", text);
		free(text);
	}
	return began;
}

double
budgets_since(const struct supervisor *supervisor)
{
	const double now = clock_wall();
	double since = now;
	size_t i;

	for (i = 0; i < supervisor->budgets->count; i++) {
		const struct account *account = &supervisor->budgets->accounts[i];
		double from = account->fresh;

		if (!budget_is_long(account->budget) && from < now - DAY)
			from = now - DAY;
		since = from < since ? from : since;
	}
	return since;
}

void
budgets_load(struct supervisor *supervisor)
{
	const struct config *config = &supervisor->config;
	const double run = run_began(supervisor);
	struct loading loading = { .supervisor = supervisor };
	size_t i;

	supervisor->budgets = mem_zero(1, sizeof(*supervisor->budgets));
	add_account(supervisor, (struct hold_scope){ HOLD_ALL, NULL }, &config->budget, run);
	for (i = 0; i < config->project_count; i++)
		add_account(supervisor, (struct hold_scope){ HOLD_PROJECT, config->projects[i].name },
		    &config->projects[i].budget, run);
	for (i = 0; i < config->agents.count; i++)
		if (agents_find(&config->agents, config->agents.items[i].name) == &config->agents.items[i])
			add_account(supervisor, (struct hold_scope){ HOLD_AGENT, config->agents.items[i].name },
			    &config->agents.items[i].budget, run);
	if (supervisor->budgets->count == 0)
		return;
	store_each_spent(supervisor->store, budgets_since(supervisor), load, &loading);
	if (loading.count > 0)
		qsort(loading.list, loading.count, sizeof(*loading.list), by_time);
	for (i = 0; i < loading.count; i++)
		each_account(supervisor, loading.list[i].task, tell, &loading.list[i]);
	free(loading.list);
}

void
budgets_release(struct supervisor *supervisor)
{
	size_t i;

	if (supervisor->budgets == NULL)
		return;
	for (i = 0; i < supervisor->budgets->count; i++)
		budget_ledger_release(&supervisor->budgets->accounts[i].ledger);
	free(supervisor->budgets->accounts);
	free(supervisor->budgets);
}

/* ---- used up ---- */

/* What runs has used so far, as its workers tell; the ledger hears of it at the end. */
static struct budget_used
live_of(const struct supervisor *supervisor, const struct hold_scope *scope)
{
	struct budget_used live = { 0 };
	const double now = clock_wall();
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		const struct slot *slot = supervisor->slots[i];
		const struct task *task = slot->task;

		if (task == NULL || slot->gate != NULL || slot->attempt == 0 || task->attempt != slot->attempt)
			continue;
		if ((scope->kind == HOLD_PROJECT && !str_same(task->project->config->name, scope->name)) ||
		    (scope->kind == HOLD_AGENT && !str_same(agent_of(task), scope->name)))
			continue;
		live.seconds += now > slot->since ? now - slot->since : 0;
		if (slot->used) {
			live.tokens += slot->usage.input + slot->usage.output;
			live.cost += slot->usage.cost;
		}
	}
	return live;
}

/* It is used up: what it is of pauses, until a person says so or, where that is wanted, until then. */
static void
trip(struct supervisor *supervisor, const struct account *account, const struct budget_trip *what)
{
	const struct budget *rule = account->scope.kind == HOLD_AGENT ? &supervisor->config.budget :
	    account->budget;
	const bool by_itself = rule->resume == BUDGET_WINDOW && what->until > 0;
	char *words = budget_words(what), *then = what->until > 0 ? modes_time_text(what->until) : NULL;
	char *resume = modes_resume_words(account->scope, true);
	char *why = then == NULL ? str_format("%s; %s lets it go on", words, resume) :
	    by_itself ? str_format("%s; it goes on at %s", words, then) :
	    str_format("%s; there is room again at %s, but only %s lets it go on", words, then, resume);

	store_begin(supervisor->store);
	modes_set(supervisor, account->scope, &(struct hold){ .mode = MODE_PAUSED,
	    .who = (char *)(uintptr_t)"orchd", .why = why, .tripped = true,
	    .until = by_itself ? what->until : 0 });
	transition_commit(supervisor);
	free(why);
	free(resume);
	free(then);
	free(words);
}

static bool
allows(struct supervisor *supervisor, struct account *account)
{
	struct budget_used live;
	struct budget_trip what;

	if (account == NULL)
		return true;
	live = live_of(supervisor, &account->scope);
	budget_ledger_move(&account->ledger, clock_wall());
	if (!budget_tripped(&account->ledger, account->budget, &live, &what))
		return true;
	trip(supervisor, account, &what);
	return false;
}

bool
budgets_allow(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;

	return allows(supervisor, account_of(supervisor, HOLD_ALL, NULL)) &&
	    allows(supervisor, account_of(supervisor, HOLD_PROJECT, project->config->name));
}

bool
budgets_allow_agent(struct supervisor *supervisor, const struct task *task)
{
	const char *agent = agent_of(task);

	if (agent == NULL)
		return true;
	if (modes_own(supervisor, (struct hold_scope){ HOLD_AGENT, agent }) != MODE_NORMAL)
		return false;
	return allows(supervisor, account_of(supervisor, HOLD_AGENT, agent));
}

char *
budgets_task_over(struct supervisor *supervisor, const struct task *task)
{
	const struct budget *budgets[] = { &supervisor->config.budget, &task->project->config->budget };
	struct spent_row row;
	struct budget_used used;
	struct budget_trip what;
	size_t i;

	for (i = 0; i < COUNT(budgets); i++) {
		const struct budget_limit *limit = &budgets[i]->window[BUDGET_TASK];

		if (limit->runs == 0 && limit->tokens == 0 && limit->time == 0 && limit->cost <= 0)
			continue;
		store_task_spent(supervisor->store, task->position, task->fresh, &row);
		used = (struct budget_used){ row.runs, row.tokens, row.cost, row.seconds };
		if (budget_task_tripped(&used, budgets[i], &what))
			return budget_words(&what);
	}
	return NULL;
}

uint64_t
budgets_release_agent(struct supervisor *supervisor, const char *agent)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < supervisor->task_count; i++)
		if (supervisor->tasks[i]->state == TASK_PENDING && str_same(agent_of(supervisor->tasks[i]), agent)) {
			schedule_hold(supervisor->schedule, supervisor->tasks[i]->node, false);
			count++;
		}
	return count;
}

void
budgets_anew(struct supervisor *supervisor, int kind, const char *name)
{
	struct account *account = account_of(supervisor, (enum hold_kind)kind, name);

	if (account == NULL)
		return;
	budget_ledger_clear(&account->ledger);
	account->fresh = clock_wall();
}

uint64_t
budgets_wake(struct supervisor *supervisor, uint64_t now)
{
	const double wall = clock_wall();
	uint64_t wake = UINT64_MAX, then;
	size_t i;

	for (i = 0; i < supervisor->hold_count; i++) {
		const struct hold *hold = &supervisor->holds[i];

		if (!hold->tripped || hold->mode == MODE_NORMAL || hold->until <= 0)
			continue;
		if (hold->until > wall) {
			then = now + (uint64_t)((hold->until - wall) * 1000) + 1;
			wake = then < wake ? then : wake;
			continue;
		}
		store_begin(supervisor->store);
		modes_set(supervisor, (struct hold_scope){ hold->kind, hold->name }, &(struct hold){
		    .mode = MODE_NORMAL, .who = (char *)(uintptr_t)"orchd",
		    .why = (char *)(uintptr_t)"there is room in the budget again" });
		transition_commit(supervisor);
		if (hold->kind == HOLD_AGENT)
			budgets_release_agent(supervisor, hold->name);
	}
	return wake;
}
