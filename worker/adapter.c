/* What an agent's own output means: see adapter.h. */
#include "adapter.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/valid.h"
#include "worker/classify.h"
#include "worker/json_values.h"
#include "worker/reset.h"

#define ERROR_LINE_MAX	1024u		/* bytes of a line of errors that are looked at */
#define LINE_HELD	(1u << 20)	/* bytes of a line that wait for what it is */
#define LINE_LIMIT	(32u << 20)	/* bytes of a line that is read; a longer one is only kept */

enum purpose { DROP, SESSION, FINAL, FAILURE, STEP, USED, REQUIRE, DENY, PURPOSES };
static const char *const purposes[PURPOSES] = { "drop", "session", "final", "error", "step",
    "usage", "require", "deny" };

/* One condition: what stands at a place. */
struct condition { size_t place; const char *value; };

struct conditions { struct condition *items; size_t count; };

struct rule {
	enum purpose purpose;
	struct conditions when, last_of;
	size_t get;			/* place, NOWHERE: none */
	bool met;			/* REQUIRE: by the last line that it is about; DENY: by any */
};

#define NOWHERE	SIZE_MAX

struct adapter {
	const struct record_adapter *config;
	adapter_keep *keep;
	void *context;
	struct classify *classify;
	regex_t step_errors;
	bool has_step_errors;
	struct buffer error_line;
	struct json_values *values;
	struct rule *rules;
	size_t rule_count;
	size_t input, cached, output, cost;	/* places */
	struct usage usage;
	/* The line at hand. */
	struct buffer line;		/* what is held of it */
	size_t line_len;
	bool passed;			/* it was too long to be held: all of it is kept */
	/* The run at hand. */
	char *session, *final, *error;
	const char *promise;
	bool promised;
};

/* ---- the rules, compiled ---- */

static size_t
place_index(char ***places, const char *name, size_t len)
{
	size_t count = strs_count(*places), i;

	for (i = 0; i < count; i++)
		if (strlen((*places)[i]) == len && strncmp((*places)[i], name, len) == 0)
			return i;
	*places = mem_resize(*places, count + 2, sizeof(char *));
	(*places)[count] = mem_copy(name, len);
	(*places)[count + 1] = NULL;
	return count;
}

static size_t
place_of(char ***places, const char *name)
{
	return name == NULL || *name == '\0' ? NOWHERE : place_index(places, name, strlen(name));
}

static struct conditions
compile(char ***places, char *const *texts)
{
	struct conditions conditions = { mem_zero(strs_count(texts) + 1, sizeof(struct condition)), 0 };
	size_t i, len;

	for (i = 0; i < strs_count(texts); i++) {
		len = strcspn(texts[i], "=");
		if (texts[i][len] == '=')
			conditions.items[conditions.count++] = (struct condition){
			    place_index(places, texts[i], len), texts[i] + len + 1 };
	}
	return conditions;
}

static enum purpose
purpose_of(const char *word)
{
	int purpose;

	for (purpose = 0; purpose < PURPOSES; purpose++)
		if (str_same(purposes[purpose], word))
			break;
	return (enum purpose)purpose;
}

static void
compile_rules(struct adapter *adapter)
{
	const struct record_adapter *config = adapter->config;
	const struct record_output_rule *from = config->rules.items;
	char **places = mem_zero(1, sizeof(char *));
	size_t i;

	adapter->rules = mem_zero(config->rules.count + 1, sizeof(struct rule));
	for (i = 0; i < config->rules.count; i++) {
		struct rule *rule = &adapter->rules[adapter->rule_count];

		if ((rule->purpose = purpose_of(from[i].purpose)) == PURPOSES)
			continue;
		rule->when = compile(&places, from[i].when);
		rule->last_of = compile(&places, from[i].last_of);
		rule->get = place_of(&places, from[i].get);
		adapter->rule_count++;
	}
	adapter->input = place_of(&places, config->usage_input);
	adapter->cached = place_of(&places, config->usage_cached);
	adapter->output = place_of(&places, config->usage_output);
	adapter->cost = place_of(&places, config->usage_cost);
	adapter->values = json_values_new(places, strs_count(places));
	strs_free(places);
}

