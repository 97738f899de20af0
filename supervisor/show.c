/* What people and programs are shown: see show.h. */
#include "show.h"

#include <stdlib.h>
#include <string.h>

#include "agents.h"
#include "clients.h"
#include "estimating.h"
#include "kinds.h"
#include "pauses.h"
#include "prepare.h"
#include "projects.h"
#include "protocol/destination.h"
#include "protocol/mem.h"
#include "registry.h"
#include "slots.h"
#include "state_walk.h"
#include "waits.h"

bool
show_knows(struct client *client, uint64_t request, const char *project)
{
	char *names, *why;

	if (project == NULL || projects_find(client->supervisor, project) != NULL)
		return true;
	names = projects_names(client->supervisor);
	why = str_format("there is no project '%s'; there is %s", project, names);
	peer_fail(client->peer, request, ERROR_UNKNOWN, why);
	free(why);
	free(names);
	return false;
}

static struct record_task_row
row_of(const struct task *task)
{
	double until = task->ended != 0 ? task->ended : clock_wall();

	return (struct record_task_row){
		.id = task->spec.id, .state = task_state_name(task->state), .title = task->spec.title,
		.reason = task->reason, .attempts = task->attempts, .ticket = task->ticket,
		.commit = task->commit, .seconds = task->started != 0 ? until - task->started : 0,
		.position = task->position, .questions = task->questions,
		.discovered_by = task->spec.discovered_by, .interventions = task->interventions,
		.escalations = task->escalations,
		.agent = task->spec.command != NULL ? NULL : registry_agent(task),
		.project = projects_label(task->project),
	};
}

/* What cannot go on before a person does something: what is blocked, and all behind it. */
static bool *
stuck_tasks(const struct supervisor *supervisor)
{
	size_t count = supervisor->task_count, left = 0, i;
	size_t *queue = mem_zero(count + 1, sizeof(*queue));
	bool *stuck = mem_zero(count + 1, sizeof(*stuck));
	struct state_walk walk;
	const struct task *task;

	state_walk_begin(&walk, supervisor, STATE_BIT(TASK_BLOCKED) | STATE_BIT(TASK_CANCELLED));
	while ((task = state_walk_next(&walk)) != NULL) {
		stuck[task->node] = true;
		queue[left++] = task->node;
	}
	while (left > 0) {
		task = supervisor->tasks[queue[--left]];
		for (i = 0; i < task->dependent_count; i++) {
			size_t node = task->dependents[i];

			if (stuck[node] || task_state_final(supervisor->tasks[node]->state))
				continue;
			stuck[node] = true;
			queue[left++] = node;
		}
	}
	state_walk_begin(&walk, supervisor, STATE_BIT(TASK_CANCELLED));
	while ((task = state_walk_next(&walk)) != NULL)
		stuck[task->node] = false;
	free(queue);
	return stuck;
}

/* Which of them are meant: those that are in all sets, and stuck if that is asked. */
struct listing { const struct node_set *sets[3]; size_t count; const bool *stuck; };

static void
listing_init(struct listing *listing, const struct supervisor *supervisor,
    const struct msg_task_list *list, enum task_state state)
{
	static const struct node_set none;
	const struct node_set *of_agent = list->agent != NULL ? kinds_of_agent(supervisor, list->agent) : NULL;

	*listing = (struct listing){ .count = 0 };
	if (state != TASK_STATES)
		listing->sets[listing->count++] = &supervisor->by_state[state];
	if (list->project != NULL)
		listing->sets[listing->count++] = &projects_find(supervisor, list->project)->nodes;
	if (list->agent != NULL)
		listing->sets[listing->count++] = of_agent != NULL ? of_agent : &none;
}

