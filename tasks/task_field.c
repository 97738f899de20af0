/*
 * Decides what each key of a task may say. One table has all keys; the type of
 * a key and where it goes are in its row. Opens no file and starts nothing.
 */
#include "tasks/task_field.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/task_field_list.h"

#define SECONDS_MAX	(366ull * 24 * 3600)
#define ITERATIONS_MAX	10000
#define NAME_MAX_BYTES	64	/* longest key that may be misspelled */

struct field {
	const char *key;
	void (*read)(struct field_reader *, const struct yaml_value *, void *);
	size_t offset;
};

static void
read_text(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	char **text = target;

	if (!field_reader_is_text(reader, value, TASK_TEXT_MAX))
		return;
	if (value->len == 0)
		field_reader_say(reader, value, "is empty", "");
	else
		*text = str_dup(value->text);
}

static void
read_prompt(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	char **text = target;

	if (field_reader_is_text(reader, value, TASK_PROMPT_MAX))
		*text = str_dup(value->text);
}

static void
read_id(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	char **text = target;

	if (!field_reader_is_text(reader, value, TASK_TEXT_MAX))
		return;
	if (!name_valid(value->text))
		field_reader_say(reader, value, "is not a name of 1 to 64 of A-Z a-z 0-9 . _ - "
		    "(no . or - in front, no .., no . or .lock at the end)", "");
	else
		*text = str_dup(value->text);
}

/* Digits and, if `units`, one of s, m, h behind them; false: said what is wrong. */
static bool
read_number(struct field_reader *reader, const struct yaml_value *value, uint64_t min,
    uint64_t max, bool units, uint64_t *number)
{
	const char *text = value->text, *unit;
	uint64_t factor = 1, result = 0;
	char *range;

	if (!field_reader_is_text(reader, value, TASK_TEXT_MAX))
		return false;
	for (unit = text; *unit >= '0' && *unit <= '9'; unit++)
		if (result <= max)
			result = result * 10 + (uint64_t)(*unit - '0');
	if (units && unit > text && strlen(unit) == 1 && strchr("smh", *unit) != NULL) {
		factor = *unit == 'h' ? 3600 : *unit == 'm' ? 60 : 1;
		unit++;
	}
	if (unit == text || *unit != '\0') {
		field_reader_say(reader, value, units ? "is not a time such as 90, 90s, 45m or 2h: " :
		    "is not a whole number: ", text);
		return false;
	}
	if (result > max / factor || result * factor < min) {
		range = str_format("is not within %llu and %llu%s: ",
		    (unsigned long long)min, (unsigned long long)max,
		    units ? " seconds" : "");
		field_reader_say(reader, value, range, text);
		free(range);
		return false;
	}
	*number = result * factor;
	return true;
}

static void
read_priority(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	unsigned *priority = target;
	uint64_t number;

	if (read_number(reader, value, 0, 2, false, &number))
		*priority = (unsigned)number;
}

static void
read_iterations(struct field_reader *reader, const struct yaml_value *value,
    void *target)
{
	read_number(reader, value, 1, ITERATIONS_MAX, false, target);
}

static void
read_seconds(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	read_number(reader, value, 1, SECONDS_MAX, true, target);
}

static void
read_approvals(struct field_reader *reader, const struct yaml_value *value,
    void *target)
{
	unsigned *approvals = target;
	size_t i;

	if (value->kind != YAML_VALUE_LIST) {
		field_reader_say(reader, value, "is not a list of start and land", "");
		return;
	}
	for (i = 0; i < value->count; i++) {
		if (!field_reader_is_text(reader, &value->items[i], TASK_TEXT_MAX))
			continue;
		if (strcmp(value->items[i].text, "start") == 0)
			*approvals |= APPROVAL_START;
		else if (strcmp(value->items[i].text, "land") == 0)
			*approvals |= APPROVAL_LAND;
		else
			field_reader_say(reader, &value->items[i], "is neither start nor land: ",
			    value->items[i].text);
	}
}

static void
read_diff(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	bool *optional = target;

	if (!field_reader_is_text(reader, value, TASK_TEXT_MAX))
		return;
	*optional = strcmp(value->text, "optional") == 0;
	if (!*optional && strcmp(value->text, "required") != 0)
		field_reader_say(reader, value, "is neither required nor optional: ", value->text);
}

