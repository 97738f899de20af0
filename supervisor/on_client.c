/*
 * What people and programs ask, on the control socket. A handler reads the
 * request, asks the engine or the registry, and answers; rules about tasks are
 * not made here. What only shows how things stand is in show.c.
 */
#include <stdlib.h>
#include <unistd.h>

#include "approval.h"
#include "clients.h"
#include "debugging.h"
#include "dispatch.h"
#include "engine.h"
#include "export.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "leaks.h"
#include "lists.h"
#include "notes.h"
#include "on_task.h"
#include "projects.h"
#include "prune.h"
#include "show.h"
#include "show_status.h"
#include "show_notes.h"
#include "slots.h"
#include "stats.h"
#include "steering.h"

#define EVENTS_FROM_NOW	UINT64_MAX

static void
on_hello(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;

	(void)message;
	peer_reply(peer, MSG_hello, request, &(struct reply_hello){ .version = PROTOCOL_VERSION,
	    .role = "supervisor", .fence = client->supervisor->fence, .pid = (uint64_t)getpid() });
}

static void
on_agent_resume(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	const struct msg_agent_resume *resume = &message->agent_resume;
	const char *why;
	uint64_t tasks;

	why = steering_resume_agent(client->supervisor, resume->agent, client->uid, resume->why, &tasks);
	if (why != NULL)
		peer_fail(peer, request, ERROR_STATE, why);
	else
		peer_reply(peer, MSG_agent_resume, request, &(struct reply_agent_resume){ .tasks = tasks });
}

static void
on_mode_set(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	const struct msg_mode_set *set = &message->mode_set;
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	enum mode mode = mode_find(set->mode);
	const struct project *project = set->project != NULL ? projects_find(supervisor, set->project) : NULL;
	const char *why;

	if (!show_knows(client, request, set->project))
		return;
	if (mode == MODES)
		peer_fail(peer, request, ERROR_INVALID, "a mode is NORMAL, PAUSED, DRAINING or HALTED");
	else if ((why = steering_set(supervisor, set->project, mode, client->uid, set->why)) != NULL)
		peer_fail(peer, request, ERROR_STATE, why);
	else
		peer_reply(peer, MSG_mode_set, request, &(struct reply_mode_set){
		    .mode = mode_name(mode), .running = project != NULL ? project->counts[TASK_RUNNING] :
		    supervisor->counts[TASK_RUNNING] });
}

static void
on_slot_debug(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct slot *slot = slots_find(client->supervisor, message->slot_debug.slot);
	const char *why = "there is no such slot; see orchctl slots";

	if (slot == NULL)
		peer_fail(peer, request, ERROR_UNKNOWN, why);
	else if (!debugging_ask(client, slot, request, &message->slot_debug, &why))
		peer_fail(peer, request, ERROR_STATE, why);
}

static void
on_events_follow(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	const struct msg_events_follow *follow = &message->events_follow;
	uint64_t last;

	if (!show_knows(client, request, follow->project))
		return;
	clients_filter(client, follow->task, follow->type, follow->project);
	/* Who follows from 0 wants what this supervisor does; who reads once, all there is. */
	last = clients_last_event(client);
	client->event_after = follow->after == EVENTS_FROM_NOW ? last :
	    follow->after == 0 && !follow->once && follow->since == 0 && follow->limit == 0 ?
	    client->supervisor->first_event : follow->after;
	clients_begin_at(client, follow->since, follow->limit);
	if (follow->since != 0 && last <= client->event_after)
		last = 0;
	peer_reply(peer, MSG_events_follow, request, &(struct reply_events_follow){ .last = last });
	client->follows_events = true;
	clients_pump_client(client);
	if (follow->once)
		client->follows_events = false;
	if (client->supervisor->quiet_told)
		clients_tell_end(client->supervisor);
}

static void
on_attempt_prune(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	(void)peer;
	prune_ask(context, request, message->attempt_prune.older);
}

static void
on_leak_list(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	char **leaks = leaks_list(client->supervisor, clock_wall() - (double)message->leak_list.older);

	peer_reply(peer, MSG_leak_list, request, &(struct reply_leak_list){ .leaks = leaks });
	strs_free(leaks);
}

static void
on_note_add(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	const struct msg_note_add *add = &message->note_add;
	struct task *task = add->task != NULL ? on_task_find(client, request, add->task) : NULL;
	char *who;

	if (add->task != NULL && task == NULL)
		return;
	if (client->supervisor->notes == NULL) {
		peer_fail(peer, request, ERROR_STATE, "nothing runs on this state folder; start it first");
		return;
	}
	if (*add->text == '\0') {
		peer_fail(peer, request, ERROR_INVALID, "the text is empty");
		return;
	}
	who = approval_who(client->uid);
	notes_add(client->supervisor, task, who, add->text);
	peer_reply(peer, MSG_note_add, request, &(struct reply_note_add){ .task = add->task });
	free(who);
}

static void
on_stop(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;

	peer_reply(peer, MSG_stop, request, &(struct reply_stop){ .pid = (uint64_t)getpid() });
	engine_stop(client->supervisor, message->stop.why ? message->stop.why : "asked to");
}

static void
on_drained(void *context, struct peer *peer)
{
	struct client *client = context;

	(void)peer;
	clients_pump_client(client);
	if (client->log_task != NULL)
		clients_pump_log(client->supervisor, client->log_task, client->log_number);
}

static void
on_closed(void *context, struct peer *peer, const char *why)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	bool owner = client->owner;

	(void)peer;
	if (why != NULL)
		log_warnx("event=client.closed why=%s", why);
	clients_remove(client);
	if (owner)
		engine_stop(supervisor, "the client of this run is gone");
}

const struct peer_dispatch client_dispatch = {
	.handlers = {
		[MSG_hello] = on_hello,
		[MSG_task_add] = on_task_add,
		[MSG_task_list] = show_tasks,
		[MSG_task_show] = show_task,
		[MSG_task_export] = export_tasks,
		[MSG_inbox_list] = lists_inbox,
		[MSG_lock_list] = lists_locks,
		[MSG_ticket_list] = lists_tickets,
		[MSG_stats] = stats_show,
		[MSG_task_cancel] = on_task_cancel,
		[MSG_task_retry] = on_task_retry,
		[MSG_task_approve] = on_task_approve,
		[MSG_task_reject] = on_task_reject,
		[MSG_task_answer] = on_task_answer,
		[MSG_attempt_prune] = on_attempt_prune,
		[MSG_leak_list] = on_leak_list,
		[MSG_task_wait] = on_task_wait,
		[MSG_task_log] = on_task_log,
		[MSG_events_follow] = on_events_follow,
		[MSG_slot_debug] = on_slot_debug,
		[MSG_agent_resume] = on_agent_resume,
		[MSG_mode_set] = on_mode_set,
		[MSG_slot_list] = show_slots,
		[MSG_status] = show_status,
		[MSG_note_list] = show_notes,
		[MSG_note_show] = show_note,
		[MSG_note_add] = on_note_add,
		[MSG_stop] = on_stop,
	},
	.on_closed = on_closed,
	.on_drained = on_drained,
};
