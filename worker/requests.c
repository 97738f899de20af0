/* What an agent asks for: see requests.h. */
#include "requests.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/put.h"
#include "protocol/reader.h"
#include "worker/meter.h"

#define PROGRESS_MS	1000u	/* between two that are told */

/* One that the supervisor has not answered for good. */
struct asked {
	uint64_t serial;
	struct peer *peer;		/* who waits for it; NULL: nobody any more */
	uint64_t request;
	enum message_id reply;
	bool wait;			/* of a question: until there is an answer */
	char *question;			/* NULL: it is none */
	bool kept;			/* the supervisor has it, and a person may answer */
	struct buffer message;		/* the job.request, as it was sent */
};

struct requests {
	struct asked open[REQUESTS_OPEN];
	unsigned count;
	uint64_t serial;		/* of the last one of this attempt */
	struct watch *pause;		/* until the next word of progress is told */
	bool pausing;
	char *progress;			/* the one that waits for that */
	unsigned told;
};

void
requests_init(struct worker *worker)
{
	worker->requests = mem_zero(1, sizeof(*worker->requests));
}

static void
drop(struct requests *requests, unsigned i)
{
	buffer_release(&requests->open[i].message);
	free(requests->open[i].question);
	requests->open[i] = requests->open[--requests->count];
}

/* While a person is waited for, nobody has to print anything. */
static void
count_waiting(struct worker *worker)
{
	const struct requests *requests = worker->requests;
	unsigned i;

	worker->awaits = false;
	for (i = 0; i < requests->count; i++)
		worker->awaits = worker->awaits || (requests->open[i].kept && requests->open[i].wait);
}

void
requests_begin(struct worker *worker)
{
	struct requests *requests = worker->requests;

	while (requests->count > 0)
		drop(requests, requests->count - 1);
	requests->serial = requests->told = 0;
	str_set(&requests->progress, NULL);
	str_set(&worker->blocked, NULL);
	worker->awaits = false;
}

void
requests_release(struct worker *worker)
{
	if (worker->requests == NULL)
		return;
	requests_begin(worker);
	watch_free(worker->requests->pause);
	free(worker->requests);
	worker->requests = NULL;
}

/* It is not waited for any more, and until that is known it bars others. */
static void
withdraw(struct worker *worker, const struct asked *asked)
{
	if (asked->reply == MSG_agent_scope && worker->peer != NULL)
		peer_send(worker->peer, MSG_job_withdraw, &(struct msg_job_withdraw){
		    .attempt = worker->job.attempt, .fence = worker->fence, .serial = asked->serial });
}

void
requests_forget(struct worker *worker, const struct peer *peer)
{
	struct requests *requests = worker->requests;
	unsigned i;

	for (i = requests->count; i-- > 0;) {
		if (peer != NULL && requests->open[i].peer != peer)
			continue;
		requests->open[i].peer = NULL;
		/* Who asks a question again is answered from what is kept. */
		if (requests->open[i].kept) {
			withdraw(worker, &requests->open[i]);
			drop(requests, i);
		}
	}
	count_waiting(worker);
}

/* ---- what the worker takes down itself ---- */

static void
tell_progress(struct worker *worker)
{
	struct requests *requests = worker->requests;

	if (worker->peer != NULL && requests->told++ < REQUESTS_TOLD)
		peer_send(worker->peer, MSG_job_progress, &(struct msg_job_progress){
		    .attempt = worker->job.attempt, .fence = worker->fence, .text = requests->progress });
	str_set(&requests->progress, NULL);
}

static void
on_pause(void *context)
{
	struct worker *worker = context;

	worker->requests->pausing = false;
	if (worker->requests->progress == NULL)
		return;
	tell_progress(worker);
	worker->requests->pausing = true;
	watch_in(worker->requests->pause, PROGRESS_MS);
}

/* The newest word goes, and once a second at most. */
void
requests_progress(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;
	struct requests *requests = worker->requests;

	meter_activity(worker);
	str_set(&requests->progress, message->agent_progress.text);
	if (!requests->pausing)
		tell_progress(worker);
	if (requests->pause == NULL)
		requests->pause = watch_timer(worker->loop, on_pause, worker);
	if (!requests->pausing)
		watch_in(requests->pause, PROGRESS_MS);
	requests->pausing = true;
	peer_reply(peer, MSG_agent_progress, request, &(struct reply_agent_progress){
	    .told = requests->told < REQUESTS_TOLD });
}

void
requests_blocked(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct worker *worker = context;

	str_set(&worker->blocked, message->agent_blocked.why);
	peer_reply(peer, MSG_agent_blocked, request, &(struct reply_agent_blocked){ .told = true });
}

/* ---- what the supervisor answers ---- */

/* Decodes what was kept and sends it, with the number of the supervisor that there is now. */
static void
send_kept(struct worker *worker, const struct asked *asked)
{
	struct msg_job_request message;
	struct arena arena;
	const void *params;
	const char *why;
	struct reader *reader = reader_map(asked->message.bytes, asked->message.len, &params);

	arena_init(&arena);
	if (worker->peer != NULL && reader != NULL &&
	    fields_get(message_rows[MSG_job_request].record(), params, &message, &arena, NULL, NULL,
	    &why) == ERROR_NONE) {
		message.fence = worker->fence;
		peer_send(worker->peer, MSG_job_request, &message);
	}
	reader_free(reader);
	arena_release(&arena);
}

