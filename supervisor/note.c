/* A session note: see note.h. (pure) */
#include "note.h"

#include <stdlib.h>
#include <string.h>

#include "note_text.h"
#include "protocol/mem.h"

#define LINE_MOST	500u		/* bytes of a text in a line */
#define SCALAR_MOST	1000u		/* of one in the front matter */
#define BLOCK_MOST	(32u << 10)	/* of a quotation */
#define PROMPT_MOST	(64u << 10)

bool
note_part_known(const char *part)
{
	static const char *const parts[] = { "objective", "progress", "issues", "reflection", "issues_log",
	    "next_steps" };
	size_t i;

	for (i = 0; i < COUNT(parts); i++)
		if (str_same(parts[i], part))
			return true;
	return false;
}

const char *
note_status(const char *state)
{
	if (str_same(state, "COMPLETE"))
		return "complete";
	if (str_same(state, "BLOCKED"))
		return "blocked";
	return str_same(state, "CANCELLED") ? "cancelled" : "in_progress";
}

/* ---- values ---- */

static const char *
text_of(const struct note *note, enum note_place place)
{
	switch (place) {
	case NOTE_SESSION: return note->session;
	case NOTE_TASK: return note->task;
	case NOTE_PROJECT: return note->project;
	case NOTE_TITLE: return note->title;
	case NOTE_TYPE: return note->type;
	case NOTE_STATUS: return note_status(note->state);
	case NOTE_STATE: return note->state;
	case NOTE_REASON: return note->reason;
	case NOTE_AGENT: return note->agent;
	case NOTE_UPSTREAM: return note->upstream;
	case NOTE_BRANCH: return note->branch;
	case NOTE_COMMIT: return note->commit;
	case NOTE_CONTEXT: return note->context;
	case NOTE_AUTONOMY: return note->autonomy;
	default: return NULL;
	}
}

static double
seconds_of(const struct note *note)
{
	double seconds = 0;
	size_t i;

	for (i = 0; i < note->attempts_len; i++)
		if (note->attempts[i].ended > note->attempts[i].started)
			seconds += note->attempts[i].ended - note->attempts[i].started;
	return seconds;
}

static void
put_number(const struct note *note, enum note_place place, struct buffer *out)
{
	uint64_t number = 0;
	double cost = 0;
	size_t i;

	switch (place) {
	case NOTE_TICKET: number = note->ticket; break;
	case NOTE_ATTEMPTS: number = note->attempt_count; break;
	case NOTE_SECONDS: number = (uint64_t)(seconds_of(note) + 0.5); break;
	case NOTE_HUMAN_INTERVENTIONS: number = note->human_interventions; break;
	default:
		for (i = 0; i < note->attempts_len; i++) {
			number += note->attempts[i].tokens;
			cost += note->attempts[i].cost;
		}
	}
	if (place == NOTE_COST)
		buffer_format(out, "%.4f", cost);
	else
		buffer_format(out, "%ju", (uintmax_t)number);
}

/* Was a person wanted? */
static bool
is_escalation(const struct note_event *event)
{
	return str_same(event->event, "task.blocked") || str_same(event->event, "task.ask") ||
	    str_same(event->event, "task.question");
}

static void
put_entry(struct buffer *out, const char *text, bool matter, bool *first)
{
	buffer_add_text(out, *first ? "" : ", ");
	if (matter)
		note_text_yaml(out, text, SCALAR_MOST);
	else
		note_text_line(out, text, LINE_MOST);
	*first = false;
}

static void
put_list(const struct note *note, enum note_place place, bool matter, struct buffer *out)
{
	char *const *list = place == NOTE_DEPENDS_ON ? note->depends_on : note->scope;
	bool first = true;
	size_t i;
	char *text;

	buffer_add_text(out, matter ? "[" : "");
	for (i = 0; place == NOTE_ESCALATIONS && i < note->events_len; i++)
		if (is_escalation(&note->events[i])) {
			text = str_format("%s: %s", note->events[i].event + strlen("task."),
			    note->events[i].reason != NULL ? note->events[i].reason : "");
			put_entry(out, text, matter, &first);
			free(text);
		}
	for (i = 0; place != NOTE_ESCALATIONS && i < strs_count(list) && i < NOTE_ROWS_MAX; i++)
		put_entry(out, list[i], matter, &first);
	buffer_add_text(out, matter ? "]" : "");
}

/* ---- sections ---- */

