/* Texts of others in a session note: see note_text.h. (pure) */
#include "note_text.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "protocol/valid.h"

#define REPLACEMENT	"\xef\xbf\xbd"

/* One character of a text. */
struct character {
	const unsigned char *bytes;
	size_t len;		/* 0: the end */
	uint32_t code;		/* U+FFFD for what is none */
};

static struct character
next(const unsigned char *at, size_t left)
{
	static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	struct character character = { at, left == 0 ? 0 : utf8_length(at, left), 0xfffd };
	size_t i;

	if (left == 0)
		return character;
	if (character.len == 0) {
		character.len = 1;
		return character;
	}
	character.code = at[0] & first[character.len];
	for (i = 1; i < character.len; i++)
		character.code = character.code << 6 | (at[i] & 0x3f);
	return character;
}

/* What no reader of a note should meet: controls, and what turns the direction of writing. */
static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
	    (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff ||
	    code == 0xfffd || code == 0xfffe || code == 0xffff;
}

/* Bytes of the text that are taken: whole characters, `most` at most. */
static size_t
length_of(const char *text, size_t most)
{
	size_t len = strnlen(text, most + 1);

	if (len <= most)
		return len;
	for (len = most; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

void
note_text_yaml(struct buffer *out, const char *text, size_t most)
{
	const unsigned char *at = (const unsigned char *)(text != NULL ? text : "");
	size_t left = length_of((const char *)at, most);
	bool cut = ((const char *)at)[left] != '\0';
	struct character character;

	buffer_add_text(out, "\"");
	for (; (character = next(at, left)).len > 0; at += character.len, left -= character.len) {
		if (character.code == '\n')
			buffer_add_text(out, "\\n");
		else if (character.code == '\t')
			buffer_add_text(out, "\\t");
		else if (character.code == '"' || character.code == '\\')
			buffer_format(out, "\\%c", (int)character.code);
		else if (is_control(character.code))
			buffer_add_text(out, "\\uFFFD");
		else
			buffer_add(out, character.bytes, character.len);
	}
	buffer_add_text(out, cut ? "...\"" : "\"");
}

void
note_text_line(struct buffer *out, const char *text, size_t most)
{
	const unsigned char *at = (const unsigned char *)(text != NULL ? text : "");
	size_t left = length_of((const char *)at, most);
	bool cut = ((const char *)at)[left] != '\0';
	struct character character;

	for (; left > 0 && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'); at++, left--)
		;
	/* What makes a line of itself or of the one before: a rule, a heading, a list. */
	if (left > 0 && strchr("-=+", *at) != NULL)
		buffer_add_text(out, "\\");
	for (; (character = next(at, left)).len > 0; at += character.len, left -= character.len) {
		if (character.code == '\n' || character.code == '\t' || character.code == '\r')
			buffer_add_text(out, " ");
		else if (is_control(character.code))
			buffer_add_text(out, REPLACEMENT);
		else if (character.code < 0x80 && strchr("\\`*_{}[]<>#|!~&", (int)character.code) != NULL)
			buffer_format(out, "\\%c", (int)character.code);
		else
			buffer_add(out, character.bytes, character.len);
	}
	if (cut)
		buffer_add_text(out, "...");
}

void
note_text_block(struct buffer *out, const char *text, size_t most)
{
	const unsigned char *at = (const unsigned char *)(text != NULL ? text : "");
	size_t left = length_of((const char *)at, most);
	bool cut = ((const char *)at)[left] != '\0';
	struct character character;

	/* No empty lines at the end. */
	while (left > 0 && strchr(" \t\r\n", at[left - 1]) != NULL)
		left--;
	if (left == 0)
		return;
	buffer_add_text(out, "> ");
	for (; (character = next(at, left)).len > 0; at += character.len, left -= character.len) {
		if (character.code == '\n')
			buffer_add_text(out, "\n> ");
		else if (character.code == '\t')
			buffer_add_text(out, "\t");
		else if (character.code == '\r')
			continue;
		else if (is_control(character.code))
			buffer_add_text(out, REPLACEMENT);
		else
			buffer_add(out, character.bytes, character.len);
	}
	buffer_add_text(out, cut ? "\n>\n> [more is not in this note]\n" : "\n");
}

void
note_text_time(struct buffer *out, double when)
{
	time_t seconds = (time_t)when;
	char text[40] = "";
	struct tm parts;

	if (when > 0 && gmtime_r(&seconds, &parts) != NULL &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
		buffer_add_text(out, text);
}
