/* Bytes to messages and back: see wire.h. */
#include "wire.h"

#include <stddef.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "permit.h"
#include "put.h"

static void
trace(const struct wire *wire, const char *direction, const char *method,
    const struct record *record, const void *fields)
{
	struct buffer line;

	if (!log_shows(LOG_LEVEL_DEBUG) && wire->tell == NULL)
		return;
	buffer_init(&line);
	buffer_format(&line, "%s %s %s", wire->name, direction, method);
	fields_trace(&line, record, fields);
	log_debug("%s", buffer_text(&line));
	if (wire->tell != NULL)
		wire->tell(wire->tell_context, buffer_text(&line));
	buffer_release(&line);
}

enum error
incoming_read(struct wire *wire, struct incoming *in, const unsigned char *bytes, size_t len)
{
	const struct message_row *row;
	enum error error;

	*in = (struct incoming){ 0 };
	arena_init(&in->arena);
	in->reader = reader_new(bytes, len, &in->envelope);
	if (in->reader == NULL) {
		in->why = "not a message of MessagePack-RPC with a map as params";
		return ERROR_PROTOCOL;
	}
	if (in->envelope.rpc == RPC_RESPONSE)
		return ERROR_NONE;
	in->message.id = message_find(in->envelope.method);
	if (in->message.id == MSG_LIMIT) {
		in->why = "unknown method";
		return ERROR_METHOD;
	}
	row = &message_rows[in->message.id];
	error = permit(in->message.id, wire->other, wire->self, wire->said_hello,
	    in->envelope.rpc == RPC_REQUEST);
	if (error != ERROR_NONE) {
		in->why = error == ERROR_PERMISSION ? "this sender may not say that" :
		    wire->said_hello ? "not now, or not in this form" : "hello must come first";
		return error;
	}
	error = fields_get(row->record(), in->envelope.params, &in->message.hello, &in->arena,
	    wire->take_fd, wire->context, &in->why);
	if (error != ERROR_NONE)
		return error;
	trace(wire, "<-", row->method, row->record(), &in->message.hello);
	if (in->message.id == MSG_hello) {
		if (in->message.hello.version != PROTOCOL_VERSION) {
			in->why = "another version of the protocol; this one is 1";
			return ERROR_VERSION;
		}
		wire->said_hello = true;
	}
	return ERROR_NONE;
}

void
incoming_release(struct incoming *in)
{
	reader_free(in->reader);
	arena_release(&in->arena);
}

void
outgoing_message(const struct wire *wire, struct buffer *out, enum message_id id,
    uint64_t request, const void *fields)
{
	const struct message_row *row = &message_rows[id];

	trace(wire, "->", row->method, row->record(), fields);
	if (request != 0)
		put_request(out, request, row->method, row->record(), fields);
	else
		put_notification(out, row->method, row->record(), fields);
}

void
outgoing_reply(const struct wire *wire, struct buffer *out, enum message_id id,
    uint64_t request, const void *fields)
{
	trace(wire, "=>", message_rows[id].method, message_replies[id](), fields);
	put_reply(out, request, message_replies[id](), fields);
}

void
outgoing_failure(const struct wire *wire, struct buffer *out, uint64_t request,
    enum error error, const char *reason)
{
	log_debug("%s => error=%s why=%s", wire->name, error_wire(error), reason);
	put_failure(out, request, error_wire(error), reason);
}
