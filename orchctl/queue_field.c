/*
 * The keys of a task in the older queue: see queue_field.h. One table has them all; each
 * row's function says what may stand there.
 */
#include "queue_field.h"

#include <stdlib.h>
#include <string.h>

#include "orchctl/json_place.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

#define SECONDS_MOST	(366 * 86400)
#define ITERATIONS_MOST	10000

void
queue_field_say(const struct queue *queue, const char *key, const char *what, const char *detail)
{
	struct task_place place = queue->place;

	if (key != NULL)
		json_place_find(queue->bytes, queue->at,
		    json_place_member(queue->bytes, queue->len, queue->at, key), &place);
	problems_add(queue->problems, "%s:%u:%u: %s: %s%s%s%s", queue->name, place.line, place.column,
	    queue->label, key != NULL ? key : "", key != NULL ? ": " : "", what, detail);
}

static void
read_text(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char **text = target;

	if (!json_is_string(value))
		queue_field_say(queue, key, "is not a text", "");
	else if (json_string_length(value) > 0)
		str_set(text, json_string_value(value));
}

static void
read_id(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char **text = target;

	if (json_is_integer(value))
		*text = str_format("%lld", (long long)json_integer_value(value));
	else
		read_text(queue, key, value, target);
	if (*text != NULL && name_valid(*text))
		return;
	str_set(text, NULL);
	queue_field_say(queue, key, "is not a name of 1 to 64 of A-Z a-z 0-9 . _ - (no . or - in front, no .., "
	    "no . or .lock at the end)", "");
}

/* A text or a list of texts; the caller frees. NULL: neither, told. */
static char **
list_of(struct queue *queue, const char *key, const json_t *value)
{
	size_t count = json_is_array(value) ? json_array_size(value) : 1, i;
	char **list;

	if (count > TASK_LIST_MAX) {
		queue_field_say(queue, key, "has too many entries", "");
		return NULL;
	}
	list = mem_zero(count + 1, sizeof(char *));
	for (i = 0; i < count; i++) {
		const json_t *entry = json_is_array(value) ? json_array_get(value, i) : value;

		if (!json_is_string(entry)) {
			queue_field_say(queue, key, "is neither a text nor a list of texts", "");
			strs_free(list);
			return NULL;
		}
		list[i] = str_dup(json_string_value(entry));
	}
	return list;
}

static void
read_list(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char ***list = target;

	strs_free(*list);
	*list = list_of(queue, key, value);
	if (*list != NULL && (*list)[0] == NULL) {
		strs_free(*list);
		*list = NULL;
	}
}

static void
read_patterns(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char ***list = target;
	const char *why;
	size_t i;

	read_list(queue, key, value, target);
	for (i = 0; *list != NULL && (*list)[i] != NULL; i++)
		if ((why = task_pattern_wrong((*list)[i], i == 0)) != NULL)
			queue_field_say(queue, key, why, (*list)[i]);
	queue->spec->files_loose = false;
}

/* A line of what the task is about, for its prompt. */
static void
add_about(struct queue *queue, const char *what, char *const *list)
{
	size_t i;

	for (i = 0; i < strs_count(list); i++) {
		char *more = str_format("%s%s%s", queue->about != NULL ? queue->about : "", i == 0 ?
		    what : ", ", list[i]);

		free(queue->about);
		queue->about = more;
	}
	if (i > 0) {
		char *more = str_format("%s\n", queue->about);

		free(queue->about);
		queue->about = more;
	}
}

/* The path as a pattern that means only itself. */
static char *
pattern_of(const char *path)
{
	char *pattern = mem_zero(2 * strlen(path) + 1, 1), *end = pattern;

	for (; *path != '\0'; path++) {
		if (strchr("*?[]\\!", *path) != NULL)
			*end++ = '\\';
		*end++ = *path;
	}
	return pattern;
}

/*
 * What it works on: two of one file never run at once. It was never more than that, so it
 * may change other files as well.
 */
static void
read_file(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char **paths = list_of(queue, key, value), ***list = target;
	const char *why;
	size_t i, count = 0;

	if (paths == NULL)
		return;
	add_about(queue, "File: ", paths[0] != NULL && paths[0][0] != '\0' ? paths : NULL);
	if (*list == NULL) {
		*list = mem_zero(strs_count(paths) + 1, sizeof(char *));
		for (i = 0; paths[i] != NULL; i++) {
			char *pattern = pattern_of(paths[i]);

			if (pattern[0] != '\0' && (why = task_pattern_wrong(pattern, false)) != NULL)
				queue_field_say(queue, key, why, paths[i]);
			if (pattern[0] != '\0')
				(*list)[count++] = pattern;
			else
				free(pattern);
		}
		queue->spec->files_loose = count > 0;
		if (count == 0) {
			free(*list);
			*list = NULL;
		}
	}
	strs_free(paths);
}

static void
read_tests(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char **tests = list_of(queue, key, value);

	(void)target;
	add_about(queue, "Tests: ", tests);
	strs_free(tests);
}

static void
read_status(struct queue *queue, const char *key, const json_t *value, void *target)
{
	(void)target;
	if (json_is_string(value))
		queue->status = json_string_value(value);
	else
		queue_field_say(queue, key, "is not a text", "");
}

