/* A value of a task's key: see field_reader.h. */
#include "tasks/field_reader.h"

#include <string.h>

void
field_reader_say(const struct field_reader *reader, const struct yaml_value *value,
    const char *text, const char *detail)
{
	problems_add(reader->problems, "%s:%u:%u: %s: %.64s: %s%.200s", reader->name,
	    value->line, value->column, reader->label, reader->key, text, detail);
}

bool
field_reader_is_text(struct field_reader *reader, const struct yaml_value *value, size_t max)
{
	if (value->kind != YAML_VALUE_TEXT)
		field_reader_say(reader, value, "is not a text", "");
	else if (memchr(value->text, '\0', value->len) != NULL)
		field_reader_say(reader, value, "has a NUL byte in it", "");
	else if (value->len > max)
		field_reader_say(reader, value, "is too long", "");
	else
		return true;
	return false;
}
