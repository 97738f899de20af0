/* The rules of an agent's entry: see agent_rules.h. */
#include "agent_rules.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define PLACE_MOST	200u		/* bytes of a place in a line of output */
#define LIST_MOST	64u		/* conditions of one rule */

static bool
is_place(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= PLACE_MOST && strchr(text, '=') == NULL && text[0] != '.' &&
	    text[len - 1] != '.' && strstr(text, "..") == NULL;
}

static void
add_condition(struct agent_entry *entry, char ***out, const char *place, const char *value)
{
	char *text = str_format("%s=%s", place, value);

	agent_entry_append(entry, out, text);
	free(text);
}

/* {place: value, place: [value, value]} as PLACE=VALUE, one each. */
static bool
read_condition(struct yaml *yaml, struct agent_entry *entry, const char *prefix, const char *key,
    const struct yaml_value *value, char ***out)
{
	static const char what[] = "write {place: value, ...}; a place is keys with dots between, "
	    "a value is a text, a list of such, or \"*\" for any";
	size_t i, j;

	*out = NULL;
	for (i = 0; value->kind == YAML_VALUE_MAP && i < value->count; i += 2) {
		const char *place = yaml_scalar(&value->items[i]);
		const struct yaml_value *item = &value->items[i + 1];

		if (place == NULL || !is_place(place))
			break;
		if (yaml_scalar(item) != NULL)
			add_condition(entry, out, place, yaml_scalar(item));
		for (j = 0; item->kind == YAML_VALUE_LIST && j < item->count; j++)
			if (yaml_scalar(&item->items[j]) != NULL)
				add_condition(entry, out, place, yaml_scalar(&item->items[j]));
		if (item->kind == YAML_VALUE_MAP)
			break;
	}
	if (value->kind == YAML_VALUE_MAP && i == value->count && i > 0 && strs_count(*out) <= LIST_MOST)
		return true;
	yaml_wrong(yaml, value, prefix, key, what);
	return false;
}

static void
add_rule(struct yaml *yaml, struct agent_entry *entry, const char *prefix, const struct agent_option *option,
    const struct yaml_value *at, const struct record_output_rule *rule)
{
	struct records *rules = &entry->agent.adapter.rules;
	struct record_output_rule *longer;

	if (rules->count >= AGENT_RULES_MOST) {
		yaml_wrong(yaml, at, prefix, option->key, "too many rules");
		return;
	}
	longer = arena_zero(&entry->agents->arena, rules->count + 1, sizeof(*longer));
	if (rules->count > 0)
		memcpy(longer, rules->items, rules->count * sizeof(*longer));
	longer[rules->count] = *rule;
	*rules = (struct records){ longer, rules->count + 1 };
}

/* Rules of this purpose that were taken from another entry go. */
static void
drop_rules(struct agent_entry *entry, const char *purpose)
{
	struct records *rules = &entry->agent.adapter.rules;
	const struct record_output_rule *old = rules->items;
	struct record_output_rule *kept = arena_zero(&entry->agents->arena, rules->count + 1, sizeof(*kept));
	size_t i, count = 0;

	for (i = 0; i < rules->count; i++)
		if (!str_same(old[i].purpose, purpose))
			kept[count++] = old[i];
	*rules = (struct records){ kept, count };
}

/* The text under `key` of a rule, a place; NULL, and told, when there is none. */
static const char *
place_in(struct yaml *yaml, struct agent_entry *entry, const char *prefix, const struct agent_option *option,
    const struct yaml_value *rule, const char *key, const char *before)
{
	const struct yaml_value *value = yaml_get(rule, key);
	const char *text = value != NULL ? yaml_scalar(value) : NULL, *kept;
	char *full;

	if (value == NULL || yaml_value_null(value))
		return NULL;
	if (text == NULL || !is_place(text)) {
		yaml_wrong(yaml, value, prefix, option->key, "not a place: write keys with dots between");
		return NULL;
	}
	full = str_format("%s%s%s", before != NULL ? before : "", before != NULL ? "." : "", text);
	kept = agent_entry_keep(entry, full);
	free(full);
	return kept;
}

/* One of a list of rules. */
static void
read_rule(struct yaml *yaml, struct agent_entry *entry, const char *prefix, const struct agent_option *option,
    const struct yaml_value *value)
{
	struct record_output_rule rule = { .purpose = option->extra };
	const struct yaml_value *when = yaml_get(value, "when"), *last = yaml_get(value, "last_of");

	if (option->kind == KIND_conditions) {
		if (read_condition(yaml, entry, prefix, option->key, value, &rule.when))
			add_rule(yaml, entry, prefix, option, value, &rule);
		return;
	}
	if (when == NULL || !read_condition(yaml, entry, prefix, option->key, when, &rule.when)) {
		if (when == NULL)
			yaml_wrong(yaml, value, prefix, option->key, "'when' is missing: {when: {place: value}, ...}");
		return;
	}
	if (option->kind == KIND_getters) {
		rule.get = place_in(yaml, entry, prefix, option, value, "get", NULL);
		if (rule.get == NULL)
			yaml_wrong(yaml, value, prefix, option->key, "'get' is missing: {when: ..., get: place}");
	} else if (last == NULL || !read_condition(yaml, entry, prefix, option->key, last, &rule.last_of)) {
		if (last == NULL)
			yaml_wrong(yaml, value, prefix, option->key,
			    "'last_of' is missing: {when: ..., last_of: {place: value}}");
		return;
	}
	add_rule(yaml, entry, prefix, option, value, &rule);
}

void
agent_rules_read(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
    const struct agent_option *option, const struct yaml_value *value)
{
	size_t i;

	drop_rules(entry, option->extra);
	if (value->kind != YAML_VALUE_LIST) {
		yaml_wrong(yaml, value, prefix, option->key, "write a list, [{...}, ...]");
		return;
	}
	for (i = 0; i < value->count; i++)
		read_rule(yaml, entry, prefix, option, &value->items[i]);
}

void
agent_rules_usage(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
    const struct agent_option *option, const struct yaml_value *value)
{
	static const struct agent_option modes = { "output.usage.mode", KIND_choice, 0,
	    "sum|last|cumulative_session" };
	struct record_adapter *adapter = &entry->agent.adapter;
	struct record_output_rule rule = { .purpose = option->extra };
	const struct yaml_value *when = yaml_get(value, "when"), *mode = yaml_get(value, "mode"),
	    *whole = yaml_get(value, "input_includes_cached");
	const char *at;

	drop_rules(entry, option->extra);
	if (when == NULL || mode == NULL) {
		yaml_wrong(yaml, value, prefix, option->key,
		    "write {when: {place: value}, mode: sum|last|cumulative_session, input: place, ...}");
		return;
	}
	if (!read_condition(yaml, entry, prefix, option->key, when, &rule.when))
		return;
	agent_entry_choose(yaml, entry, prefix, &modes, mode, &adapter->usage_mode);
	at = place_in(yaml, entry, prefix, option, value, "at", NULL);
	adapter->usage_input = place_in(yaml, entry, prefix, option, value, "input", at);
	adapter->usage_cached = place_in(yaml, entry, prefix, option, value, "cached", at);
	adapter->usage_output = place_in(yaml, entry, prefix, option, value, "output", at);
	adapter->usage_cost = place_in(yaml, entry, prefix, option, value, "cost", at);
	adapter->usage_input_has_cached = whole != NULL && str_same(yaml_scalar(whole), "true");
	add_rule(yaml, entry, prefix, option, value, &rule);
}
