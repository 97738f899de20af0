/* A server of the Model Context Protocol: see mcp.h. */
#include "mcp.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orchctl/agent_call.h"
#include "protocol/mem.h"

#ifndef ORCH_VERSION
#define ORCH_VERSION	"unknown"
#endif
#define REVISION	"2025-06-18"
#define LINE_MAX_BYTES	(1u << 20)	/* of one message */
#define LIST_MAX	64u		/* entries of a list in arguments */
#define WAIT_MOST	600		/* seconds that a tool may keep its caller waiting */

/* Errors of JSON-RPC 2.0. */
enum { PARSE_ERROR = -32700, INVALID_REQUEST = -32600, NO_METHOD = -32601, INVALID_PARAMS = -32602 };

/* What a tool says, for the caller to free; with *failed it is why it could not. */
typedef char	*tool_call(const json_t *arguments, bool *failed);

static const char *
text_of(const json_t *arguments, const char *name)
{
	return json_string_value(json_object_get(arguments, name));
}

/* The texts of a list; the caller frees the list alone. NULL: there is none. */
static char **
texts_of(const json_t *arguments, const char *name)
{
	const json_t *array = json_object_get(arguments, name);
	char **list;
	size_t i, count = 0;

	if (json_array_size(array) == 0)
		return NULL;
	list = mem_zero(LIST_MAX + 1, sizeof(char *));
	for (i = 0; i < json_array_size(array) && count < LIST_MAX; i++)
		if (json_is_string(json_array_get(array, i)))
			list[count++] = (char *)(uintptr_t)json_string_value(json_array_get(array, i));
	return list;
}

static char *
missing(const char *name, bool *failed)
{
	*failed = true;
	return str_format("%s: missing", name);
}

/* One call, and what is wrong with it. */
static bool
call(enum message_id id, const void *ask, void *reply, struct arena *arena, int timeout_ms,
    char **why, bool *failed)
{
	*failed = agent_call(id, ask, reply, arena, timeout_ms, why) != ERROR_NONE;
	return !*failed;
}

static char *
call_progress(const json_t *arguments, bool *failed)
{
	struct msg_agent_progress ask = { .text = text_of(arguments, "text") };
	struct reply_agent_progress reply;
	struct arena arena;
	char *why;

	if (ask.text == NULL)
		return missing("text", failed);
	arena_init(&arena);
	if (call(MSG_agent_progress, &ask, &reply, &arena, -1, &why, failed))
		why = str_dup("told");
	arena_release(&arena);
	return why;
}

static char *
call_discover(const json_t *arguments, bool *failed)
{
	struct record_discovery task = { .title = text_of(arguments, "title"),
	    .prompt = text_of(arguments, "prompt"), .files = texts_of(arguments, "files"),
	    .depends_on = texts_of(arguments, "depends_on"),
	    .low = json_is_true(json_object_get(arguments, "low")) };
	struct msg_agent_discover ask = { .task = { &task, 1 } };
	struct reply_agent_discover reply;
	struct arena arena;
	char *why;

	arena_init(&arena);
	if (task.title == NULL)
		why = missing("title", failed);
	else if (call(MSG_agent_discover, &ask, &reply, &arena, -1, &why, failed))
		why = str_format("%s %s: %s", reply.known ? "known already as" : "registered as", reply.task,
		    reply.state);
	arena_release(&arena);
	free(task.files);
	free(task.depends_on);
	return why;
}

static char *
call_scope(const json_t *arguments, bool *failed)
{
	struct msg_agent_scope ask = { .paths = texts_of(arguments, "paths") };
	struct reply_agent_scope reply;
	struct arena arena;
	char *why;

	if (ask.paths == NULL)
		return missing("paths", failed);
	arena_init(&arena);
	if (call(MSG_agent_scope, &ask, &reply, &arena, -1, &why, failed))
		why = reply.granted ? str_dup("granted") : str_format("refused: %s",
		    reply.reason != NULL ? reply.reason : "not now");
	arena_release(&arena);
	free(ask.paths);
	return why;
}

