/* What is wrong with an input, for a person: see problem.h. */
#include "problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"
#include "mem.h"

void
problems_init(struct problems *problems)
{
	*problems = (struct problems){ 0 };
}

void
problems_release(struct problems *problems)
{
	size_t i;

	for (i = 0; i < problems->count; i++)
		free(problems->text[i]);
	free(problems->text);
	problems_init(problems);
}

void
problems_add(struct problems *problems, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	if (problems->count == PROBLEMS_MAX) {
		problems->dropped++;
		return;
	}
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) == -1)
		fatalx("out of memory: formatting a text");
	va_end(arguments);
	problems->text = mem_resize(problems->text, problems->count + 1, sizeof(char *));
	problems->text[problems->count++] = text;
}

void
problems_print(const struct problems *problems, const char *prefix)
{
	size_t i;

	for (i = 0; i < problems->count; i++)
		fprintf(stderr, "%s: %s\n", prefix, problems->text[i]);
	if (problems->dropped > 0)
		fprintf(stderr, "%s: and %zu more\n", prefix, problems->dropped);
}
