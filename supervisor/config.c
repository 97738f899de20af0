/*
 * The options: see config.h. Decides what a key means and whether its value is
 * in range; never touches a file.
 */
#include "config.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/destination.h"
#include "protocol/mem.h"
#include "quantity.h"
#include "tasks/task_spec.h"

#define PATTERNS_MOST	1000u
#define SECRETS_MOST	1000u

enum option_where { TOP, PROJECT };
enum option_kind { KIND_number, KIND_text, KIND_flag, KIND_seconds, KIND_bytes, KIND_count, KIND_real,
    KIND_bound, KIND_delay, KIND_choice, KIND_patterns, KIND_destinations, KIND_secrets };

struct option {
	const char *key;
	enum option_where where;
	enum option_kind kind;
	size_t offset;
	uint64_t least, most;
	const char *preset, *help;
};

static const struct option options[] = {
#define OFFSET_TOP(member)	offsetof(struct config, member)
#define OFFSET_PROJECT(member)	offsetof(struct config_project, member)
#define OPTION(key, where, kind, member, least, most, preset, help) \
	{ key, where, KIND_##kind, OFFSET_##where(member), least, most, preset, help },
#include "supervisor/options.def"
#undef OPTION
};

static void
complain(struct problems *problems, const struct config_place *place, const char *key, const char *what)
{
	if (place->line == 0)
		problems_add(problems, "%s: %s: %s", place->file, key, what);
	else
		problems_add(problems, "%s:%u:%u: %s%s: %s", place->file, place->line,
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

/* One more entry; the words that say what is wrong with it, or NULL. */
static char *
add_pattern(char ***list, const struct option *option, const char *value)
{
	size_t count = strs_count(*list);
	const char *why = task_pattern_wrong(value, count == 0);

	if (why != NULL)
		return str_format("%s%s", why, value);
	if (strlen(value) < option->least || strlen(value) > option->most)
		return str_format("a pattern has 1 to %ju bytes", (uintmax_t)option->most);
	if (count >= PATTERNS_MOST)
		return str_format("more than %u patterns", PATTERNS_MOST);
	*list = mem_resize(*list, count + 2, sizeof(char *));
	(*list)[count] = str_dup(value);
	(*list)[count + 1] = NULL;
	return NULL;
}

/* The same for a destination. */
static char *
add_destination(char ***list, const char *value)
{
	size_t count = strs_count(*list), i;
	struct destination destination;
	const char *why = destination_parse(value, &destination);

	if (why != NULL)
		return str_format("'%s': %s", value, why);
	for (i = 0; i < count; i++)
		if (str_same((*list)[i], value))
			return str_format("'%s' stands here for the second time", value);
	if (count >= DESTINATIONS_MOST)
		return str_format("more than %u destinations", DESTINATIONS_MOST);
	*list = mem_resize(*list, count + 2, sizeof(char *));
	(*list)[count] = str_dup(value);
	(*list)[count + 1] = NULL;
	return NULL;
}

/* The same for a secret: where it is, never the value itself. */
static char *
add_secret(char ***list, const char *value)
{
	size_t count = strs_count(*list), len = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
	const char *where = value + len;

	if (len == 0 || (*value >= '0' && *value <= '9') || (*where != '\0' && strncmp(where, "=env:", 5) != 0 &&
	    strncmp(where, "=file:/", 7) != 0))
		return str_format("'%.*s': write NAME, NAME=env:OTHER or NAME=file:/PATH: where the value is, "
		    "not the value itself", (int)len, value);
	if (count >= SECRETS_MOST)
		return str_format("more than %u secrets", SECRETS_MOST);
	*list = mem_resize(*list, count + 2, sizeof(char *));
	(*list)[count] = *where == '\0' ? str_format("%s=env:%s", value, value) : str_dup(value);
	(*list)[count + 1] = NULL;
	return NULL;
}

static bool
is_list(const struct option *option)
{
	return option->kind == KIND_patterns || option->kind == KIND_destinations ||
	    option->kind == KIND_secrets;
}

static void
set_number(void *slot, enum option_kind kind, uint64_t number, double real)
{
	if (kind == KIND_real)
		*(double *)slot = real;
	else
		*(uint64_t *)slot = number;
}

/* How a number of this kind is written, where that may not be known. */
static const char *
unit_words(enum option_kind kind)
{
	switch (kind) {
	case KIND_seconds: return "; a time is 90, 90s, 45m, 2h or 1d";
	case KIND_delay: return "; a time is 500ms, 5s or 1m, the bounds are milliseconds";
	case KIND_bytes: return "; a size is 4096, 100M or 2G, the bounds are bytes";
	default: return "";
	}
}

/* `level`: the struct that has the option. */
static void
option_set(void *level, const struct option *option, const char *value,
    const struct config_place *place, struct problems *problems)
{
	char *what = NULL;
	void *slot = (char *)level + option->offset;
	uint64_t number = 0;
	double real = 0;
	bool good = true;
	int choice;

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
	case KIND_patterns:
		what = add_pattern(slot, option, value);
		break;
	case KIND_secrets:
		what = add_secret(slot, value);
		break;
	case KIND_destinations:
		what = add_destination(slot, value);
		break;
	case KIND_number: case KIND_bound: good = quantity_number(value, &number); break;
	case KIND_delay: good = quantity_milliseconds(value, &number); break;
	case KIND_seconds: good = quantity_seconds(value, &number); break;
	case KIND_count: good = quantity_count(value, &number); break;
	case KIND_real:
		good = quantity_real(value, &real);
		number = (uint64_t)real;
		break;
	case KIND_bytes: good = quantity_bytes(value, &number); break;
	}
	if (what == NULL && option->kind != KIND_flag && option->kind != KIND_choice &&
	    !is_list(option)) {
		if (!good || number < option->least || number > option->most)
			what = str_format("'%s' is not a number from %ju to %ju%s", value,
			    (uintmax_t)option->least, (uintmax_t)option->most, unit_words(option->kind));
		else
			set_number(slot, option->kind, number, real);
	}
	if (what != NULL)
		complain(problems, place, option->key, what);
	free(what);
}

static const struct option *
option_find(const char *key, enum option_where where)
{
	size_t i;

	for (i = 0; i < COUNT(options); i++)
		if (options[i].where == where && str_same(options[i].key, key))
			return &options[i];
	return NULL;
}

/* On any level. */
static const struct option *
option_any(const char *key)
{
	const struct option *option = option_find(key, PROJECT);

	return option != NULL ? option : option_find(key, TOP);
}

static void
set_defaults(void *level, enum option_where where)
{
	struct config_place place = { "default", "", 0, 0 };
	struct problems problems;
	size_t i;

	problems_init(&problems);
	for (i = 0; i < COUNT(options); i++)
		if (options[i].where == where && options[i].kind == KIND_bound && options[i].preset == NULL)
			*(uint64_t *)(void *)((char *)level + options[i].offset) = UINT64_MAX;
		else if (options[i].where == where && options[i].preset != NULL)
			option_set(level, &options[i], options[i].preset, &place, &problems);
	problems_release(&problems);
}

static void
release_options(void *level, enum option_where where)
{
	size_t i;

	for (i = 0; i < COUNT(options); i++) {
		void *slot = (char *)level + options[i].offset;

		if (options[i].where != where)
			continue;
		/* Two keys may be the same option. */
		if (options[i].kind == KIND_text)
			str_set((char **)slot, NULL);
		else if (is_list(&options[i]))
			strs_free(*(char ***)slot);
	}
}

void
config_init(struct config *config)
{
	*config = (struct config){ 0 };
	set_defaults(config, TOP);
}

void
config_project_init(struct config_project *project, const char *name)
{
	*project = (struct config_project){ .name = str_dup(name) };
	set_defaults(project, PROJECT);
}

void
config_project_release(struct config_project *project)
{
	release_options(project, PROJECT);
	free(project->name);
	free(project->login);
	free(project->notes_text);
}

void
config_release(struct config *config)
{
	size_t i;

	for (i = 0; i < config->project_count; i++)
		config_project_release(&config->projects[i]);
	free(config->projects);
	release_options(config, TOP);
	agents_release(&config->agents);
}

struct config_project *
config_project_add(struct config *config, const char *name)
{
	struct config_project *project;

	config->projects = mem_resize(config->projects, config->project_count + 1, sizeof(*project));
	project = &config->projects[config->project_count++];
	config_project_init(project, name);
	return project;
}

struct config_project *
config_project_find(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->project_count; i++)
		if (str_same(config->projects[i].name, name))
			return &config->projects[i];
	return NULL;
}

/* "name.key" of a project that there is; the part behind the name, or NULL. */
static const char *
after_name(struct config *config, const char *key, struct config_project **project)
{
	size_t i, len;

	for (i = 0; i < config->project_count; i++) {
		const char *name = config->projects[i].name;

		len = name != NULL ? strlen(name) : 0;
		if (len > 0 && strncmp(key, name, len) == 0 && key[len] == '.' &&
		    option_find(key + len + 1, PROJECT) != NULL) {
			*project = &config->projects[i];
			return key + len + 1;
		}
	}
	return NULL;
}

void
config_set(struct config *config, const char *assignment, struct problems *problems)
{
	struct config_place place = { "option -o", "", 0, 0 };
	const char *equals = strchr(assignment, '='), *rest;
	struct config_project *project = NULL;
	const struct option *option;
	char *key;

	if (equals == NULL) {
		problems_add(problems, "option -o: '%s': write KEY=VALUE", assignment);
		return;
	}
	key = mem_copy(assignment, (size_t)(equals - assignment));
	if ((option = option_find(key, TOP)) != NULL) {
		option_set(config, option, equals + 1, &place, problems);
	} else if ((rest = after_name(config, key, &project)) != NULL) {
		option_set(project, option_find(rest, PROJECT), equals + 1, &place, problems);
	} else if ((option = option_find(key, PROJECT)) == NULL) {
		problems_add(problems, "option -o: '%s': there is no such option", key);
	} else if (config->project_count > 1) {
		problems_add(problems, "option -o: '%s': there are %zu projects; write NAME.%s=VALUE for one "
		    "of them", key, config->project_count, key);
	} else {
		project = config->project_count == 1 ? config->projects : config_project_add(config, NULL);
		option_set(project, option, equals + 1, &place, problems);
	}
	free(key);
}

bool
config_has(const char *key, bool project)
{
	return option_find(key, project ? PROJECT : TOP) != NULL;
}

bool
config_is_level(const char *key)
{
	size_t len = strlen(key), i;

	for (i = 0; i < COUNT(options); i++)
		if (strncmp(options[i].key, key, len) == 0 && options[i].key[len] == '.')
			return true;
	return false;
}

bool
config_is_list(const char *key)
{
	const struct option *option = option_any(key);

	return option != NULL && is_list(option);
}

bool
config_needs_entry(const char *key)
{
	const struct option *option = option_any(key);

	return option != NULL && option->kind == KIND_destinations;
}

void
config_put(struct config *config, struct config_project *project, const char *key,
    const char *value, const struct config_place *place, struct problems *problems)
{
	if (project != NULL)
		option_set(project, option_find(key, PROJECT), value, place, problems);
	else
		option_set(config, option_find(key, TOP), value, place, problems);
}

const char *
config_word(const char *key, uint64_t value, char word[CONFIG_WORD])
{
	const struct option *option = option_any(key);
	const char *at = option != NULL ? option->help : "";

	for (; value > 0; value--)
		at += strcspn(at, "|") + (strchr(at, '|') != NULL);
	snprintf(word, CONFIG_WORD, "%.*s", (int)strcspn(at, "|:"), at);
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
