/* Values at places of a JSON text: see json_values.h. */
#include "json_values.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "protocol/mem.h"

#define DEPTH_MAX	64u		/* what lies deeper has no place */

struct json_values {
	char **places;
	struct json_value *values;
	size_t count;
	yajl_handle parser;		/* NULL: not between begin and end, or it was no JSON */
	bool map, whole;		/* it began as a map; and that has ended */
	unsigned depth;			/* of maps and lists that are open */
	char place[JSON_PLACE_MAX];	/* where we are; meaningless while `lost` */
	size_t ends[DEPTH_MAX];		/* how long `place` is at each depth */
	unsigned lost;			/* the depth below which no place fits; 0: none */
};

/* The place ends here, at this depth; what was below is gone. */
static void
cut(struct json_values *values)
{
	if (values->lost >= values->depth)
		values->lost = 0;
	if (values->lost == 0)
		values->place[values->depth > 0 ? values->ends[values->depth - 1] : 0] = '\0';
}

/* One more word of the place. What could be taken for another place leads nowhere. */
static void
add(struct json_values *values, const char *word, size_t len, bool list)
{
	size_t at = strlen(values->place);
	bool dot = at > 0 && !list;

	if (values->lost != 0)
		return;
	if (at + dot + len >= JSON_PLACE_MAX || (!list && (memchr(word, '.', len) != NULL ||
	    memchr(word, '[', len) != NULL || memchr(word, '\0', len) != NULL))) {
		values->lost = values->depth;
		return;
	}
	if (dot)
		values->place[at++] = '.';
	memcpy(values->place + at, word, len);
	values->place[at + len] = '\0';
}

/* A value stands here. */
static int
put(struct json_values *values, const void *text, size_t len)
{
	size_t i;

	for (i = 0; values->lost == 0 && values->depth > 0 && i < values->count; i++) {
		struct json_value *value = &values->values[i];

		if (strcmp(values->places[i], values->place) != 0)
			continue;
		value->there = true;
		value->text.len = 0;
		buffer_add(&value->text, text, len < JSON_TEXT_MAX ? len : JSON_TEXT_MAX);
	}
	return 1;
}

static int
on_boolean(void *context, int value)
{
	return put(context, value ? "true" : "false", value ? 4 : 5);
}

static int
on_number(void *context, const char *text, size_t len)
{
	return put(context, text, len);
}

static int
on_string(void *context, const unsigned char *text, size_t len)
{
	return put(context, text, len);
}

static int
on_null(void *context)
{
	(void)context;
	return 1;
}

static int
begin_level(struct json_values *values, bool list)
{
	if (values->depth == 0)
		values->map = !list;
	if (list)
		add(values, "[]", 2, true);
	if (values->depth >= DEPTH_MAX && values->lost == 0)
		values->lost = values->depth;
	if (values->depth < DEPTH_MAX)
		values->ends[values->depth] = strlen(values->place);
	values->depth++;
	return 1;
}

static int
end_level(struct json_values *values)
{
	values->depth--;
	values->whole = values->depth == 0;
	/* The word that led here stays until the next key; a list's own goes. */
	cut(values);
	return 1;
}

static int on_map(void *context) { return begin_level(context, false); }
static int on_map_end(void *context) { return end_level(context); }
static int on_list(void *context) { return begin_level(context, true); }
static int on_list_end(void *context) { return end_level(context); }

static int
on_key(void *context, const unsigned char *key, size_t len)
{
	struct json_values *values = context;

	cut(values);
	add(values, (const char *)key, len, false);
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null, .yajl_boolean = on_boolean, .yajl_number = on_number,
	.yajl_string = on_string, .yajl_start_map = on_map, .yajl_map_key = on_key,
	.yajl_end_map = on_map_end, .yajl_start_array = on_list, .yajl_end_array = on_list_end,
};

struct json_values *
json_values_new(char *const *places, size_t count)
{
	struct json_values *values = mem_zero(1, sizeof(*values));
	size_t i;

	values->places = mem_zero(count + 1, sizeof(char *));
	values->values = mem_zero(count + 1, sizeof(*values->values));
	values->count = count;
	for (i = 0; i < count; i++) {
		values->places[i] = str_dup(places[i]);
		buffer_init(&values->values[i].text);
	}
	return values;
}

static void
end_parser(struct json_values *values)
{
	if (values->parser != NULL)
		yajl_free(values->parser);
	values->parser = NULL;
}

void
json_values_free(struct json_values *values)
{
	size_t i;

	if (values == NULL)
		return;
	end_parser(values);
	for (i = 0; i < values->count; i++)
		buffer_release(&values->values[i].text);
	free(values->values);
	strs_free(values->places);
	free(values);
}

static void
forget(struct json_values *values)
{
	size_t i;

	for (i = 0; i < values->count; i++) {
		values->values[i].there = false;
		/* One huge text is not kept for ever. */
		buffer_release(&values->values[i].text);
		buffer_init(&values->values[i].text);
	}
}

void
json_values_begin(struct json_values *values)
{
	end_parser(values);
	forget(values);
	values->parser = yajl_alloc(&callbacks, NULL, values);
	if (values->parser == NULL)
		abort();
	/* Its texts are looked at by who shows them. */
	yajl_config(values->parser, yajl_dont_validate_strings, 1);
	values->depth = values->lost = 0;
	values->place[0] = '\0';
	values->map = values->whole = false;
}

bool
json_values_feed(struct json_values *values, const void *bytes, size_t len)
{
	if (values->parser == NULL)
		return false;
	if (yajl_parse(values->parser, bytes, len) == yajl_status_ok)
		return true;
	end_parser(values);
	forget(values);
	return false;
}

bool
json_values_end(struct json_values *values)
{
	bool good = values->parser != NULL &&
	    yajl_complete_parse(values->parser) == yajl_status_ok && values->map && values->whole;

	end_parser(values);
	if (!good)
		forget(values);
	return good;
}

const struct json_value *
json_values_at(const struct json_values *values, size_t index)
{
	return &values->values[index];
}
