/* One entry under agents: see agent_entry.h. */
#include "agent_entry.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

const char *
agent_entry_keep(struct agent_entry *entry, const char *text)
{
	return arena_copy(&entry->agents->arena, text, strlen(text));
}

void
agent_entry_append(struct agent_entry *entry, char ***list, const char *text)
{
	size_t count = strs_count(*list);
	char **longer = arena_zero(&entry->agents->arena, count + 2, sizeof(char *));

	if (count > 0)
		memcpy(longer, *list, count * sizeof(char *));
	longer[count] = arena_copy(&entry->agents->arena, text, strlen(text));
	*list = longer;
}

bool
agent_entry_variable(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= 128 && (name[0] < '0' || name[0] > '9') &&
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

void
agent_entry_choose(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
    const struct agent_option *option, const struct yaml_value *value, const char **out)
{
	const char *text = yaml_scalar(value), *word = option->extra;
	char *what;

	for (; text != NULL; word += strcspn(word, "|") + 1) {
		if (strcspn(word, "|") == strlen(text) && strncmp(word, text, strlen(text)) == 0) {
			*out = agent_entry_keep(entry, text);
			return;
		}
		if (word[strcspn(word, "|")] == '\0')
			break;
	}
	what = str_format("write one of %s", option->extra);
	yaml_wrong(yaml, value, prefix, option->key, what);
	free(what);
}
