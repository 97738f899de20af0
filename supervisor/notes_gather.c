/* What is known of a task: see notes_gather.h. */
#include "notes_gather.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "registry.h"
#include "store_notes.h"

/* Where a list gets longer. */
struct gather { struct supervisor *supervisor; const struct task *task; struct note *note; };

static char *
keep(struct note *note, const char *text)
{
	return text != NULL ? arena_copy(&note->arena, text, strlen(text)) : NULL;
}

char *
notes_path(const struct project *project, const char *name)
{
	const struct config_project *config = project->config;
	const char *directory = config->notes_directory;

	return directory[0] == '/' ? str_format("%s/%s/%s", directory, config->name, name) :
	    str_format("%s/%s/%s/%s", project->supervisor->config.state, directory, config->name, name);
}

static void
add_attempt(void *context, const struct attempt_state *attempt)
{
	struct gather *gather = context;
	struct note *note = gather->note;
	struct note_attempt *row;

	if (attempt->commit != NULL)
		note->files_attempt = attempt->number;
	note->attempt_count = attempt->number;
	if (note->attempts_len == NOTE_ROWS_MAX) {
		memmove(note->attempts, note->attempts + 1, (NOTE_ROWS_MAX - 1) * sizeof(*note->attempts));
		note->attempts_len--;
	}
	note->attempts = mem_resize(note->attempts, note->attempts_len + 1, sizeof(*note->attempts));
	row = &note->attempts[note->attempts_len++];
	*row = (struct note_attempt){ .number = attempt->number, .iterations = attempt->iterations,
	    .outcome = keep(note, attempt->outcome), .started = attempt->started, .ended = attempt->ended,
	    .reason = keep(note, attempt->rework != NULL ? attempt->rework : attempt->reason) };
	/* For add_usage; statements cannot be run inside of each other. */
	row->tokens = attempt->id;
}

static void
add_usage(struct gather *gather)
{
	struct note *note = gather->note;
	struct usage_row usage;
	size_t i;

	for (i = 0; i < note->attempts_len; i++) {
		uint64_t id = note->attempts[i].tokens;

		note->attempts[i].tokens = 0;
		if (store_usage(gather->supervisor->store, id, &usage)) {
			note->attempts[i].tokens = usage.input + usage.output;
			note->attempts[i].cost = usage.cost;
		}
	}
}

static void
add_event(void *context, const struct event_row *row)
{
	struct note *note = ((struct gather *)context)->note;

	note->events = mem_resize(note->events, note->events_len + 1, sizeof(*note->events));
	note->events[note->events_len++] = (struct note_event){ .time = row->time,
	    .event = keep(note, row->event), .reason = keep(note, row->reason), .attempt = row->attempt };
}

static void
add_part(void *context, uint64_t attempt, const char *part, const char *text)
{
	struct note *note = ((struct gather *)context)->note;

	/* Those of the last attempts count most. */
	if (note->parts_len == NOTE_ROWS_MAX) {
		memmove(note->parts, note->parts + 1, (NOTE_ROWS_MAX - 1) * sizeof(*note->parts));
		note->parts_len--;
	}
	note->parts = mem_resize(note->parts, note->parts_len + 1, sizeof(*note->parts));
	note->parts[note->parts_len++] = (struct note_part){ keep(note, part), keep(note, text), attempt };
}

static void
add_words(void *context, double time, const char *who, const char *text)
{
	struct note *note = ((struct gather *)context)->note;

	if (note->words_len == NOTE_ROWS_MAX)
		return;
	note->words = mem_resize(note->words, note->words_len + 1, sizeof(*note->words));
	note->words[note->words_len++] = (struct note_words){ time, keep(note, who), keep(note, text) };
}

static void
add_file(void *context, const struct changed *changed)
{
	struct note *note = ((struct gather *)context)->note;

	if (str_same(changed->kind, "more")) {
		note->files_more += changed->added;
		return;
	}
	note->files = mem_resize(note->files, note->files_len + 1, sizeof(*note->files));
	note->files[note->files_len++] = (struct note_file){ keep(note, changed->path),
	    keep(note, changed->kind), changed->added, changed->removed, changed->uncounted };
}

