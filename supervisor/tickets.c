/* Tickets: see tickets.h. */
#include "tickets.h"

#include <stdlib.h>

#include "line.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "registry.h"
#include "wording.h"

const char *
tickets_verify(const struct supervisor *supervisor, const struct task *task)
{
	const char *verify = task->spec.verify != NULL ? task->spec.verify : supervisor->config.verify;

	return verify == NULL || str_same(verify, "none") ? NULL : verify;
}

struct pick { uint64_t number; struct ticket_row row; char *base, *commit, *state; };

static void
keep_row(void *context, const struct ticket_row *row)
{
	struct pick *pick = context;

	if (row->number != pick->number)
		return;
	pick->row = *row;
	pick->row.state = pick->state = str_dup(row->state);
	pick->row.base = pick->base = str_dup(row->base);
	pick->row.commit = pick->commit = str_dup(row->commit);
}

/* The ticket as stored; without a state when there is none. */
static struct pick
pick_row(struct supervisor *supervisor, uint64_t number)
{
	struct pick pick = { .number = number };

	store_one_ticket(supervisor->store, number, keep_row, &pick);
	return pick;
}

static void
pick_release(struct pick *pick)
{
	free(pick->state);
	free(pick->base);
	free(pick->commit);
}

/* Kept with the ticket, told after the transaction and on every new connection. */
static void
not_wanted(struct supervisor *supervisor, uint64_t ticket, const char *state)
{
	store_ticket_state(supervisor->store, ticket, state);
	supervisor->voids = mem_resize(supervisor->voids, supervisor->void_count + 1, sizeof(uint64_t));
	supervisor->voids[supervisor->void_count++] = ticket;
}

static void
void_one(struct supervisor *supervisor, struct task *task)
{
	not_wanted(supervisor, task->ticket, "void");
	task->ticket = 0;
}

static struct line_task
line_at(void *context, size_t node)
{
	const struct task *task = ((const struct supervisor *)context)->tasks[node];

	return (struct line_task){ .state = task->state, .ticket = task->ticket,
	    .dependents = task->dependents, .dependent_count = task->dependent_count };
}

static void
line_drop(void *context, size_t node)
{
	struct supervisor *supervisor = context;

	void_one(supervisor, supervisor->tasks[node]);
	registry_store(supervisor, supervisor->tasks[node]);
}

static struct line
line_of(struct supervisor *supervisor)
{
	return (struct line){ .plan = supervisor->config.order == ORDER_PLAN,
	    .hold = supervisor->config.on_blocked == ON_BLOCKED_HOLD, .count = supervisor->task_count,
	    .at = line_at, .drop = line_drop, .context = supervisor };
}

void
tickets_follow(struct supervisor *supervisor, struct task *task)
{
	struct line line = line_of(supervisor);

	if (task_in_line(task->state))
		not_wanted(supervisor, task->ticket, "unwanted");
	else if (task->state != TASK_COMPLETE)
		line_sweep(&line, task->node);
	else if (task->ticket != 0)
		void_one(supervisor, task);
	/* Kept without a result: what came back is not to be told again. */
	if (task->ticket != 0 && !task_in_line(task->state))
		store_ticket_state(supervisor->store, task->ticket, "drawn");
}

static void
line_give(void *context, size_t node, uint64_t number)
{
	struct supervisor *supervisor = context;
	struct task *task = supervisor->tasks[node];

	task->ticket = number;
	if (number > supervisor->last_ticket)
		supervisor->last_ticket = number;
	store_ticket_put(supervisor->store, &(struct ticket_row){ .number = number,
	    .task = task->position, .state = "drawn" });
	registry_store(supervisor, task);
}

static void
line_skip(void *context, uint64_t number)
{
	not_wanted(context, number, "void");
}

void
tickets_fill(struct supervisor *supervisor)
{
	struct line line = line_of(supervisor);
	size_t *order, number;

	if (!line.plan)
		return;
	order = mem_zero(supervisor->task_count, sizeof(*order));
	for (number = 1; number <= supervisor->task_count; number++)
		order[number - 1] = schedule_by_number(supervisor->schedule, number);
	line_fill(&line, &(struct line_fill){ .order = order, .last = supervisor->last_ticket,
	    .give = line_give, .skip = line_skip });
	free(order);
}

static void
restore_row(void *context, const struct ticket_row *row)
{
	struct supervisor *supervisor = context;
	struct task *task = supervisor->tasks[row->task - 1];

	if (str_same(row->state, "unwanted") && task->ticket == row->number)
		task->cancelled = true;
}