/* What its agent wrote itself, attempt by attempt; false: nothing. */
static bool
put_parts(const struct note *note, const char *part, struct buffer *out)
{
	bool any = false;
	size_t i;

	for (i = 0; i < note->parts_len; i++) {
		if (!str_same(note->parts[i].part, part))
			continue;
		buffer_format(out, "%sThe agent, attempt %ju:\n\n", any ? "\n" : "",
		    (uintmax_t)note->parts[i].attempt);
		note_text_block(out, note->parts[i].text, BLOCK_MOST);
		any = true;
	}
	return any;
}

static void
put_objective(const struct note *note, struct buffer *out)
{
	note_text_block(out, note->prompt != NULL && *note->prompt != '\0' ? note->prompt : note->title,
	    PROMPT_MOST);
	buffer_add_text(out, "\n");
	put_parts(note, "objective", out);
}

static void
put_cell_time(struct buffer *out, double time)
{
	buffer_add_text(out, " ");
	note_text_time(out, time);
	buffer_add_text(out, " |");
}

static void
put_attempts(const struct note *note, struct buffer *out)
{
	size_t i;

	if (note->attempts_len == 0) {
		buffer_add_text(out, "No attempt was made.\n");
		return;
	}
	buffer_add_text(out, "| Attempt | Began | Ended | Outcome | Iterations |\n"
	    "|---------|-------|-------|---------|------------|\n");
	for (i = 0; i < note->attempts_len; i++) {
		const struct note_attempt *attempt = &note->attempts[i];

		buffer_format(out, "| %ju |", (uintmax_t)attempt->number);
		put_cell_time(out, attempt->started);
		put_cell_time(out, attempt->ended);
		buffer_format(out, " %s%s", attempt->outcome != NULL ? attempt->outcome : "",
		    attempt->reason != NULL ? ": " : "");
		note_text_line(out, attempt->reason, LINE_MOST);
		buffer_format(out, " | %ju |\n", (uintmax_t)attempt->iterations);
	}
}

static void
put_event(const struct note_event *event, struct buffer *out)
{
	buffer_add_text(out, "- ");
	note_text_time(out, event->time);
	buffer_format(out, " %s", event->event);
	if (event->attempt != 0)
		buffer_format(out, " (attempt %ju)", (uintmax_t)event->attempt);
	if (event->reason != NULL) {
		buffer_add_text(out, ": ");
		note_text_line(out, event->reason, LINE_MOST);
	}
	buffer_add_text(out, "\n");
}

static void
put_progress(const struct note *note, struct buffer *out)
{
	size_t i;

	buffer_format(out, "**Status**: %s", note_status(note->state));
	if (note->reason != NULL) {
		buffer_add_text(out, ", ");
		note_text_line(out, note->reason, LINE_MOST);
	}
	buffer_add_text(out, "\n\n");
	if (note->events_more > 0)
		buffer_format(out, "- %ju earlier events are in orchctl events\n",
		    (uintmax_t)note->events_more);
	for (i = 0; i < note->events_len; i++)
		put_event(&note->events[i], out);
	buffer_add_text(out, "\n");
	put_parts(note, "progress", out);
}

static void
put_files(const struct note *note, struct buffer *out)
{
	size_t i;

	if (note->files_len == 0) {
		buffer_add_text(out, note->files_attempt != 0 ? "None.\n" :
		    "None is known: no attempt has left a commit.\n");
		return;
	}
	buffer_format(out, "By attempt %ju%s.\n\n| File | Change | Lines |\n|------|--------|-------|\n",
	    (uintmax_t)note->files_attempt, note->commit != NULL ? "" : ", which has not landed");
	for (i = 0; i < note->files_len; i++) {
		const struct note_file *file = &note->files[i];

		buffer_add_text(out, "| ");
		note_text_line(out, file->path, LINE_MOST);
		buffer_format(out, " | %s | ", file->kind);
		if (file->uncounted)
			buffer_add_text(out, "not counted |\n");
		else
			buffer_format(out, "+%ju/-%ju |\n", (uintmax_t)file->added, (uintmax_t)file->removed);
	}
	if (note->files_more > 0)
		buffer_format(out, "\nand %ju more\n", (uintmax_t)note->files_more);
}

/* Did something go wrong? */
static bool
is_issue(const struct note_event *event)
{
	return str_same(event->event, "task.blocked") || str_same(event->event, "task.rework") ||
	    str_same(event->event, "gate.flaky") || (str_same(event->event, "task.retry") &&
	    event->reason != NULL);
}

static void
put_events(const struct note *note, bool (*is)(const struct note_event *event), const char *part,
    struct buffer *out)
{
	bool any = false;
	size_t i;

	for (i = 0; i < note->events_len; i++)
		if (is(&note->events[i])) {
			put_event(&note->events[i], out);
			any = true;
		}
	if (any)
		buffer_add_text(out, "\n");
	if (!put_parts(note, part, out) && !any)
		buffer_add_text(out, "None.\n");
}