/* Which state is meant, TASK_STATES for any; false: told that there is no such one. */
static bool
knows_state(struct client *client, uint64_t request, const char *name, enum task_state *state)
{
	struct buffer text;
	int i;

	*state = TASK_STATES;
	if (name == NULL || (*state = task_state_find(name)) != TASK_STATES)
		return true;
	buffer_init(&text);
	buffer_format(&text, "there is no state '%s'; there is", name);
	for (i = 0; i < TASK_STATES; i++)
		buffer_format(&text, "%s %s", i == 0 ? "" : ",", task_state_name((enum task_state)i));
	peer_fail(client->peer, request, ERROR_UNKNOWN, buffer_text(&text));
	buffer_release(&text);
	return false;
}

/* Is it configured, or of a task? False: told that it is not. */
static bool
knows_agent(struct client *client, uint64_t request, const char *name)
{
	const struct supervisor *supervisor = client->supervisor;
	char *why;

	if (name == NULL || agents_find(&supervisor->config.agents, name) != NULL ||
	    kinds_of_agent(supervisor, name) != NULL)
		return true;
	why = str_format("there is no agent '%s', and no task of one", name);
	peer_fail(client->peer, request, ERROR_UNKNOWN, why);
	free(why);
	return false;
}

/* From which node on; false: told that there is no such task. */
static bool
first_node(struct supervisor *supervisor, struct peer *peer, uint64_t request,
    const struct msg_task_list *list, size_t *node)
{
	const struct task *after;
	char *why;

	*node = (size_t)list->after;
	if (list->after_task == NULL)
		return true;
	if ((after = registry_find(supervisor, list->after_task)) != NULL) {
		*node = after->node + 1;
		return true;
	}
	why = str_format("task '%s': there is no such task; see orchctl list", list->after_task);
	peer_fail(peer, request, ERROR_UNKNOWN, why);
	free(why);
	return false;
}

/* The first from there on that is meant. */
static size_t
next_node(const struct supervisor *supervisor, const struct listing *listing, size_t from)
{
	size_t next;

	for (;; from = next) {
		while (listing->stuck != NULL && from < supervisor->task_count && !listing->stuck[from])
			from++;
		next = kinds_next(listing->sets, listing->count, from);
		if (next == from || next >= supervisor->task_count)
			return next;
	}
}

void
show_tasks(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	const struct msg_task_list *list = &message->task_list;
	struct listing listing;
	enum task_state state;
	size_t limit = list->limit ? (size_t)list->limit : 1000, count = 0, node;
	struct record_task_row *rows;
	struct arena arena;
	bool *stuck = NULL;

	if (!knows_state(client, request, list->state, &state) ||
	    !show_knows(client, request, list->project) || !knows_agent(client, request, list->agent) ||
	    !first_node(supervisor, peer, request, list, &node))
		return;
	listing_init(&listing, supervisor, list, state);
	if (list->blocked)
		listing.stuck = stuck = stuck_tasks(supervisor);
	rows = mem_zero(limit, sizeof(*rows));
	arena_init(&arena);
	for (node = next_node(supervisor, &listing, node); node < supervisor->task_count;
	    node = next_node(supervisor, &listing, node + 1)) {
		if (count == limit)
			break;
		rows[count] = row_of(supervisor->tasks[node]);
		if (list->waits)
			waits_add(supervisor, supervisor->tasks[node], &rows[count], &arena);
		count++;
	}
	peer_reply(peer, MSG_task_list, request, &(struct reply_task_list){
	    .tasks = { rows, count }, .more = node < supervisor->task_count });
	arena_release(&arena);
	free(stuck);
	free(rows);
}

struct attempts {
	struct supervisor *supervisor;
	struct record_attempt_row *rows;
	size_t count;
	struct record_question_row *questions;
	size_t question_count;
	struct arena arena;
};

static const char *
keep(struct arena *arena, const char *text)
{
	return text != NULL ? arena_copy(arena, text, strlen(text)) : NULL;
}

/* What the attempt used, or has used so far. */
static void
add_usage(struct attempts *attempts, uint64_t attempt)
{
	struct record_attempt_row *row = &attempts->rows[attempts->count - 1];
	const struct slot *slot = slots_by_attempt(attempts->supervisor, attempt);
	struct record_usage *record;
	struct usage_row usage;

	if (slot != NULL && slot->used)
		usage = slot->usage;
	else if (!store_usage(attempts->supervisor->store, attempt, &usage))
		return;
	record = arena_zero(&attempts->arena, 1, sizeof(*record));
	*record = (struct record_usage){ usage.input, usage.cached, usage.output, usage.cost, usage.steps };
	row->usage = (struct records){ record, 1 };
}

