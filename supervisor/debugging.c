/* A person looks into a slot: see debugging.h. */
#include "debugging.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

/* Somebody follows this slot. */
static bool
is_followed(const struct slot *slot)
{
	const struct client *client;

	for (client = slot->supervisor->clients; client != NULL; client = client->next)
		if (str_same(client->traced, slot->name))
			return true;
	return false;
}

/* One line of a connection's trace. What a slow reader does not take is left out. */
static void
on_trace(void *context, const char *line)
{
	struct slot *slot = context;
	struct client *client;

	for (client = slot->supervisor->clients; client != NULL; client = client->next)
		if (str_same(client->traced, slot->name) && !peer_full(client->peer))
			peer_send(client->peer, MSG_trace_line, &(struct msg_trace_line){
			    .slot = slot->name, .time = clock_wall(), .line = line });
}

void
debugging_watch(struct slot *slot)
{
	if (slot->peer != NULL)
		peer_trace(slot->peer, is_followed(slot) ? on_trace : NULL, slot);
}

bool
debugging_ask(struct client *client, struct slot *slot, uint64_t request,
    const struct msg_slot_debug *ask, const char **why)
{
	struct supervisor *supervisor = slot->supervisor;

	if (slot->peer == NULL) {
		*why = "no worker serves this slot at the moment";
		return false;
	}
	if (client->look_request != 0) {
		*why = "one question at a time";
		return false;
	}
	if (ask->trace) {
		str_set(&client->traced, slot->name);
		debugging_watch(slot);
	}
	client->look_request = request;
	client->look_serial = ++supervisor->looks;
	peer_send(slot->peer, MSG_worker_look, &(struct msg_worker_look){ .serial = client->look_serial,
	    .fence = supervisor->fence, .signal = ask->signal, .pause = ask->pause, .resume = ask->resume });
	str_set(&client->look_slot, slot->name);
	return true;
}

static struct record_slot_row
row_of(const struct slot *slot)
{
	return (struct record_slot_row){ .slot = slot->name, .state = slot_state_name(slot->state),
	    .pid = (uint64_t)slot->pid, .kind = slot->prepare ? "setup" : slot->hook ? "hook" : slot->verify ? "verify" : "agent",
	    .task = slot->task != NULL ? slot->task->spec.id : NULL,
	    .number = slot->task != NULL ? slot->number : 0,
	    .seconds = slot->task != NULL ? clock_wall() - slot->since : 0 };
}

void
debugging_answer(struct slot *slot, const struct msg_worker_seen *seen)
{
	struct record_slot_row row = row_of(slot);
	struct client *client;

	for (client = slot->supervisor->clients; client != NULL; client = client->next) {
		if (client->look_request == 0 || client->look_serial != seen->serial)
			continue;
		if (seen->problem != NULL)
			peer_fail(client->peer, client->look_request, ERROR_STATE, seen->problem);
		else
			peer_reply(client->peer, MSG_slot_debug, client->look_request,
			    &(struct reply_slot_debug){ .slot = { &row, 1 }, .debug = seen->debug });
		client->look_request = 0;
		return;
	}
}

void
debugging_lost(struct slot *slot)
{
	struct client *client;

	for (client = slot->supervisor->clients; client != NULL; client = client->next)
		if (client->look_request != 0 && str_same(client->look_slot, slot->name)) {
			peer_fail(client->peer, client->look_request, ERROR_STATE, "its worker has just ended");
			client->look_request = 0;
		}
}
