/*
 * orch.yaml: see config.h. Decides what a key means and whether its value is
 * in range; never touches anything but the file it is given.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "protocol/mem.h"
#include "protocol/valid.h"

#define CONFIG_MAX	(1u << 20)	/* bytes of a file */

enum option_where { TOP, PROJECT };
enum option_kind { KIND_number, KIND_text, KIND_flag, KIND_seconds, KIND_bytes, KIND_choice };

struct option {
	const char *key;
	enum option_where where;
	enum option_kind kind;
	size_t offset;
	uint64_t least, most;
	const char *preset, *help;
};

static const struct option options[] = {
#define OPTION(key, where, kind, member, least, most, preset, help) \
	{ key, where, KIND_##kind, offsetof(struct config, member), least, most, preset, help },
#include "supervisor/options.def"
#undef OPTION
};

/* Where a value stands, for messages; line 0: on the command line. */
struct place {
	const char *file;
	const char *prefix;	/* "projects.x." */
	size_t line, column;
};

static void
complain(struct problems *problems, const struct place *place, const char *key, const char *what)
{
	if (place->line == 0)
		problems_add(problems, "%s: %s: %s", place->file, key, what);
	else
		problems_add(problems, "%s:%zu:%zu: %s%s: %s", place->file, place->line,
		    place->column, place->prefix, key, what);
}

/* Index of `value` among the words before the colon of `help`, or -1. */
static int
choice_of(const char *help, const char *value)
{
	size_t len = strlen(value), word, end = strcspn(help, ":");
	int index = 0;

	while (end > 0) {
		word = strcspn(help, "|:");
		if (word == len && strncmp(help, value, len) == 0)
			return index;
		if (help[word] == ':')
			break;
		help += word + 1;
		index++;
	}
	return -1;
}

/* A number with one of the given one-letter units, or -1. */
static int
number_of(const char *value, const char *units, const uint64_t *factors, uint64_t *out)
{
	const char *unit;
	char *end;

	if (value[0] < '0' || value[0] > '9')
		return -1;
	errno = 0;
	*out = strtoull(value, &end, 10);
	if (errno != 0)
		return -1;
	if (*end == '\0')
		return 0;
	if (end[1] != '\0' || (unit = strchr(units, *end)) == NULL ||
	    *out > UINT64_MAX / factors[unit - units])
		return -1;
	*out *= factors[unit - units];
	return 0;
}

static void
option_set(struct config *config, const struct option *option, const char *value,
    const struct place *place, struct problems *problems)
{
	static const uint64_t seconds[] = { 1, 60, 3600, 86400 }, bytes[] = { 1u << 10, 1u << 20, 1u << 30 };
	char *what = NULL;
	void *slot = (char *)config + option->offset;
	uint64_t number = 0;
	int choice, bad = 0;

	switch (option->kind) {
	case KIND_text:
		if (strlen(value) < option->least || strlen(value) > option->most) {
			what = str_format("has %zu bytes; write %ju to %ju", strlen(value),
			    (uintmax_t)option->least, (uintmax_t)option->most);
			break;
		}
		free(*(char **)slot);
		*(char **)slot = str_dup(value);
		return;
	case KIND_flag:
		choice = choice_of("no|yes|false|true|0|1:", value);
		if (choice == -1)
			what = str_format("'%s' is neither yes nor no", value);
		else
			*(uint64_t *)slot = (uint64_t)choice & 1;
		break;
	case KIND_choice:
		choice = choice_of(option->help, value);
		if (choice == -1)
			what = str_format("'%s' is not one of %.*s", value,
			    (int)strcspn(option->help, ":"), option->help);
		else
			*(uint64_t *)slot = (uint64_t)choice;
		break;
	case KIND_number: bad = number_of(value, "", NULL, &number); break;
	case KIND_seconds: bad = number_of(value, "smhd", seconds, &number); break;
	case KIND_bytes: bad = number_of(value, "KMG", bytes, &number); break;
	}
	if (what == NULL && option->kind != KIND_flag && option->kind != KIND_choice) {
		if (bad || number < option->least || number > option->most)
			what = str_format("'%s' is not a number from %ju to %ju", value,
			    (uintmax_t)option->least, (uintmax_t)option->most);
		else
			*(uint64_t *)slot = number;
	}
	if (what != NULL)
		complain(problems, place, option->key, what);
	free(what);
}

static const struct option *
option_find(const char *key)
{
	size_t i;

	for (i = 0; i < COUNT(options); i++)
		if (str_same(options[i].key, key))
			return &options[i];
	return NULL;
}

void
config_init(struct config *config)
{
	struct place place = { "default", "", 0, 0 };
	struct problems problems;
	size_t i;

	*config = (struct config){ 0 };
	problems_init(&problems);
	for (i = 0; i < COUNT(options); i++)
		if (options[i].preset != NULL)
			option_set(config, &options[i], options[i].preset, &place, &problems);
	problems_release(&problems);
}

void
config_release(struct config *config)
{
	size_t i;

	for (i = 0; i < COUNT(options); i++)
		if (options[i].kind == KIND_text)
			free(*(char **)(void *)((char *)config + options[i].offset));
	for (i = 0; i < config->agent_count; i++) {
		free(config->agents[i].name);
		free(config->agents[i].prompt);
		strs_free(config->agents[i].command);
	}
	free(config->agents);
	free(config->project);
}

void
config_set(struct config *config, const char *assignment, struct problems *problems)
{
	struct place place = { "option -o", "", 0, 0 };
	const char *equals = strchr(assignment, '=');
	const struct option *option = NULL;
	char *key;

	if (equals == NULL) {
		problems_add(problems, "option -o: '%s': write KEY=VALUE", assignment);
		return;
	}
	key = mem_copy(assignment, (size_t)(equals - assignment));
	if ((option = option_find(key)) == NULL)
		problems_add(problems, "option -o: '%s': there is no such option", key);
	else
		option_set(config, option, equals + 1, &place, problems);
	free(key);
}

const struct agent *
config_agent(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < config->agent_count; i++)
		if (str_same(config->agents[i].name, name))
			return &config->agents[i];
	return NULL;
}