static void
read_passes(struct queue *queue, const char *key, const json_t *value, void *target)
{
	(void)target;
	if (!json_is_boolean(value))
		queue_field_say(queue, key, "is neither true nor false", "");
	queue->passes = json_is_true(value);
}

static void
read_error(struct queue *queue, const char *key, const json_t *value, void *target)
{
	(void)target;
	if (json_is_string(value))
		queue->error = json_string_value(value);
	else
		queue_field_say(queue, key, "is not a text", "");
}

static void
read_priority(struct queue *queue, const char *key, const json_t *value, void *target)
{
	static const struct { const char *word; unsigned priority; } words[] = {
		{ "P0", 0 }, { "P1", 1 }, { "P2", 2 }, { "urgent", 0 }, { "critical", 0 }, { "high", 0 },
		{ "normal", 1 }, { "medium", 1 }, { "low", 2 }, { "0", 0 }, { "1", 1 }, { "2", 2 },
	};
	unsigned *priority = target;
	size_t i;

	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		*priority = json_integer_value(value) > 2 ? 2 : (unsigned)json_integer_value(value);
		return;
	}
	for (i = 0; json_is_string(value) && i < COUNT(words); i++)
		if (str_same(words[i].word, json_string_value(value))) {
			*priority = words[i].priority;
			return;
		}
	queue_field_say(queue, key, "is neither 0, 1, 2 nor P0, P1, P2 nor high, normal, low", "");
}

static void
read_number(struct queue *queue, const char *key, const json_t *value, void *target)
{
	uint64_t *number = target;
	json_int_t most = str_same(key, "max_iterations") ? ITERATIONS_MOST : SECONDS_MOST;

	if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > most)
		queue_field_say(queue, key, "is not a whole number, or too large", "");
	else
		*number = (uint64_t)json_integer_value(value);
}

/* What the older one asked about (true, or things of its own) is asked before the result lands. */
static void
read_approval(struct queue *queue, const char *key, const json_t *value, void *target)
{
	unsigned *approvals = target;
	char **list;
	size_t i;

	if (json_is_boolean(value)) {
		*approvals |= json_is_true(value) ? APPROVAL_LAND : 0;
		return;
	}
	list = list_of(queue, key, value);
	for (i = 0; i < strs_count(list); i++)
		if (list[i][0] != '\0')
			*approvals |= str_same(list[i], "start") ? APPROVAL_START : APPROVAL_LAND;
	strs_free(list);
}

/* Where it came from, if that can be the name of a task; all else is only kept. */
static void
read_finder(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char **text = target;

	read_text(queue, key, value, target);
	if (*text != NULL && !name_valid(*text))
		str_set(text, NULL);
}

static void
read_environment(struct queue *queue, const char *key, const json_t *value, void *target)
{
	char ***list = target;
	const char *name;
	json_t *entry;
	size_t count = 0;

	if (!json_is_object(value) || json_object_size(value) > TASK_LIST_MAX) {
		queue_field_say(queue, key, "is not a list of names and values", "");
		return;
	}
	*list = mem_zero(json_object_size(value) + 1, sizeof(char *));
	json_object_foreach((json_t *)(uintptr_t)value, name, entry)
		if (json_is_string(entry) && name[0] != '\0' && strchr(name, '=') == NULL)
			(*list)[count++] = str_format("%s=%s", name, json_string_value(entry));
		else
			queue_field_say(queue, key, "has a value that is not a text: ", name);
}

static void
read_diff(struct queue *queue, const char *key, const json_t *value, void *target)
{
	bool *optional = target;

	*optional = str_same(json_string_value(value), "optional");
	if (!*optional && !str_same(json_string_value(value), "required"))
		queue_field_say(queue, key, "is neither required nor optional", "");
}

/* Those behind `discovered_by` are ours: what a task had that came from a tasks file. */
static const struct key {
	const char *name;
	void (*read)(struct queue *, const char *, const json_t *, void *);
	size_t offset;
} keys[] = {
#define AT(member)	offsetof(struct task_spec, member)
	{ "id", read_id, AT(id) }, { "description", read_text, AT(prompt) },
	{ "files", read_patterns, AT(files) }, { "file", read_file, AT(files) },
	{ "tests", read_tests, 0 }, { "status", read_status, 0 }, { "passes", read_passes, 0 },
	{ "error", read_error, 0 }, { "priority", read_priority, AT(priority) },
	{ "agent", read_text, AT(agent) }, { "max_iterations", read_number, AT(max_iterations) },
	{ "completion_promise", read_text, AT(completion_promise) },
	{ "requires_approval", read_approval, AT(approvals) },
	{ "discovered_by", read_finder, AT(discovered_by) },
	{ "title", read_text, AT(title) }, { "command", read_list, AT(command) },
	{ "depends_on", read_list, AT(depends_on) }, { "verify", read_text, AT(verify) },
	{ "estimate", read_number, AT(estimate) }, { "timeout", read_number, AT(timeout) },
	{ "env", read_environment, AT(environment) }, { "diff", read_diff, AT(diff_optional) },
#undef AT
};

void
queue_field_read(struct queue *queue, const json_t *feature)
{
	size_t i;

	for (i = 0; i < COUNT(keys); i++) {
		const json_t *value = json_object_get(feature, keys[i].name);

		if (value != NULL && !json_is_null(value))
			keys[i].read(queue, keys[i].name, value, (char *)queue->spec + keys[i].offset);
	}
}
