/* Lists for a client: see lists.h. */
#include "lists.h"

#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "deadlines.h"
#include "dealing.h"
#include "modes.h"
#include "projects.h"
#include "protocol/mem.h"
#include "show.h"
#include "state_walk.h"
#include "store_notes.h"

#define ROWS_MOST	10000u
#define CHANGES_MOST	200u	/* paths of one result */

/* ---- what waits for a person ---- */

struct inbox {
	struct supervisor *supervisor;
	const char *project;		/* of this one alone; NULL: of all */
	struct record_inbox_row *rows;
	size_t count;
	struct arena arena;
};

static struct record_inbox_row *
add_inbox(struct inbox *inbox, const struct task *task, const char *kind, double since)
{
	struct record_inbox_row *row;

	if (inbox->count == ROWS_MOST || (inbox->project != NULL &&
	    !str_same(inbox->project, task->project->config->name)))
		return NULL;
	if ((inbox->count & (inbox->count - 1)) == 0)
		inbox->rows = mem_resize(inbox->rows, inbox->count ? 2 * inbox->count : 1, sizeof(*row));
	row = &inbox->rows[inbox->count++];
	*row = (struct record_inbox_row){ .task = task->spec.id, .kind = kind, .since = since,
	    .project = projects_label(task->project), .title = task->spec.title, .number = task->attempts,
	    .found_by = task->spec.discovered_by };
	return row;
}

static void
add_answers(struct inbox *inbox, struct record_inbox_row *row, const char *first, const char *second)
{
	char **answers = arena_zero(&inbox->arena, 3, sizeof(char *));

	answers[0] = arena_copy(&inbox->arena, first, strlen(first));
	if (second != NULL)
		answers[1] = arena_copy(&inbox->arena, second, strlen(second));
	row->answers = answers;
}

static void
add_question(void *context, const struct question_row *question)
{
	struct inbox *inbox = context;
	const struct task *task = inbox->supervisor->tasks[question->task - 1];
	struct record_inbox_row *row;
	char *answer;

	if (!question->open || (row = add_inbox(inbox, task, "question", question->asked)) == NULL)
		return;
	row->text = arena_copy(&inbox->arena, question->question, strlen(question->question));
	row->number = question->attempt;
	row->until = deadlines_until(task->project, question->asked);
	answer = str_format("orchctl answer %s TEXT", task->spec.id);
	add_answers(inbox, row, answer, NULL);
	free(answer);
}

static void
add_change(void *context, const struct attempt_state *attempt)
{
	struct inbox *inbox = context;
	struct record_inbox_row *row = &inbox->rows[inbox->count - 1];

	if (attempt->number != row->number || attempt->commit == NULL)
		return;
	row->base = arena_copy(&inbox->arena, attempt->tip, strlen(attempt->tip));
	row->commit = arena_copy(&inbox->arena, attempt->commit, strlen(attempt->commit));
}

/* Where the commits of a row are. */
static const char *
inbox_repository(struct inbox *inbox, const struct project *project)
{
	char *path = str_format("%s/projects/%s/repository.git", inbox->supervisor->config.state,
	    project->config->name);
	const char *copy = arena_copy(&inbox->arena, path, strlen(path));

	free(path);
	return copy;
}

static void
add_path(void *context, const struct changed *changed)
{
	struct inbox *inbox = context;
	struct record_inbox_row *row = &inbox->rows[inbox->count - 1];
	struct record_changed_row *rows = row->changes.items;

	if (rows == NULL)
		row->changes.items = rows = arena_zero(&inbox->arena, CHANGES_MOST, sizeof(*rows));
	if (row->changes.count < CHANGES_MOST)
		rows[row->changes.count++] = (struct record_changed_row){
		    arena_copy(&inbox->arena, changed->path, strlen(changed->path)),
		    arena_copy(&inbox->arena, changed->kind, strlen(changed->kind)),
		    changed->added, changed->removed, changed->uncounted };
}

static void
add_approval(struct inbox *inbox, struct task *task)
{
	struct record_inbox_row *row = add_inbox(inbox, task, task->leased ? "land" :
	    task->spec.discovered_by != NULL ? "found" : "start", task->asked);
	char *approve, *reject;

	if (row == NULL)
		return;
	row->text = task->reason;
	row->until = deadlines_until(task->project, task->asked);
	if (task->leased) {
		row->repository = inbox_repository(inbox, task->project);
		store_each_attempt(inbox->supervisor->store, task->position, add_change, inbox);
		store_each_changed(inbox->supervisor->store, task->position, task->attempts, CHANGES_MOST,
		    add_path, inbox);
	}
	approve = str_format("orchctl approve %s", task->spec.id);
	reject = str_format("orchctl reject --why TEXT %s", task->spec.id);
	add_answers(inbox, row, approve, reject);
	free(approve);
	free(reject);
}