static char *
call_ask(const json_t *arguments, bool *failed)
{
	const json_t *seconds = json_object_get(arguments, "wait_seconds");
	json_int_t wait = json_is_integer(seconds) ? json_integer_value(seconds) : 0;
	struct msg_agent_ask ask = { .question = text_of(arguments, "question"), .wait = wait > 0 };
	struct reply_agent_ask reply = { 0 };
	struct arena arena;
	enum error error;
	char *why = NULL;

	if (ask.question == NULL)
		return missing("question", failed);
	wait = wait > WAIT_MOST ? WAIT_MOST : wait;
	arena_init(&arena);
	error = agent_call(MSG_agent_ask, &ask, &reply, &arena, wait > 0 ? (int)wait * 1000 : -1, &why);
	*failed = error != ERROR_NONE && error != ERROR_TIMEOUT;
	if (!*failed) {
		free(why);
		why = error == ERROR_NONE && reply.answer != NULL ? str_dup(reply.answer) :
		    str_dup("nobody has answered yet; the question is kept, and the answer comes with the "
		    "next attempt: leave what you have, and end with exit status 75 or say that you are blocked");
	}
	arena_release(&arena);
	return why;
}

static char *
call_blocked(const json_t *arguments, bool *failed)
{
	struct msg_agent_blocked ask = { .why = text_of(arguments, "why") };
	struct reply_agent_blocked reply;
	struct arena arena;
	char *why;

	if (ask.why == NULL)
		return missing("why", failed);
	arena_init(&arena);
	if (call(MSG_agent_blocked, &ask, &reply, &arena, -1, &why, failed))
		why = str_dup("taken down; end now, what you have done is kept");
	arena_release(&arena);
	return why;
}

#define TEXT(name, help)	"\"" name "\":{\"type\":\"string\",\"description\":\"" help "\"}"
#define TEXTS(name, help)	"\"" name "\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}," \
				"\"description\":\"" help "\"}"

/* All that an agent may ask for; properties and names of those that must be there, as JSON. */
static const struct tool {
	const char *name, *help, *properties, *required;
	tool_call *call;
} tools[] = {
	{ "report_progress", "Say in one line where you are, for the people who watch.",
	    TEXT("text", "one line"), "\"text\"", call_progress },
	{ "discover_task", "Register work that you have come upon and that is not part of your task.",
	    TEXT("title", "one line") "," TEXT("prompt", "what is to be done") ","
	    TEXTS("files", "patterns of the paths that it would change") ","
	    TEXTS("depends_on", "ids of tasks that have to land first") ","
	    "\"low\":{\"type\":\"boolean\",\"description\":\"it is not urgent at all\"}", "\"title\"",
	    call_discover },
	{ "request_scope", "Ask to change paths outside of the scope of your task.",
	    TEXTS("paths", "patterns of paths"), "\"paths\"", call_scope },
	{ "ask_person", "Ask a person. Without an answer in time the question is kept.",
	    TEXT("question", "the question") "," "\"wait_seconds\":{\"type\":\"integer\","
	    "\"description\":\"how long to wait for the answer, at most 600\"}", "\"question\"", call_ask },
	{ "report_blocked", "Say that you cannot go on without a person, and why; then end.",
	    TEXT("why", "what you need"), "\"why\"", call_blocked },
};

/* ---- the protocol ---- */