struct adapter *
adapter_new(const struct record_adapter *rules, adapter_keep *keep, void *context)
{
	static const struct record_adapter none = { .format = "text" };
	struct adapter *adapter = mem_zero(1, sizeof(*adapter));
	const struct record_adapter *config = rules != NULL ? rules : &none;
	struct price price = { config->price_input, config->price_cached, config->price_output };
	enum usage_mode mode = config->usage_mode != NULL ? usage_mode_find(config->usage_mode) : USAGE_SUM;

	adapter->config = config;
	adapter->keep = keep;
	adapter->context = context;
	adapter->classify = classify_new(config->classify, config->reset);
	adapter->has_step_errors = config->step_errors != NULL &&
	    regcomp(&adapter->step_errors, config->step_errors, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0;
	usage_init(&adapter->usage, mode, &price);
	buffer_init(&adapter->line);
	buffer_init(&adapter->error_line);
	if (adapter_reads(adapter))
		compile_rules(adapter);
	return adapter;
}

void
adapter_free(struct adapter *adapter)
{
	size_t i;

	if (adapter == NULL)
		return;
	for (i = 0; i < adapter->rule_count; i++) {
		free(adapter->rules[i].when.items);
		free(adapter->rules[i].last_of.items);
	}
	free(adapter->rules);
	json_values_free(adapter->values);
	classify_free(adapter->classify);
	if (adapter->has_step_errors)
		regfree(&adapter->step_errors);
	buffer_release(&adapter->line);
	buffer_release(&adapter->error_line);
	free(adapter->session);
	free(adapter->final);
	free(adapter->error);
	free(adapter);
}

bool
adapter_reads(const struct adapter *adapter)
{
	return str_same(adapter->config->format, "jsonl");
}

/* ---- a line ---- */

static bool
is(const struct adapter *adapter, const struct condition *condition)
{
	const struct json_value *value = json_values_at(adapter->values, condition->place);

	if (!value->there)
		return false;
	return str_same(condition->value, "*") || (value->text.len == strlen(condition->value) &&
	    memcmp(value->text.bytes, condition->value, value->text.len) == 0);
}

/* Every place that is named has one of the values that are named for it. */
static bool
hold(const struct adapter *adapter, const struct conditions *conditions)
{
	size_t i, j;

	for (i = 0; i < conditions->count; i++) {
		for (j = 0; j < conditions->count; j++)
			if (conditions->items[j].place == conditions->items[i].place &&
			    is(adapter, &conditions->items[j]))
				break;
		if (j == conditions->count)
			return false;
	}
	return true;
}

/* What stands there, as valid text; NULL: nothing does. The caller frees. */
static char *
text_at(const struct adapter *adapter, size_t place)
{
	const struct json_value *value = place == NOWHERE ? NULL : json_values_at(adapter->values, place);

	return value == NULL || !value->there ? NULL :
	    utf8_repair((const char *)value->text.bytes, value->text.len);
}

static void
take(const struct adapter *adapter, size_t place, char **out)
{
	char *text = text_at(adapter, place);

	if (text == NULL)
		return;
	free(*out);
	*out = text;
}

static double
number_at(const struct adapter *adapter, size_t place)
{
	char *text = text_at(adapter, place), *end;
	double number = text != NULL ? strtod(text, &end) : 0;

	free(text);
	return isfinite(number) && number > 0 ? number : 0;
}

/* As many as are counted; no agent has used 2^53 tokens. */
static uint64_t
count_at(const struct adapter *adapter, size_t place)
{
	double number = number_at(adapter, place);

	return number < 9007199254740992.0 ? (uint64_t)number : 9007199254740992u;
}

static void
count_usage(struct adapter *adapter)
{
	struct tokens tokens = { count_at(adapter, adapter->input), count_at(adapter, adapter->cached),
	    count_at(adapter, adapter->output), number_at(adapter, adapter->cost) };

	if (!adapter->config->usage_input_has_cached)
		tokens.input += tokens.cached;
	usage_report(&adapter->usage, &tokens, adapter->cost != NOWHERE &&
	    json_values_at(adapter->values, adapter->cost)->there);
}

static void
take_final(struct adapter *adapter, size_t place)
{
	take(adapter, place, &adapter->final);
	if (adapter->promise != NULL && adapter->final != NULL &&
	    strstr(adapter->final, adapter->promise) != NULL)
		adapter->promised = true;
}

/* One line that was JSON; false: it is not to be kept. */
static bool
apply(struct adapter *adapter)
{
	bool keep = true;
	size_t i;

	for (i = 0; i < adapter->rule_count; i++) {
		struct rule *rule = &adapter->rules[i];
		bool holds = hold(adapter, &rule->when);

		if (rule->purpose == REQUIRE && hold(adapter, &rule->last_of))
			rule->met = holds;
		if (!holds)
			continue;
		switch (rule->purpose) {
		case DROP: keep = false; break;
		case SESSION: take(adapter, rule->get, &adapter->session); break;
		case FINAL: take_final(adapter, rule->get); break;
		case FAILURE: take(adapter, rule->get, &adapter->error); break;
		case STEP: adapter->usage.steps++; break;
		case USED: count_usage(adapter); break;
		case DENY: rule->met = true; break;
		case REQUIRE: case PURPOSES: break;
		}
	}
	return keep;
}

/* The line is whole; `newline` belongs to it. */
static void
end_line(struct adapter *adapter, const char *newline)
{
	bool json = adapter->line_len <= LINE_LIMIT && json_values_end(adapter->values);

	if ((!json || apply(adapter)) && !adapter->passed)
		adapter->keep(adapter->context, adapter->line.bytes, adapter->line.len);
	else if (!adapter->passed)
		newline = "";
	if (*newline != '\0')
		adapter->keep(adapter->context, (const unsigned char *)newline, 1);
	adapter->line.len = 0;
	if (adapter->passed) {
		/* One huge line is not paid for ever. */
		buffer_release(&adapter->line);
		buffer_init(&adapter->line);
	}
	adapter->line_len = 0;
	adapter->passed = false;
	json_values_begin(adapter->values);
}

static void
add_to_line(struct adapter *adapter, const unsigned char *bytes, size_t len)
{
	adapter->line_len += len;
	if (adapter->line_len <= LINE_LIMIT)
		json_values_feed(adapter->values, bytes, len);
	if (!adapter->passed && adapter->line_len > LINE_HELD) {
		adapter->keep(adapter->context, adapter->line.bytes, adapter->line.len);
		adapter->passed = true;
	}
	if (adapter->passed)
		adapter->keep(adapter->context, bytes, len);
	else
		buffer_add(&adapter->line, bytes, len);
}

void
adapter_output(struct adapter *adapter, const unsigned char *bytes, size_t len)
{
	const unsigned char *newline;

	if (!adapter_reads(adapter)) {
		adapter->keep(adapter->context, bytes, len);
		return;
	}
	while ((newline = memchr(bytes, '\n', len)) != NULL) {
		add_to_line(adapter, bytes, (size_t)(newline - bytes));
		end_line(adapter, "\n");
		len -= (size_t)(newline - bytes) + 1;
		bytes = newline + 1;
	}
	if (len > 0)
		add_to_line(adapter, bytes, len);
}

/* The first part of a line of its standard error; steps that it tells of nowhere else count. */
static void
end_error_line(struct adapter *adapter)
{
	if (regexec(&adapter->step_errors, buffer_text(&adapter->error_line), 0, NULL, 0) == 0)
		adapter->usage.steps++;
	adapter->error_line.len = 0;
}

void
adapter_errors(struct adapter *adapter, const unsigned char *bytes, size_t len)
{
	const unsigned char *newline;
	size_t part, room;

	adapter->keep(adapter->context, bytes, len);
	while (adapter->has_step_errors && len > 0) {
		newline = memchr(bytes, '\n', len);
		part = newline != NULL ? (size_t)(newline - bytes) : len;
		room = ERROR_LINE_MAX - adapter->error_line.len;
		buffer_add(&adapter->error_line, bytes, part < room ? part : room);
		if (newline == NULL)
			break;
		end_error_line(adapter);
		bytes = newline + 1;
		len -= part + 1;
	}
}

/* ---- a run ---- */

void
adapter_begin(struct adapter *adapter, bool resumed, const char *promise)
{
	size_t i;

	usage_begin(&adapter->usage, resumed);
	for (i = 0; i < adapter->rule_count; i++)
		adapter->rules[i].met = false;
	if (!resumed) {
		free(adapter->session);
		adapter->session = NULL;
	}
	free(adapter->final);
	free(adapter->error);
	adapter->final = adapter->error = NULL;
	adapter->promise = promise;
	adapter->promised = false;
	adapter->line.len = adapter->line_len = adapter->error_line.len = 0;
	adapter->passed = false;
	if (adapter->values != NULL)
		json_values_begin(adapter->values);
}

void
adapter_end(struct adapter *adapter)
{
	if (adapter->line_len > 0)
		end_line(adapter, "");
}

enum adapter_said
adapter_said(const struct adapter *adapter)
{
	enum adapter_said said = SAID_NOTHING;
	size_t i;

	for (i = 0; i < adapter->rule_count; i++) {
		const struct rule *rule = &adapter->rules[i];

		if (rule->purpose != REQUIRE && rule->purpose != DENY)
			continue;
		if (rule->met != (rule->purpose == REQUIRE))
			return SAID_BADLY;
		said = SAID_WELL;
	}
	return said;
}

const char *adapter_session(const struct adapter *adapter) { return adapter->session; }
const char *adapter_final(const struct adapter *adapter) { return adapter->final; }
const char *adapter_error(const struct adapter *adapter) { return adapter->error; }
bool adapter_promised(const struct adapter *adapter) { return adapter->promised; }
const struct usage *adapter_usage(const struct adapter *adapter) { return &adapter->usage; }

bool
adapter_exit_good(const struct adapter *adapter, unsigned status)
{
	char *const *exits = adapter->config->exits;
	size_t i;

	for (i = 0; i < strs_count(exits); i++)
		if (strtoul(exits[i], NULL, 10) == status)
			return true;
	return exits == NULL && status == 0;
}

const char *
adapter_classify(const struct adapter *adapter, const char *text, time_t now, time_t *until)
{
	const char *word = classify_find(adapter->classify, text);
	char *where;

	*until = 0;
	if (str_same(word, "rate_limited")) {
		where = classify_reset(adapter->classify, text);
		*until = reset_time(where, now);
		free(where);
	}
	return word;
}
