/* A list of strings that grows: see texts.h. */
#include "texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "protocol/log.h"
#include "protocol/mem.h"

void
texts_init(struct texts *texts)
{
	*texts = (struct texts){ mem_zero(8, sizeof(char *)), 0, 8 };
}

void
texts_release(struct texts *texts)
{
	strs_free(texts->items);
	*texts = (struct texts){ 0 };
}

/* Takes over one allocated string. */
static void
keep(struct texts *texts, char *text)
{
	if (texts->count + 2 > texts->room) {
		texts->room *= 2;
		texts->items = mem_resize(texts->items, texts->room, sizeof(char *));
	}
	texts->items[texts->count++] = text;
	texts->items[texts->count] = NULL;
}

void
texts_add(struct texts *texts, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, texts);
	while ((text = va_arg(arguments, const char *)) != NULL)
		keep(texts, str_dup(text));
	va_end(arguments);
}

void
texts_format(struct texts *texts, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) == -1)
		fatalx("out of memory");
	va_end(arguments);
	keep(texts, text);
}
