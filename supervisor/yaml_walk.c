/* Walking over the tree of a configuration: see yaml_walk.h. */
#include "yaml_walk.h"

#include <string.h>

#include "protocol/mem.h"

void
yaml_wrong(struct yaml *yaml, const struct yaml_value *value, const char *prefix, const char *key,
    const char *what)
{
	problems_add(yaml->problems, "%s:%u:%u: %s%s: %s", yaml->file, value->line, value->column,
	    prefix, key, what);
}

const char *
yaml_scalar(const struct yaml_value *value)
{
	return value->kind == YAML_VALUE_TEXT && strlen(value->text) == value->len ? value->text : NULL;
}

const struct yaml_value *
yaml_get(const struct yaml_value *map, const char *key)
{
	size_t i;

	for (i = 0; map->kind == YAML_VALUE_MAP && i < map->count; i += 2)
		if (str_same(yaml_scalar(&map->items[i]), key))
			return &map->items[i + 1];
	return NULL;
}

void
yaml_each_pair(struct yaml *yaml, const struct yaml_value *map, const char *prefix, yaml_pair *callback)
{
	size_t i;

	if (map->kind != YAML_VALUE_MAP) {
		yaml_wrong(yaml, map, prefix, "", "write a mapping of keys and values here");
		return;
	}
	for (i = 0; i < map->count; i += 2) {
		const char *name = yaml_scalar(&map->items[i]);

		if (name == NULL)
			yaml_wrong(yaml, &map->items[i], prefix, "", "a key must be a plain word");
		else if (yaml_get(map, name) != &map->items[i + 1])
			yaml_wrong(yaml, &map->items[i], prefix, name, "stands here for the second time");
		else
			callback(yaml, prefix, name, &map->items[i], &map->items[i + 1]);
	}
}