void
tickets_restore(struct supervisor *supervisor)
{
	struct line line = line_of(supervisor);

	supervisor->told_ticket = supervisor->last_ticket;
	store_each_ticket(supervisor->store, 0, restore_row, supervisor);
	store_begin(supervisor->store);
	line_sweep(&line, LINE_ALL);
	tickets_fill(supervisor);
	store_commit(supervisor->store);
	/* Told when the project is open, like all that is not settled. */
	supervisor->void_count = 0;
}

bool
tickets_stand(struct supervisor *supervisor)
{
	struct line line = line_of(supervisor);

	/* Else only results have tickets. */
	return (line.plan || line.hold) && line_stands(&line);
}

void
tickets_plan(struct supervisor *supervisor, size_t first)
{
	struct line line = line_of(supervisor);
	size_t number, node;

	if (supervisor->config.order != ORDER_PLAN)
		return;
	for (number = first + 1; number <= supervisor->task_count; number++) {
		struct task *task;

		node = schedule_by_number(supervisor->schedule, number);
		task = supervisor->tasks[node];
		task->ticket = ++supervisor->last_ticket;
		store_ticket_put(supervisor->store, &(struct ticket_row){ .number = task->ticket,
		    .task = task->position, .state = "drawn" });
		registry_store(supervisor, task);
	}
	/* What they depend on may have ended long ago. */
	line_sweep(&line, LINE_ALL);
}

/* Another number; what of its result is in the line stays so. */
static void
draw_anew(struct supervisor *supervisor, struct task *task, uint64_t next)
{
	struct pick pick = pick_row(supervisor, task->ticket);
	bool result = task_in_line(task->state);

	if (task->ticket < next)
		store_ticket_state(supervisor->store, task->ticket, "void");
	else
		not_wanted(supervisor, task->ticket, "void");
	task->ticket = ++supervisor->last_ticket;
	store_ticket_put(supervisor->store, &(struct ticket_row){ .number = task->ticket,
	    .task = task->position, .state = result ? pick.state : "drawn",
	    .attempt = result ? pick.row.attempt : 0, .base = result ? pick.base : NULL,
	    .commit = result ? pick.commit : NULL, .commits = result ? pick.row.commits : 0 });
	registry_store(supervisor, task);
	pick_release(&pick);
}

/* Was its number drawn before anybody could know that the line has passed it? */
static bool
is_passed(const struct supervisor *supervisor, const struct task *task, uint64_t next)
{
	return task->ticket != 0 && task->ticket < next && task->state != TASK_COMPLETE &&
	    (!task_in_line(task->state) || task->ticket > supervisor->told_ticket);
}

/*
 * What depends on one of them has to stay behind it: all that are not results get new
 * numbers with these, in their order.
 */
static void
draw_all_anew(struct supervisor *supervisor, const struct task *taken, uint64_t next)
{
	size_t number;

	for (number = 1; number <= supervisor->task_count; number++) {
		struct task *task = supervisor->tasks[schedule_by_number(supervisor->schedule, number)];

		if (task == taken || is_passed(supervisor, task, next) ||
		    (supervisor->config.order == ORDER_PLAN && task->ticket != 0 &&
		    task->state != TASK_COMPLETE && !task_in_line(task->state)))
			draw_anew(supervisor, task, next);
	}
}

void
tickets_opened(struct supervisor *supervisor, uint64_t next)
{
	size_t passed = 0, node;

	if (next > supervisor->last_ticket + 1) {
		log_warnx("ticket=%ju why=the line has passed this number, and the state database knows none "
		    "above %ju; it was lost, or is an old one", (uintmax_t)next - 1,
		    (uintmax_t)supervisor->last_ticket);
		supervisor->last_ticket = next - 1;
	}
	for (node = 0; node < supervisor->task_count; node++)
		passed += is_passed(supervisor, supervisor->tasks[node], next);
	if (passed > 0) {
		log_warnx("event=tickets-anew count=%zu why=the line has passed their numbers", passed);
		draw_all_anew(supervisor, NULL, next);
	}
	supervisor->told_ticket = UINT64_MAX;
}

void
tickets_taken(struct supervisor *supervisor, struct task *task)
{
	log_warnx("ticket=%ju task=%s event=tickets-anew why=the line has passed this number without its "
	    "result", (uintmax_t)task->ticket, task->spec.id);
	draw_all_anew(supervisor, task, task->ticket + 1);
}

