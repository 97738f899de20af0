/* Writes the older JSON queue: see queue_write.h. */
#include "queue_write.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

/* The state that a status of the older one stands for. */
static const char *
state_of(const json_t *feature)
{
	static const struct { const char *status, *state; } states[] = {
		{ "complete", "COMPLETE" }, { "completed", "COMPLETE" }, { "done", "COMPLETE" },
		{ "blocked", "BLOCKED" }, { "failed", "BLOCKED" }, { "cancelled", "CANCELLED" },
		{ "skipped", "CANCELLED" },
	};
	const char *status = json_string_value(json_object_get(feature, "status"));
	size_t i;

	for (i = 0; i < COUNT(states); i++)
		if (str_same(states[i].status, status))
			return states[i].state;
	return json_is_true(json_object_get(feature, "passes")) ? "COMPLETE" : "PENDING";
}

static const char *
status_of(const char *state)
{
	static const struct { const char *state, *status; } words[] = {
		{ "PENDING", "pending" }, { "AWAITING_APPROVAL", "pending" }, { "RUNNING", "in_progress" },
		{ "LANDING", "in_progress" }, { "VERIFYING", "in_progress" }, { "COMPLETE", "complete" },
		{ "BLOCKED", "blocked" }, { "CANCELLED", "cancelled" },
	};
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (str_same(words[i].state, state))
			return words[i].status;
	return "pending";
}

static json_t *
list_of(char *const *texts)
{
	json_t *list = json_array();

	for (; texts != NULL && *texts != NULL; texts++)
		json_array_append_new(list, json_string(*texts));
	return list;
}

static void
put_text(json_t *object, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_object_set_new(object, key, json_string(text));
}

static void
put_number(json_t *object, const char *key, uint64_t number)
{
	if (number != 0)
		json_object_set_new(object, key, json_integer((json_int_t)number));
}

/* What the older one does not know and ours has: read again as it is written. */
static void
put_own(json_t *feature, const struct record_task *spec)
{
	json_t *environment = json_object();
	size_t i;

	put_text(feature, "title", spec->title);
	if (spec->command != NULL)
		json_object_set_new(feature, "command", list_of(spec->command));
	if (spec->files != NULL)
		json_object_set_new(feature, "files", list_of(spec->files));
	if (spec->depends_on != NULL)
		json_object_set_new(feature, "depends_on", list_of(spec->depends_on));
	put_text(feature, "verify", spec->verify);
	put_number(feature, "estimate", spec->estimate);
	put_number(feature, "timeout", spec->timeout);
	for (i = 0; spec->environment != NULL && spec->environment[i] != NULL; i++) {
		char *name = str_dup(spec->environment[i]);

		name[strcspn(name, "=")] = '\0';
		put_text(environment, name, spec->environment[i] + strlen(name) + 1);
		free(name);
	}
	if (i > 0)
		json_object_set(feature, "env", environment);
	json_decref(environment);
	if (spec->diff_optional)
		json_object_set_new(feature, "diff", json_string("optional"));
}

static json_t *
approvals_of(unsigned approvals)
{
	json_t *list = json_array();

	if (approvals & APPROVAL_START)
		json_array_append_new(list, json_string("start"));
	if (approvals & APPROVAL_LAND)
		json_array_append_new(list, json_string("land"));
	return list;
}