static void
add_link(struct gather *gather, const char *how, const struct task *other)
{
	struct note *note = gather->note;
	char *name, *path;

	if (note->links_len == NOTE_ROWS_MAX)
		return;
	name = store_note_name(gather->supervisor->store, other->position);
	path = name != NULL ? notes_path(other->project, name) : NULL;
	note->links = mem_resize(note->links, note->links_len + 1, sizeof(*note->links));
	note->links[note->links_len++] = (struct note_link){ keep(note, how),
	    keep(note, other->project->config->name), keep(note, other->spec.id), keep(note, task_state_name(other->state)),
	    keep(note, path) };
	free(path);
	free(name);
}

static void
add_links(struct gather *gather)
{
	const struct task *task = gather->task, *other;
	size_t i;

	for (i = 0; i < strs_count(task->spec.depends_on); i++)
		if ((other = registry_find(gather->supervisor, task->spec.depends_on[i])) != NULL)
			add_link(gather, "depends on", other);
	for (i = 0; i < task->dependent_count; i++)
		add_link(gather, "needed by", gather->supervisor->tasks[task->dependents[i]]);
	other = task->spec.discovered_by != NULL ? registry_find(gather->supervisor,
	    task->spec.discovered_by) : NULL;
	if (other != NULL)
		add_link(gather, "found by", other);
}

/* What is told of the task as it stands. */
static void
fill(struct gather *gather)
{
	const struct config_project *config = gather->task->project->config;
	const struct task *task = gather->task;
	struct note *note = gather->note;
	char *name = store_note_name(gather->supervisor->store, task->position);
	char *prompt = store_task_prompt(gather->supervisor->store, task->position), *context;
	size_t len = name != NULL ? strlen(name) : 0;
	char word[CONFIG_WORD];

	/* The name of the file without its end. */
	note->session = len > 3 ? arena_copy(&note->arena, name, len - 3) : keep(note, task->spec.id);
	note->task = keep(note, task->spec.id);
	note->project = keep(note, config->name);
	note->title = keep(note, task->spec.title != NULL ? task->spec.title : task->spec.id);
	note->type = keep(note, task->spec.discovered_by != NULL ? "discovered" : "implementation");
	note->state = keep(note, task_state_name(task->state));
	note->reason = keep(note, task->reason);
	note->agent = keep(note, task->spec.agent != NULL ? task->spec.agent : task->spec.command != NULL ?
	    "command" : config->agent);
	note->upstream = keep(note, config->upstream);
	note->branch = keep(note, config->branch);
	note->commit = keep(note, task->commit);
	note->prompt = keep(note, prompt);
	context = task->spec.discovered_by != NULL ? str_format("found by the agent of task %s",
	    task->spec.discovered_by) : str_dup("added by a person or a program");
	note->context = keep(note, context);
	note->autonomy = keep(note, config_word("autonomy", config->autonomy, word));
	note->ticket = task->ticket;
	note->started = task->started;
	note->ended = task_state_final(task->state) ? task->ended : 0;
	note->depends_on = task->spec.depends_on;
	note->scope = task->spec.files;
	free(context);
	free(prompt);
	free(name);
}

void
notes_gather(struct supervisor *supervisor, const struct task *task, struct note *note)
{
	struct gather gather = { supervisor, task, note };
	struct store *store = supervisor->store;
	uint64_t events;
	size_t i;

	note_init(note);
	fill(&gather);
	store_each_attempt(store, task->position, add_attempt, &gather);
	add_usage(&gather);
	events = store_each_event_of(store, task->spec.id, NOTE_ROWS_MAX, add_event, &gather);
	note->events_more = events - note->events_len;
	for (i = 0; i < note->events_len / 2; i++) {
		struct note_event last = note->events[note->events_len - 1 - i];

		note->events[note->events_len - 1 - i] = note->events[i];
		note->events[i] = last;
	}
	note->initiated = note->events_more == 0 && note->events_len > 0 ? note->events[0].time : task->started;
	store_each_changed(store, task->position, note->files_attempt, NOTE_ROWS_MAX + 1, add_file, &gather);
	store_each_note_part(store, task->position, add_part, &gather);
	store_each_note_words(store, task->position, task->started, task->ended != 0 ? task->ended : 1e18,
	    add_words, &gather);
	note->human_interventions = task->interventions;
	add_links(&gather);
}