/* Of what is around the task, not of its work. */
static bool
is_log(const struct note_event *event)
{
	return str_same(event->event, "hook.failed") || str_same(event->event, "task.discovered");
}

static void
put_next_steps(const struct note *note, struct buffer *out)
{
	bool blocked = str_same(note->state, "BLOCKED");

	if (put_parts(note, "next_steps", out))
		buffer_add_text(out, "\n");
	if (blocked || str_same(note->state, "AWAITING_APPROVAL")) {
		buffer_format(out, "A person decides, `orchctl %s %s`: ", blocked ? "retry" : "show", note->task);
		note_text_line(out, note->reason, LINE_MOST);
		buffer_add_text(out, "\n");
	} else if (str_same(note->state, "COMPLETE") || str_same(note->state, "CANCELLED")) {
		buffer_add_text(out, "None that orch knows of.\n");
	} else {
		buffer_add_text(out, "It goes on.\n");
	}
}

static void
put_related(const struct note *note, struct buffer *out)
{
	size_t i;

	for (i = 0; i < note->links_len; i++) {
		const struct note_link *link = &note->links[i];

		buffer_format(out, "- %s %s%s%s (%s)", link->how, str_same(link->project, note->project) ? "" :
		    link->project, str_same(link->project, note->project) ? "" : "/", link->task,
		    note_status(link->state));
		buffer_add_text(out, link->path != NULL ? ": " : "");
		note_text_line(out, link->path, LINE_MOST);
		buffer_add_text(out, "\n");
	}
	if (note->links_len == 0)
		buffer_add_text(out, "None.\n");
}

static void
put_words(const struct note *note, struct buffer *out)
{
	size_t i;

	for (i = 0; i < note->words_len; i++) {
		buffer_add_text(out, i > 0 ? "\n" : "");
		note_text_line(out, note->words[i].who, LINE_MOST);
		buffer_add_text(out, ", ");
		note_text_time(out, note->words[i].time);
		buffer_add_text(out, ":\n\n");
		note_text_block(out, note->words[i].text, BLOCK_MOST);
	}
	if (note->words_len == 0)
		buffer_add_text(out, "None.\n");
}

static void
put_section(const struct note *note, enum note_place place, struct buffer *out)
{
	switch (place) {
	case NOTE_OBJECTIVE: put_objective(note, out); break;
	case NOTE_PROGRESS: put_progress(note, out); break;
	case NOTE_ATTEMPT_TABLE: put_attempts(note, out); break;
	case NOTE_FILES_CHANGED: put_files(note, out); break;
	case NOTE_ISSUES: put_events(note, is_issue, "issues", out); break;
	case NOTE_ISSUES_LOG: put_events(note, is_log, "issues_log", out); break;
	case NOTE_NEXT_STEPS: put_next_steps(note, out); break;
	case NOTE_RELATED: put_related(note, out); break;
	case NOTE_WORDS: put_words(note, out); break;
	default:
		if (!put_parts(note, "reflection", out))
			buffer_add_text(out, "The agent has written none.\n");
	}
}

static void
put_place(const struct note *note, const struct note_piece *piece, struct buffer *out)
{
	enum note_place place = piece->place;
	double times[] = { note->initiated, note->started, note->ended };
	const char *text;

	if (note_place_is_section(place)) {
		put_section(note, place, out);
	} else if (place >= NOTE_ESCALATIONS) {
		put_list(note, place, piece->matter, out);
	} else if (place >= NOTE_TICKET) {
		put_number(note, place, out);
	} else if (place >= NOTE_INITIATED) {
		buffer_add_text(out, piece->matter ? "\"" : "");
		note_text_time(out, times[place - NOTE_INITIATED]);
		buffer_add_text(out, piece->matter ? "\"" : "");
	} else {
		text = text_of(note, place);
		if (piece->matter)
			note_text_yaml(out, text, SCALAR_MOST);
		else
			note_text_line(out, text, LINE_MOST);
	}
}

void
note_init(struct note *note)
{
	*note = (struct note){ 0 };
	arena_init(&note->arena);
}

void
note_release(struct note *note)
{
	arena_release(&note->arena);
	free(note->attempts);
	free(note->events);
	free(note->files);
	free(note->parts);
	free(note->words);
	free(note->links);
}

void
note_render(const struct note_template *template, const struct note *note, struct buffer *out)
{
	size_t i;

	for (i = 0; i < template->count; i++) {
		buffer_add(out, template->pieces[i].text, template->pieces[i].len);
		if (template->pieces[i].place != NOTE_PLACES)
			put_place(note, &template->pieces[i], out);
	}
}