static void
add_blocked(struct inbox *inbox, const struct task *task)
{
	struct record_inbox_row *row = add_inbox(inbox, task, "blocked", task->asked);
	char *retry, *cancel;

	if (row == NULL)
		return;
	row->text = task->reason;
	retry = str_format("orchctl retry %s", task->spec.id);
	cancel = str_format("orchctl cancel %s", task->spec.id);
	add_answers(inbox, row, retry, cancel);
	free(retry);
	free(cancel);
}

/* What a budget has stopped until a person says why it goes on. */
static struct records
budget_rows(struct inbox *inbox)
{
	const struct supervisor *supervisor = inbox->supervisor;
	struct record_mode_row *rows = arena_zero(&inbox->arena, supervisor->hold_count + 1, sizeof(*rows));
	size_t i, count = 0;

	for (i = 0; i < supervisor->hold_count; i++) {
		const struct hold *hold = &supervisor->holds[i];

		if (hold->mode == MODE_NORMAL || !hold->tripped || hold->until != 0 || (inbox->project != NULL &&
		    hold->kind == HOLD_PROJECT && !str_same(inbox->project, hold->name)))
			continue;
		rows[count++] = (struct record_mode_row){ .kind = modes_kind_name(hold->kind), .name = hold->name,
		    .mode = mode_name(hold->mode), .who = hold->who, .why = hold->why, .since = hold->since,
		    .tripped = true };
	}
	return (struct records){ rows, count };
}

static int
older(const void *a, const void *b)
{
	const struct record_inbox_row *left = a, *right = b;

	return left->since < right->since ? -1 : left->since > right->since;
}

void
lists_inbox(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	struct inbox inbox = { .supervisor = supervisor, .project = message->inbox_list.project };
	struct state_walk walk;
	struct task *task;

	if (!show_knows(client, request, inbox.project))
		return;
	arena_init(&inbox.arena);
	store_each_open_question(supervisor->store, add_question, &inbox);
	state_walk_begin(&walk, supervisor, STATE_BIT(TASK_AWAITING_APPROVAL) | STATE_BIT(TASK_BLOCKED));
	while ((task = state_walk_next(&walk)) != NULL) {
		if (task->state == TASK_AWAITING_APPROVAL && task->questions == 0)
			add_approval(&inbox, task);
		else if (task->state == TASK_BLOCKED && task->asked != 0)
			add_blocked(&inbox, task);
	}
	if (inbox.count > 1)
		qsort(inbox.rows, inbox.count, sizeof(*inbox.rows), older);
	peer_reply(peer, MSG_inbox_list, request, &(struct reply_inbox_list){
	    .rows = { inbox.rows, inbox.count }, .budgets = budget_rows(&inbox) });
	arena_release(&inbox.arena);
	free(inbox.rows);
}

/* ---- who holds which files ---- */

/* Pending tasks by the lease that they wait for: `next` of a node, the first and the last of each. */
struct waits { size_t *first, *last, *next; };

static struct waits
waits_of(struct supervisor *supervisor)
{
	const size_t count = supervisor->task_count + 1;
	struct waits waits = { mem_zero(count, sizeof(size_t)), mem_zero(count, sizeof(size_t)),
	    mem_zero(count, sizeof(size_t)) };
	const uint64_t now = clock_monotonic();
	struct schedule_reason reason;
	struct state_walk walk;
	const struct task *task;

	state_walk_begin(&walk, supervisor, STATE_BIT(TASK_PENDING));
	while ((task = state_walk_next(&walk)) != NULL) {
		schedule_why(supervisor->schedule, task->node, now, &reason);
		if (reason.wait != SCHEDULE_WAITS_LEASE || reason.node == SCHEDULE_NODE_NONE)
			continue;
		if (waits.first[reason.node] == 0)
			waits.first[reason.node] = task->node + 1;
		else
			waits.next[waits.last[reason.node] - 1] = task->node + 1;
		waits.last[reason.node] = task->node + 1;
	}
	return waits;
}

static char **
waiters_of(struct supervisor *supervisor, const struct waits *waits, size_t node, struct arena *arena)
{
	size_t count = 0, at;
	char **list;

	for (at = waits->first[node]; at != 0; at = waits->next[at - 1])
		count++;
	if (count == 0)
		return NULL;
	list = arena_zero(arena, count + 1, sizeof(char *));
	for (count = 0, at = waits->first[node]; at != 0; at = waits->next[at - 1])
		list[count++] = (char *)(uintptr_t)supervisor->tasks[at - 1]->spec.id;
	return list;
}

struct locks {
	struct supervisor *supervisor;
	const char *project;		/* of this one alone; NULL: of all */
	struct record_lock_row *rows;
	size_t count;
	struct waits waits;
	struct arena arena;
};

