/*
 * The file orch.yaml: see config_file.h. Decides where an option may stand; what
 * its value may be is decided in config.c, what is YAML in tasks/yaml_value.c.
 */
#include "config_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "agents_file.h"
#include "yaml_walk.h"

#define CONFIG_MAX	(1u << 20)	/* bytes of a file */

/* Where the reader is. */
struct reading {
	struct config *config;
	struct config_project *project;		/* NULL: on the first level */
	size_t head;				/* bytes of "projects.NAME." */
};

/* An option that takes a list; the empty one is fine. */
static void
option_list(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *value)
{
	struct reading *reading = yaml->context;
	size_t i;

	if (value->kind != YAML_VALUE_LIST) {
		yaml_wrong(yaml, value, prefix, key, "write a list, [entry, entry, ...]");
		return;
	}
	if (value->count == 0 && config_needs_entry(key))
		yaml_wrong(yaml, value, prefix, key, "write one entry at least");
	for (i = 0; i < value->count; i++) {
		const struct yaml_value *item = &value->items[i];

		if (yaml_scalar(item) == NULL)
			yaml_wrong(yaml, item, prefix, key, "each entry must be one text");
		else
			config_put(reading->config, reading->project, key, yaml_scalar(item),
			    &(struct config_place){ yaml->file, prefix, item->line, item->column },
			    yaml->problems);
	}
}

/* One option, or a level of dotted ones (limits: {timeout: 1h}). */
static void
option_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct reading *reading = yaml->context;
	/* What the key is called in the table: without "projects.NAME.". */
	const char *level = prefix + reading->head;
	char *head = mem_copy(prefix, reading->head), *full = str_format("%s%s", level, key), *deeper;
	bool known = config_has(full, reading->project != NULL);

	if (known && config_is_list(full)) {
		option_list(yaml, head, full, value);
	} else if (known && yaml_scalar(value) != NULL) {
		config_put(reading->config, reading->project, full, yaml_scalar(value),
		    &(struct config_place){ yaml->file, head, value->line, value->column }, yaml->problems);
	} else if (value->kind == YAML_VALUE_MAP && config_is_level(full)) {
		if (known && value->count == 0)
			yaml_wrong(yaml, value, prefix, key, "write a value, or what is to stand in the mapping");
		deeper = str_format("%s%s.", prefix, key);
		yaml_each_pair(yaml, value, deeper, option_pair);
		free(deeper);
	} else if (known) {
		yaml_wrong(yaml, value, prefix, key, "write one value, not a list or a mapping");
	} else {
		yaml_wrong(yaml, at, prefix, key, "there is no such option; see orch.yaml(5)");
	}
	free(full);
	free(head);
}

static void
project_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct reading *reading = yaml->context;
	char *deeper;

	if (!name_valid(key)) {
		yaml_wrong(yaml, at, prefix, key, "a project's name is [A-Za-z0-9._-]{1,64}");
		return;
	}
	if (reading->config->project_count == PROJECTS_MOST) {
		yaml_wrong(yaml, at, prefix, key, "there are 64 projects already, and more cannot be");
		return;
	}
	reading->project = config_project_add(reading->config, key);
	deeper = str_format("%s%s.", prefix, key);
	reading->head = strlen(deeper);
	yaml_each_pair(yaml, value, deeper, option_pair);
	free(deeper);
	reading->project = NULL;
	reading->head = 0;
}

static void
top_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct reading *reading = yaml->context;

	if (str_same(key, "version")) {
		if (!str_same(yaml_scalar(value), "1"))
			yaml_wrong(yaml, value, prefix, key, "this version of orch reads 'version: 1'");
	} else if (str_same(key, "projects")) {
		yaml_each_pair(yaml, value, "projects.", project_pair);
	} else if (str_same(key, "agents")) {
		agents_file_read(&reading->config->agents, yaml, value, "agents.", false);
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

/* The tree of a text; false: told, or nothing stands in it. */
static bool
read_tree(const char *name, const char *bytes, size_t len, struct yaml_value *document,
    struct problems *problems)
{
	if (yaml_value_read(name, bytes, len, document, problems) == -1)
		return false;
	/* A file of comments alone says nothing, and that is fine. */
	if (document->kind != YAML_VALUE_TEXT || document->len > 0)
		return true;
	yaml_value_release(document);
	return false;
}

void
config_file_parse(struct config *config, const char *name, const char *bytes, size_t len,
    struct problems *problems)
{
	struct reading reading = { .config = config };
	struct yaml yaml = { .context = &reading, .problems = problems, .file = name };
	struct yaml_value document;

	if (!read_tree(name, bytes, len, &document, problems))
		return;
	yaml_each_pair(&yaml, &document, "", top_pair);
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

/* What of a file that came with orch counts: its agents. */
static void
shipped_pair(struct yaml *yaml, const char *prefix, const char *key, const struct yaml_value *at,
    const struct yaml_value *value)
{
	struct config *config = yaml->context;

	(void)prefix;
	(void)at;
	if (str_same(key, "agents"))
		agents_file_read(&config->agents, yaml, value, "agents.", true);
}

static int
is_yaml(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return str_same(end, ".yaml");
}

void
config_file_shipped(struct config *config, const char *folder, struct problems *problems)
{
	struct yaml yaml = { .context = config, .problems = problems };
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_yaml, alphasort), i;
	struct yaml_value document;
	struct buffer bytes;
	char *path;

	for (i = 0; i < count; i++) {
		path = str_format("%s/%s", folder, entries[i]->d_name);
		yaml.file = path;
		buffer_init(&bytes);
		if (read_all(path, &bytes, problems) &&
		    read_tree(path, buffer_text(&bytes), bytes.len, &document, problems)) {
			yaml_each_pair(&yaml, &document, "", shipped_pair);
			yaml_value_release(&document);
		}
		buffer_release(&bytes);
		free(path);
		free(entries[i]);
	}
	free(entries);
}
