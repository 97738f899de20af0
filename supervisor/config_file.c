/*
 * The file orch.yaml: see config_file.h. Decides where an option may stand; what
 * its value may be is decided in config.c, what is YAML in tasks/yaml_value.c.
 */
#include "config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/yaml_value.h"

#define CONFIG_MAX	(1u << 20)	/* bytes of a file */

struct yaml {
	struct config *config;
	struct problems *problems;
	const char *file;
};

static void
wrong(struct yaml *yaml, const struct yaml_value *value, const char *prefix, const char *key,
    const char *what)
{
	problems_add(yaml->problems, "%s:%u:%u: %s%s: %s", yaml->file, value->line, value->column,
	    prefix, key, what);
}

static const char *
scalar(const struct yaml_value *value)
{
	return value->kind == YAML_VALUE_TEXT && strlen(value->text) == value->len ? value->text : NULL;
}

typedef void yaml_pair(struct yaml *yaml, const char *prefix, const char *key,
    const struct yaml_value *at, const struct yaml_value *value);

static void
each_pair(struct yaml *yaml, const struct yaml_value *map, const char *prefix, yaml_pair *callback)
{
	size_t i;

	if (map->kind != YAML_VALUE_MAP) {
		wrong(yaml, map, prefix, "", "write a mapping of keys and values here");
		return;
	}
	for (i = 0; i < map->count; i += 2) {
		const char *name = scalar(&map->items[i]);

		if (name == NULL)
			wrong(yaml, &map->items[i], prefix, "", "a key must be a plain word");
		else
			callback(yaml, prefix, name, &map->items[i], &map->items[i + 1]);
	}
}

/* An option that takes a list; the empty one is fine. */
static void
option_list(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *value)
{
	size_t i;

	if (value->kind != YAML_VALUE_LIST) {
		wrong(yaml, value, prefix, key, "write a list, [entry, entry, ...]");
		return;
	}
	for (i = 0; i < value->count; i++) {
		const struct yaml_value *item = &value->items[i];

		if (scalar(item) == NULL)
			wrong(yaml, item, prefix, key, "each entry must be one text");
		else
			config_put(yaml->config, key, scalar(item), &(struct config_place){ yaml->file,
			    prefix, item->line, item->column }, yaml->problems);
	}
}

/* One option, or a level of dotted ones (limits: {timeout: 1h}). */
static void
option_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	bool project = strncmp(prefix, "projects.", 9) == 0, known;
	/* What the key is called in the table: without "projects.NAME.". */
	const char *level = project ? strchr(prefix + 9, '.') + 1 : prefix;
	char *full = str_format("%s%s", level, key), *deeper;

	known = config_has(full, project);
	if (known && config_is_list(full)) {
		option_list(yaml, prefix, full, value);
	} else if (known && scalar(value) != NULL) {
		char *head = mem_copy(prefix, (size_t)(level - prefix));

		config_put(yaml->config, full, scalar(value), &(struct config_place){ yaml->file, head,
		    value->line, value->column }, yaml->problems);
		free(head);
	} else if (value->kind == YAML_VALUE_MAP && strchr(level, '.') == NULL &&
	    config_is_level(key)) {
		deeper = str_format("%s%s.", prefix, key);
		each_pair(yaml, value, deeper, option_pair);
		free(deeper);
	} else if (known) {
		wrong(yaml, value, prefix, key, "write one value, not a list or a mapping");
	} else {
		wrong(yaml, at, prefix, key, "there is no such option; see orch.yaml(5)");
	}
	free(full);
}

static void
project_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	char *deeper;

	if (!name_valid(key)) {
		wrong(yaml, at, prefix, key, "a project's name is [A-Za-z0-9._-]{1,64}");
		return;
	}
	if (yaml->config->project != NULL) {
		wrong(yaml, at, prefix, key, "a second project: this version supervises one; "
		    "start another orchd with a state folder of its own");
		return;
	}
	yaml->config->project = str_dup(key);
	deeper = str_format("%s%s.", prefix, key);
	each_pair(yaml, value, deeper, option_pair);
	free(deeper);
}

