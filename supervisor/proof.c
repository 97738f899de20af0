/* What a verdict is about: see proof.h. Each part has its length before it. (pure) */
#include "proof.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/buffer.h"
#include "protocol/environment.h"
#include "protocol/mem.h"

static void
add(struct buffer *out, const char *text)
{
	buffer_format(out, "%zu:%s\n", strlen(text), text);
}

static void
add_number(struct buffer *out, uint64_t number)
{
	char *text = str_format("%ju", (uintmax_t)number);

	add(out, text);
	free(text);
}

static void
add_passed(struct buffer *out)
{
	const char *name, *value;
	char *text;
	size_t i;

	for (i = 0; (name = environment_passed(i, &value)) != NULL; i++) {
		if (value == NULL)
			continue;
		text = str_format("%s=%s", name, value);
		add(out, text);
		free(text);
	}
}

static void
add_all(struct buffer *out, const char *command, char *const *environment)
{
	size_t i, count = strs_count(environment);

	add(out, command);
	add_number(out, count);
	for (i = 0; i < count; i++)
		add(out, environment[i]);
	add_passed(out);
}

static char *
taken(struct buffer *text)
{
	char *copy = str_dup(buffer_text(text));

	buffer_release(text);
	return copy;
}

char *
proof_of(const char *command, char *const *environment)
{
	struct buffer text;

	buffer_init(&text);
	add_all(&text, command, environment);
	return taken(&text);
}

char *
proof_of_result(const char *command, char *const *environment, const char *task,
    uint64_t attempt)
{
	struct buffer text;

	buffer_init(&text);
	add_all(&text, command, environment);
	add(&text, task);
	add_number(&text, attempt);
	return taken(&text);
}
