/* Sums over tasks and attempts: see stats.h. */
#include "stats.h"

#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "projects.h"
#include "protocol/mem.h"
#include "show.h"
#include "state_walk.h"
#include "sums.h"

#define REASONS_MOST	100u
#define REASON_LONG	80u		/* bytes of a reason; what is behind a colon differs each time */

/* Lengths of time of one kind. */
struct times { const char *name; double *values; size_t count; };

enum { WAITING, RUNNING, TOTAL, KINDS };

struct spend { const struct project *project; struct record_spend_row row; };

struct stats {
	struct supervisor *supervisor;
	double since;
	const char *project;		/* this one alone; NULL: all */
	struct reply_stats reply;
	struct times times[KINDS];
	const struct lengths *kept[KINDS];	/* instead of the values there; NULL: those are it */
	struct record_reason_row reasons[REASONS_MOST];
	size_t reason_count;
	struct spend *spends;
	size_t spend_count;
	struct arena arena;
};

static bool
is_meant(const struct stats *stats, const struct task *task)
{
	return stats->project == NULL || str_same(stats->project, task->project->config->name);
}

static void
add_time(struct times *times, double seconds)
{
	if ((times->count & (times->count - 1)) == 0)
		times->values = mem_resize(times->values, times->count ? 2 * times->count : 1, sizeof(double));
	times->values[times->count++] = seconds > 0 ? seconds : 0;
}

