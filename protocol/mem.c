/* Memory that cannot fail: see mem.h. */
#include "mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

void *
mem_zero(size_t count, size_t size)
{
	void *block = calloc(count ? count : 1, size ? size : 1);

	if (block == NULL)
		fatalx("out of memory: %zu times %zu bytes", count, size);
	return block;
}

void *
mem_resize(void *old, size_t count, size_t size)
{
	void *block;

	if (size != 0 && count > SIZE_MAX / size)
		fatalx("out of memory: %zu times %zu bytes", count, size);
	if (count == 0 || size == 0)
		count = size = 1;
	block = realloc(old, count * size);
	if (block == NULL)
		fatalx("out of memory: %zu bytes", count * size);
	return block;
}

char *
mem_copy(const void *bytes, size_t len)
{
	char *copy = mem_resize(NULL, len + 1, 1);

	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	return copy;
}

char *
str_dup(const char *text)
{
	return text == NULL ? NULL : mem_copy(text, strlen(text));
}

void
str_set(char **text, const char *with)
{
	char *copy = str_dup(with);

	free(*text);
	*text = copy;
}

char *
str_format(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int len;

	va_start(arguments, format);
	len = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (len == -1)
		fatalx("out of memory: formatting a text");
	return text;
}

int
str_same(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

size_t
strs_count(char *const *list)
{
	size_t count = 0;

	while (list != NULL && list[count] != NULL)
		count++;
	return count;
}

char **
strs_dup(char *const *list)
{
	size_t count = strs_count(list), i;
	char **copy;

	if (list == NULL)
		return NULL;
	copy = mem_zero(count + 1, sizeof(*copy));
	for (i = 0; i < count; i++)
		copy[i] = str_dup(list[i]);
	return copy;
}

void
strs_free(char **list)
{
	size_t i;

	for (i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}
