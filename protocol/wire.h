/*
 * Bytes to messages and back, for both kinds of connection (peer.h, link.h):
 * decodes, checks the permission of the row, writes the trace.
 */
#ifndef ORCH_WIRE_H
#define ORCH_WIRE_H

#include "protocol/message.h"
#include "protocol/reader.h"

struct incoming {
	struct envelope envelope;
	struct message message;		/* of a request or a notification */
	struct arena arena;		/* what the message points into */
	struct reader *reader;
	const char *why;		/* what is wrong with it */
};

struct wire {
	enum role self, other;
	bool said_hello;		/* the other side did */
	const char *name;		/* of the connection, in traces; borrowed */
	int (*take_fd)(void *context);	/* NULL: descriptors are not expected */
	void *context;
	/* Who follows the messages of this connection, a line each; NULL: nobody. */
	void (*tell)(void *context, const char *line);
	void *tell_context;
};

/*
 * Reads one whole frame. ERROR_METHOD, ERROR_PERMISSION and ERROR_VERSION can
 * be answered when the envelope is a request; ERROR_PROTOCOL cannot be trusted
 * further. The bytes must live as long as `in`; always call incoming_release.
 */
enum error	incoming_read(struct wire *wire, struct incoming *in,
		    const unsigned char *bytes, size_t len);
void		incoming_release(struct incoming *in);
/* Adds a notification or, with request != 0, a request. `fields` is a struct msg_*. */
void		outgoing_message(const struct wire *wire, struct buffer *out,
		    enum message_id id, uint64_t request, const void *fields);
void		outgoing_reply(const struct wire *wire, struct buffer *out,
		    enum message_id id, uint64_t request, const void *fields);
void		outgoing_failure(const struct wire *wire, struct buffer *out,
		    uint64_t request, enum error error, const char *reason);

#endif
