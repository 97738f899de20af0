/*
 * The agents of orch.yaml: see agents_file.h. Decides what may stand in an entry; what its
 * rules do is for the worker (worker/adapter.h).
 */
#include "agents_file.h"

#include <regex.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/valid.h"
#include "agent_entry.h"
#include "agent_home.h"
#include "agent_rules.h"
#include "quantity.h"

static const struct agent_option options[] = {
#define AGENT(key, kind, member, extra) { key, KIND_##kind, offsetof(struct agent, member), extra },
#include "supervisor/agent_options.def"
#undef AGENT
};

/* The texts of a list, each asked for by `fits`; false when one of them is none. */
static bool
read_list(struct yaml *yaml, struct agent_entry *entry, const char *prefix, const char *key,
    const struct yaml_value *value, char ***out, bool (*fits)(const char *), const char *what)
{
	size_t i;

	*out = NULL;
	if (value->kind != YAML_VALUE_LIST) {
		yaml_wrong(yaml, value, prefix, key, "write a list of words, [word, word, ...]");
		return false;
	}
	for (i = 0; i < value->count; i++) {
		const char *text = yaml_scalar(&value->items[i]);

		if (text == NULL || (fits != NULL && !fits(text))) {
			yaml_wrong(yaml, &value->items[i], prefix, key, what);
			return false;
		}
		agent_entry_append(entry, out, text);
	}
	return true;
}

static bool
is_exit(const char *text)
{
	uint64_t number;

	return quantity_number(text, &number) && number <= 255;
}

static bool
is_absolute(const char *text)
{
	return text[0] == '/' && text[1] != '\0' && strlen(text) < 4000 && strstr(text, "/..") == NULL;
}

static bool
is_secret(const char *text)
{
	return strncmp(text, "file:/", 6) == 0 || (strncmp(text, "env:", 4) == 0 && agent_entry_variable(text + 4));
}

/* A mapping of names of variables to texts, as NAME=TEXT. */
static void
read_pairs(struct yaml *yaml, struct agent_entry *entry, const char *prefix, const struct agent_option *option,
    const struct yaml_value *value, char ***out)
{
	size_t i;

	*out = NULL;
	if (value->kind != YAML_VALUE_MAP) {
		yaml_wrong(yaml, value, prefix, option->key, "write a mapping, {NAME: value}");
		return;
	}
	for (i = 0; i < value->count; i += 2) {
		const char *name = yaml_scalar(&value->items[i]), *text = yaml_scalar(&value->items[i + 1]);
		char *pair;

		if (name == NULL || !agent_entry_variable(name)) {
			yaml_wrong(yaml, &value->items[i], prefix, option->key, "not the name of a variable");
		} else if (text == NULL || (option->kind == KIND_secrets && !is_secret(text))) {
			yaml_wrong(yaml, &value->items[i + 1], prefix, option->key, option->kind == KIND_secrets ?
			    "write file:/PATH or env:NAME: where the value is, not the value itself" :
			    "write one text");
		} else {
			pair = str_format("%s=%s", name, text);
			agent_entry_append(entry, out, pair);
			free(pair);
		}
	}
}

static bool
check_pattern(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *value)
{
	const char *text = yaml_scalar(value);
	char why[256], *what;
	regex_t pattern;
	int error;

	if (text == NULL || *text == '\0' || strlen(text) > 1000) {
		yaml_wrong(yaml, value, prefix, key, "write a pattern, as grep -E has it");
		return false;
	}
	if ((error = regcomp(&pattern, text, REG_EXTENDED | REG_ICASE)) == 0) {
		regfree(&pattern);
		return true;
	}
	regerror(error, &pattern, why, sizeof(why));
	what = str_format("not a pattern as grep -E has it: %s", why);
	yaml_wrong(yaml, value, prefix, key, what);
	free(what);
	return false;
}