bool
tickets_sent(struct supervisor *supervisor, const struct task *task, uint64_t number)
{
	struct pick pick = pick_row(supervisor, number);
	bool sent = pick.state != NULL && pick.row.task == task->position && pick.row.attempt != 0;

	pick_release(&pick);
	return sent;
}

void
tickets_queue(struct supervisor *supervisor, struct task *task, const struct result *result)
{
	if (task->ticket == 0)
		task->ticket = ++supervisor->last_ticket;
	store_ticket_put(supervisor->store, &(struct ticket_row){ .number = task->ticket,
	    .task = task->position, .attempt = result->number, .state = "waiting",
	    .base = result->base, .commit = result->commit, .commits = result->commits });
}

void
tickets_landed(struct supervisor *supervisor, struct task *task, uint64_t number, const char *commit)
{
	/* It was faster than another one of the same task. */
	if (task->ticket != 0 && task->ticket != number)
		void_one(supervisor, task);
	task->ticket = number;
	store_ticket_landed(supervisor->store, number, commit);
}

/* The message when the agent wrote none. */
static char *
message_of(struct supervisor *supervisor, const struct task *task, const char *agent)
{
	char *prompt = store_task_prompt(supervisor->store, task->position);
	const struct wording wording = { .task = task->spec.id, .agent = agent, .prompt = prompt,
	    .title = task->spec.title != NULL ? task->spec.title : task->spec.id };
	char *message = wording_message(supervisor->config.message, &wording);

	free(prompt);
	return message;
}

/* One waiting ticket as stored. */
static void
send_row(void *context, const struct ticket_row *row)
{
	struct supervisor *supervisor = context;
	struct task *task = supervisor->tasks[row->task - 1];
	struct msg_ticket_enqueue message = {
		.ticket = row->number, .fence = supervisor->fence, .task = task->spec.id,
		.number = supervisor->config.order == ORDER_PLAN ? 0 : row->attempt,
		.base = row->base, .commit = row->commit, .commits = row->commits,
		.agent = task->spec.agent != NULL ? task->spec.agent : task->spec.command != NULL ?
		    "command" : supervisor->config.agent,
		.gate = tickets_verify(supervisor, task) != NULL, .files = task->spec.files,
		.epoch = supervisor->epoch != NULL ? strtoull(supervisor->epoch, NULL, 10) : 0,
	};
	char *text, *sandbox;

	if (str_same(row->state, "void") || str_same(row->state, "unwanted")) {
		peer_send(supervisor->project.peer, MSG_ticket_void, &(struct msg_ticket_void){
		    .ticket = row->number, .fence = supervisor->fence });
		return;
	}
	/* Only what is in the line. */
	if (!str_same(row->state, "waiting") || task->ticket != row->number || !task_in_line(task->state))
		return;
	message.message = text = message_of(supervisor, task, message.agent);
	message.sandbox = sandbox = store_attempt_sandbox(supervisor->store, row->task, row->attempt);
	peer_send(supervisor->project.peer, MSG_ticket_enqueue, &message);
	free(sandbox);
	free(text);
}

void
tickets_send(struct supervisor *supervisor, struct task *task)
{
	struct pick pick;

	if (supervisor->project.state != PROJECT_OPEN || task->ticket == 0)
		return;
	pick = pick_row(supervisor, task->ticket);
	if (pick.state != NULL)
		send_row(supervisor, &pick.row);
	pick_release(&pick);
}

void
tickets_flush_voids(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->void_count; i++)
		if (supervisor->project.state == PROJECT_OPEN)
			peer_send(supervisor->project.peer, MSG_ticket_void, &(struct msg_ticket_void){
			    .ticket = supervisor->voids[i], .fence = supervisor->fence });
	supervisor->void_count = 0;
}

struct resend { struct supervisor *supervisor; uint64_t next, landed; };

/*
 * A void that the line has passed is forgotten; a result is told until its receipt comes.
 * But for those behind the last one that we know to have landed: the line has passed them
 * for what we do not know of, and that may be they (a push that was seen late).
 */
static void
resend_row(void *context, const struct ticket_row *row)
{
	struct resend *resend = context;

	if (row->number >= resend->next || row->number > resend->landed || !str_same(row->state, "void"))
		send_row(resend->supervisor, row);
}

void
tickets_resend(struct supervisor *supervisor, uint64_t next)
{
	struct resend resend = { supervisor, next, store_ticket_last_landed(supervisor->store) };

	store_each_ticket(supervisor->store, 0, resend_row, &resend);
}
