/* Slots and their workers: see slots.h. */
#include "slots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adoption.h"
#include "cgroups.h"
#include "handing.h"
#include "holders.h"
#include "outcome.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "spawn.h"
#include "told.h"

#define LOCKED_RETRY_MS	50	/* a sandbox that is dying is gone soon */
#define LOCKED_SOON	40	/* looks, then less often: it is a worker that goes on */
#define LOCKED_LATER_MS	1000
#define VERIFY_USERS	512u	/* numbers of users of agents; those of verify slots come behind */

struct slot *
slots_find(struct supervisor *supervisor, const char *name)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++)
		if (str_same(supervisor->slots[i]->name, name))
			return supervisor->slots[i];
	return NULL;
}

static void
on_timer(void *context)
{
	struct slot *slot = context;

	if (slot->state == SLOT_SAVING) {
		slot->result.accept_sent = false;
		handing_over(slot->supervisor, slot);
	} else {
		slots_event(slot, SLOT_TIMER);
	}
}

static struct slot *
slot_add(struct supervisor *supervisor, const char *name, struct project *project, bool retired)
{
	struct slot *slot = mem_zero(1, sizeof(*slot));

	slot->supervisor = supervisor;
	snprintf(slot->name, sizeof(slot->name), "%s", name);
	slot->verify = project != NULL;
	slot->project = project;
	slot->retired = retired;
	slot->pidfd = -1;
	slot->timer = watch_timer(supervisor->loop, on_timer, slot);
	supervisor->slots = mem_resize(supervisor->slots, supervisor->slot_count + 1, sizeof(slot));
	supervisor->slots[supervisor->slot_count++] = slot;
	return slot;
}

/* An attempt that was open when the last supervisor ended belongs to its slot. */
static void
slot_claim(void *context, const struct attempt_state *attempt)
{
	struct supervisor *supervisor = context;
	struct slot *slot = slots_find(supervisor, attempt->slot);

	if (slot == NULL)
		slot = slot_add(supervisor, attempt->slot, NULL, true);
	if (slot->attempt != 0)
		fatalx("state database: slot %s has two open attempts", slot->name);
	slot->attempt = attempt->id;
	slot->number = attempt->number;
	slot->task = supervisor->tasks[attempt->task - 1];
	slot->since = attempt->started;
}

void
slots_init(struct supervisor *supervisor)
{
	uint64_t i, verify = 0;
	char name[32];
	size_t at;

	for (i = 0; i < supervisor->config.slots; i++) {
		snprintf(name, sizeof(name), "%ju", (uintmax_t)i);
		slot_add(supervisor, name, NULL, false);
	}
	for (at = 0; at < supervisor->project_count; at++) {
		struct project *project = supervisor->projects[at];

		for (i = 0; i < project->config->verify_slots; i++) {
			snprintf(name, sizeof(name), "v%ju", (uintmax_t)verify++);
			slot_add(supervisor, name, project, false);
		}
	}
	store_each_attempt(supervisor->store, 0, slot_claim, supervisor);
}

static void
result_clear(struct result *result)
{
	free(result->outcome);
	free(result->reason);
	free(result->base);
	free(result->commit);
	free(result->output);
	free(result->sandbox);
	free(result->refused);
	told_release(result);
	*result = (struct result){ 0 };
}

void
slots_release(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		free(slot->progress);
		adoption_end(slot);
		peer_free(slot->peer);
		watch_free(slot->timer);
		result_clear(&slot->result);
		free(slot->tip);
		free(slot);
	}
	free(supervisor->slots);
	free(supervisor->stops);
}

/* ---- starting a worker ---- */

