/* What an agent asks of its worker: see agent_call.h. */
#include "agent_call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

enum error
agent_call(enum message_id id, const void *fields, void *reply, struct arena *arena, int timeout_ms,
    char **why)
{
	const char *path = getenv("ORCH_SOCKET");
	struct session session;
	enum error error;
	int fd;

	*why = NULL;
	if (path == NULL || *path == '\0') {
		*why = str_dup("ORCH_SOCKET is not set: this is for an agent, in the sandbox of its task");
		return ERROR_CLOSED;
	}
	if ((fd = link_connect(path)) == -1) {
		*why = str_format("%s: %s", path, strerror(errno));
		return ERROR_CLOSED;
	}
	error = session_start_agent(&session, fd);
	if (error == ERROR_NONE)
		error = session_request(&session, id, fields, reply, arena, timeout_ms);
	if (error != ERROR_NONE)
		*why = str_dup(session.reason != NULL ? session.reason : error_text(error));
	session_close(&session);
	return error;
}

int
agent_call_once(enum message_id id, const void *fields, void *reply, struct arena *arena, int timeout_ms)
{
	char *why;
	enum error error = agent_call(id, fields, reply, arena, timeout_ms, &why);

	if (error == ERROR_NONE)
		return EXIT_DONE;
	fprintf(stderr, "orchctl: %s\n", why);
	free(why);
	return error_exit(error);
}
