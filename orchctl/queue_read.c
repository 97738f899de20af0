/* Reads the older JSON queue: see queue_read.h. What one key means is in queue_field.c. */
#include "queue_read.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "orchctl/json_place.h"
#include "orchctl/queue_field.h"
#include "protocol/mem.h"
#include "tasks/name_table.h"

#define REASON_MOST	4096u

/* As much of a reason as is told, in bytes; never within a character. */
static size_t
whole_characters(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (len <= REASON_MOST)
		return len;
	for (len = REASON_MOST; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

/* How it stood: what is done is not done again, and what was under way begins anew. */
static void
take_state(struct queue *queue)
{
	static const struct { const char *status, *state; } states[] = {
		{ "pending", "PENDING" }, { "in_progress", "PENDING" }, { "complete", "COMPLETE" },
		{ "completed", "COMPLETE" }, { "done", "COMPLETE" }, { "blocked", "BLOCKED" },
		{ "failed", "BLOCKED" }, { "cancelled", "CANCELLED" }, { "skipped", "CANCELLED" },
	};
	const char *status = queue->status != NULL ? queue->status : "pending";
	size_t i;

	for (i = 0; i < COUNT(states) && !str_same(states[i].status, status); i++)
		;
	if (i == COUNT(states)) {
		queue_field_say(queue, "status", "is neither pending, in_progress, complete, blocked, failed nor "
		    "cancelled: ", status);
		return;
	}
	/* What passes is done, whatever its status says, unless that is an end of another kind. */
	str_set(&queue->spec->initial, queue->passes && str_same(states[i].state, "PENDING") ?
	    "COMPLETE" : states[i].state);
	if (str_same(queue->spec->initial, "BLOCKED") || str_same(queue->spec->initial, "CANCELLED"))
		queue->spec->initial_reason = str_format("%s in the queue that it came from%s%.*s", status,
		    queue->error != NULL && *queue->error != '\0' ? ": " : "",
		    (int)whole_characters(queue->error), queue->error != NULL ? queue->error : "");
}

/* The text for the agent; what it is about comes behind it. */
static void
finish_prompt(struct queue *queue)
{
	struct task_spec *spec = queue->spec;
	char *prompt;

	if (spec->prompt == NULL && spec->command == NULL && !queue->described)
		queue_field_say(queue, NULL, "description: missing; say what is to be done", "");
	if (spec->prompt != NULL && queue->about != NULL) {
		prompt = str_format("%s\n\n%s", spec->prompt, queue->about);
		free(spec->prompt);
		spec->prompt = prompt;
	}
	free(queue->about);
	queue->about = NULL;
	task_spec_complete(spec);
}

static void
read_feature(struct queue *queue, const json_t *feature, size_t position)
{
	char *label = json_is_string(json_object_get(feature, "id")) ? str_format("task '%.64s'",
	    json_string_value(json_object_get(feature, "id"))) : str_format("task #%zu", position);
	char *text;

	queue->label = label;
	queue->status = queue->error = NULL;
	queue->passes = false;
	queue->described = json_object_get(feature, "description") != NULL;
	*queue->spec = (struct task_spec){ .priority = 1, .file = queue->name,
	    .line = queue->place.line, .column = queue->place.column };
	if (!json_is_object(feature)) {
		queue_field_say(queue, NULL, "is not an object", "");
		free(label);
		return;
	}
	queue_field_read(queue, feature);
	if (json_object_get(feature, "id") == NULL)
		queue_field_say(queue, NULL, "id: missing", "");
	take_state(queue);
	finish_prompt(queue);
	if ((text = json_dumps(feature, JSON_COMPACT)) != NULL)
		queue->spec->extra = str_dup(text);
	free(text);
	free(label);
}

static void
check_ids(const struct queue *queue, const struct task_list *list)
{
	struct name_table names;
	size_t i, first;

	name_table_init(&names);
	for (i = 0; i < list->count; i++) {
		const struct task_spec *spec = &list->tasks[i];

		if (spec->id == NULL || name_table_add(&names, spec->id, i))
			continue;
		name_table_find(&names, spec->id, &first);
		problems_add(queue->problems, "%s:%u:%u: task '%s': id: is taken; the first one is in "
		    "line %u", queue->name, spec->line, spec->column, spec->id, list->tasks[first].line);
	}
	name_table_release(&names);
}

/* All but the tasks, to come out again. */
static char *
header_of(const json_t *document)
{
	json_t *header = json_copy((json_t *)(uintptr_t)document);
	char *text, *copy;

	json_object_del(header, "features");
	text = json_dumps(header, JSON_COMPACT);
	copy = str_dup(text);
	free(text);
	json_decref(header);
	return copy;
}

static void
read_features(struct queue *queue, const json_t *features, struct task_list *list)
{
	size_t count = json_array_size(features), i, before = 0;
	size_t *offsets = mem_zero(count + 1, sizeof(*offsets));

	json_place_entries(queue->bytes, queue->len, json_place_member(queue->bytes, queue->len, 0,
	    "features"), offsets, count);
	list->tasks = mem_zero(count + 1, sizeof(*list->tasks));
	for (i = 0; i < count; i++) {
		json_place_find(queue->bytes, before, offsets[i], &queue->place);
		queue->at = before = offsets[i];
		queue->spec = &list->tasks[list->count++];
		read_feature(queue, json_array_get(features, i), i + 1);
	}
	free(offsets);
	check_ids(queue, list);
}

bool
queue_read_is(const char *bytes, size_t len)
{
	static const char key[] = "\"features\"";
	size_t at = 0;

	while (at < len && strchr(" \t\r\n", bytes[at]) != NULL && bytes[at] != '\0')
		at++;
	return at < len && bytes[at] == '{' && memmem(bytes, len, key, sizeof(key) - 1) != NULL &&
	    memmem(bytes, len, "\"tasks\":", 8) == NULL;
}

int
queue_read(const char *name, const char *bytes, size_t len, struct task_list *list,
    struct problems *problems)
{
	struct queue queue = { .name = name, .bytes = bytes, .len = len, .problems = problems,
	    .place = { 1, 1 }, .label = "queue" };
	size_t before = problems->count + problems->dropped;
	json_error_t error;
	json_t *document = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error), *features;

	*list = (struct task_list){ 0 };
	if (document == NULL) {
		problems_add(problems, "%s:%d:%d: not valid JSON: %s", name, error.line, error.column,
		    error.text);
		return -1;
	}
	features = json_object_get(document, "features");
	if (json_is_array(features)) {
		read_features(&queue, features, list);
		if (list->count > 0)
			list->tasks[0].queue = header_of(document);
	} else {
		queue_field_say(&queue, "features", "is not a list of tasks", "");
	}
	json_decref(document);
	if (problems->count + problems->dropped == before)
		return 0;
	task_list_release(list);
	return -1;
}