/* The patterns of one kind of failure; those of another entry are replaced. */
static void
set_pattern(struct agent_entry *entry, char ***list, const char *word, const char *pattern)
{
	char **old = *list, *text = str_format("%s=%s", word, pattern);
	size_t i, len = strlen(word);

	*list = NULL;
	agent_entry_append(entry, list, text);
	for (i = 0; i < strs_count(old); i++)
		if (strncmp(old[i], word, len) != 0 || old[i][len] != '=')
			agent_entry_append(entry, list, old[i]);
	free(text);
}

/* ---- an entry ---- */

static const struct agent_option *
option_find(const char *key)
{
	size_t i;

	for (i = 0; i < COUNT(options); i++)
		if (str_same(options[i].key, key))
			return &options[i];
	return NULL;
}

static bool
is_level(const char *key)
{
	size_t len = strlen(key), i;

	for (i = 0; i < COUNT(options); i++)
		if (strncmp(options[i].key, key, len) == 0 && options[i].key[len] == '.')
			return true;
	return false;
}

/* A number of one of the kinds of quantity.h. */
static void
read_number(struct yaml *yaml, const char *prefix, const struct agent_option *option,
    const struct yaml_value *value, void *slot)
{
	const char *text = yaml_scalar(value);
	bool good = text != NULL;

	switch (option->kind) {
	case KIND_seconds: good = good && quantity_seconds(text, slot) && *(uint64_t *)slot <= SECONDS_MAX; break;
	case KIND_count: good = good && quantity_count(text, slot); break;
	case KIND_real: good = good && quantity_real(text, slot); break;
	default: good = good && quantity_number(text, slot); break;
	}
	if (!good)
		yaml_wrong(yaml, value, prefix, option->key, option->kind == KIND_seconds ?
		    "write a time, as 90s, 45m or 2h, a year at most" : "write a number");
}

static void
set(struct yaml *yaml, struct agent_entry *entry, const char *prefix, const struct agent_option *option,
    const struct yaml_value *value)
{
	void *slot = (char *)&entry->agent + option->offset;
	const char *text = yaml_scalar(value);

	switch (option->kind) {
	case KIND_text:
		if (text == NULL || *text == '\0' || strlen(text) > 256)
			yaml_wrong(yaml, value, prefix, option->key, "write one text, 256 bytes at most");
		else
			*(const char **)slot = agent_entry_keep(entry, text);
		break;
	case KIND_words:
		read_list(yaml, entry, prefix, option->key, value, slot, NULL, "each entry must be one text");
		break;
	case KIND_names:
		read_list(yaml, entry, prefix, option->key, value, slot, agent_entry_variable,
		    "not the name of a variable");
		break;
	case KIND_paths:
		read_list(yaml, entry, prefix, option->key, value, slot, is_absolute,
		    "write absolute paths, without ..");
		break;
	case KIND_exits:
		read_list(yaml, entry, prefix, option->key, value, slot, is_exit, "write numbers from 0 to 255");
		break;
	case KIND_choice: agent_entry_choose(yaml, entry, prefix, option, value, slot); break;
	case KIND_pairs: case KIND_secrets: read_pairs(yaml, entry, prefix, option, value, slot); break;
	case KIND_files: case KIND_texts: agent_home_read(yaml, entry, prefix, option, value); break;
	case KIND_seconds: case KIND_number: case KIND_count: case KIND_real:
		read_number(yaml, prefix, option, value, slot);
		break;
	case KIND_pattern:
		if (check_pattern(yaml, prefix, option->key, value))
			set_pattern(entry, slot, option->extra, text);
		break;
	case KIND_expression:
		if (check_pattern(yaml, prefix, option->key, value))
			*(const char **)slot = agent_entry_keep(entry, text);
		break;
	case KIND_conditions: case KIND_getters: case KIND_requires:
		agent_rules_read(yaml, entry, prefix, option, value);
		break;
	case KIND_usage: agent_rules_usage(yaml, entry, prefix, option, value); break;
	}
}

