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
#include "widening.h"

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
		{ "discover", take_discovery }, { "scope", widening_ask }, { "ask", take_question },
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
requests_withdraw(struct slot *slot, uint64_t serial)
{
	widening_withdraw(slot->supervisor, slot->task, serial);
	engine_run(slot->supervisor);
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
