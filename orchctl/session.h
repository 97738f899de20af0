/*
 * A conversation with a supervisor: hello, then one request at a time. What
 * the supervisor tells in between (events, pieces of a log) goes to a
 * callback.
 */
#ifndef ORCH_SESSION_H
#define ORCH_SESSION_H

#include <sys/types.h>

#include "orchctl/context.h"
#include "protocol/link.h"

struct session {
	struct link link;
	pid_t pid;			/* who shows us a state folder at rest; 0: it is a supervisor */
	uint64_t requests;		/* sent so far: the next id is one more */
	/* Called for each notification; the message dies when it returns. */
	void (*on_message)(void *context, const struct message *message);
	void *context;
	char *reason;			/* why the last request failed; may be NULL */
};

/* Takes over `fd`, a stream to a supervisor, and says hello. */
enum error	session_start(struct session *session, int fd);
/* The same as the agent of a sandbox, to its worker: only what an agent may ask is answered. */
enum error	session_start_agent(struct session *session, int fd);
/* Finds the supervisor and says hello: EXIT_DONE, or the status to end with. */
int		session_open(struct session *session, const struct context *context);
void		session_close(struct session *session);
/*
 * Sends a request (a struct msg_*) and waits for its result (a struct
 * reply_*), whose texts live in the arena. With timeout_ms -1 for ever.
 */
enum error	session_request(struct session *session, enum message_id id,
		    const void *fields, void *reply, struct arena *arena, int timeout_ms);
/* Waits for one message; ERROR_TIMEOUT when none came, or a signal did. */
enum error	session_listen(struct session *session, int timeout_ms);
/* Says what went wrong with the last request: the status to end with. */
int		session_failed(const struct session *session, enum error error);
/* Open, one request, close: EXIT_DONE, or the status to end with. */
int		session_once(const struct context *context, enum message_id id,
		    const void *fields, void *reply, struct arena *arena);

#endif