void
requests_again(struct worker *worker)
{
	unsigned i;

	for (i = 0; i < worker->requests->count; i++)
		send_kept(worker, &worker->requests->open[i]);
}

/* Keeps it until it is answered, and sends it. */
static void
ask(struct worker *worker, struct peer *peer, uint64_t request, enum message_id reply,
    struct msg_job_request *message, bool wait)
{
	struct requests *requests = worker->requests;
	struct asked *asked = &requests->open[requests->count];

	meter_activity(worker);
	if (worker->by_hand) {
		peer_fail(peer, request, ERROR_STATE, "this worker runs by hand: there is no supervisor to ask");
		return;
	}
	if (requests->count == REQUESTS_OPEN) {
		peer_fail(peer, request, ERROR_STATE, "too much is asked for and not answered yet; wait for that");
		return;
	}
	if (requests->serial == REQUESTS_ALL) {
		peer_fail(peer, request, ERROR_TOO_LARGE, "this attempt has asked for as much as one may");
		return;
	}
	message->serial = ++requests->serial;
	message->attempt = worker->job.attempt;
	message->fence = worker->fence;
	*asked = (struct asked){ .serial = message->serial, .peer = peer, .request = request,
	    .reply = reply, .wait = wait, .question = str_dup(reply == MSG_agent_ask ? message->text : NULL) };
	buffer_init(&asked->message);
	put_map(&asked->message, message_rows[MSG_job_request].record(), message);
	requests->count++;
	send_kept(worker, asked);
}

void
requests_discover(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	if (message->agent_discover.task.count != 1)
		peer_fail(peer, request, ERROR_INVALID, "name one task");
	else
		ask(context, peer, request, MSG_agent_discover, &(struct msg_job_request){
		    .kind = "discover", .task = message->agent_discover.task }, false);
}

void
requests_scope(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	if (strs_count(message->agent_scope.paths) == 0)
		peer_fail(peer, request, ERROR_INVALID, "name at least one path or pattern");
	else
		ask(context, peer, request, MSG_agent_scope, &(struct msg_job_request){ .kind = "scope",
		    .paths = message->agent_scope.paths, .wait = message->agent_scope.wait },
		    message->agent_scope.wait);
}

void
requests_ask(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	if (*message->agent_ask.question == '\0')
		peer_fail(peer, request, ERROR_INVALID, "the question is empty");
	else
		ask(context, peer, request, MSG_agent_ask, &(struct msg_job_request){ .kind = "ask",
		    .text = message->agent_ask.question }, message->agent_ask.wait);
}

/* The answer in the form of the request it is to. */
static void
reply(const struct asked *asked, const struct msg_job_answer *answer)
{
	enum error error = error_from_wire(answer->error);

	if (error != ERROR_NONE) {
		peer_fail(asked->peer, asked->request, error, answer->text);
		return;
	}
	switch (asked->reply) {
	case MSG_agent_discover:
		peer_reply(asked->peer, MSG_agent_discover, asked->request, &(struct reply_agent_discover){
		    .task = answer->task != NULL ? answer->task : "-",
		    .state = answer->state != NULL ? answer->state : "-", .known = answer->yes });
		break;
	case MSG_agent_scope:
		peer_reply(asked->peer, MSG_agent_scope, asked->request, &(struct reply_agent_scope){
		    .granted = answer->yes, .reason = answer->text });
		break;
	default:
		peer_reply(asked->peer, MSG_agent_ask, asked->request, &(struct reply_agent_ask){
		    .answer = answer->later ? NULL : answer->text });
		break;
	}
}

void
requests_answer(struct worker *worker, const struct msg_job_answer *answer)
{
	struct requests *requests = worker->requests;
	struct asked *asked;
	char *question;
	unsigned i;

	for (i = 0; i < requests->count && requests->open[i].serial != answer->serial; i++)
		;
	if (i == requests->count)
		return;
	asked = &requests->open[i];
	/* A question whose asker waits stays open; the answer comes when a person gives it. */
	asked->kept = answer->later;
	if (asked->kept && asked->wait && asked->peer != NULL) {
		count_waiting(worker);
		return;
	}
	/* Who waited has gone before it was known that there is something to wait for. */
	if (asked->kept && asked->wait)
		withdraw(worker, asked);
	/* The same words are one question, whoever asks: the supervisor answers the last one. */
	question = str_dup(asked->question);
	for (i = requests->count; i-- > 0;) {
		asked = &requests->open[i];
		if (asked->serial != answer->serial && (question == NULL || answer->later ||
		    !str_same(asked->question, question)))
			continue;
		if (asked->peer != NULL)
			reply(asked, answer);
		drop(requests, i);
	}
	free(question);
	meter_activity(worker);
	count_waiting(worker);
}