static int
shorter(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* The value that `part` of a hundred are not above. */
static double
quantile(const struct times *times, size_t part)
{
	size_t at = (times->count * part + 99) / 100;

	return times->count == 0 ? 0 : times->values[at == 0 ? 0 : at - 1];
}

/* Why it is blocked, without what is behind the colon. */
static void
add_reason(struct stats *stats, const struct task *task)
{
	const char *reason = task->reason != NULL ? task->reason : "no reason";
	size_t len = strcspn(reason, ":\n"), i;
	struct record_reason_row *row;
	char *words;

	if (len > REASON_LONG)
		for (len = REASON_LONG; len > 0 && ((unsigned char)reason[len] & 0xc0) == 0x80; len--)
			;
	words = mem_copy(reason, len);
	for (i = 0; i < stats->reason_count && !str_same(stats->reasons[i].reason, words); i++)
		;
	if (i == stats->reason_count && i < REASONS_MOST)
		stats->reasons[stats->reason_count++] = (struct record_reason_row){
		    .reason = arena_copy(&stats->arena, words, strlen(words)) };
	row = &stats->reasons[i < REASONS_MOST ? i : REASONS_MOST - 1];
	row->tasks++;
	free(words);
}

static void
add_task(struct stats *stats, const struct task *task)
{
	struct reply_stats *reply = &stats->reply;
	bool ended = task->ended != 0 && task_state_final(task->state);

	if (task->added >= stats->since)
		reply->added++;
	if (ended && task->ended < stats->since)
		return;
	reply->human_interventions += task->interventions;
	reply->escalations += task->escalations;
	if (task->started >= stats->since && task->started != 0 && task->added != 0)
		add_time(&stats->times[WAITING], task->started - task->added);
	if (!ended)
		return;
	reply->complete += task->state == TASK_COMPLETE;
	reply->blocked += task->state == TASK_BLOCKED;
	reply->cancelled += task->state == TASK_CANCELLED;
	if (task->state == TASK_COMPLETE && task->attempts > 0 && task->added != 0)
		add_time(&stats->times[TOTAL], task->ended - task->added);
	if (task->state == TASK_BLOCKED)
		add_reason(stats, task);
}

static struct record_spend_row *
add_spend(struct stats *stats, const struct project *project, const char *agent)
{
	stats->spends = mem_resize(stats->spends, stats->spend_count + 1, sizeof(*stats->spends));
	stats->spends[stats->spend_count] = (struct spend){ project,
	    { .project = project->config->name, .agent = agent } };
	return &stats->spends[stats->spend_count++].row;
}

/* The sums of an agent in a project. */
static struct record_spend_row *
spend_of(struct stats *stats, const struct task *task)
{
	const char *agent = sums_agent_name(task);
	size_t i;

	for (i = 0; i < stats->spend_count; i++)
		if (stats->spends[i].project == task->project && str_same(stats->spends[i].row.agent, agent))
			return &stats->spends[i].row;
	return add_spend(stats, task->project, agent);
}

static void
add_attempt(void *context, const struct attempt_sum *attempt)
{
	struct stats *stats = context;
	const struct task *task = stats->supervisor->tasks[attempt->task - 1];
	struct record_spend_row *row;

	if (!is_meant(stats, task))
		return;
	row = spend_of(stats, task);
	row->attempts++;
	row->done += str_same(attempt->outcome, "done");
	row->seconds += attempt->ended - attempt->started;
	row->input += attempt->usage.input;
	row->cached += attempt->usage.cached;
	row->output += attempt->usage.output;
	row->cost += attempt->usage.cost;
	stats->reply.attempts++;
	stats->reply.reworks += attempt->rework;
	add_time(&stats->times[RUNNING], attempt->ended - attempt->started);
}

/* All that was since a moment: each task and each attempt is looked at. */
static void
count_each(struct stats *stats)
{
	struct supervisor *supervisor = stats->supervisor;
	size_t i;

	for (i = 0; i < supervisor->task_count; i++)
		if (is_meant(stats, supervisor->tasks[i]))
			add_task(stats, supervisor->tasks[i]);
	store_each_attempt_sum(supervisor->store, stats->since, add_attempt, stats);
}

/* What is kept of a project. */
static void
add_project(struct stats *stats, const struct project *project)
{
	struct reply_stats *reply = &stats->reply;
	const struct sums *sums = project->sums;
	size_t i;

	for (i = 0; i < TASK_STATES; i++)
		reply->added += project->counts[i];
	reply->complete += project->counts[TASK_COMPLETE];
	reply->blocked += project->counts[TASK_BLOCKED];
	reply->cancelled += project->counts[TASK_CANCELLED];
	reply->human_interventions += project->interventions;
	reply->escalations += project->escalations;
	reply->attempts += sums->attempts;
	reply->reworks += sums->reworks;
	for (i = 0; i < sums->agent_count; i++) {
		const struct sums_agent *agent = &sums->agents[i];

		if (agent->attempts == 0)
			continue;
		*add_spend(stats, project, agent->agent) = (struct record_spend_row){ project->config->name,
		    agent->agent, agent->attempts, agent->done, agent->seconds, agent->input, agent->cached,
		    agent->output, agent->cost };
	}
}

/* All that ever was: it is kept, and of tasks only those are looked at that are blocked. */
static void
take_kept(struct stats *stats)
{
	struct supervisor *supervisor = stats->supervisor;
	struct project *only = stats->project != NULL ? projects_find(supervisor, stats->project) : NULL;
	const struct sums *sums = only != NULL ? only->sums : supervisor->sums;
	struct state_walk walk;
	const struct task *task;
	size_t i;

	stats->kept[WAITING] = &sums->waiting;
	stats->kept[RUNNING] = &sums->running;
	stats->kept[TOTAL] = &sums->total;
	/* A former one is asked for by its name, too. */
	if (only != NULL)
		add_project(stats, only);
	for (i = 0; only == NULL && i < supervisor->project_count; i++)
		add_project(stats, supervisor->projects[i]);
	for (i = 0; only == NULL && i < supervisor->former_count; i++)
		add_project(stats, supervisor->former[i]);
	state_walk_begin(&walk, supervisor, STATE_BIT(TASK_BLOCKED));
	while ((task = state_walk_next(&walk)) != NULL)
		if (is_meant(stats, task))
			add_reason(stats, task);
}

/* Throughput and rates, of what was counted. */
static void
finish(struct stats *stats)
{
	struct reply_stats *reply = &stats->reply;
	uint64_t ended = reply->complete + reply->blocked + reply->cancelled;
	double first = stats->since, now = clock_wall();
	size_t i;

	for (i = 0; first == 0 && i < stats->supervisor->task_count; i++)
		first = stats->supervisor->tasks[i]->added;
	reply->since = stats->since;
	reply->seconds = first != 0 && now > first ? now - first : 0;
	if (reply->seconds > 0)
		reply->per_hour = (double)reply->complete * 3600 / reply->seconds;
	if (ended > 0)
		reply->land_rate = (double)reply->complete / (double)ended;
	if (reply->attempts > 0)
		reply->rework_rate = (double)reply->reworks / (double)reply->attempts;
}

static int
more_tasks(const void *a, const void *b)
{
	const struct record_reason_row *left = a, *right = b;

	return left->tasks < right->tasks ? 1 : left->tasks > right->tasks ? -1 : 0;
}

/* By project, then by agent. */
static int
by_name(const void *a, const void *b)
{
	const struct record_spend_row *left = a, *right = b;
	int order = strcmp(left->project, right->project);

	return order != 0 ? order : strcmp(left->agent != NULL ? left->agent : "",
	    right->agent != NULL ? right->agent : "");
}

static struct record_quantile_row
counted_quantiles(struct times *times)
{
	if (times->count > 0)
		qsort(times->values, times->count, sizeof(double), shorter);
	return (struct record_quantile_row){ times->name, times->count, quantile(times, 50),
	    quantile(times, 90), quantile(times, 99), quantile(times, 100) };
}

static struct record_quantile_row
kept_quantiles(const char *name, const struct lengths *lengths)
{
	return (struct record_quantile_row){ name, lengths->count, lengths_quantile(lengths, 50),
	    lengths_quantile(lengths, 90), lengths_quantile(lengths, 99), lengths_quantile(lengths, 100) };
}

static void
answer(struct stats *stats, struct peer *peer, uint64_t request)
{
	struct record_quantile_row rows[KINDS];
	struct record_spend_row *spends = mem_zero(stats->spend_count + 1, sizeof(*spends));
	size_t i;

	for (i = 0; i < KINDS; i++)
		rows[i] = stats->kept[i] != NULL ? kept_quantiles(stats->times[i].name, stats->kept[i]) :
		    counted_quantiles(&stats->times[i]);
	for (i = 0; i < stats->spend_count; i++)
		spends[i] = stats->spends[i].row;
	if (stats->spend_count > 1)
		qsort(spends, stats->spend_count, sizeof(*spends), by_name);
	if (stats->reason_count > 1)
		qsort(stats->reasons, stats->reason_count, sizeof(stats->reasons[0]), more_tasks);
	stats->reply.times = (struct records){ rows, KINDS };
	stats->reply.reasons = (struct records){ stats->reasons, stats->reason_count };
	stats->reply.spent = (struct records){ spends, stats->spend_count };
	peer_reply(peer, MSG_stats, request, &stats->reply);
	free(spends);
}

void
stats_show(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	struct stats *stats;
	size_t i;

	if (!show_knows(client, request, message->stats.project))
		return;
	stats = mem_zero(1, sizeof(*stats));
	*stats = (struct stats){ .supervisor = supervisor, .since = message->stats.since,
	    .project = message->stats.project, .times = { [WAITING] = { .name = "waiting" },
	    [RUNNING] = { .name = "running" }, [TOTAL] = { .name = "total" } } };
	arena_init(&stats->arena);
	if (stats->since == 0)
		take_kept(stats);
	else
		count_each(stats);
	finish(stats);
	answer(stats, peer, request);
	for (i = 0; i < KINDS; i++)
		free(stats->times[i].values);
	free(stats->spends);
	arena_release(&stats->arena);
	free(stats);
}
