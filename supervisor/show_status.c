/* The supervisor, its projects, its slots: see show_status.h. */
#include "show_status.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admitting.h"
#include "calling.h"
#include "clients.h"
#include "modes.h"
#include "pauses.h"
#include "prepare.h"
#include "projects.h"
#include "protocol/mem.h"
#include "show.h"

/* Whose job it has, or whose trees it proves; NULL: nobody's. */
static const struct project *
project_of(const struct slot *slot)
{
	return slot->prepare != NULL ? slot->prepare : slot->task != NULL ? slot->task->project :
	    slot->project;
}

/* The slots of all, or that do something for this project; the caller frees. */
static size_t
slot_rows(const struct supervisor *supervisor, const struct project *project,
    struct record_slot_row **out)
{
	struct record_slot_row *rows = mem_zero(supervisor->slot_count, sizeof(*rows));
	size_t i, count = 0;

	for (i = 0; i < supervisor->slot_count; i++) {
		const struct slot *slot = supervisor->slots[i];
		const struct project *own = project_of(slot);
		struct record_slot_row *row;

		if (project != NULL && own != project)
			continue;
		row = &rows[count++];
		*row = (struct record_slot_row){ .slot = slot->name,
		    .state = slot->frozen ? "frozen" : slot_state_name(slot->state), .pid = (uint64_t)slot->pid,
		    .kind = slot->prepare ? "setup" : slot->hook ? "hook" : slot->verify ? "verify" : "agent",
		    .project = own != NULL ? projects_label(own) : NULL };
		if (slot->prepare)
			row->seconds = clock_wall() - slot->since;
		if (slot->task == NULL)
			continue;
		row->task = slot->task->spec.id;
		row->number = slot->number;
		row->seconds = clock_wall() - slot->since;
		row->progress = slot->state != SLOT_BUSY || slot->gate != NULL ? NULL :
		    str_same(slot->at, "verify") ? "its verify command runs" : slot->progress;
	}
	*out = rows;
	return count;
}

void
show_slots(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	const char *name = message->slot_list.project;
	struct record_slot_row *rows;
	size_t count;

	if (!show_knows(client, request, name))
		return;
	count = slot_rows(client->supervisor, name != NULL ? projects_find(client->supervisor, name) : NULL,
	    &rows);
	peer_reply(peer, MSG_slot_list, request, &(struct reply_slot_list){ .slots = { rows, count } });
	free(rows);
}

/* The layers that setup made, and what all of them take. */
static struct records
prepared_rows(const struct project *project, struct arena *arena, uint64_t *bytes)
{
	const struct prepared *prepared = &project->prepared;
	const struct prepared_wanted tip = { project->key, project->tree, true };
	struct record_prepared_row *rows = arena_zero(arena, prepared->layer_count + 1, sizeof(*rows));
	size_t i;

	*bytes = 0;
	for (i = 0; i < prepared->layer_count; i++) {
		const struct prepared_layer *layer = &prepared->layers[i];

		rows[i] = (struct record_prepared_row){ .name = layer->name, .bytes = layer->bytes,
		    .current = tip.key != NULL && prepared_fits(layer, &tip), .entries = layer->entries,
		    .made = layer->made };
		*bytes += layer->bytes;
	}
	return (struct records){ rows, prepared->layer_count };
}

/* What is paused, drained or halted: all of it, or what holds for this project, or for agents. */
static struct records
mode_rows(const struct supervisor *supervisor, const char *project, struct arena *arena)
{
	struct record_mode_row *rows = arena_zero(arena, supervisor->hold_count + 1, sizeof(*rows));
	size_t i, count = 0;

	for (i = 0; i < supervisor->hold_count; i++) {
		const struct hold *hold = &supervisor->holds[i];

		if (hold->mode != MODE_NORMAL && (project == NULL || hold->kind != HOLD_PROJECT ||
		    str_same(hold->name, project)))
			rows[count++] = (struct record_mode_row){ .kind = modes_kind_name(hold->kind),
			    .name = hold->name, .mode = mode_name(hold->mode), .who = hold->who,
			    .why = hold->why, .since = hold->since, .tripped = hold->tripped,
			    .until = hold->until };
	}
	return (struct records){ rows, count };
}

static struct records
count_rows(const size_t *counts, struct arena *arena)
{
	struct record_count_row *rows = arena_zero(arena, TASK_STATES, sizeof(*rows));
	size_t i;

	for (i = 0; i < TASK_STATES; i++)
		rows[i] = (struct record_count_row){ task_state_name((enum task_state)i), counts[i] };
	return (struct records){ rows, TASK_STATES };
}

/* One word for how a project is. */
static const char *
state_text(const struct project *project)
{
	const enum mode mode = modes_of(project);

	if (project->supervisor->stopping)
		return "STOPPING";
	if (mode != MODE_NORMAL)
		return mode_name(mode);
	return project->state == PROJECT_OPEN ? "NORMAL" : "OPENING";
}