const char *
config_word(const char *key, uint64_t value)
{
	static char word[32];
	const struct option *option = option_find(key);
	const char *at = option != NULL ? option->help : "";

	for (; value > 0; value--)
		at += strcspn(at, "|") + 1;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, "|:"), at);
	return word;
}

void
config_print_options(void)
{
	size_t i;

	for (i = 0; i < COUNT(options); i++)
		printf("%s\t%s\t%s\t%s\n", options[i].key, options[i].where == TOP ? "top" : "project",
		    options[i].preset ? options[i].preset : "-", options[i].help);
}

/* ---- YAML ---- */

struct yaml {
	yaml_document_t document;
	struct config *config;
	struct problems *problems;
	const char *file;
};

static struct place
place_of(const struct yaml *yaml, const yaml_node_t *node, const char *prefix)
{
	return (struct place){ yaml->file, prefix, node->start_mark.line + 1, node->start_mark.column + 1 };
}

static void
wrong(struct yaml *yaml, const yaml_node_t *node, const char *prefix, const char *key, const char *what)
{
	struct place place = place_of(yaml, node, prefix);

	complain(yaml->problems, &place, key, what);
}

static const char *
scalar(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE || strlen(text) != node->data.scalar.length)
		return NULL;
	return text;
}

typedef void yaml_pair(struct yaml *yaml, const char *prefix, const char *key, yaml_node_t *key_node,
    yaml_node_t *value);

static void
each_pair(struct yaml *yaml, yaml_node_t *map, const char *prefix, yaml_pair *callback)
{
	yaml_node_pair_t *pair;

	if (map->type != YAML_MAPPING_NODE) {
		wrong(yaml, map, prefix, "", "write a mapping of keys and values here");
		return;
	}
	for (pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_document_get_node(&yaml->document, pair->key);
		yaml_node_t *value = yaml_document_get_node(&yaml->document, pair->value);
		const char *name = scalar(key);

		if (name == NULL)
			wrong(yaml, key, prefix, "", "a key must be a plain word");
		else
			callback(yaml, prefix, name, key, value);
	}
}

/* One option, or a level of dotted ones (limits: {timeout: 1h}). */
static void
option_pair(struct yaml *yaml, const char *prefix, const char *key, yaml_node_t *key_node,
    yaml_node_t *value)
{
	enum option_where where = strncmp(prefix, "projects.", 9) == 0 ? PROJECT : TOP;
	const char *level = prefix;
	const struct option *option;
	struct place place;
	char *full;

	/* What the key is called in the table: without "projects.NAME.". */
	if (where == PROJECT)
		level = strchr(prefix + 9, '.') + 1;
	full = str_format("%s%s", level, key);
	option = option_find(full);
	if (option != NULL && option->where == where && scalar(value) != NULL) {
		char *head = mem_copy(prefix, (size_t)(level - prefix));

		place = place_of(yaml, value, head);
		option_set(yaml->config, option, scalar(value), &place, yaml->problems);
		free(head);
	} else if (value->type == YAML_MAPPING_NODE && strchr(level, '.') == NULL &&
	    (str_same(key, "limits") || str_same(key, "retries") || str_same(key, "control"))) {
		char *deeper = str_format("%s%s.", prefix, key);

		each_pair(yaml, value, deeper, option_pair);
		free(deeper);
	} else if (option != NULL && option->where == where) {
		wrong(yaml, value, prefix, key, "write one value, not a list or a mapping");
	} else {
		wrong(yaml, key_node, prefix, key, "there is no such option; see orch.yaml(5)");
	}
	free(full);
}

