/* Room on the machine, and who waits for it: see admitting.h. */
#include "admitting.h"

#include <stdlib.h>

#include "admission.h"
#include "events.h"
#include "protocol/mem.h"
#include "readings.h"
#include "transition.h"

#define PLEDGED_MS	2000u	/* from an attempt's start until its memory is taken */

struct admitting {
	struct readings readings;
	uint64_t relieved_at;		/* clock_monotonic; 0: never */
	uint64_t pledged, pledged_at;	/* bytes that those which started last may take; and when */
	enum admission_wait wait;	/* by the last look */
	char *words;			/* what is short and something waits for; NULL: nothing */
};

static struct admitting *
state_of(struct supervisor *supervisor)
{
	if (supervisor->admitting == NULL)
		supervisor->admitting = mem_zero(1, sizeof(*supervisor->admitting));
	return supervisor->admitting;
}

static void
look(struct supervisor *supervisor, uint64_t now)
{
	struct admitting *admitting = state_of(supervisor);

	readings_take(supervisor->config.state, &admitting->readings);
	/* By now it has what it wants, or it is seen that it does not want it. */
	if (now >= admitting->pledged_at + PLEDGED_MS)
		admitting->pledged = 0;
}

static void
record(struct supervisor *supervisor, const struct event_row *row)
{
	store_begin(supervisor->store);
	events_record(supervisor, row);
	transition_commit(supervisor);
}

bool
admitting_allows(struct supervisor *supervisor, uint64_t now)
{
	const struct admission_rules *rules = &supervisor->config.admission;
	struct admitting *admitting = state_of(supervisor);
	bool waited = admitting->words != NULL;

	look(supervisor, now);
	admitting->wait = admission_decide(rules, &admitting->readings, admitting->pledged);
	if (!waited)
		return admitting->wait == ADMISSION_GO;
	free(admitting->words);
	admitting->words = admission_words(admitting->wait, rules, &admitting->readings);
	if (admitting->wait == ADMISSION_GO)
		record(supervisor, &(struct event_row){ .event = "admission.goes_on" });
	return admitting->wait == ADMISSION_GO;
}

void
admitting_waits(struct supervisor *supervisor)
{
	struct admitting *admitting = state_of(supervisor);

	if (admitting->words != NULL || admitting->wait == ADMISSION_GO)
		return;
	admitting->words = admission_words(admitting->wait, &supervisor->config.admission,
	    &admitting->readings);
	record(supervisor, &(struct event_row){ .event = "admission.waits", .reason = admitting->words });
}

void
admitting_started(struct supervisor *supervisor, uint64_t memory)
{
	state_of(supervisor)->pledged += memory;
	state_of(supervisor)->pledged_at = clock_monotonic();
}

void
admitting_idle(struct supervisor *supervisor)
{
	str_set(&state_of(supervisor)->words, NULL);
}

const char *
admitting_words(const struct supervisor *supervisor)
{
	return supervisor->admitting != NULL ? supervisor->admitting->words : NULL;
}

/* ---- freezing ---- */

static void
send(struct slot *slot, bool freeze)
{
	struct supervisor *supervisor = slot->supervisor;

	slot->frozen = freeze;
	slot->freeze_serial = ++supervisor->looks;
	peer_send(slot->peer, MSG_worker_look, &(struct msg_worker_look){ .serial = slot->freeze_serial,
	    .fence = supervisor->fence, .freeze = freeze, .thaw = !freeze });
}

void
admitting_thaw(struct slot *slot)
{
	if (slot->peer != NULL)
		peer_send(slot->peer, MSG_worker_look, &(struct msg_worker_look){
		    .serial = ++slot->supervisor->looks, .fence = slot->supervisor->fence, .thaw = true });
}

uint64_t
admitting_relieve(struct supervisor *supervisor, uint64_t now)
{
	struct admitting *admitting = state_of(supervisor);
	struct admission_run *runs = mem_zero(supervisor->slot_count + 1, sizeof(*runs));
	struct slot **slots = mem_zero(supervisor->slot_count + 1, sizeof(struct slot *));
	size_t count = 0, frozen = 0, which, i;
	enum admission_relief relief = ADMISSION_LEAVE;

	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		if (slot->state != SLOT_BUSY || slot->verify || slot->prepare || slot->hook || slot->task == NULL ||
		    slot->peer == NULL)
			continue;
		runs[count] = (struct admission_run){ (unsigned)slot->task->spec.priority, slot->since, slot->frozen };
		frozen += slot->frozen;
		slots[count++] = slot;
	}
	if ((supervisor->config.admission.freeze || frozen > 0) && count > 0 &&
	    (admitting->relieved_at == 0 || now >= admitting->relieved_at + ADMITTING_LOOK_MS)) {
		look(supervisor, now);
		admitting->relieved_at = now;
		relief = admission_relieve(&supervisor->config.admission, &admitting->readings, runs, count, &which);
		if (relief != ADMISSION_LEAVE)
			send(slots[which], relief == ADMISSION_FREEZE);
	}
	free(slots);
	free(runs);
	return count > 0 && (supervisor->config.admission.freeze || frozen > 0) ?
	    now + ADMITTING_LOOK_MS : UINT64_MAX;
}

void
admitting_answer(struct slot *slot, const struct msg_worker_seen *seen)
{
	if (slot->freeze_serial == 0 || seen->serial != slot->freeze_serial)
		return;
	slot->freeze_serial = 0;
	/* Between two of its commands there is nothing to freeze: the next look tries again. */
	if (seen->problem != NULL) {
		slot->frozen = false;
		return;
	}
	if (slot->task != NULL)
		record(slot->supervisor, &(struct event_row){ .event = slot->frozen ? "attempt.frozen" :
		    "attempt.thawed", .task = slot->task->spec.id, .attempt = slot->number,
		    .slot = slot->name, .reason = slot->frozen ? "memory is short, and it is the least urgent" :
		    "memory is there again" });
}

void
admitting_release(struct supervisor *supervisor)
{
	if (supervisor->admitting == NULL)
		return;
	free(supervisor->admitting->words);
	free(supervisor->admitting);
}
