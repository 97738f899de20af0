/* What people and programs ask for tasks: see on_task.h. */
#include "on_task.h"

#include <stdlib.h>
#include <string.h>

#include "approval.h"
#include "engine.h"
#include "export.h"
#include "project.h"
#include "protocol/mem.h"
#include "protocol/put.h"
#include "questions.h"
#include "registry.h"
#include "waits_line.h"

#define STAGED_MAX	200000u			/* tasks of one batch */
#define STAGED_BYTES	(80u << 20)		/* and their bytes */
#define WARNINGS_MAX	64u			/* of one batch */

/* ---- adding ---- */

/* Keeps copies of a part of a batch; what came in the frame dies with it. */
static enum error
stage(struct client *client, const struct records *tasks)
{
	const struct record_task *from = tasks->items;
	struct buffer bytes;
	size_t i;

	if (client->staged_count + tasks->count > STAGED_MAX)
		return ERROR_TOO_LARGE;
	client->staged = mem_resize(client->staged, client->staged_count + tasks->count, sizeof(*from));
	for (i = 0; i < tasks->count; i++) {
		const char *why;
		const void *params;
		struct reader *reader;

		buffer_init(&bytes);
		put_map(&bytes, record_task(), &from[i]);
		reader = reader_map(bytes.bytes, bytes.len, &params);
		if (reader != NULL && fields_get(record_task(), params, &client->staged[client->staged_count],
		    &client->staged_arena, NULL, NULL, &why) == ERROR_NONE)
			client->staged_count++;
		reader_free(reader);
		client->staged_bytes += bytes.len;
		buffer_release(&bytes);
	}
	return client->staged_bytes > STAGED_BYTES ? ERROR_TOO_LARGE : ERROR_NONE;
}

static void
unstage(struct client *client)
{
	free(client->staged);
	client->staged = NULL;
	client->staged_count = client->staged_bytes = 0;
	arena_release(&client->staged_arena);
}

static char *
joined(const struct problems *problems)
{
	struct buffer text;
	char *copy;
	size_t i;

	buffer_init(&text);
	for (i = 0; i < problems->count; i++)
		buffer_format(&text, "%s%s", i ? "\n" : "", problems->text[i]);
	if (problems->dropped > 0)
		buffer_format(&text, "\nand %zu more", problems->dropped);
	copy = str_dup(buffer_text(&text));
	buffer_release(&text);
	return copy;
}

/* What of the new tasks waits for a person from the start, as texts; NULL: nothing. The caller frees. */
static char **
hopeless(struct supervisor *supervisor, size_t before)
{
	char **texts = NULL, *remedy;
	size_t count = 0, node, i;

	for (node = before; node < supervisor->task_count; node++) {
		const struct task *task = supervisor->tasks[node];

		for (i = 0; count < WARNINGS_MAX && i < strs_count(task->spec.depends_on); i++) {
			const struct task *other = registry_find(supervisor, task->spec.depends_on[i]);

			/* Those that came with it were brought as they are. */
			if (other == NULL || other->node >= before || (other->state != TASK_BLOCKED &&
			    other->state != TASK_CANCELLED))
				continue;
			remedy = waits_remedy(other);
			texts = mem_resize(texts, count + 2, sizeof(*texts));
			texts[count++] = str_format("task '%s': depends on task %s, which is %s%s", task->spec.id,
			    other->spec.id, task_state_name(other->state), remedy);
			texts[count] = NULL;
			free(remedy);
		}
	}
	return texts;
}