static void
project_pair(struct yaml *yaml, const char *prefix, const char *key, yaml_node_t *key_node,
    yaml_node_t *value)
{
	char *deeper;

	if (!name_valid(key)) {
		wrong(yaml, key_node, prefix, key, "a project's name is [A-Za-z0-9._-]{1,64}");
		return;
	}
	if (yaml->config->project != NULL) {
		wrong(yaml, key_node, prefix, key, "a second project: this version supervises one; "
		    "start another orchd with a state folder of its own");
		return;
	}
	yaml->config->project = str_dup(key);
	deeper = str_format("%s%s.", prefix, key);
	each_pair(yaml, value, deeper, option_pair);
	free(deeper);
}

static char **
list_of(struct yaml *yaml, yaml_node_t *value, const char *prefix, const char *key)
{
	size_t count, i;
	char **list;

	if (value->type != YAML_SEQUENCE_NODE ||
	    value->data.sequence.items.top == value->data.sequence.items.start) {
		wrong(yaml, value, prefix, key, "write a list of words, [program, argument, ...]");
		return NULL;
	}
	count = (size_t)(value->data.sequence.items.top - value->data.sequence.items.start);
	list = mem_zero(count + 1, sizeof(*list));
	for (i = 0; i < count; i++) {
		yaml_node_t *item = yaml_document_get_node(&yaml->document,
		    value->data.sequence.items.start[i]);

		if (scalar(item) == NULL) {
			wrong(yaml, item, prefix, key, "each entry must be one text");
			strs_free(list);
			return NULL;
		}
		list[i] = str_dup(scalar(item));
	}
	return list;
}

static void
agent_option(struct yaml *yaml, const char *prefix, const char *key, yaml_node_t *key_node,
    yaml_node_t *value)
{
	struct agent *agent = &yaml->config->agents[yaml->config->agent_count - 1];

	if (str_same(key, "command")) {
		strs_free(agent->command);
		agent->command = list_of(yaml, value, prefix, key);
	} else if (str_same(key, "prompt")) {
		if (scalar(value) == NULL || choice_of("stdin|argument|file:", scalar(value)) == -1) {
			wrong(yaml, value, prefix, key, "write stdin, argument or file");
			return;
		}
		free(agent->prompt);
		agent->prompt = str_dup(scalar(value));
	} else {
		wrong(yaml, key_node, prefix, key, "there is no such option; see orch.yaml(5)");
	}
}

static void
agent_pair(struct yaml *yaml, const char *prefix, const char *key, yaml_node_t *key_node,
    yaml_node_t *value)
{
	struct config *config = yaml->config;
	char *deeper;

	if (!name_valid(key) || config_agent(config, key) != NULL) {
		wrong(yaml, key_node, prefix, key, "an agent's name is [A-Za-z0-9._-]{1,64}, used once");
		return;
	}
	config->agents = mem_resize(config->agents, config->agent_count + 1, sizeof(*config->agents));
	config->agents[config->agent_count++] = (struct agent){ str_dup(key), NULL, str_dup("stdin") };
	deeper = str_format("%s%s.", prefix, key);
	each_pair(yaml, value, deeper, agent_option);
	if (config->agents[config->agent_count - 1].command == NULL)
		wrong(yaml, key_node, deeper, "command", "missing; write the program as a list of words");
	free(deeper);
}

static void
top_pair(struct yaml *yaml, const char *prefix, const char *key, yaml_node_t *key_node,
    yaml_node_t *value)
{
	if (str_same(key, "version")) {
		if (!str_same(scalar(value), "1"))
			wrong(yaml, value, prefix, key, "this version of orch reads 'version: 1'");
	} else if (str_same(key, "projects")) {
		each_pair(yaml, value, "projects.", project_pair);
	} else if (str_same(key, "agents")) {
		each_pair(yaml, value, "agents.", agent_pair);
	} else {
		option_pair(yaml, prefix, key, key_node, value);
	}
}

void
config_read(struct config *config, const char *path, struct problems *problems)
{
	struct yaml yaml = { .config = config, .problems = problems, .file = path };
	yaml_parser_t parser;
	yaml_node_t *root;
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		problems_add(problems, "%s: cannot be read: %s", path, strerror(errno));
		return;
	}
	if (fseek(file, 0, SEEK_END) == -1 || ftell(file) > (long)CONFIG_MAX) {
		problems_add(problems, "%s: larger than %u bytes, or not a file", path, CONFIG_MAX);
		fclose(file);
		return;
	}
	rewind(file);
	yaml_parser_initialize(&parser);
	yaml_parser_set_input_file(&parser, file);
	if (!yaml_parser_load(&parser, &yaml.document)) {
		problems_add(problems, "%s:%zu:%zu: not valid YAML: %s", path,
		    parser.problem_mark.line + 1, parser.problem_mark.column + 1,
		    parser.problem ? parser.problem : "unknown");
	} else {
		root = yaml_document_get_root_node(&yaml.document);
		if (root != NULL)
			each_pair(&yaml, root, "", top_pair);
		yaml_document_delete(&yaml.document);
	}
	yaml_parser_delete(&parser);
	fclose(file);
}