/* The slot's lock: our worker's from now on. -1 when something still holds it. */
static int
lock_slot(struct slot *slot)
{
	char *folder = str_format("%s/slots/%s", slot->supervisor->config.state, slot->name);
	char *path = str_format("%s/lock", folder);
	int fd;

	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		fatal("%s", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		fatal("%s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		close(fd);
		fd = -1;
		/* A dying sandbox is gone by the second look; who is there still, stays for ever. */
		if (slot->state == SLOT_DOWN && ++slot->locked > 1)
			holders_kill(path);
	} else {
		slot->locked = 0;
	}
	free(folder);
	free(path);
	return fd;
}

size_t
slots_index(const struct slot *slot)
{
	return strtoul(slot->name + (slot->name[0] == 'v'), NULL, 10);
}

/* The number of its user, as root; that of slot v3 is another than that of slot 3. */
static uid_t
slot_user(const struct slot *slot)
{
	return slot->supervisor->first_user + (slot->name[0] == 'v' ? VERIFY_USERS : 0) +
	    (uid_t)(slots_index(slot) % VERIFY_USERS);
}

static void
spawn(struct slot *slot)
{
	struct supervisor *supervisor = slot->supervisor;
	char *path, *name, *cgroup, user[16], orphan[24];
	int pair[2], lock;

	if (supervisor->stopping)
		return;
	if ((lock = lock_slot(slot)) == -1) {
		slots_event(slot, adoption_try(slot) ? SLOT_ADOPTED : SLOT_LOCK_HELD);
		return;
	}
	path = spawn_find(supervisor->folder, "orch-worker");
	cgroup = cgroups_slot(supervisor, slot->name);
	if (supervisor->first_user != 0)
		snprintf(user, sizeof(user), "%u", (unsigned)slot_user(slot));
	{
		const char *argv[16] = { "orch-worker", "-s", slot->name, "-S", supervisor->config.state,
		    "-R", supervisor->config.runtime, "-w", supervisor->overlay ? "overlay" : "checkout" };
		size_t count = 9;

		if (supervisor->first_user != 0) {
			argv[count++] = "-u";
			argv[count++] = user;
		}
		if (!supervisor->sandboxed)
			argv[count++] = "-n";
		if (supervisor->config.orphans != 0 && !supervisor->one_shot) {
			snprintf(orphan, sizeof(orphan), "%ju", (uintmax_t)supervisor->config.orphans);
			argv[count++] = "-o";
			argv[count++] = orphan;
		}
		if (cgroup != NULL) {
			argv[count++] = "-G";
			argv[count++] = cgroup;
		}
		if (supervisor->debug)
			argv[count++] = "-d";
		if (spawn_socketpair(pair) == -1)
			fatal("socketpair");
		slot->pid = spawn_program(path, (char *const *)(uintptr_t)argv, pair[1], lock);
	}
	close(pair[1]);
	close(lock);
	if (slot->pid == -1)
		fatal("%s", path);
	name = str_format("worker %s", slot->name);
	slot->peer = peer_new(supervisor->loop, pair[0], ROLE_SUPERVISOR, ROLE_WORKER, name,
	    supervisor->calls->worker, slot);
	/* It outlives us once it has heard us, and the next one has to know it then. */
	if (supervisor->config.orphans != 0 && !supervisor->one_shot)
		adoption_record(slot);
	slot->dismissed = false;
	peer_send(slot->peer, MSG_hello, &(struct msg_hello){ .version = PROTOCOL_VERSION,
	    .role = "supervisor", .fence = supervisor->fence });
	free(name);
	free(cgroup);
	free(path);
	slots_event(slot, SLOT_SPAWNED);
}

void
slots_event(struct slot *slot, enum slot_event event)
{
	struct slot_step step = slot_step(slot->state, event);

	if (!step.possible) {
		log_debug("slot=%s state=%s event=%s why=ignored", slot->name,
		    slot_state_name(slot->state), slot_event_name(event));
		return;
	}
	slot->state = step.next;
	if (step.actions & SLOT_ARM)
		watch_in(slot->timer, event != SLOT_LOCK_HELD ? backoff_ms(slot->failures) :
		    slot->locked < LOCKED_SOON ? LOCKED_RETRY_MS : LOCKED_LATER_MS);
	if (step.actions & SLOT_SPAWN)
		spawn(slot);
}

void
slots_spawn_all(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++)
		spawn(supervisor->slots[i]);
}

/* ---- which one ---- */

struct slot *
slots_free(struct supervisor *supervisor, const struct project *project)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		/* Between the end of its connection and the news of its own it is still IDLE. */
		if (slot->state == SLOT_IDLE && slot->peer != NULL && slot->project == project &&
		    !slot->retired)
			return slot;
	}
	return NULL;
}

struct slot *
slots_by_attempt(struct supervisor *supervisor, uint64_t attempt)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++)
		if (supervisor->slots[i]->attempt == attempt && attempt != 0)
			return supervisor->slots[i];
	return NULL;
}

/* ---- ends ---- */

void
slots_saved(struct supervisor *supervisor, struct slot *slot)
{
	if (slot->peer != NULL)
		peer_send(slot->peer, MSG_job_saved, &(struct msg_job_saved){
		    .attempt = slot->result.attempt, .fence = supervisor->fence });
	result_clear(&slot->result);
	slot->attempt = 0;
	slot->task = NULL;
	slot->gate = NULL;
	slot->hook = NULL;
	slots_event(slot, SLOT_SAVED);
}

struct slot *
slots_exited(struct supervisor *supervisor, pid_t pid, int status)
{
	struct slot *slot = NULL;
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++)
		if (supervisor->slots[i]->pid == pid)
			slot = supervisor->slots[i];
	if (slot == NULL)
		return NULL;
	if (!supervisor->stopping)
		log_warnx("slot=%s event=exit status=%d signal=%d wait=%jums", slot->name,
		    WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		    (uintmax_t)backoff_ms(slot->failures + 1));
	slots_gone(slot);
	return slot;
}

void
slots_gone(struct slot *slot)
{
	slot->failures++;
	slot->frozen = false;
	slot->freeze_serial = 0;
	adoption_end(slot);
	peer_free(slot->peer);
	slot->peer = NULL;
	slot->pid = 0;
	if (slot->gate != NULL || slot->prepare != NULL || slot->hook != NULL) {
		slot->task = NULL;
		slot->attempt = 0;
	}
	result_clear(&slot->result);
	slots_event(slot, SLOT_EXIT);
}

void
slots_stop_all(struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		/*
		 * Else it would wait for another supervisor. The connection stays: at its
		 * end what was sent before may be lost, when the other side writes.
		 */
		if (slot->peer != NULL)
			peer_send(slot->peer, MSG_worker_leave,
			    &(struct msg_worker_leave){ .fence = supervisor->fence });
		else if (slot->pid > 0)
			kill(slot->pid, SIGTERM);
		else if (slot->state == SLOT_LOCKED)
			adoption_dismiss(slot);
	}
}

void
slots_check_end(struct supervisor *supervisor)
{
	size_t i;

	if (!supervisor->stopping)
		return;
	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->pid != 0)
			return;
	for (i = 0; i < supervisor->slot_count; i++)
		if (supervisor->slots[i]->pid != 0)
			return;
	loop_stop(supervisor->loop);
}
