/*
 * The printer for programs: see printer.h. What reads JSON is mcp.c.
 * Members are named as in messages.def; what is optional and not there is left
 * out. One object or array a line.
 */
#include <jansson.h>
#include <stdio.h>

#include "orchctl/printer.h"
#include "protocol/mem.h"
#include "tasks/plan.h"

#define REAL_DIGITS	13	/* a time of today to the millisecond */

static void
emit(json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
	putchar('\n');
	fflush(stdout);
	json_decref(value);
}

static json_t *
number(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

/* Milliseconds are enough for a time, and short; money is counted in smaller parts. */
static json_t *
real(double value)
{
	bool sane = value > -1e12 && value < 1e12;	/* not infinite, not NaN */

	double parts = value > -1e6 && value < 1e6 ? 1e6 : 1e3;

	return json_real(sane ? (double)(int64_t)(value * parts + 0.5) / parts : 0);
}

static json_t *
texts(char *const *list)
{
	json_t *array = json_array();

	for (; list != NULL && *list != NULL; list++)
		json_array_append_new(array, json_string(*list));
	return array;
}

static json_t *record(const struct record *description, const void *in);

static json_t *
records(const struct record *description, const struct records *list)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		json_array_append_new(array,
		    record(description, (const char *)list->items + i * description->size));
	return array;
}

/* NULL: an optional field that is not there. */
static json_t *
field(const struct field *row, const void *at)
{
	const char *text;
	uint64_t value;

	switch (row->kind) {
	case FIELD_u64:
		value = *(const uint64_t *)at;
		return row->optional && value == 0 ? NULL : number(value);
	case FIELD_flag:
		return row->optional && !*(const bool *)at ? NULL :
		    json_boolean(*(const bool *)at);
	case FIELD_real:
		return row->optional && *(const double *)at == 0 ? NULL :
		    real(*(const double *)at);
	case FIELD_text:
	case FIELD_oid:
	case FIELD_name:
		text = *(const char *const *)at;
		return text == NULL ? NULL : json_string(text);
	case FIELD_texts:
		return *(char *const *const *)at == NULL ? NULL :
		    texts(*(char *const *const *)at);
	case FIELD_records:
		return records(row->record(), at);
	case FIELD_data:
	case FIELD_fd:
		break;
	}
	return NULL;
}

/* Any struct that messages.def describes. */
static json_t *
record(const struct record *description, const void *in)
{
	json_t *object = json_object(), *value;
	size_t i;

	for (i = 0; i < description->count; i++) {
		value = field(&description->fields[i],
		    (const char *)in + description->fields[i].offset);
		if (value != NULL)
			json_object_set_new(object, description->fields[i].name, value);
	}
	return object;
}

/* The first field of a reply, which is its list. */
static void
emit_list(enum message_id id, const void *items, size_t count)
{
	const struct field *list = &message_replies[id]()->fields[0];
	const struct record *description = list->record();
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(array,
		    record(description, (const char *)items + i * description->size));
	emit(array);
}

static void
tasks(const struct record_task_row *rows, size_t count)
{
	emit_list(MSG_task_list, rows, count);
}

static void
slots(const struct record_slot_row *rows, size_t count)
{
	emit_list(MSG_slot_list, rows, count);
}

/* The row, and beside its members what was asked for and what was tried. */
static void
task(const struct reply_task_show *show)
{
	json_t *all = record(message_replies[MSG_task_show](), show);
	json_t *object = json_incref(json_array_get(json_object_get(all, "task"), 0));
	json_t *spec = json_array_get(json_object_get(all, "spec"), 0);

	if (object == NULL)
		object = json_object();
	if (show->waits_for != NULL)
		json_object_set_new(object, "waits_for", json_string(show->waits_for));
	if (show->estimate_from != NULL) {
		json_object_set_new(object, "estimate", json_integer((json_int_t)show->estimate));
		json_object_set_new(object, "estimate_from", json_string(show->estimate_from));
	}
	if (spec != NULL)
		json_object_set(object, "spec", spec);
	json_object_set(object, "attempt_list", json_object_get(all, "attempts"));
	json_object_set(object, "question_list", json_object_get(all, "questions"));
	json_decref(all);
	emit(object);
}

static void
status(const struct reply_status *reply)
{
	emit(record(message_replies[MSG_status](), reply));
}

static void
event_end(json_t *object, const struct msg_event *event)
{
	json_object_set_new(object, "complete", number(event->complete));
	json_object_set_new(object, "blocked", number(event->blocked));
	json_object_set_new(object, "cancelled", number(event->cancelled));
	json_object_set_new(object, "waiting", number(event->waiting));
	json_object_set_new(object, "seconds", real(event->seconds));
}

