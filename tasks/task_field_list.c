/*
 * Decides what the keys of a task that hold lists may say: commands, patterns,
 * names of other tasks, variables of the environment.
 */
#include "tasks/task_field_list.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/name_table.h"


/* A list of texts; NULL when something is wrong with it. */
static char **
read_list(struct field_reader *reader, const struct yaml_value *value, size_t max,
    bool (*check)(struct field_reader *, const struct yaml_value *))
{
	char **list;
	size_t i;
	bool good = true;

	if (value->kind != YAML_VALUE_LIST) {
		field_reader_say(reader, value, "is not a list", "");
		return NULL;
	}
	if (value->count > TASK_LIST_MAX) {
		field_reader_say(reader, value, "has more than 4096 entries", "");
		return NULL;
	}
	list = mem_zero(value->count + 1, sizeof(*list));
	for (i = 0; i < value->count; i++) {
		good = field_reader_is_text(reader, &value->items[i], max) &&
		    (check == NULL || check(reader, &value->items[i])) && good;
		/* A bad entry stands as "" until the list is thrown away. */
		list[i] = str_dup(good ? value->items[i].text : "");
	}
	if (good)
		return list;
	strs_free(list);
	return NULL;
}

void
task_field_list_command(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	char ***list = target;

	if (value->kind == YAML_VALUE_LIST && (value->count == 0 ||
	    (value->items[0].kind == YAML_VALUE_TEXT && value->items[0].len == 0)))
		field_reader_say(reader, value, "names no program", "");
	else
		*list = read_list(reader, value, TASK_TEXT_MAX, NULL);
}

static bool
is_pattern(struct field_reader *reader, const struct yaml_value *value)
{
	const char *why = value->len == 0 ? "has an empty pattern" : task_pattern_wrong(value->text, false);

	if (why != NULL)
		field_reader_say(reader, value, why, value->len == 0 ? "" : value->text);
	return why == NULL;
}

void
task_field_list_files(struct field_reader *reader, const struct yaml_value *value, void *target)
{
	char ***list = target;
	const char *why;

	if (value->kind == YAML_VALUE_LIST && value->count == 0)
		field_reader_say(reader, value, "is empty: name what the task writes, or leave "
		    "the key out if it may write anywhere", "");
	else
		*list = read_list(reader, value, TASK_PATTERN_MAX, is_pattern);
	if (*list == NULL || (why = task_pattern_wrong((*list)[0], true)) == NULL)
		return;
	field_reader_say(reader, &value->items[0], why, (*list)[0]);
	strs_free(*list);
	*list = NULL;
}

static bool
is_id(struct field_reader *reader, const struct yaml_value *value)
{
	if (name_valid(value->text))
		return true;
	field_reader_say(reader, value, "not a task's name: ", value->text);
	return false;
}

void
task_field_list_depends_on(struct field_reader *reader, const struct yaml_value *value,
    void *target)
{
	char ***list = target;
	size_t i;

	*list = read_list(reader, value, TASK_TEXT_MAX, is_id);
	if (*list == NULL)
		return;
	if (value->count == 0) {
		strs_free(*list);
		*list = NULL;
		return;
	}
	reader->spec->depends_at = mem_zero(value->count, sizeof(*reader->spec->depends_at));
	for (i = 0; i < value->count; i++)
		reader->spec->depends_at[i] = (struct task_place){ value->items[i].line,
		    value->items[i].column };
}

static bool
is_variable(struct field_reader *reader, const struct yaml_value *value)
{
	size_t i;

	if (!field_reader_is_text(reader, value, TASK_TEXT_MAX))
		return false;
	for (i = 0; i < value->len; i++)
		if (!(value->text[i] == '_' ||
		    (value->text[i] >= 'A' && value->text[i] <= 'Z') ||
		    (value->text[i] >= 'a' && value->text[i] <= 'z') ||
		    (i > 0 && value->text[i] >= '0' && value->text[i] <= '9')))
			break;
	if (value->len == 0 || i < value->len)
		field_reader_say(reader, value, "is not a variable's name: ", value->text);
	else if (strncmp(value->text, "ORCH_", 5) == 0)
		field_reader_say(reader, value, "names that begin with ORCH_ are taken: ",
		    value->text);
	else
		return true;
	return false;
}

void
task_field_list_environment(struct field_reader *reader, const struct yaml_value *value,
    void *target)
{
	char ***list = target, **result;
	struct name_table names;
	const struct yaml_value *key;
	size_t i, count = 0;

	if (value->kind != YAML_VALUE_MAP || value->count / 2 > TASK_LIST_MAX) {
		field_reader_say(reader, value, value->kind != YAML_VALUE_MAP ?
		    "is not a mapping of names to texts" :
		    "has more than 4096 entries", "");
		return;
	}
	name_table_init(&names);
	result = mem_zero(value->count / 2 + 1, sizeof(*result));
	for (i = 0; i < value->count; i += 2) {
		key = &value->items[i];
		if (!is_variable(reader, key) ||
		    !field_reader_is_text(reader, &value->items[i + 1], TASK_TEXT_MAX))
			continue;
		if (!name_table_add(&names, key->text, i))
			field_reader_say(reader, key, "is said twice: ", key->text);
		else
			result[count++] = str_format("%s=%s", key->text,
			    value->items[i + 1].text);
	}
	name_table_release(&names);
	if (count > 0)
		*list = result;
	else
		free(result);
}