static char **
list_of(struct yaml *yaml, const struct yaml_value *value, const char *prefix, const char *key)
{
	char **list;
	size_t i;

	if (value->kind != YAML_VALUE_LIST || value->count == 0) {
		wrong(yaml, value, prefix, key, "write a list of words, [program, argument, ...]");
		return NULL;
	}
	list = mem_zero(value->count + 1, sizeof(*list));
	for (i = 0; i < value->count; i++) {
		if (scalar(&value->items[i]) == NULL) {
			wrong(yaml, &value->items[i], prefix, key, "each entry must be one text");
			strs_free(list);
			return NULL;
		}
		list[i] = str_dup(scalar(&value->items[i]));
	}
	return list;
}

static void
agent_option(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct agent *agent = &yaml->config->agents[yaml->config->agent_count - 1];

	if (str_same(key, "command")) {
		strs_free(agent->command);
		agent->command = list_of(yaml, value, prefix, key);
	} else if (str_same(key, "prompt")) {
		if (!str_same(scalar(value), "stdin") && !str_same(scalar(value), "argument") &&
		    !str_same(scalar(value), "file")) {
			wrong(yaml, value, prefix, key, "write stdin, argument or file");
			return;
		}
		free(agent->prompt);
		agent->prompt = str_dup(scalar(value));
	} else {
		wrong(yaml, at, prefix, key, "there is no such option; see orch.yaml(5)");
	}
}

static void
agent_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct config *config = yaml->config;
	char *deeper;

	if (!name_valid(key) || config_agent(config, key) != NULL) {
		wrong(yaml, at, prefix, key, "an agent's name is [A-Za-z0-9._-]{1,64}, used once");
		return;
	}
	config->agents = mem_resize(config->agents, config->agent_count + 1, sizeof(*config->agents));
	config->agents[config->agent_count++] = (struct agent){ str_dup(key), NULL, str_dup("stdin") };
	deeper = str_format("%s%s.", prefix, key);
	each_pair(yaml, value, deeper, agent_option);
	if (config->agents[config->agent_count - 1].command == NULL)
		wrong(yaml, at, deeper, "command", "missing; write the program as a list of words");
	free(deeper);
}

static void
top_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	if (str_same(key, "version")) {
		if (!str_same(scalar(value), "1"))
			wrong(yaml, value, prefix, key, "this version of orch reads 'version: 1'");
	} else if (str_same(key, "projects")) {
		each_pair(yaml, value, "projects.", project_pair);
	} else if (str_same(key, "agents")) {
		each_pair(yaml, value, "agents.", agent_pair);
	} else {
		option_pair(yaml, prefix, key, at, value);
	}
}

/* All of a file, CONFIG_MAX bytes at most; false when it cannot be had, which is told. */
static bool
read_all(const char *path, struct buffer *out, struct problems *problems)
{
	FILE *file = fopen(path, "re");
	bool good = false;
	size_t len = 1;

	if (file == NULL) {
		problems_add(problems, "%s: cannot be read: %s", path, strerror(errno));
		return false;
	}
	while (len > 0 && out->len <= CONFIG_MAX) {
		len = fread(buffer_reserve(out, 4096), 1, 4096, file);
		out->len += len;
	}
	if (ferror(file))
		problems_add(problems, "%s: cannot be read: %s", path, strerror(errno));
	else if (out->len > CONFIG_MAX)
		problems_add(problems, "%s: larger than %u bytes", path, CONFIG_MAX);
	else
		good = true;
	fclose(file);
	return good;
}

void
config_file_parse(struct config *config, const char *name, const char *bytes, size_t len,
    struct problems *problems)
{
	struct yaml yaml = { .config = config, .problems = problems, .file = name };
	struct yaml_value document;

	if (yaml_value_read(name, bytes, len, &document, problems) == -1)
		return;
	/* A file of comments alone says nothing, and that is fine. */
	if (document.kind != YAML_VALUE_TEXT || document.len > 0)
		each_pair(&yaml, &document, "", top_pair);
	yaml_value_release(&document);
}

void
config_file_read(struct config *config, const char *path, struct problems *problems)
{
	struct buffer bytes;

	buffer_init(&bytes);
	if (read_all(path, &bytes, problems))
		config_file_parse(config, path, buffer_text(&bytes), bytes.len, problems);
	buffer_release(&bytes);
}