/* And for all of them: what a person has said, else how those are that can do something. */
static const char *
mode_text(const struct supervisor *supervisor)
{
	const enum mode mode = modes_own(supervisor, (struct hold_scope){ HOLD_ALL, NULL });
	size_t i;

	if (supervisor->project_count == 1)
		return state_text(supervisor->projects[0]);
	if (supervisor->stopping)
		return "STOPPING";
	if (mode != MODE_NORMAL)
		return mode_name(mode);
	for (i = 0; i < supervisor->project_count; i++)
		if (supervisor->projects[i]->state == PROJECT_OPEN)
			return "NORMAL";
	return "OPENING";
}

/* Takes over `text`. */
static const char *
into(struct arena *arena, char *text)
{
	const char *copy = text != NULL ? arena_copy(arena, text, strlen(text)) : NULL;

	free(text);
	return copy;
}

/* Of one project, or of all: "none", "bubblewrap", or that and who has none. */
static const char *
sandbox_words(const struct supervisor *supervisor, const struct project *project, struct arena *arena)
{
	struct buffer words;
	char word[CONFIG_WORD];
	const char *copy;
	size_t without = 0, i;

	buffer_init(&words);
	for (i = 0; project == NULL && i < supervisor->project_count; i++)
		if (supervisor->projects[i]->config->sandbox == SANDBOX_NONE) {
			buffer_format(&words, "; none for %s", supervisor->projects[i]->config->name);
			without++;
		}
	if (project != NULL || without == 0 || without == supervisor->project_count) {
		project = project != NULL ? project : supervisor->projects[0];
		copy = into(arena, str_dup(config_word("sandbox", project->config->sandbox, word)));
	} else {
		copy = into(arena, str_format("%s%s", config_word("sandbox", SANDBOX_BUBBLEWRAP, word),
		    buffer_text(&words)));
	}
	buffer_release(&words);
	return copy;
}

/* Why nothing lands: commitd is silent, its repository is another one, or the upstream takes nothing. */
static const char *
stalled_words(const struct project *project, struct arena *arena)
{
	if (calling_silent(project))
		return into(arena, calling_words(project));
	return project->lacks != NULL ? project->lacks : project->stalled;
}

static void
project_row(struct project *project, struct arena *arena, struct record_project_row *row)
{
	const struct config_project *config = project->config;

	*row = (struct record_project_row){ .name = config->name, .state = state_text(project),
	    .why = project->unopened, .upstream = config->upstream, .branch = config->branch,
	    .repository = into(arena, str_format("%s/projects/%s/repository.git",
	    project->supervisor->config.state, config->name)), .tip = project->tip,
	    .stalled = stalled_words(project, arena),
	    .setup = into(arena, prepare_words(project)), .weight = config->weight, .cap = config->slots,
	    .running = schedule_group_running(project->supervisor->schedule, project->group),
	    .human_interventions = project->interventions, .escalations = project->escalations,
	    .tasks = count_rows(project->counts, arena) };
	row->sandbox = sandbox_words(project->supervisor, project, arena);
	row->prepared = prepared_rows(project, arena, &row->prepared_bytes);
}

/* What there is of a project that is the only one meant. */
static void
fill_one(struct reply_status *reply, const struct record_project_row *row)
{
	reply->project = row->name;
	reply->upstream = row->upstream;
	reply->branch = row->branch;
	reply->repository = row->repository;
	reply->tip = row->tip;
	reply->stalled = row->stalled;
	reply->setup = row->setup;
	reply->prepared = row->prepared;
	reply->prepared_bytes = row->prepared_bytes;
	reply->tasks = row->tasks;
}

void
show_status(void *context, struct peer *peer, uint64_t request, const struct message *message)
{
	struct client *client = context;
	struct supervisor *supervisor = client->supervisor;
	const char *name = message->status.project;
	struct record_project_row rows[PROJECTS_MOST];
	struct reply_status reply;
	struct record_slot_row *slots;
	struct arena arena;
	size_t count = 0, i;
	char **paused;

	if (!show_knows(client, request, name))
		return;
	arena_init(&arena);
	paused = pauses_texts(supervisor);
	reply = (struct reply_status){ .mode = mode_text(supervisor), .fence = supervisor->fence,
	    .pid = (uint64_t)getpid(), .workspace = supervisor->workspace,
	    .sandbox = sandbox_words(supervisor,
	    name != NULL ? projects_find(supervisor, name) : NULL, &arena),
	    .limits = supervisor->limits, .no_room = admitting_words(supervisor), .paused = paused, .modes = mode_rows(supervisor, name, &arena),
	    .flaky = store_verdict_count(supervisor->store, "FLAKY"),
	    .seconds = clock_wall() - supervisor->started, .tasks = count_rows(supervisor->counts, &arena) };
	for (i = 0; i < supervisor->project_count; i++) {
		struct project *project = supervisor->projects[i];

		if (name != NULL && !str_same(name, project->config->name))
			continue;
		project_row(project, &arena, &rows[count++]);
		reply.human_interventions += project->interventions;
		reply.escalations += project->escalations;
	}
	if (count == 1)
		fill_one(&reply, &rows[0]);
	reply.projects = (struct records){ rows, count };
	reply.slots.count = slot_rows(supervisor, name != NULL ? projects_find(supervisor, name) : NULL,
	    &slots);
	reply.slots.items = slots;
	peer_reply(peer, MSG_status, request, &reply);
	free(slots);
	strs_free(paused);
	arena_release(&arena);
}
