/*
 * Decides which YAML is accepted at all; never what it means. The only file
 * here that knows libyaml.
 */
#include "tasks/yaml_value.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "protocol/mem.h"

struct reader {
	const char *name, *bytes;	/* the file and what is in it */
	struct problems *problems;
	struct yaml_value open[YAML_VALUE_DEPTH_MAX];	/* not yet ended */
	size_t depth;
	size_t values, documents;
	struct yaml_value *result;
	bool failed;
};

static void
refuse(struct reader *reader, const yaml_mark_t *mark, const char *text)
{
	problems_add(reader->problems, "%s:%zu:%zu: %s", reader->name,
	    mark->line + 1, mark->column + 1, text);
	reader->failed = true;
}

/* A value is complete: it belongs to the innermost open one. */
static void
append(struct reader *reader, const struct yaml_value *value)
{
	struct yaml_value *parent;

	if (reader->depth == 0) {
		*reader->result = *value;
		return;
	}
	parent = &reader->open[reader->depth - 1];
	if (parent->count == parent->capacity) {
		parent->capacity = parent->capacity == 0 ? 4 : parent->capacity * 2;
		parent->items = mem_resize(parent->items, parent->capacity,
		    sizeof(*parent->items));
	}
	parent->items[parent->count++] = *value;
}

static void
read_scalar(struct reader *reader, const yaml_event_t *event)
{
	struct yaml_value value = { .kind = YAML_VALUE_TEXT };

	value.line = (unsigned)event->start_mark.line + 1;
	value.column = (unsigned)event->start_mark.column + 1;
	value.plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	value.len = event->data.scalar.length;
	value.text = mem_copy(event->data.scalar.value, value.len);
	append(reader, &value);
}

static void
read_start(struct reader *reader, const yaml_event_t *event, enum yaml_value_kind kind)
{
	struct yaml_value *value;

	if (reader->depth == YAML_VALUE_DEPTH_MAX) {
		refuse(reader, &event->start_mark, "nested too deeply");
		return;
	}
	value = &reader->open[reader->depth++];
	*value = (struct yaml_value){ .kind = kind };
	value->line = (unsigned)event->start_mark.line + 1;
	value->column = (unsigned)event->start_mark.column + 1;
}

static void
read_end(struct reader *reader)
{
	struct yaml_value value = reader->open[--reader->depth];

	append(reader, &value);
}

/* Refuses what is YAML but not for us. */
static bool
is_accepted(struct reader *reader, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	if (event->type == YAML_ALIAS_EVENT || anchor != NULL)
		refuse(reader, &event->start_mark,
		    "anchors (&x) and aliases (*x) are not accepted; write it out, "
		    "or put quotes around it");
	else if (tag != NULL)
		refuse(reader, &event->start_mark,
		    "tags (!x) are not accepted; put quotes around it");
	else if (event->type == YAML_DOCUMENT_START_EVENT && ++reader->documents > 1)
		refuse(reader, &event->start_mark, "a second document begins here");
	else if (++reader->values > YAML_VALUES_MAX)
		refuse(reader, &event->start_mark, "too many values");
	return !reader->failed;
}

static void
read_event(struct reader *reader, const yaml_event_t *event)
{
	if (!is_accepted(reader, event))
		return;
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		read_scalar(reader, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		read_start(reader, event, YAML_VALUE_LIST);
		break;
	case YAML_MAPPING_START_EVENT:
		read_start(reader, event, YAML_VALUE_MAP);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		read_end(reader);
		break;
	default:
		break;
	}
}

/* The place of a byte: lines from the line feeds, columns in characters. */
static yaml_mark_t
place_of(const char *bytes, size_t offset)
{
	yaml_mark_t mark = { .index = offset };
	size_t i;

	for (i = 0; i < offset; i++) {
		if (bytes[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

static void
say_invalid(struct reader *reader, const yaml_parser_t *parser)
{
	yaml_mark_t mark = parser->problem_mark;
	char *text;

	if (parser->error == YAML_MEMORY_ERROR)
		text = str_dup("out of memory");
	else
		text = str_format("not valid YAML: %s%s%s",
		    parser->context == NULL ? "" : parser->context,
		    parser->context == NULL ? "" : ", ",
		    parser->problem == NULL ? "unknown reason" : parser->problem);
	/* The reader is ahead of the parser and knows nothing but the byte. */
	if (parser->error == YAML_READER_ERROR)
		mark = place_of(reader->bytes, parser->problem_offset);
	refuse(reader, &mark, text);
	free(text);
}

int
yaml_value_read(const char *name, const char *bytes, size_t len,
    struct yaml_value *value, struct problems *problems)
{
	struct reader reader = { .name = name, .bytes = bytes, .problems = problems,
	    .result = value };
	yaml_parser_t parser;
	yaml_event_t event;
	bool end = false;

	*value = (struct yaml_value){ .plain = true, .line = 1, .column = 1 };
	if (!yaml_parser_initialize(&parser)) {
		problems_add(problems, "%s: out of memory", name);
		return -1;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, len);
	while (!end && !reader.failed) {
		if (!yaml_parser_parse(&parser, &event)) {
			say_invalid(&reader, &parser);
			break;
		}
		end = event.type == YAML_STREAM_END_EVENT;
		read_event(&reader, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	if (reader.failed) {
		while (reader.depth > 0)
			yaml_value_release(&reader.open[--reader.depth]);
		yaml_value_release(value);
		return -1;
	}
	if (value->text == NULL && value->kind == YAML_VALUE_TEXT)
		value->text = str_dup("");
	return 0;
}

/* Calls itself no deeper than YAML_VALUE_DEPTH_MAX. */
void
yaml_value_release(struct yaml_value *value)
{
	size_t i;

	for (i = 0; i < value->count; i++)
		yaml_value_release(&value->items[i]);
	free(value->items);
	free(value->text);
	*value = (struct yaml_value){ 0 };
}

bool
yaml_value_null(const struct yaml_value *value)
{
	return value->kind == YAML_VALUE_TEXT && value->plain &&
	    (value->len == 0 || strcmp(value->text, "~") == 0 ||
	    strcmp(value->text, "null") == 0);
}