static void
send_message(json_t *message)
{
	json_object_set_new(message, "jsonrpc", json_string("2.0"));
	json_dumpf(message, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(message);
}

/* Takes over `result`. */
static void
send_result(json_t *id, json_t *result)
{
	json_t *message = json_object();

	json_object_set(message, "id", id);
	json_object_set_new(message, "result", result);
	send_message(message);
}

static void
send_error(json_t *id, int code, const char *text)
{
	json_t *message = json_object(), *error = json_object();

	json_object_set_new(error, "code", json_integer(code));
	json_object_set_new(error, "message", json_string(text));
	json_object_set_new(message, "id", id != NULL ? json_incref(id) : json_null());
	json_object_set_new(message, "error", error);
	send_message(message);
}

static json_t *
describe_tools(void)
{
	json_t *result = json_object(), *list = json_array(), *tool;
	char *schema;
	size_t i;

	for (i = 0; i < COUNT(tools); i++) {
		schema = str_format("{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]}",
		    tools[i].properties, tools[i].required);
		tool = json_object();
		json_object_set_new(tool, "name", json_string(tools[i].name));
		json_object_set_new(tool, "description", json_string(tools[i].help));
		json_object_set_new(tool, "inputSchema", json_loads(schema, 0, NULL));
		json_array_append_new(list, tool);
		free(schema);
	}
	json_object_set_new(result, "tools", list);
	return result;
}

static json_t *
describe_server(const json_t *params)
{
	const char *revision = text_of(params, "protocolVersion");
	json_t *result = json_object(), *capabilities = json_object(), *server = json_object();

	/* What is used of it is the same in every revision. */
	json_object_set_new(result, "protocolVersion", json_string(revision != NULL ? revision : REVISION));
	json_object_set_new(capabilities, "tools", json_object());
	json_object_set_new(result, "capabilities", capabilities);
	json_object_set_new(server, "name", json_string("orch"));
	json_object_set_new(server, "version", json_string(ORCH_VERSION));
	json_object_set_new(result, "serverInfo", server);
	return result;
}

static void
call_tool(json_t *id, const json_t *params)
{
	const char *name = text_of(params, "name");
	json_t *result, *content, *part;
	bool failed = false;
	char *said;
	size_t i;

	for (i = 0; i < COUNT(tools) && !str_same(tools[i].name, name); i++)
		;
	if (i == COUNT(tools)) {
		send_error(id, INVALID_PARAMS, "there is no such tool");
		return;
	}
	said = tools[i].call(json_object_get(params, "arguments"), &failed);
	part = json_object();
	json_object_set_new(part, "type", json_string("text"));
	json_object_set_new(part, "text", json_string(said != NULL ? said : ""));
	content = json_array();
	json_array_append_new(content, part);
	result = json_object();
	json_object_set_new(result, "content", content);
	json_object_set_new(result, "isError", json_boolean(failed));
	send_result(id, result);
	free(said);
}

/* One message; a notification, which has no id, is never answered. */
static void
handle(const json_t *message)
{
	const char *method = text_of(message, "method");
	const json_t *params = json_object_get(message, "params");
	json_t *id = json_object_get(message, "id");

	if (!json_is_object(message) || method == NULL) {
		if (json_is_object(message) && id != NULL && json_object_get(message, "result") != NULL)
			return;
		send_error(id, INVALID_REQUEST, "not a request of JSON-RPC 2.0");
	} else if (id == NULL) {
		return;
	} else if (str_same(method, "initialize")) {
		send_result(id, describe_server(params));
	} else if (str_same(method, "ping")) {
		send_result(id, json_object());
	} else if (str_same(method, "tools/list")) {
		send_result(id, describe_tools());
	} else if (str_same(method, "tools/call")) {
		call_tool(id, params);
	} else {
		send_error(id, NO_METHOD, "unknown method");
	}
}

/* Reads a line of bounded length; false: the end. A longer one is read to its end and *len is 0. */
static bool
read_line(char *line, size_t *len)
{
	bool any = false, fits = true;
	int byte;

	*len = 0;
	while ((byte = getchar()) != EOF && byte != '\n') {
		any = true;
		fits = fits && *len < LINE_MAX_BYTES;
		if (fits)
			line[(*len)++] = (char)byte;
	}
	if (!fits)
		*len = 0;
	return any || byte == '\n';
}

int
mcp_serve(void)
{
	char *line = mem_zero(LINE_MAX_BYTES, 1);
	json_t *message;
	size_t len;

	while (read_line(line, &len) && !ferror(stdout)) {
		message = json_loadb(line, len, JSON_DECODE_ANY, NULL);
		if (message != NULL)
			handle(message);
		else
			send_error(NULL, PARSE_ERROR, "not JSON, or a line of more than 1 MiB");
		json_decref(message);
	}
	free(line);
	return ferror(stdin) || ferror(stdout) ? EXIT_UNFINISHED : EXIT_DONE;
}