static void
add_lock(struct locks *locks, const struct task *task)
{
	if (locks->count == ROWS_MOST || task->scope == NULL || (locks->project != NULL &&
	    !str_same(locks->project, task->project->config->name)))
		return;
	locks->rows[locks->count++] = (struct record_lock_row){ .task = task->spec.id,
	    .project = projects_label(task->project), .state = task_state_name(task->state),
	    .since = task->started, .files = task->spec.files,
	    .waiters = waiters_of(locks->supervisor, &locks->waits, task->node, &locks->arena) };
}

/* Who has landed holds them until attempts start from a tip that has it. */
static void
add_following(struct locks *locks)
{
	const struct supervisor *supervisor = locks->supervisor;
	size_t i, j;

	for (i = 0; i < supervisor->project_count; i++)
		for (j = 0; j < supervisor->projects[i]->following_count; j++)
			add_lock(locks, supervisor->tasks[supervisor->projects[i]->following[j]]);
}

void
lists_locks(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct locks locks = { .supervisor = client->supervisor, .project = message->lock_list.project };
	const struct task *task;
	struct state_walk walk;

	if (!show_knows(client, request, locks.project))
		return;
	locks.rows = mem_zero(ROWS_MOST, sizeof(*locks.rows));
	locks.waits = waits_of(locks.supervisor);
	arena_init(&locks.arena);
	/* Who has ended otherwise has given it back. */
	state_walk_begin(&walk, locks.supervisor, STATES_OPEN);
	while ((task = state_walk_next(&walk)) != NULL)
		if (task->leased)
			add_lock(&locks, task);
	add_following(&locks);
	peer_reply(peer, MSG_lock_list, request, &(struct reply_lock_list){
	    .locks = { locks.rows, locks.count } });
	arena_release(&locks.arena);
	free(locks.waits.first);
	free(locks.waits.last);
	free(locks.waits.next);
	free(locks.rows);
}

/* ---- the line ---- */

struct tickets {
	struct supervisor *supervisor;
	struct task **holders;		/* of whom the database does not know it */
	size_t holder_count;
	struct record_ticket_list_row *rows;
	size_t count;
	struct arena arena;
};

static const struct task *
holder_of(const struct tickets *tickets, const struct line_row *line)
{
	const struct task *task = tickets->supervisor->tasks[line->task - 1], *other;

	if (!str_same(line->state, "drawn"))
		return task;
	other = dealing_find(tickets->holders, tickets->holder_count, task->project, line->number);
	return other != NULL ? other : task;
}

static void
add_ticket(void *context, const struct line_row *line)
{
	struct tickets *tickets = context;
	const struct task *task = holder_of(tickets, line);

	if (tickets->count == ROWS_MOST)
		return;
	if ((tickets->count & (tickets->count - 1)) == 0)
		tickets->rows = mem_resize(tickets->rows, tickets->count ? 2 * tickets->count : 1,
		    sizeof(*tickets->rows));
	tickets->rows[tickets->count++] = (struct record_ticket_list_row){ .ticket = line->number,
	    .task = task->spec.id, .project = projects_label(task->project),
	    .state = str_same(line->state, "waiting") && task->state == TASK_VERIFYING ? "verifying" :
	    arena_copy(&tickets->arena, line->state, strlen(line->state)),
	    .commit = line->commit != NULL ? arena_copy(&tickets->arena, line->commit,
	    strlen(line->commit)) : NULL, .since = line->since };
}

/* Those of a list of projects that are asked for. */
static void
add_lines(struct tickets *tickets, struct project *const *projects, size_t count,
    const struct msg_ticket_list *list)
{
	const size_t most = list->limit != 0 ? (size_t)list->limit : ROWS_MOST;
	size_t i;

	for (i = 0; i < count; i++)
		if (list->project == NULL || str_same(list->project, projects[i]->config->name))
			store_each_in_line(tickets->supervisor->store, projects[i]->config->name, list->all, most,
			    add_ticket, tickets);
}

void
lists_tickets(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	const struct msg_ticket_list *list = &message->ticket_list;
	struct tickets tickets = { .supervisor = supervisor };

	if (!show_knows(client, request, list->project))
		return;
	arena_init(&tickets.arena);
	tickets.holders = dealing_holders(supervisor, &tickets.holder_count);
	add_lines(&tickets, supervisor->projects, supervisor->project_count, list);
	add_lines(&tickets, supervisor->former, supervisor->former_count, list);
	peer_reply(peer, MSG_ticket_list, request, &(struct reply_ticket_list){
	    .tickets = { tickets.rows, tickets.count } });
	arena_release(&tickets.arena);
	free(tickets.holders);
	free(tickets.rows);
}