void
on_task_add(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	const struct msg_task_add *add = &message->task_add;
	struct reply_task_add reply = { 0 };
	struct problems problems;
	const size_t before = client->supervisor->task_count;
	size_t known = 0, count;
	char *why, **warnings;

	problems_init(&problems);
	if (stage(client, &add->tasks) != ERROR_NONE) {
		peer_fail(peer, request, ERROR_TOO_LARGE, "more than 200,000 tasks or 80 MiB at once");
		unstage(client);
		return;
	}
	if (add->more) {
		reply.added = client->staged_count;
		peer_reply(peer, MSG_task_add, request, &reply);
		return;
	}
	count = client->staged_count;
	if (engine_add(client->supervisor, client->staged, count, add->again, &known, &problems)) {
		warnings = hopeless(client->supervisor, before);
		reply = (struct reply_task_add){ .added = count - known, .known = known, .warnings = warnings };
		export_keep_queue(client->supervisor, add->queue, count - known);
		peer_reply(peer, MSG_task_add, request, &reply);
		strs_free(warnings);
		client->supervisor->quiet_told = false;
		engine_run(client->supervisor);
	} else {
		why = joined(&problems);
		peer_fail(peer, request, ERROR_INVALID, why);
		free(why);
	}
	problems_release(&problems);
	unstage(client);
}

/* ---- acting ---- */

static void
fail_task(struct peer *peer, uint64_t request, enum error error, const char *task, const char *what)
{
	char *why = str_format("task '%s': %s", task, what);

	peer_fail(peer, request, error, why);
	free(why);
}

struct task *
on_task_find(struct client *client, uint64_t request, const char *id)
{
	struct task *task = registry_find(client->supervisor, id);

	if (task == NULL)
		fail_task(client->peer, request, ERROR_UNKNOWN, id, "there is no such task; see orchctl list");
	return task;
}

/* The tasks that a request names, one or a list; NULL: one is unknown, told. */
static struct task **
find_tasks(struct client *client, uint64_t request, const char *one, char *const *list, size_t *count)
{
	size_t i, named = strs_count(list);
	struct task **tasks = mem_zero(named + 1, sizeof(struct task *));

	*count = 0;
	for (i = one != NULL ? 0 : 1; i <= named; i++) {
		const char *id = i == 0 ? one : list[i - 1];

		if ((tasks[*count] = on_task_find(client, request, id)) == NULL) {
			free(tasks);
			return NULL;
		}
		++*count;
	}
	if (*count > 0)
		return tasks;
	peer_fail(client->peer, request, ERROR_INVALID, "no task is named");
	free(tasks);
	return NULL;
}

/* The states that they have now, a list that ends with NULL. */
static char **
states_of(struct task *const *tasks, size_t count)
{
	char **states = mem_zero(count + 1, sizeof(char *));
	size_t i;

	for (i = 0; i < count; i++)
		states[i] = str_dup(task_state_name(tasks[i]->state));
	return states;
}

/* A person's answer for the tasks of a request; their states now, NULL: told why not. */
static char **
answer_tasks(struct client *client, uint64_t request, const char *one, char *const *list,
    const struct answer *answer)
{
	struct task **tasks, *bad;
	char **states = NULL, *why = NULL;
	size_t count;

	if ((tasks = find_tasks(client, request, one, list, &count)) == NULL)
		return NULL;
	if ((bad = engine_answer(client->supervisor, tasks, count, answer, &why)) != NULL)
		fail_task(client->peer, request, ERROR_STATE, bad->spec.id, why != NULL ? why : bad->questions > 0 ?
		    "it has a question, which a yes does not answer; see orchctl show, then orchctl answer" :
		    "it does not wait for an approval");
	else
		states = states_of(tasks, count);
	free(why);
	free(tasks);
	return states;
}

void
on_task_cancel(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	const struct msg_task_cancel *cancel = &message->task_cancel;
	struct client *client = context;
	struct task **tasks, *bad;
	char **states;
	size_t count;

	if ((tasks = find_tasks(client, request, cancel->task, cancel->tasks, &count)) == NULL)
		return;
	if ((bad = engine_cancel(client->supervisor, tasks, count, client->uid, cancel->why)) != NULL) {
		fail_task(peer, request, ERROR_STATE, bad->spec.id, "it has ended already");
	} else {
		states = states_of(tasks, count);
		peer_reply(peer, MSG_task_cancel, request, &(struct reply_task_cancel){
		    .state = states[0], .states = cancel->tasks != NULL ? states : NULL });
		strs_free(states);
	}
	free(tasks);
}