/* A task that never was in such a queue, with all keys that one has there. */
static json_t *
new_feature(const struct record_export_row *row, const struct record_task *spec)
{
	json_t *feature = json_object();
	bool found = spec->discovered_by != NULL;

	json_object_set_new(feature, "id", json_string(spec->id));
	json_object_set_new(feature, "description", json_string(spec->prompt != NULL &&
	    spec->prompt[0] != '\0' ? spec->prompt : spec->title));
	json_object_set_new(feature, "file", json_null());
	json_object_set_new(feature, "status", json_string("pending"));
	json_object_set_new(feature, "tests", json_array());
	json_object_set_new(feature, "passes", json_false());
	json_object_set_new(feature, "error", json_null());
	json_object_set_new(feature, "attempts", json_integer(0));
	json_object_set_new(feature, "priority", json_integer((json_int_t)spec->priority));
	json_object_set_new(feature, "type", json_string("feature"));
	json_object_set_new(feature, "branch", json_null());
	json_object_set_new(feature, "agent", spec->agent != NULL ? json_string(spec->agent) : json_null());
	json_object_set_new(feature, "max_iterations", spec->max_iterations != 0 ?
	    json_integer((json_int_t)spec->max_iterations) : json_null());
	json_object_set_new(feature, "completion_promise", spec->completion_promise != NULL ?
	    json_string(spec->completion_promise) : json_null());
	json_object_set_new(feature, "requires_approval", approvals_of((unsigned)spec->approvals));
	json_object_set_new(feature, "source", json_string(found ? "discovered" : "manual"));
	json_object_set_new(feature, "discovered_by", found ? json_string(spec->discovered_by) : json_null());
	json_object_set_new(feature, "fingerprint", row->fingerprint != NULL ?
	    json_string(row->fingerprint) : json_null());
	put_own(feature, spec);
	return feature;
}

/* How it stands; nothing of it is touched while that is as it was when it came. */
static void
put_state(json_t *feature, const struct record_export_row *row)
{
	bool complete = str_same(row->state, "COMPLETE"), bad = str_same(row->state, "BLOCKED") ||
	    str_same(row->state, "CANCELLED");
	json_int_t before = json_integer_value(json_object_get(feature, "attempts"));

	if (row->attempts == 0 && str_same(row->state, state_of(feature)))
		return;
	json_object_set_new(feature, "status", json_string(status_of(row->state)));
	json_object_set_new(feature, "passes", json_boolean(complete));
	json_object_set_new(feature, "attempts", json_integer(before + (json_int_t)row->attempts));
	if (!complete && row->reason != NULL && (bad || row->attempts > 0))
		json_object_set_new(feature, "error", json_string(row->reason));
	else
		json_object_set_new(feature, "error", json_null());
}

static json_t *
feature_of(const struct record_export_row *row, bool *ours)
{
	const struct record_task *spec = row->spec.items;
	json_t *feature = spec->extra != NULL ? json_loads(spec->extra, 0, NULL) : NULL;

	if ((*ours = feature == NULL))
		feature = new_feature(row, spec);
	put_state(feature, row);
	return feature;
}

static bool
holds(const json_t *list, const char *text)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (str_same(json_string_value(json_array_get(list, i)), text))
			return true;
	return false;
}

/* What an agent has found here is known to be, as it was there. */
static void
put_fingerprint(json_t *queue, const char *fingerprint)
{
	json_t *list = json_object_get(queue, "fingerprints");

	if (fingerprint == NULL || !json_is_array(list) || holds(list, fingerprint))
		return;
	json_array_append_new(list, json_string(fingerprint));
}

bool
queue_write(FILE *stream, const char *header, const char *project,
    const struct record_export_row *rows, size_t count)
{
	json_t *queue = header != NULL ? json_loads(header, 0, NULL) : NULL, *features = json_array();
	bool ours, kept = queue != NULL, written;
	size_t i;

	if (queue == NULL)
		queue = json_pack("{s:s?, s:I, s:[]}", "project", project, "sequence", (json_int_t)count,
		    "fingerprints");
	for (i = 0; i < count; i++) {
		const struct record_task *spec = rows[i].spec.items;

		json_array_append_new(features, feature_of(&rows[i], &ours));
		if (ours && (spec->discovered_by != NULL || !kept))
			put_fingerprint(queue, rows[i].fingerprint);
	}
	/* It counts the tasks that there have been. */
	if (json_is_integer(json_object_get(queue, "sequence")) &&
	    json_integer_value(json_object_get(queue, "sequence")) < (json_int_t)count)
		json_object_set_new(queue, "sequence", json_integer((json_int_t)count));
	json_object_set_new(queue, "features", features);
	written = json_dumpf(queue, stream, JSON_INDENT(2)) == 0 && putc('\n', stream) != EOF;
	json_decref(queue);
	return written;
}
