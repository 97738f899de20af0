/* Places in a JSON text: see json_place.h. Knows what ends a value, and not what it means. */
#include "json_place.h"

#include <stdbool.h>
#include <string.h>

static size_t
skip_space(const char *bytes, size_t len, size_t at)
{
	while (at < len && strchr(" \t\r\n", bytes[at]) != NULL && bytes[at] != '\0')
		at++;
	return at;
}

/* Behind the string that begins here. */
static size_t
skip_string(const char *bytes, size_t len, size_t at)
{
	for (at++; at < len && bytes[at] != '"'; at++)
		if (bytes[at] == '\\')
			at++;
	return at < len ? at + 1 : len;
}

/* Behind the value that begins here. */
static size_t
skip_value(const char *bytes, size_t len, size_t at)
{
	size_t depth = 0;

	while (at < len) {
		if (bytes[at] == '"') {
			at = skip_string(bytes, len, at);
		} else if (bytes[at] == '{' || bytes[at] == '[') {
			depth++;
			at++;
		} else if (bytes[at] == '}' || bytes[at] == ']') {
			if (depth == 0)
				return at;
			depth--;
			at++;
		} else if (depth == 0 && bytes[at] == ',') {
			return at;
		} else {
			at++;
		}
		if (depth == 0 && at < len && strchr(",}] \t\r\n", bytes[at]) != NULL)
			return at;
	}
	return at;
}

/* The next entry of a list or pair of an object: at its beginning, or `len`: there is none. */
static size_t
next_entry(const char *bytes, size_t len, size_t at)
{
	at = skip_space(bytes, len, at);
	if (at < len && bytes[at] == ',')
		at = skip_space(bytes, len, at + 1);
	return at < len && bytes[at] != '}' && bytes[at] != ']' ? at : len;
}

size_t
json_place_member(const char *bytes, size_t len, size_t at, const char *key)
{
	size_t begin = skip_space(bytes, len, at), name = strlen(key), end, value;
	bool found;

	if (begin >= len || bytes[begin] != '{')
		return begin;
	for (at = next_entry(bytes, len, begin + 1); at < len; at = next_entry(bytes, len, at)) {
		end = skip_string(bytes, len, at);
		found = end - at == name + 2 && memcmp(bytes + at + 1, key, name) == 0;
		value = skip_space(bytes, len, skip_space(bytes, len, end) + 1);
		if (found)
			return value;
		at = skip_value(bytes, len, value);
	}
	return begin;
}

void
json_place_entries(const char *bytes, size_t len, size_t at, size_t *offsets, size_t count)
{
	size_t i;

	memset(offsets, 0, count * sizeof(*offsets));
	at = skip_space(bytes, len, at);
	if (at >= len || bytes[at] != '[')
		return;
	at++;
	for (i = 0; i < count; i++) {
		if ((at = next_entry(bytes, len, at)) >= len)
			return;
		offsets[i] = at;
		at = skip_value(bytes, len, at);
	}
}

void
json_place_find(const char *bytes, size_t from, size_t at, struct task_place *place)
{
	for (; from < at; from++)
		if (bytes[from] == '\n') {
			place->line++;
			place->column = 1;
		} else if (((unsigned char)bytes[from] & 0xc0) != 0x80) {
			place->column++;
		}
}