static void
event(const struct msg_event *event)
{
	json_t *object = json_object();

	json_object_set_new(object, "event", json_string(event->event));
	if (str_same(event->event, "run.end")) {
		event_end(object, event);
		emit(object);
		return;
	}
	json_object_set_new(object, "time", real(event->time));
	if (event->task != NULL)
		json_object_set_new(object, "task", json_string(event->task));
	if (event->attempt != 0)
		json_object_set_new(object, "attempt", number(event->attempt));
	if (event->ticket != 0)
		json_object_set_new(object, "ticket", number(event->ticket));
	if (event->commit != NULL)
		json_object_set_new(object, "commit", json_string(event->commit));
	if (event->slot != NULL)
		json_object_set_new(object, "slot", json_string(event->slot));
	if (event->reason != NULL)
		json_object_set_new(object, "reason", json_string(event->reason));
	if (event->project != NULL)
		json_object_set_new(object, "project", json_string(event->project));
	json_object_set_new(object, "id", number(event->id));
	emit(object);
}

/* A piece of output; JSON is Unicode, so bytes that are not become U+FFFD. */
static void
log_chunk(struct log_state *state, const struct msg_log_chunk *chunk)
{
	json_t *object = json_object();
	struct buffer text;

	buffer_init(&text);
	text_repair(&text, chunk->bytes.bytes, chunk->bytes.len, state->carry, &state->carried);
	json_object_set_new(object, "task", json_string(chunk->task));
	json_object_set_new(object, "attempt", number(chunk->number));
	json_object_set_new(object, "offset", number(chunk->offset));
	json_object_set_new(object, "text", json_stringn(buffer_text(&text), text.len));
	emit(object);
	buffer_release(&text);
}

static void
log_end(struct log_state *state, const struct msg_log_end *end)
{
	json_t *object = json_object();

	(void)state;
	json_object_set_new(object, "task", json_string(end->task));
	json_object_set_new(object, "attempt", number(end->number));
	json_object_set_new(object, "end", json_true());
	emit(object);
}

static void
result(enum message_id id, const char *task, const void *reply)
{
	json_t *object = json_object(), *rest = record(message_replies[id](), reply);

	if (task != NULL)
		json_object_set_new(object, "task", json_string(task));
	json_object_update(object, rest);
	json_decref(rest);
	emit(object);
}

static void
reply(enum message_id id, const void *all)
{
	const struct record *description = message_replies[id]();
	const struct records *list = all;

	/* What is one list is printed as one. */
	if (description->count == 1 && description->fields[0].kind == FIELD_records)
		emit_list(id, list->items, list->count);
	else
		emit(record(description, all));
}

static void
debug(const struct reply_slot_debug *slot)
{
	emit(record(message_replies[MSG_slot_debug](), slot));
}

static void
trace(const struct msg_trace_line *line)
{
	emit(record(message_rows[MSG_trace_line].record(), line));
}

static json_t *
ids(const struct task_list *list, const size_t *indexes, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(array, json_string(list->tasks[indexes[i]].id));
	return array;
}

static void
plan(const struct task_list *list, const struct plan *plan)
{
	json_t *object = json_object(), *waves = json_array(), *schedule = json_array();
	size_t i;

	for (i = 0; i < plan->wave_count; i++)
		json_array_append_new(waves, ids(list, plan->waves[i].tasks, plan->waves[i].count));
	for (i = 0; i < plan->schedule_count; i++) {
		const struct plan_entry *entry = &plan->schedule[i];
		json_t *row = json_object();

		json_object_set_new(row, "task", json_string(list->tasks[entry->task].id));
		json_object_set_new(row, "slot", number(entry->slot));
		json_object_set_new(row, "start", number(entry->start));
		json_object_set_new(row, "end", number(entry->end));
		json_array_append_new(schedule, row);
	}
	json_object_set_new(object, "slots", number(plan->slots));
	json_object_set_new(object, "makespan", number(plan->makespan));
	json_object_set_new(object, plan->waves_kept ? "makespan_without_waves" :
	    "makespan_with_waves", number(plan->otherwise));
	json_object_set_new(object, "lower_bound", number(plan->lower_bound));
	json_object_set_new(object, "waves", waves);
	json_object_set_new(object, "unscheduled",
	    ids(list, plan->unscheduled, plan->unscheduled_count));
	json_object_set_new(object, "schedule", schedule);
	emit(object);
}

static void
checks(const struct check *rows, size_t count)
{
	static const char *const words[] = { "good", "note", "missing" };
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		json_t *row = json_object();

		json_object_set_new(row, "check", json_string(rows[i].name));
		json_object_set_new(row, "state", json_string(words[rows[i].state]));
		json_object_set_new(row, "found", json_string(rows[i].found));
		if (rows[i].remedy != NULL)
			json_object_set_new(row, "remedy", json_string(rows[i].remedy));
		json_array_append_new(array, row);
	}
	emit(array);
}

static void
notes(const struct record_note_row *rows, size_t count)
{
	emit_list(MSG_note_list, rows, count);
}

static void
note(const struct reply_note_show *shown)
{
	emit(record(message_replies[MSG_note_show](), shown));
}

const struct printer print_json = {
	.tasks = tasks, .task = task, .slots = slots, .debug = debug, .trace = trace, .status = status, .event = event,
	.log = log_chunk, .log_end = log_end, .result = result, .reply = reply, .notes = notes, .note = note, .plan = plan, .checks = checks,
};
