/* Tickets: see tickets.h. */
#include "tickets.h"

#include <stdlib.h>

#include "line.h"
#include "modes.h"
#include "projects.h"
#include "protocol/log.h"
#include "pre_land.h"
#include "protocol/mem.h"
#include "registry.h"
#include "state_walk.h"
#include "wording.h"

const char *
tickets_verify(const struct task *task)
{
	const char *verify = task->spec.verify != NULL ? task->spec.verify : task->project->config->verify;

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
pick_row(const struct project *project, uint64_t number)
{
	struct pick pick = { .number = number };

	store_one_ticket(project->supervisor->store, project->config->name, number, keep_row, &pick);
	return pick;
}

static void
pick_release(struct pick *pick)
{
	free(pick->state);
	free(pick->base);
	free(pick->commit);
}

void
tickets_not_wanted(struct project *project, uint64_t ticket, const char *state)
{
	store_ticket_state(project->supervisor->store, project->config->name, ticket, state);
	project->voids = mem_resize(project->voids, project->void_count + 1, sizeof(uint64_t));
	project->voids[project->void_count++] = ticket;
}

static void
void_one(struct task *task)
{
	tickets_not_wanted(task->project, task->ticket, "void");
	task->ticket = 0;
}

static struct line_task
line_at(void *context, size_t node)
{
	const struct task *task = ((const struct supervisor *)context)->tasks[node];
	const struct config_project *config = task->project->config;

	return (struct line_task){ .state = task->state, .ticket = task->ticket,
	    .plan = config->order == ORDER_PLAN, .hold = config->on_blocked == ON_BLOCKED_HOLD,
	    .dependents = task->dependents, .dependent_count = task->dependent_count };
}

static void
line_drop(void *context, size_t node)
{
	struct supervisor *supervisor = context;

	void_one(supervisor->tasks[node]);
	registry_store(supervisor, supervisor->tasks[node]);
}

struct line
tickets_line(struct supervisor *supervisor)
{
	struct line line = { .count = supervisor->task_count, .at = line_at, .drop = line_drop,
	    .context = supervisor };
	size_t i;

	for (i = 0; i < supervisor->project_count; i++)
		line.deep = line.deep || supervisor->projects[i]->config->order == ORDER_PLAN ||
		    supervisor->projects[i]->config->on_blocked == ON_BLOCKED_HOLD;
	return line;
}

void
tickets_follow(struct supervisor *supervisor, struct task *task)
{
	struct line line = tickets_line(supervisor);

	if (task_in_line(task->state))
		tickets_not_wanted(task->project, task->ticket, "unwanted");
	else if (task->state != TASK_COMPLETE)
		line_sweep(&line, task->node);
	else if (task->ticket != 0)
		void_one(task);
	/* Kept without a result: what came back is not to be told again. */
	if (task->ticket != 0 && !task_in_line(task->state))
		store_ticket_state(supervisor->store, task->project->config->name, task->ticket, "drawn");
}

bool
tickets_stand(struct project *project)
{
	struct supervisor *supervisor = project->supervisor;
	struct line line = tickets_line(supervisor);
	size_t *open, count = 0;
	struct state_walk walk;
	const struct task *task;
	bool stands;

	/* Else only results have tickets. */
	if (project->config->order != ORDER_PLAN && project->config->on_blocked != ON_BLOCKED_HOLD)
		return false;
	open = mem_zero(project_tasks(project) + 1, sizeof(*open));
	state_walk_begin(&walk, supervisor, STATES_OPEN | STATE_BIT(TASK_BLOCKED));
	while ((task = state_walk_next(&walk)) != NULL)
		if (task->project == project)
			open[count++] = task->node;
	stands = line_stands(&line, open, count);
	free(open);
	return stands;
}

/* Another number; what of its result is in the line stays so. */
static void
draw_anew(struct supervisor *supervisor, struct task *task, uint64_t next)
{
	struct pick pick = pick_row(task->project, task->ticket);
	bool result = task_in_line(task->state);

	if (task->ticket < next)
		store_ticket_state(supervisor->store, task->project->config->name, task->ticket, "void");
	else
		tickets_not_wanted(task->project, task->ticket, "void");
	task->ticket = ++task->project->last_ticket;
	task->dealt = false;
	store_ticket_put(supervisor->store, task->project->config->name,
	    &(struct ticket_row){ .number = task->ticket,
	    .task = task->position, .state = result ? pick.state : "drawn",
	    .attempt = result ? pick.row.attempt : 0, .base = result ? pick.base : NULL,
	    .commit = result ? pick.commit : NULL, .commits = result ? pick.row.commits : 0 });
	registry_store(supervisor, task);
	pick_release(&pick);
}

/* Was its number drawn before anybody could know that the line has passed it? */
static bool
is_passed(const struct task *task, uint64_t next)
{
	return task->ticket != 0 && task->ticket < next && task->state != TASK_COMPLETE &&
	    (!task_in_line(task->state) || task->ticket > task->project->told_ticket);
}

/*
 * What depends on one of them has to stay behind it: all that are not results get new
 * numbers with these, in their order.
 */
static void
draw_all_anew(struct project *project, const struct task *taken, uint64_t next)
{
	struct supervisor *supervisor = project->supervisor;
	size_t count = project_tasks(project), number;

	for (number = 1; number <= count; number++) {
		struct task *task = supervisor->tasks[schedule_in_group(supervisor->schedule, project->group,
		    number)];

		if (task == taken || is_passed(task, next) ||
		    (project->config->order == ORDER_PLAN && task->ticket != 0 &&
		    task->state != TASK_COMPLETE && !task_in_line(task->state)))
			draw_anew(supervisor, task, next);
	}
}

void
tickets_opened(struct project *project, uint64_t next)
{
	struct supervisor *supervisor = project->supervisor;
	size_t passed = 0, node;

	if (next > project->last_ticket + 1) {
		log_warnx("ticket=%ju why=the line has passed this number, and the state database knows none "
		    "above %ju; it was lost, or is an old one", (uintmax_t)next - 1,
		    (uintmax_t)project->last_ticket);
		project->last_ticket = next - 1;
	}
	for (node = 0; node < supervisor->task_count; node++)
		passed += supervisor->tasks[node]->project == project &&
		    is_passed(supervisor->tasks[node], next);
	if (passed > 0) {
		log_warnx("event=tickets-anew count=%zu why=the line has passed their numbers", passed);
		draw_all_anew(project, NULL, next);
	}
	project->told_ticket = UINT64_MAX;
}

void
tickets_taken(struct task *task)
{
	log_warnx("ticket=%ju task=%s event=tickets-anew why=the line has passed this number without its "
	    "result", (uintmax_t)task->ticket, task->spec.id);
	draw_all_anew(task->project, task, task->ticket + 1);
}

bool
tickets_sent(const struct task *task, uint64_t number)
{
	struct pick pick = pick_row(task->project, number);
	bool sent = pick.state != NULL && pick.row.task == task->position && pick.row.attempt != 0;

	pick_release(&pick);
	return sent;
}

void
tickets_queue(struct supervisor *supervisor, struct task *task, const struct result *result)
{
	if (task->ticket == 0)
		task->ticket = ++task->project->last_ticket;
	task->dealt = false;
	store_ticket_put(supervisor->store, task->project->config->name,
	    &(struct ticket_row){ .number = task->ticket,
	    .task = task->position, .attempt = result->number, .state = "waiting",
	    .base = result->base, .commit = result->commit, .commits = result->commits });
}

void
tickets_landed(struct supervisor *supervisor, struct task *task, uint64_t number, const char *commit)
{
	/* It was faster than another one of the same task. */
	if (task->ticket != 0 && task->ticket != number)
		void_one(task);
	task->ticket = number;
	store_ticket_landed(supervisor->store, task->project->config->name, number, commit);
}

/* The message when the agent wrote none. */
static char *
message_of(struct supervisor *supervisor, const struct task *task, const char *agent)
{
	char *prompt = store_task_prompt(supervisor->store, task->position);
	const struct wording wording = { .task = task->spec.id, .agent = agent, .prompt = prompt,
	    .title = task->spec.title != NULL ? task->spec.title : task->spec.id };
	char *message = wording_message(task->project->config->message, &wording);

	free(prompt);
	return message;
}

/* One waiting ticket as stored. */
static void
send_row(void *context, const struct ticket_row *row)
{
	struct project *project = context;
	struct supervisor *supervisor = project->supervisor;
	struct task *task = supervisor->tasks[row->task - 1];
	struct msg_ticket_enqueue message = {
		.ticket = row->number, .fence = supervisor->fence, .task = task->spec.id,
		.number = project->config->order == ORDER_PLAN ? 0 : row->attempt,
		.base = row->base, .commit = row->commit, .commits = row->commits,
		.agent = task->spec.agent != NULL ? task->spec.agent : task->spec.command != NULL ?
		    "command" : project->config->agent,
		.gate = tickets_verify(task) != NULL || pre_land_command(task) != NULL,
		.unverified = tickets_verify(task) == NULL,
		.files = task->spec.files_loose ? NULL : task->spec.files,
		.epoch = supervisor->epoch != NULL ? strtoull(supervisor->epoch, NULL, 10) : 0,
	};
	char *text, *sandbox;

	if (str_same(row->state, "void") || str_same(row->state, "unwanted")) {
		peer_send(project->peer, MSG_ticket_void, &(struct msg_ticket_void){
		    .ticket = row->number, .fence = supervisor->fence });
		return;
	}
	/* Only what is in the line. */
	if (!str_same(row->state, "waiting") || task->ticket != row->number || !task_in_line(task->state))
		return;
	/* Told when the halt is lifted. */
	if (modes_of(project) == MODE_HALTED)
		return;
	message.message = text = message_of(supervisor, task, message.agent);
	message.sandbox = sandbox = store_attempt_sandbox(supervisor->store, row->task, row->attempt);
	peer_send(project->peer, MSG_ticket_enqueue, &message);
	free(sandbox);
	free(text);
}

void
tickets_send(struct task *task)
{
	struct project *project = task->project;
	struct pick pick;

	if (project->state != PROJECT_OPEN || task->ticket == 0)
		return;
	pick = pick_row(project, task->ticket);
	if (pick.state != NULL)
		send_row(project, &pick.row);
	pick_release(&pick);
}

void
tickets_flush_voids(struct project *project)
{
	size_t i;

	for (i = 0; i < project->void_count; i++)
		if (project->state == PROJECT_OPEN)
			peer_send(project->peer, MSG_ticket_void, &(struct msg_ticket_void){
			    .ticket = project->voids[i], .fence = project->supervisor->fence });
	project->void_count = 0;
}

struct resend { struct project *project; uint64_t next, landed; };

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
		send_row(resend->project, row);
}

void
tickets_resend(struct project *project, uint64_t next)
{
	struct store *store = project->supervisor->store;
	struct resend resend = { project, next, store_ticket_last_landed(store, project->config->name) };

	store_each_ticket(store, project->config->name, resend_row, &resend);
}
