/* Prepared layers: see prepare.h. */
#include "prepare.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events.h"
#include "jobs.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "slots.h"
#include "transition.h"
#include "trash.h"

#define ABOUT_MAX	(512u << 10)	/* bytes of what is kept of a layer */

static char *
folder_of(const struct supervisor *supervisor)
{
	return str_format("%s/prepared/%s", supervisor->config.state, supervisor->config.project);
}

static char *
path_of(const struct supervisor *supervisor, const char *name)
{
	return str_format("%s/prepared/%s/%s", supervisor->config.state, supervisor->config.project, name);
}

/* ---- what is there ---- */

/* What the worker wrote of a layer, worker/layer_make.c; false: it cannot be read. */
static bool
read_about(const char *folder, struct prepared_layer *layer)
{
	char *path = str_format("%s/about", folder), *mark = str_format("%s/landed", folder);
	char *text = mem_zero(ABOUT_MAX + 1, 1), tree[80] = "";
	uintmax_t bytes, entries;
	FILE *file = fopen(path, "re");
	int end = -1;

	if (file != NULL) {
		text[fread(text, 1, ABOUT_MAX, file)] = '\0';
		fclose(file);
	}
	if (sscanf(text, "tree %64[0-9a-f]\nbytes %ju\nentries %ju\nmade %lf\nkey%n", tree, &bytes, &entries,
	    &layer->made, &end) == 4 && end > 0 && text[end] == '\n') {
		layer->bytes = bytes;
		layer->entries = entries;
		layer->tree = str_dup(tree);
		layer->key = str_dup(text + end + 1);
		layer->landed = access(mark, F_OK) == 0;
	}
	free(text);
	free(mark);
	free(path);
	return layer->key != NULL;
}

static bool
is_known(const struct prepared *prepared, const char *name)
{
	size_t i;

	for (i = 0; i < prepared->layer_count; i++)
		if (str_same(prepared->layers[i].name, name))
			return true;
	return false;
}

/* Adds it if it is whole. False: it is not a layer. */
static bool
load(struct supervisor *supervisor, const char *name)
{
	struct prepared_layer layer = { .name = str_dup(name) };
	char *path = path_of(supervisor, name);
	bool whole = name_valid(name) && strncmp(name, "making-", 7) != 0 && read_about(path, &layer);

	if (whole)
		prepared_add(&supervisor->prepared, &layer);
	free(layer.name);
	free(layer.key);
	free(layer.tree);
	free(path);
	return whole;
}

static int
by_time(const void *a, const void *b)
{
	const struct prepared_layer *left = a, *right = b;

	return left->made < right->made ? -1 : left->made > right->made;
}

/* Takes in what is new; while nothing is made, what is no layer goes. */
static void
look(struct supervisor *supervisor)
{
	struct prepared *prepared = &supervisor->prepared;
	char *folder = folder_of(supervisor), *path;
	DIR *entries = opendir(folder);
	struct dirent *entry;
	bool trash = false;

	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		if (entry->d_name[0] == '.' || is_known(prepared, entry->d_name) ||
		    load(supervisor, entry->d_name) || prepared_expected(prepared))
			continue;
		path = path_of(supervisor, entry->d_name);
		trash = trash_take(supervisor, path) || trash;
		free(path);
	}
	if (entries != NULL)
		closedir(entries);
	free(folder);
	if (prepared->layer_count > 1)
		qsort(prepared->layers, prepared->layer_count, sizeof(*prepared->layers), by_time);
	if (trash)
		trash_empty(supervisor);
}

void
prepare_init(struct supervisor *supervisor)
{
	char *top = str_format("%s/prepared", supervisor->config.state), *folder = folder_of(supervisor);

	if (supervisor->config.setup != NULL && ((mkdir(top, 0700) == -1 && access(top, F_OK) == -1) ||
	    (mkdir(folder, 0700) == -1 && access(folder, F_OK) == -1)))
		fatal("%s", folder);
	look(supervisor);
	free(folder);
	free(top);
}

void
prepare_release(struct supervisor *supervisor)
{
	prepared_release(&supervisor->prepared);
}

