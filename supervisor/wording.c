/* The message of what lands: see wording.h. (pure) */
#include "wording.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

#define PARAGRAPH_MOST	4096u	/* bytes of a prompt that go into a message */

/* The prompt's first paragraph; NULL when it is empty, long, or the title again. */
static char *
paragraph_of(const char *prompt, const char *title)
{
	const char *start = prompt, *end;
	size_t len;

	while (start != NULL && *start == '\n')
		start++;
	if (start == NULL)
		return NULL;
	len = (end = strstr(start, "\n\n")) != NULL ? (size_t)(end - start) : strlen(start);
	if (len == 0 || len > PARAGRAPH_MOST ||
	    (strncmp(start, title, strlen(title)) == 0 && len <= strlen(title) + 1))
		return NULL;
	return mem_copy(start, len);
}

/* The project's own form of a message; what stands in braces and is not known stays. */
static char *
fill_message(const char *form, const char *const values[][2], size_t count)
{
	struct buffer text;
	char *message;
	size_t i, len;

	buffer_init(&text);
	while (*form != '\0') {
		for (i = 0; i < count; i++)
			if (strncmp(form, values[i][0], len = strlen(values[i][0])) == 0)
				break;
		if (i < count) {
			buffer_add_text(&text, values[i][1]);
			form += len;
		} else
			buffer_add(&text, form++, 1);
	}
	message = mem_copy(buffer_text(&text), text.len);
	buffer_release(&text);
	return message;
}

char *
wording_message(const char *form, const struct wording *wording)
{
	char *text = paragraph_of(wording->prompt, wording->title), *message;
	const char *const values[][2] = { { "{title}", wording->title }, { "{text}", text ? text : "" },
	    { "{task}", wording->task }, { "{agent}", wording->agent } };

	message = form != NULL ? fill_message(form, values, COUNT(values)) :
	    str_format("%s\n%s%s%s", wording->title, text ? "\n" : "", text ? text : "", text ? "\n" : "");
	free(text);
	return message;
}

char *
wording_seconds(uint64_t seconds)
{
	static const struct { uint64_t seconds; char unit; } units[] = {
		{ 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' },
	};
	size_t i;

	for (i = 0; i + 1 < COUNT(units) && seconds % units[i].seconds != 0; i++)
		;
	return str_format("%ju%c", (uintmax_t)(seconds / units[i].seconds), units[i].unit);
}
