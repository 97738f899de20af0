/* One object of JSON: see json_text.h. (pure) */
#include "json_text.h"

static void
put_text(struct buffer *out, const char *text)
{
	buffer_add_text(out, "\"");
	for (; *text != '\0'; text++)
		if (*text == '"' || *text == '\\')
			buffer_format(out, "\\%c", *text);
		else if (*text == '\n')
			buffer_add_text(out, "\\n");
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			buffer_format(out, "\\u%04x", (unsigned)*text);
		else
			buffer_add(out, text, 1);
	buffer_add_text(out, "\"");
}

static void
put_key(struct buffer *out, const char *key)
{
	if (out->len > 0 && out->bytes[out->len - 1] != '{')
		buffer_add_text(out, ",");
	put_text(out, key);
	buffer_add_text(out, ":");
}

void
json_text_begin(struct buffer *out)
{
	buffer_add_text(out, "{");
}

void
json_text_add(struct buffer *out, const char *key, const char *value)
{
	if (value == NULL)
		return;
	put_key(out, key);
	put_text(out, value);
}

void
json_text_number(struct buffer *out, const char *key, uint64_t value)
{
	put_key(out, key);
	buffer_format(out, "%ju", (uintmax_t)value);
}

void
json_text_real(struct buffer *out, const char *key, double value)
{
	put_key(out, key);
	buffer_format(out, "%.3f", value);
}

void
json_text_end(struct buffer *out)
{
	buffer_add_text(out, "}\n");
}
