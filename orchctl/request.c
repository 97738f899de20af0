/* See request.h. */
#include "request.h"

#include "orchctl/printer.h"
#include "orchctl/session.h"

int
request_result(const struct context *context, enum message_id id, const char *task, const void *fields)
{
	struct arena arena;
	void *reply;
	int status;

	arena_init(&arena);
	reply = arena_zero(&arena, 1, message_replies[id]()->size);
	status = session_once(context, id, fields, reply, &arena);
	if (status == EXIT_DONE)
		context->printer->result(id, task, reply);
	arena_release(&arena);
	return status;
}

int
request_reply(const struct context *context, enum message_id id, const void *fields)
{
	struct arena arena;
	void *reply;
	int status;

	arena_init(&arena);
	reply = arena_zero(&arena, 1, message_replies[id]()->size);
	status = session_once(context, id, fields, reply, &arena);
	if (status == EXIT_DONE)
		context->printer->reply(id, reply);
	arena_release(&arena);
	return status;
}
