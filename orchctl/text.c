/* Text made fit for a terminal: see text.h. Pure but for the locale. */
#include "text.h"

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define ASIDE_MOST	40	/* bytes in parentheses that are not broken */

void
text_init(void)
{
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		setlocale(LC_CTYPE, "");
}

/* One character at `text`: its bytes, columns, and what stands for it if unfit. */
struct character { size_t bytes; size_t columns; const char *instead; };

static bool
turns_direction(wchar_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0x200e || c == 0x200f;
}

static struct character
character_at(const char *text)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t bytes;
	int columns;

	/* Most of what there is to print, and the same in all locales. */
	if (*text >= ' ' && *text <= '~')
		return (struct character){ 1, 1, NULL };
	if (*text == '\n' || *text == '\t' || *text == '\r')
		return (struct character){ 1, 1, " " };
	bytes = mbrtowc(&c, text, strlen(text), &state);
	if (bytes == (size_t)-1 || bytes == (size_t)-2)
		return (struct character){ 1, 1, "?" };
	columns = wcwidth(c);
	if (columns < 0 || iswcntrl((wint_t)c) || turns_direction(c))
		return (struct character){ bytes, 1, "?" };
	return (struct character){ bytes, (size_t)columns, NULL };
}

size_t
text_width(const char *text)
{
	struct character c;
	size_t width = 0;

	for (; *text != '\0'; text += c.bytes) {
		c = character_at(text);
		width += c.columns;
	}
	return width;
}

size_t
text_add(struct buffer *out, const char *text, size_t most)
{
	size_t used = 0, end = most;
	bool cut = most > 0 && text_width(text) > most;
	struct character c;

	if (cut)
		end = most > 3 ? most - 3 : 0;
	for (; *text != '\0'; text += c.bytes) {
		c = character_at(text);
		if (most > 0 && used + c.columns > end)
			break;
		if (c.instead != NULL)
			buffer_add_text(out, c.instead);
		else
			buffer_add(out, text, c.bytes);
		used += c.columns;
	}
	for (; cut && used < most && used < end + 3; used++)
		buffer_add_text(out, ".");
	return used;
}

/* Bytes of what stands in parentheses at `text` and is short, a command for one; 0: nothing does. */
static size_t
aside_at(const char *text)
{
	const char *end = *text == '(' ? memchr(text, ')', strnlen(text, ASIDE_MOST)) : NULL;

	return end != NULL ? (size_t)(end - text) : 0;
}

size_t
text_line(const char *text, size_t most, bool whole)
{
	size_t at = 0, blank = 0, used = 0, aside = 0;
	struct character c;

	for (; text[at] != '\0'; at += c.bytes) {
		c = character_at(text + at);
		if (aside == 0)
			aside = at + aside_at(text + at);
		if (text[at] == ' ' && at >= aside)
			blank = at;
		if (at >= aside)
			aside = 0;
		if (used + c.columns > most && (blank > 0 || !whole))
			return blank > 0 ? blank : at > 0 ? at : c.bytes;
		used += c.columns;
	}
	return at;
}

void
text_add_seconds(struct buffer *out, double seconds)
{
	uint64_t whole = seconds > 0 ? (uint64_t)seconds : 0;

	if (whole >= 3600)
		buffer_format(out, "%ju:%02ju:%02ju", (uintmax_t)(whole / 3600),
		    (uintmax_t)(whole / 60 % 60), (uintmax_t)(whole % 60));
	else if (whole >= 60)
		buffer_format(out, "%ju:%02ju", (uintmax_t)(whole / 60), (uintmax_t)(whole % 60));
	else
		buffer_format(out, "%.1f s", seconds);
}

enum { PLAIN, ESCAPE, CSI, STRING, C2 };

/* Within ESC [ ... : passes it on when it is a colour, else drops it. */
static void
filter_csi(struct text_filter *filter, struct buffer *out, unsigned char byte)
{
	if (filter->len < sizeof(filter->kept))
		filter->kept[filter->len++] = byte;
	if (byte < 0x40 || byte > 0x7e)
		return;
	if (byte == 'm' && filter->len < sizeof(filter->kept) &&
	    strspn((const char *)filter->kept + 2, "0123456789;") >= filter->len - 3)
		buffer_add(out, filter->kept, filter->len);
	filter->state = PLAIN;
}

void
text_filter(struct text_filter *filter, struct buffer *out, const unsigned char *bytes,
    size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char byte = bytes[i];

		switch (filter->state) {
		case PLAIN:
			if (byte == 0x1b)
				filter->state = ESCAPE;
			else if (byte == 0xc2)
				filter->state = C2;
			else if (byte >= 0x20 ? byte != 0x7f : byte == '\n' || byte == '\t')
				buffer_add(out, &byte, 1);
			break;
		case C2:
			/* U+0080 to U+009F are a terminal's, as ESC and a letter are. */
			filter->state = PLAIN;
			if (byte >= 0xa0) {
				buffer_add(out, "\xc2", 1);
				buffer_add(out, &byte, 1);
			}
			break;
		case ESCAPE:
			memset(filter->kept, 0, sizeof(filter->kept));
			memcpy(filter->kept, "\033[", filter->len = 2);
			filter->state = byte == '[' ? CSI :
			    strchr("]PX^_", byte) != NULL && byte != 0 ? STRING : PLAIN;
			break;
		case CSI:
			filter_csi(filter, out, byte);
			break;
		case STRING:
			/* A title or the like: ends with BEL or ESC \. */
			if (byte == 0x07 || byte == '\n')
				filter->state = PLAIN;
			else if (byte == 0x1b)
				filter->state = ESCAPE;
			break;
		}
	}
}

void
text_repair(struct buffer *out, const unsigned char *bytes, size_t len, unsigned char *carry,
    size_t *carried)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t at, used;
	struct buffer all;

	buffer_init(&all);
	buffer_add(&all, carry, *carried);
	buffer_add(&all, bytes, len);
	*carried = 0;
	for (at = 0; at < all.len; at += used) {
		memset(&state, 0, sizeof(state));
		used = mbrtowc(&c, (const char *)all.bytes + at, all.len - at, &state);
		if (used == (size_t)-2 && all.len - at < 4) {
			*carried = all.len - at;
			memcpy(carry, all.bytes + at, *carried);
			break;
		}
		if (used == 0 || used == (size_t)-1 || used == (size_t)-2) {
			buffer_add_text(out, "\xef\xbf\xbd");
			used = 1;
		} else {
			buffer_add(out, all.bytes + at, used);
		}
	}
	buffer_release(&all);
}