/* `prefix` is "agents.NAME."; a level of dotted options comes again with its name in it. */
static void
option_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct agent_entry *entry = yaml->context;
	const char *level = strchr(prefix, '.') + 1;
	const struct agent_option *option;
	char *full, *head;

	level = strchr(level, '.') + 1;
	full = str_format("%s%s", level, key);
	head = mem_copy(prefix, (size_t)(level - prefix));
	option = option_find(full);
	if (option != NULL) {
		set(yaml, entry, head, option, value);
	} else if (is_level(full)) {
		free(full);
		full = str_format("%s%s.", prefix, key);
		yaml_each_pair(yaml, value, full, option_pair);
	} else if (*level != '\0' || !str_same(key, "extends")) {
		yaml_wrong(yaml, at, prefix, key, "there is no such option; see orch.yaml(5)");
	}
	free(head);
	free(full);
}

static const struct agent	*read_entry(struct yaml *yaml, const char *prefix, struct agent_entry *from,
				    const char *name, const struct yaml_value *at,
				    const struct yaml_value *value, unsigned depth);

/* The entry that this one extends: of the same file, or one that came with orch. */
static bool
extend(struct yaml *yaml, const char *prefix, struct agent_entry *entry, const struct yaml_value *map,
    unsigned depth)
{
	const struct yaml_value *value = yaml_get(map, "extends"), *other;
	const char *name = value != NULL ? yaml_scalar(value) : NULL, *own = entry->agent.name;
	const struct agent *base = NULL;
	bool shipped = entry->shipped;

	if (value == NULL)
		return true;
	other = name != NULL && !str_same(name, own) ? yaml_get(entry->all, name) : NULL;
	if (name != NULL && depth > 16) {
		yaml_wrong(yaml, value, prefix, "extends", "a circle, or more than 16 that extend each other");
		return false;
	}
	if (other != NULL)
		base = read_entry(yaml, "agents.", entry, name, value, other, depth + 1);
	else if (name != NULL)
		base = agents_find(entry->agents, name);
	if (base == NULL) {
		yaml_wrong(yaml, value, prefix, "extends", "there is no such agent");
		return false;
	}
	entry->agent = *base;
	entry->agent.name = own;
	entry->agent.shipped = shipped;
	return true;
}

/* Reads an entry, once; `from` has the mapping that it stands in. NULL: told. */
static const struct agent *
read_entry(struct yaml *yaml, const char *prefix, struct agent_entry *from, const char *name,
    const struct yaml_value *at, const struct yaml_value *value, unsigned depth)
{
	struct agent_entry entry = { .agents = from->agents, .all = from->all, .shipped = from->shipped };
	const struct agent *there = agents_find(from->agents, name);
	char *deeper;
	void *before = yaml->context;

	/* It was read already, because another extends it. */
	if (there != NULL && there->shipped == from->shipped)
		return there;
	deeper = str_format("%s%s.", prefix, name);
	entry.agent = *agents_add(entry.agents);
	entry.agents->count--;
	entry.agent.name = agent_entry_keep(&entry, name);
	entry.agent.shipped = entry.shipped;
	if (value->kind == YAML_VALUE_MAP && !extend(yaml, deeper, &entry, value, depth)) {
		free(deeper);
		return NULL;
	}
	yaml->context = &entry;
	yaml_each_pair(yaml, value, deeper, option_pair);
	yaml->context = before;
	if (strs_count(entry.agent.command) == 0)
		yaml_wrong(yaml, at, deeper, "command", "missing; write the program as a list of words");
	free(deeper);
	*agents_add(entry.agents) = entry.agent;
	return &entry.agents->items[entry.agents->count - 1];
}

static void
agent_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct agent_entry *from = yaml->context;

	if (!name_valid(key))
		yaml_wrong(yaml, at, prefix, key, "an agent's name is [A-Za-z0-9._-]{1,64}");
	else
		read_entry(yaml, prefix, from, key, at, value, 0);
}

void
agents_file_read(struct agents *agents, struct yaml *yaml, const struct yaml_value *map,
    const char *prefix, bool shipped)
{
	struct agent_entry from = { .agents = agents, .all = map, .shipped = shipped };
	void *before = yaml->context;

	yaml->context = &from;
	yaml_each_pair(yaml, map, prefix, agent_pair);
	yaml->context = before;
}