static const struct field fields[] = {
	{ "id", read_id, offsetof(struct task_spec, id) },
	{ "title", read_text, offsetof(struct task_spec, title) },
	{ "prompt", read_prompt, offsetof(struct task_spec, prompt) },
	{ "command", task_field_list_command, offsetof(struct task_spec, command) },
	{ "project", read_id, offsetof(struct task_spec, project) },
	{ "agent", read_text, offsetof(struct task_spec, agent) },
	{ "files", task_field_list_files, offsetof(struct task_spec, files) },
	{ "depends_on", task_field_list_depends_on, offsetof(struct task_spec, depends_on) },
	{ "priority", read_priority, offsetof(struct task_spec, priority) },
	{ "estimate", read_seconds, offsetof(struct task_spec, estimate) },
	{ "verify", read_text, offsetof(struct task_spec, verify) },
	{ "max_iterations", read_iterations,
	    offsetof(struct task_spec, max_iterations) },
	{ "completion_promise", read_text,
	    offsetof(struct task_spec, completion_promise) },
	{ "requires_approval", read_approvals, offsetof(struct task_spec, approvals) },
	{ "timeout", read_seconds, offsetof(struct task_spec, timeout) },
	{ "diff", read_diff, offsetof(struct task_spec, diff_optional) },
	{ "env", task_field_list_environment, offsetof(struct task_spec, environment) },
};

/* How many letters to change, add or drop; counted up to a little over two. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_BYTES + 1], a_len = strlen(a), b_len = strlen(b), i, k;
	size_t diagonal, above, change;

	if (a_len > NAME_MAX_BYTES || b_len > NAME_MAX_BYTES)
		return SIZE_MAX;
	for (k = 0; k <= b_len; k++)
		row[k] = k;
	for (i = 0; i < a_len; i++) {
		diagonal = row[0];
		row[0] = i + 1;
		for (k = 0; k < b_len; k++) {
			above = row[k + 1];
			change = diagonal + (a[i] != b[k]);
			row[k + 1] = above < row[k] ? above + 1 : row[k] + 1;
			if (change < row[k + 1])
				row[k + 1] = change;
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *
task_field_nearest(const char *text, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	size_t i, best = strlen(text) > 4 ? 3 : 2, next;

	for (i = 0; i < count; i++) {
		next = distance(text, names[i]);
		if (next < best) {
			best = next;
			nearest = names[i];
		}
	}
	return nearest;
}

static void
say_unknown(struct field_reader *reader, const struct yaml_value *key)
{
	const char *names[COUNT(fields)], *nearest;
	char *text = NULL;
	size_t i;

	for (i = 0; i < COUNT(fields); i++)
		names[i] = fields[i].key;
	nearest = task_field_nearest(key->text, names, COUNT(fields));
	if (nearest != NULL)
		text = str_format("no such key; is %s meant?", nearest);
	reader->key = key->text;
	field_reader_say(reader, key, text == NULL ? "no such key" : text, "");
	free(text);
}

static void
read_pair(struct field_reader *reader, const struct yaml_value *key,
    const struct yaml_value *value, unsigned *seen)
{
	size_t i;

	reader->key = "key";
	if (!field_reader_is_text(reader, key, TASK_TEXT_MAX))
		return;
	for (i = 0; i < COUNT(fields) && strcmp(fields[i].key, key->text) != 0; i++)
		;
	if (i == COUNT(fields)) {
		say_unknown(reader, key);
		return;
	}
	reader->key = fields[i].key;
	if ((*seen & 1u << i) != 0)
		field_reader_say(reader, key, "is said twice", "");
	else if (yaml_value_null(value))
		field_reader_say(reader, value, "has no value; give one or leave the key out", "");
	else
		fields[i].read(reader, value, (char *)reader->spec + fields[i].offset);
	*seen |= 1u << i;
}

/* "task 'ID'" when the task has a name, else its place in the list. */
static char *
label_of(const struct yaml_value *value, size_t position)
{
	size_t i;

	for (i = 0; i + 1 < value->count; i += 2)
		if (value->items[i].kind == YAML_VALUE_TEXT &&
		    strcmp(value->items[i].text, "id") == 0 &&
		    value->items[i + 1].kind == YAML_VALUE_TEXT &&
		    name_valid(value->items[i + 1].text))
			return str_format("task '%s'", value->items[i + 1].text);
	return str_format("task #%zu", position);
}

void
task_field_read(const char *name, size_t position, const struct yaml_value *value,
    struct task_spec *spec, struct problems *problems)
{
	struct field_reader reader = { .name = name, .spec = spec, .problems = problems };
	size_t i, before = problems->count + problems->dropped;
	unsigned seen = 0;
	char *label;

	*spec = (struct task_spec){ .priority = 1, .file = name };
	spec->line = value->line;
	spec->column = value->column;
	if (value->kind != YAML_VALUE_MAP) {
		problems_add(problems, "%s:%u:%u: task #%zu: is not a mapping of keys",
		    name, value->line, value->column, position);
		return;
	}
	reader.label = label = label_of(value, position);
	for (i = 0; i < value->count; i += 2)
		read_pair(&reader, &value->items[i], &value->items[i + 1], &seen);
	reader.key = "prompt";
	if (problems->count + problems->dropped == before && spec->command == NULL &&
	    (spec->prompt == NULL ||
	    spec->prompt[strspn(spec->prompt, " \t\r\n")] == '\0'))
		field_reader_say(&reader, value, "missing; write one, or a command", "");
	free(label);
}