static void
add_destination(void *context, const struct traffic *traffic)
{
	struct attempts *attempts = context;
	struct record_attempt_row *row = &attempts->rows[attempts->count - 1];
	struct record_traffic_row *rows = row->traffic.items;

	if (rows == NULL)
		row->traffic.items = rows = arena_zero(&attempts->arena, DESTINATIONS_MOST, sizeof(*rows));
	if (row->traffic.count < DESTINATIONS_MOST)
		rows[row->traffic.count++] = (struct record_traffic_row){
		    keep(&attempts->arena, traffic->destination), traffic->connections, traffic->refused,
		    traffic->sent, traffic->received };
}

static void
add_attempt(void *context, const struct attempt_state *attempt)
{
	struct attempts *attempts = context;
	double until = attempt->ended != 0 ? attempt->ended : clock_wall();

	attempts->rows = mem_resize(attempts->rows, attempts->count + 1, sizeof(*attempts->rows));
	attempts->rows[attempts->count++] = (struct record_attempt_row){
		.number = attempt->number, .outcome = keep(&attempts->arena, attempt->outcome),
		.reason = keep(&attempts->arena, attempt->reason), .slot = keep(&attempts->arena, attempt->slot),
		.started = attempt->started, .seconds = until - attempt->started,
		.iterations = attempt->iterations, .rework = keep(&attempts->arena, attempt->rework),
		.commit = keep(&attempts->arena, attempt->commit),
		.sandbox = keep(&attempts->arena, attempt->sandbox),
	};
	add_usage(attempts, attempt->id);
	store_each_traffic(attempts->supervisor->store, attempt->id, add_destination, attempts);
}

static void
add_question(void *context, const struct question_row *row)
{
	struct attempts *attempts = context;

	attempts->questions = mem_resize(attempts->questions, attempts->question_count + 1,
	    sizeof(*attempts->questions));
	attempts->questions[attempts->question_count++] = (struct record_question_row){
		.question = keep(&attempts->arena, row->question), .number = row->attempt,
		.asked = row->asked, .answer = keep(&attempts->arena, row->answer),
		.who = keep(&attempts->arena, row->who),
	};
}

void
show_task(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	struct task *task = registry_find(supervisor, message->task_show.task);
	struct attempts attempts = { .supervisor = supervisor };
	struct record_task_row row;
	struct record_task spec;
	char *waits, *prompt, *why, *estimate;

	if (task == NULL) {
		why = str_format("task '%s': there is no such task; see orchctl list",
		    message->task_show.task);
		peer_fail(peer, request, ERROR_UNKNOWN, why);
		free(why);
		return;
	}
	arena_init(&attempts.arena);
	store_each_attempt(supervisor->store, task->position, add_attempt, &attempts);
	store_each_question(supervisor->store, task->position, add_question, &attempts);
	row = row_of(task);
	spec = task->spec;
	spec.project = projects_label(task->project);
	spec.prompt = prompt = store_task_prompt(supervisor->store, task->position);
	waits = waits_words(supervisor, task);
	estimate = task_state_final(task->state) ? NULL : estimating_words(supervisor, task);
	peer_reply(peer, MSG_task_show, request, &(struct reply_task_show){ .task = { &row, 1 },
	    .spec = { &spec, 1 }, .attempts = { attempts.rows, attempts.count },
	    .questions = { attempts.questions, attempts.question_count }, .waits_for = waits,
	    .estimate = estimate != NULL ? schedule_estimated(supervisor->schedule, task->node) : 0,
	    .estimate_from = estimate });
	free(estimate);
	free(waits);
	free(prompt);
	free(attempts.rows);
	free(attempts.questions);
	arena_release(&attempts.arena);
}