/* Its tree has landed: known again by the next supervisor. */
static void
mark_landed(const struct supervisor *supervisor, const char *name)
{
	char *path = str_format("%s/prepared/%s/%s/landed", supervisor->config.state,
	    supervisor->config.project, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	/* Lost, it costs another run of setup. */
	if (fd == -1)
		log_warn("cannot write %s", path);
	else
		close(fd);
	free(path);
}

char *
prepare_key(const struct supervisor *supervisor, char *const *locks)
{
	const struct config *config = &supervisor->config;

	return config->setup == NULL ? NULL : prepared_key(config->setup, config->setup_key, locks,
	    config->copy);
}

void
prepare_tip(struct supervisor *supervisor, const char *tree, char *const *locks)
{
	struct project *project = &supervisor->project;
	struct prepared *prepared = &supervisor->prepared;
	size_t i;

	free(project->key);
	project->key = tree != NULL ? prepare_key(supervisor, locks) : NULL;
	if (project->key != NULL && prepared_landed(prepared, tree, project->tree != NULL &&
	    !str_same(project->tree, tree)))
		for (i = 0; i < prepared->layer_count; i++)
			if (prepared->layers[i].landed)
				mark_landed(supervisor, prepared->layers[i].name);
	str_set(&project->tree, tree);
}

/* ---- running it ---- */

static struct prepared_wanted
tip_wants(const struct supervisor *supervisor)
{
	return (struct prepared_wanted){ supervisor->project.key, supervisor->project.tree, true };
}

/* Is the key that of the tip? Then what is made for the tip will do, and is everybody's. */
static bool
is_tips(const struct supervisor *supervisor, const struct gate *gate)
{
	return str_same(gate->key, supervisor->project.key);
}

static struct prepared_wanted
gate_wants(const struct supervisor *supervisor, const struct gate *gate)
{
	return is_tips(supervisor, gate) ? tip_wants(supervisor) :
	    (struct prepared_wanted){ gate->key, gate->tree, false };
}

static void
record(struct supervisor *supervisor, const char *event, const struct slot *slot, const char *reason)
{
	store_begin(supervisor->store);
	events_record(supervisor, &(struct event_row){ .event = event, .slot = slot->name, .reason = reason });
	transition_commit(supervisor);
}

static void
start(struct supervisor *supervisor, struct slot *slot, const struct prepared_wanted *wanted,
    const char *tip, char **trees)
{
	uint64_t number = ++supervisor->prepare_serial;
	char *name = str_format("%ju-%ju", (uintmax_t)supervisor->fence, (uintmax_t)number);

	prepared_begin(&supervisor->prepared, wanted);
	supervisor->prepare_stopped = false;
	record(supervisor, "setup.start", slot, NULL);
	jobs_start_prepare(supervisor, slot, &(struct prepare_job){ supervisor->fence << 20 | number, name,
	    wanted->key, tip, wanted->tree, trees });
	free(name);
}

/* When somebody has to look again, at the latest. */
static void
look_again(struct supervisor *supervisor, uint64_t again)
{
	if (again != 0 && (supervisor->prepare_again == 0 || again < supervisor->prepare_again))
		supervisor->prepare_again = again;
}

static void
use(struct supervisor *supervisor, struct slot *slot, const struct prepared_wanted *wanted, uint64_t now)
{
	struct prepared_decision decision;

	slot->prepared[0] = '\0';
	if (wanted->key == NULL)
		return;
	decision = prepared_decide(&supervisor->prepared, wanted, now);
	if (decision.answer == PREPARED_READY)
		snprintf(slot->prepared, sizeof(slot->prepared), "%s",
		    supervisor->prepared.layers[decision.layer].name);
}

bool
prepare_tip_ready(struct supervisor *supervisor, uint64_t now)
{
	struct prepared_wanted wanted = tip_wants(supervisor);
	struct prepared_decision decision;
	struct slot *slot;

	if (wanted.key == NULL)
		return true;
	decision = prepared_decide(&supervisor->prepared, &wanted, now);
	look_again(supervisor, decision.again);
	if (decision.answer == PREPARED_MAKE && (slot = slots_free(supervisor, false)) != NULL)
		start(supervisor, slot, &wanted, supervisor->project.tip, supervisor->project.trees);
	return decision.answer == PREPARED_READY;
}

void
prepare_use_tip(struct supervisor *supervisor, struct slot *slot, uint64_t now)
{
	struct prepared_wanted wanted = tip_wants(supervisor);

	use(supervisor, slot, &wanted, now);
}

/* One before it in the line brings the same key: if that lands, what was made for it will do. */
static bool
waits_for_other(const struct supervisor *supervisor, const struct gate *gate)
{
	const struct gate *other;

	for (other = supervisor->gates; other != gate; other = other->next)
		if (str_same(other->key, gate->key))
			return true;
	return false;
}

static void
start_for_gate(struct supervisor *supervisor, const struct gate *gate, const struct prepared_wanted *wanted)
{
	/* Its own slot, or one that no attempt has. */
	struct slot *slot = slots_free(supervisor, true);

	if (slot == NULL)
		slot = slots_free(supervisor, false);
	if (slot == NULL)
		return;
	if (wanted->landed)
		start(supervisor, slot, wanted, supervisor->project.tip, supervisor->project.trees);
	else if (!waits_for_other(supervisor, gate))
		start(supervisor, slot, wanted, gate->tip, gate->trees);
}

bool
prepare_gate_ready(struct supervisor *supervisor, struct gate *gate, uint64_t now, const char **failed)
{
	struct prepared_wanted wanted = gate_wants(supervisor, gate);
	struct prepared_decision decision;

	*failed = NULL;
	if (wanted.key == NULL)
		return true;
	decision = prepared_decide(&supervisor->prepared, &wanted, now);
	look_again(supervisor, decision.again);
	/* When it is not the change's fault, a service can wait, and its work is not done again. */
	if (decision.answer == PREPARED_GIVEN_UP && (!wanted.landed || supervisor->one_shot))
		*failed = decision.reason;
	if (decision.answer == PREPARED_MAKE)
		start_for_gate(supervisor, gate, &wanted);
	return decision.answer == PREPARED_READY;
}

void
prepare_use_gate(struct supervisor *supervisor, struct slot *slot, const struct gate *gate, uint64_t now)
{
	struct prepared_wanted wanted = gate_wants(supervisor, gate);

	use(supervisor, slot, &wanted, now);
}

/* Does anybody still want what is being made? */
static bool
is_wanted(struct supervisor *supervisor, uint64_t now)
{
	const struct prepared *prepared = &supervisor->prepared;
	const struct gate *gate;

	if (prepared->making_landed)
		return str_same(prepared->making_key, supervisor->project.key);
	for (gate = supervisor->gates; gate != NULL; gate = gate->next) {
		struct prepared_wanted wanted = gate_wants(supervisor, gate);

		if (str_same(wanted.key, prepared->making_key) && str_same(wanted.tree, prepared->making_tree))
			return prepared_decide(&supervisor->prepared, &wanted, now).answer != PREPARED_READY;
	}
	return str_same(prepared->making_tree, supervisor->project.tree);
}

static void
stop_unwanted(struct supervisor *supervisor, uint64_t now)
{
	size_t i;

	if (!prepared_expected(&supervisor->prepared) || supervisor->prepare_stopped ||
	    is_wanted(supervisor, now))
		return;
	for (i = 0; i < supervisor->slot_count; i++) {
		struct slot *slot = supervisor->slots[i];

		if (slot->prepare && slot->peer != NULL)
			peer_send(slot->peer, MSG_job_stop, &(struct msg_job_stop){ .attempt = slot->attempt,
			    .fence = supervisor->fence, .why = "nobody needs it any more" });
	}
	supervisor->prepare_stopped = true;
}

/* In the background: with a slot that nobody has, while the old layer is used. */
static void
renew(struct supervisor *supervisor, uint64_t now)
{
	struct prepared_wanted wanted = tip_wants(supervisor);
	struct prepared_decision decision;
	struct slot *slot = NULL;

	/* A run would wait for it at its end. */
	if (supervisor->one_shot || wanted.key == NULL || supervisor->project.landed == NULL ||
	    !str_same(supervisor->project.tip, supervisor->project.landed))
		return;
	decision = prepared_decide(&supervisor->prepared, &wanted, now);
	if (decision.answer != PREPARED_READY || !prepared_is_old(&supervisor->prepared, decision.layer,
	    supervisor->config.setup_renew))
		return;
	slot = slots_free(supervisor, false);
	if (slot == NULL && supervisor->gates == NULL)
		slot = slots_free(supervisor, true);
	if (slot != NULL)
		start(supervisor, slot, &wanted, supervisor->project.tip, supervisor->project.trees);
}

/* Does a slot that has a job have this layer, or a worker that we do not know of? */
static bool
in_use(const struct supervisor *supervisor, const char *name)
{
	char *path = path_of(supervisor, name);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool used = fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1;
	size_t i;

	if (fd != -1)
		close(fd);
	for (i = 0; i < supervisor->slot_count && !used; i++)
		used = supervisor->slots[i]->state != SLOT_IDLE && str_same(supervisor->slots[i]->prepared, name);
	free(path);
	return used;
}

/* What was left by a worker that died is looked at first, with the layer it had. */
static bool
all_slots_up(const struct supervisor *supervisor)
{
	size_t i;

	for (i = 0; i < supervisor->slot_count; i++) {
		enum slot_state state = supervisor->slots[i]->state;

		if (state != SLOT_IDLE && state != SLOT_BUSY && state != SLOT_SAVING)
			return false;
	}
	return true;
}

static void
remove_surplus(struct supervisor *supervisor)
{
	struct prepared *prepared = &supervisor->prepared;
	/* Of a setup that the configuration has no more, none. */
	size_t keep = supervisor->config.setup != NULL ? PREPARED_KEEP : 0, i;
	bool any = false;
	char *path;

	if (prepared->layer_count <= keep || !all_slots_up(supervisor))
		return;
	for (i = 0; i < prepared->layer_count; i++)
		prepared->layers[i].in_use = in_use(supervisor, prepared->layers[i].name);
	while ((i = prepared_surplus(prepared, keep)) < prepared->layer_count) {
		path = path_of(supervisor, prepared->layers[i].name);
		log_info("event=setup.removed layer=%s", prepared->layers[i].name);
		any = trash_take(supervisor, path) || any;
		prepared_drop(prepared, i);
		free(path);
	}
	if (any)
		trash_empty(supervisor);
}

void
prepare_run(struct supervisor *supervisor, uint64_t now)
{
	stop_unwanted(supervisor, now);
	renew(supervisor, now);
	remove_surplus(supervisor);
}

bool
prepare_awaited(struct supervisor *supervisor, uint64_t now)
{
	struct prepared_wanted wanted = tip_wants(supervisor);
	enum prepared_answer answer;

	if (prepared_expected(&supervisor->prepared))
		return true;
	if (wanted.key == NULL || supervisor->counts[TASK_PENDING] == 0)
		return false;
	answer = prepared_decide(&supervisor->prepared, &wanted, now).answer;
	return answer == PREPARED_MAKE || answer == PREPARED_WAIT;
}

/* ---- how it ended ---- */

void
prepare_finished(struct supervisor *supervisor, struct slot *slot, const struct msg_job_result *result)
{
	struct prepared *prepared = &supervisor->prepared;
	bool ours = slot->prepare && slot->attempt == result->attempt, landed = prepared->making_landed;
	bool stopped = str_same(result->outcome, "stopped"), made = str_same(result->outcome, "pass");
	char *reason = NULL;

	if (ours && made && load(supervisor, slot->prepared)) {
		prepared_end(prepared, NULL, true, clock_monotonic());
		prepared->layers[prepared->layer_count - 1].landed = landed;
		if (landed)
			mark_landed(supervisor, slot->prepared);
		record(supervisor, "setup.done", slot, NULL);
	} else if (ours) {
		reason = str_format("setup failed: %s%s%s (%s/logs/%s/setup-%ju.log)",
		    made ? "what it made is not there" : result->outcome, result->reason ? ": " : "",
		    result->reason ? result->reason : "", supervisor->config.state,
		    supervisor->config.project, (uintmax_t)slot->number);
		prepared_end(prepared, reason, !stopped, clock_monotonic());
		record(supervisor, stopped ? "setup.stopped" : "setup.failed", slot,
		    stopped ? result->reason : reason);
	}
	free(reason);
	slot->prepare = slot->prepare && !ours;
	slots_saved(supervisor, slot);
	slot->prepared[0] = '\0';
	/* And what a worker made for the supervisor before this one. */
	look(supervisor);
}

void
prepare_lost(struct supervisor *supervisor, struct slot *slot)
{
	slot->prepare = false;
	prepared_end(&supervisor->prepared, "setup failed: its worker died", true, clock_monotonic());
	record(supervisor, "setup.failed", slot, "its worker died");
}

char *
prepare_words(struct supervisor *supervisor)
{
	struct prepared_wanted wanted = tip_wants(supervisor);
	struct prepared_decision decision;

	if (wanted.key == NULL)
		return NULL;
	decision = prepared_decide(&supervisor->prepared, &wanted, clock_monotonic());
	if (decision.answer == PREPARED_READY)
		return NULL;
	if (decision.reason != NULL)
		return str_format("%s; %s", decision.reason, prepared_expected(&supervisor->prepared) ?
		    "it runs again now" : "it is run again after a while, or when the branch moves");
	return str_dup(prepared_expected(&supervisor->prepared) ? "setup, which runs now" :
	    "setup, which has not run");
}
