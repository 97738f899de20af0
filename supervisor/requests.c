/* What agents ask for: see requests.h. */
#include "requests.h"

#include <stdlib.h>
#include <string.h>

#include "discover.h"
#include "engine.h"
#include "events.h"
#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "questions.h"
#include "registry.h"
#include "transition.h"

static void
take_discovery(struct slot *slot, const struct msg_job_request *request, struct msg_job_answer *out,
    struct arena *arena)
{
	if (request->task.count == 1) {
		discover_task(slot, request->task.items, out, arena);
		return;
	}
	out->error = error_wire(ERROR_INVALID);
	out->text = "name one task";
}

/* The patterns of its task from one on, as many as a line holds; nothing when there are none. */
static void
record_added(const struct slot *slot, size_t from)
{
	char *const *files = slot->task->spec.files;
	struct buffer text;
	size_t i;

	if (strs_count(files) == from)
		return;
	buffer_init(&text);
	for (i = from; files[i] != NULL && text.len + strlen(files[i]) < AGENT_TEXT_MAX; i++)
		buffer_format(&text, "%s%s", i == from ? "" : " ", files[i]);
	if (files[i] != NULL)
		buffer_format(&text, " and %zu more", strs_count(files) - i);
	events_record(slot->supervisor, &(struct event_row){ .event = "task.scope",
	    .task = slot->task->spec.id, .attempt = slot->number, .slot = slot->name,
	    .reason = buffer_text(&text) });
	buffer_release(&text);
}

static void
take_scope(struct slot *slot, const struct msg_job_request *request, struct msg_job_answer *out,
    struct arena *arena)
{
	struct supervisor *supervisor = slot->supervisor;
	size_t before = strs_count(slot->task->spec.files);
	enum error error;
	char *why = NULL;

	store_begin(supervisor->store);
	error = registry_widen(supervisor, slot->task, request->paths, &why);
	record_added(slot, before);
	transition_commit(supervisor);
	out->error = error_wire(error);
	out->yes = error == ERROR_NONE && why == NULL;
	if (why != NULL)
		out->text = arena_copy(arena, why, strlen(why));
	free(why);
}

static void
take_question(struct slot *slot, const struct msg_job_request *request, struct msg_job_answer *out,
    struct arena *arena)
{
	questions_ask(slot, request, out, arena);
}

void
requests_take(struct slot *slot, const struct msg_job_request *request)
{
	static const struct {
		const char *kind;
		void (*take)(struct slot *slot, const struct msg_job_request *request,
		    struct msg_job_answer *out, struct arena *arena);
	} kinds[] = {
		{ "discover", take_discovery }, { "scope", take_scope }, { "ask", take_question },
	};
	struct supervisor *supervisor = slot->supervisor;
	struct msg_job_answer answer = { .attempt = request->attempt, .fence = supervisor->fence,
	    .serial = request->serial, .error = error_wire(ERROR_NONE) };
	struct arena arena;
	size_t i;

	arena_init(&arena);
	for (i = 0; i < COUNT(kinds) && !str_same(kinds[i].kind, request->kind); i++)
		;
	if (i < COUNT(kinds)) {
		kinds[i].take(slot, request, &answer, &arena);
	} else {
		answer.error = error_wire(ERROR_METHOD);
		answer.text = "this supervisor does not know what is asked for";
	}
	if (slot->peer != NULL)
		peer_send(slot->peer, MSG_job_answer, &answer);
	arena_release(&arena);
	engine_run(supervisor);
}

void
requests_progress(struct slot *slot, const char *text)
{
	struct supervisor *supervisor = slot->supervisor;

	str_set(&slot->progress, text);
	store_begin(supervisor->store);
	events_record(supervisor, &(struct event_row){ .event = "task.progress",
	    .task = slot->task->spec.id, .attempt = slot->number, .slot = slot->name, .reason = text });
	transition_commit(supervisor);
}