void
on_task_retry(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	const struct msg_task_retry *retry = &message->task_retry;
	struct client *client = context;
	struct task **tasks, *bad;
	char **states;
	size_t count;

	if ((tasks = find_tasks(client, request, retry->task, retry->tasks, &count)) == NULL)
		return;
	if ((bad = engine_retry(client->supervisor, tasks, count, client->uid, retry->why)) != NULL) {
		fail_task(peer, request, ERROR_STATE, bad->spec.id, project_configured(bad->project) ?
		    "only a task that is BLOCKED or CANCELLED can be tried again" :
		    "its project is not in the configuration any more");
	} else {
		states = states_of(tasks, count);
		peer_reply(peer, MSG_task_retry, request, &(struct reply_task_retry){
		    .state = states[0], .states = retry->tasks != NULL ? states : NULL });
		strs_free(states);
	}
	free(tasks);
}

void
on_task_approve(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	const struct msg_task_approve *approve = &message->task_approve;
	struct client *client = context;
	char **states = answer_tasks(client, request, approve->task, approve->tasks,
	    &(struct answer){ true, client->uid, approve->why });

	if (states == NULL)
		return;
	peer_reply(peer, MSG_task_approve, request, &(struct reply_task_approve){ .state = states[0],
	    .states = approve->tasks != NULL ? states : NULL });
	strs_free(states);
}

void
on_task_reject(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	const struct msg_task_reject *reject = &message->task_reject;
	struct client *client = context;
	char **states = answer_tasks(client, request, reject->task, reject->tasks,
	    &(struct answer){ false, client->uid, reject->why });

	if (states == NULL)
		return;
	peer_reply(peer, MSG_task_reject, request, &(struct reply_task_reject){ .state = states[0],
	    .states = reject->tasks != NULL ? states : NULL });
	strs_free(states);
}

void
on_task_wait(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	char **tasks = message->task_wait.tasks;
	size_t i;

	for (i = 0; tasks != NULL && tasks[i] != NULL; i++)
		if (on_task_find(client, request, tasks[i]) == NULL)
			return;
	if (client->wait_request != 0) {
		peer_fail(peer, request, ERROR_STATE, "this connection waits already");
		return;
	}
	client->wait_request = request;
	client->wait_tasks = tasks != NULL && tasks[0] != NULL ? strs_dup(tasks) : NULL;
	clients_check_waits(client->supervisor);
}

void
on_task_log(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	const struct msg_task_log *log = &message->task_log;
	struct task *task = on_task_find(client, request, log->task);
	uint64_t number;
	bool live;

	if (task == NULL)
		return;
	number = log->number ? log->number : task->attempts;
	live = log->follow && task->state == TASK_RUNNING && number == task->attempts;
	if (!clients_open_log(client, log->task, number, live)) {
		fail_task(peer, request, ERROR_UNKNOWN, log->task, number == 0 ? "it was never started" :
		    "there is no log of that attempt");
		return;
	}
	peer_reply(peer, MSG_task_log, request, &(struct reply_task_log){ .number = number });
	clients_pump_log(client->supervisor, task->spec.id, number);
}

void
on_task_answer(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	const struct msg_task_answer *answer = &message->task_answer;
	struct task *task = on_task_find(client, request, answer->task);
	char *question;

	if (task == NULL)
		return;
	question = questions_answer(client->supervisor, task, answer->question, answer->answer, client->uid);
	if (question == NULL) {
		fail_task(peer, request, ERROR_STATE, answer->task, answer->question != NULL ?
		    "it has not asked that, or has its answer" : "it asks nothing");
		return;
	}
	peer_reply(peer, MSG_task_answer, request, &(struct reply_task_answer){ .question = question,
	    .state = task_state_name(task->state), .open = task->questions });
	free(question);
	engine_run(client->supervisor);
}
