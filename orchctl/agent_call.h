/*
 * What an agent asks of its worker, from inside of its sandbox: one request on the socket
 * that ORCH_SOCKET names. The commands progress, discover, scope, ask and blocked are made
 * of it, and the tools of mcp.
 */
#ifndef ORCH_AGENT_CALL_H
#define ORCH_AGENT_CALL_H

#include "orchctl/session.h"

/*
 * ERROR_NONE, and the reply, whose texts live in the arena; else *why says what is wrong, for
 * the caller to free. timeout_ms -1: for ever.
 */
enum error	agent_call(enum message_id id, const void *fields, void *reply, struct arena *arena,
		    int timeout_ms, char **why);
/* The same for a command: EXIT_DONE, or told and the status to end with. */
int		agent_call_once(enum message_id id, const void *fields, void *reply,
		    struct arena *arena, int timeout_ms);

#endif
