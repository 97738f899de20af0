/* What an agent's HOME has at first: see agent_home.h. */
#include "agent_home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define HOME_FILES_MOST	64u

static bool
is_below_home(const char *path)
{
	size_t len = strlen(path);

	return len > 0 && len <= 1000 && path[0] != '/' && path[len - 1] != '/' &&
	    strstr(path, "//") == NULL && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0 &&
	    strstr(path, "/../") == NULL && (len < 3 || strcmp(path + len - 3, "/..") != 0);
}

/* The whole of a file beside the configuration, HOME_FILE_MAX at most; false with errno. */
static bool
read_file(struct agent_entry *entry, const char *beside, const char *path, struct data *out)
{
	const char *slash = strrchr(beside, '/');
	char *full = path[0] == '/' || slash == NULL ? str_dup(path) :
	    str_format("%.*s/%s", (int)(slash - beside), beside, path);
	unsigned char *bytes = arena_zero(&entry->agents->arena, HOME_FILE_MAX + 1, 1);
	FILE *file = fopen(full, "re");
	bool good = false;

	free(full);
	if (file == NULL)
		return false;
	out->bytes = bytes;
	out->len = fread(bytes, 1, HOME_FILE_MAX + 1, file);
	if (ferror(file))
		errno = EIO;
	else if (out->len > HOME_FILE_MAX)
		errno = EFBIG;
	else
		good = true;
	fclose(file);
	return good;
}

static void
add_home(struct agent_entry *entry, const char *path, struct data content)
{
	struct records *home = &entry->agent.home;
	const struct record_home_file *old = home->items;
	struct record_home_file *files = arena_zero(&entry->agents->arena, home->count + 1, sizeof(*files));
	size_t i, count = 0;

	for (i = 0; i < home->count; i++)
		if (!str_same(old[i].path, path))
			files[count++] = old[i];
	files[count++] = (struct record_home_file){ agent_entry_keep(entry, path), content };
	*home = (struct records){ files, count };
}

void
agent_home_read(struct yaml *yaml, struct agent_entry *entry, const char *prefix,
    const struct agent_option *option, const struct yaml_value *value)
{
	struct data content;
	char *what;
	size_t i;

	if (value->kind != YAML_VALUE_MAP) {
		yaml_wrong(yaml, value, prefix, option->key, "write a mapping, {PATH: file or text}");
		return;
	}
	for (i = 0; i < value->count; i += 2) {
		const struct yaml_value *item = &value->items[i + 1];
		const char *path = yaml_scalar(&value->items[i]), *text = yaml_scalar(item);

		if (path == NULL || !is_below_home(path)) {
			yaml_wrong(yaml, &value->items[i], prefix, option->key,
			    "not a path in HOME: write one without .. and without / in front");
		} else if (text == NULL || entry->agent.home.count >= HOME_FILES_MOST) {
			yaml_wrong(yaml, item, prefix, option->key, text == NULL ? "write one text" :
			    "more than 64 files");
		} else if (option->kind == KIND_texts) {
			content = (struct data){ (const unsigned char *)agent_entry_keep(entry, text), item->len };
			add_home(entry, path, content);
		} else if (read_file(entry, yaml->file, text, &content)) {
			add_home(entry, path, content);
		} else {
			what = str_format("%s: cannot be read: %s", text, strerror(errno));
			yaml_wrong(yaml, item, prefix, option->key, what);
			free(what);
		}
	}
}
