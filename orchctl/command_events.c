/* orchctl events: what has happened, and with -f what happens from now on. */
#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"

#define LATE_MS	500	/* an event that is on its way comes within that time */

struct follow { struct context *context; uint64_t last; };

static void
on_message(void *context, const struct message *message)
{
	struct follow *follow = context;

	if (message->id != MSG_event)
		return;
	if (message->event.id > follow->last)
		follow->last = message->event.id;
	follow->context->printer->event(&message->event);
}

/* All there are so far: a busy supervisor sends as much as fits, so ask again. */
static enum error
follow_all(struct session *session, struct follow *follow, struct msg_events_follow ask)
{
	struct reply_events_follow reply;
	struct arena arena;
	enum error error;

	do {
		if (follow->last > ask.after) {
			ask.since = 0;
			ask.limit = 0;
		}
		ask.after = follow->last;
		arena_init(&arena);
		error = session_request(session, MSG_events_follow, &ask, &reply, &arena, -1);
		arena_release(&arena);
		while (error == ERROR_NONE && (!ask.once || follow->last < reply.last))
			error = session_listen(session, ask.once ? LATE_MS : -1);
	} while (error == ERROR_TIMEOUT && follow->last > ask.after);
	return error == ERROR_TIMEOUT ? ERROR_NONE : error;
}

static int
events(struct context *context, const struct msg_events_follow *ask)
{
	struct follow follow = { context, ask->after };
	struct session session;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		session.on_message = on_message;
		session.context = &follow;
		error = follow_all(&session, &follow, *ask);
		if (error != ERROR_NONE)
			status = session_failed(&session, error);
	}
	session_close(&session);
	return status;
}

int
command_events(struct context *context, int argc, char **argv)
{
	struct msg_events_follow ask = { 0 };
	bool follow = false;
	const struct option_rule rules[] = {
		{ "follow", 'f', .flag = &follow }, { "after", .number = &ask.after, .most = UINT64_MAX },
		{ "since", .moment = &ask.since }, { "task", .text = &ask.task },
		{ "type", .text = &ask.type }, { "limit", .number = &ask.limit, .most = UINT32_MAX },
		{ "project", 'p', .text = &ask.project }, { 0 }
	};
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	ask.once = !follow;
	if (optind < argc)
		return usage_error(context, "too many arguments");
	options_done(context);
	context->looks = true;
	return events(context, &ask);
}
