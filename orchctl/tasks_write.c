/*
 * Writes tasks as YAML: see tasks_write.h. Every text is in double quotes, with the escapes
 * of JSON, but for a prompt of several plain lines, which stands as it is.
 */
#include "tasks_write.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

static void
put_quoted(FILE *stream, const char *text)
{
	putc('"', stream);
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(stream, "\\%c", byte);
		else if (byte == '\n')
			fputs("\\n", stream);
		else if (byte < 0x20 || byte == 0x7f)
			fprintf(stream, "\\x%02x", byte);
		else if (byte == 0xc2 && (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] < 0xa0)
			fprintf(stream, "\\x%02x", (unsigned char)*++text);
		else if (byte == 0xef && (unsigned char)text[1] == 0xbb && (unsigned char)text[2] == 0xbf)
			fputs("\\ufeff", stream), text += 2;
		else
			putc(byte, stream);
	}
	putc('"', stream);
}

/* Can it stand as lines of its own? No control characters, no blanks where they get lost. */
static bool
is_block(const char *text)
{
	size_t len = strlen(text);

	if (strchr(text, '\n') == NULL || strchr(" \t\n", text[0]) != NULL ||
	    (len > 1 && text[len - 1] == '\n' && text[len - 2] == '\n'))
		return false;
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		/* Beyond ASCII, YAML has line ends of its own; quotes are safe. */
		if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte >= 0x7f)
			return false;
	}
	return true;
}

static void
put_key(FILE *stream, const char *key)
{
	fprintf(stream, "    %s: ", key);
}

static void
put_text(FILE *stream, const char *key, const char *text)
{
	const char *line;

	if (text == NULL || text[0] == '\0')
		return;
	put_key(stream, key);
	if (!is_block(text)) {
		put_quoted(stream, text);
		putc('\n', stream);
		return;
	}
	fputs(text[strlen(text) - 1] == '\n' ? "|\n" : "|-\n", stream);
	for (line = text; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n')
		fprintf(stream, "%s%.*s\n", *line != '\n' ? "      " : "", (int)strcspn(line, "\n"), line);
}

static void
put_list(FILE *stream, const char *key, char *const *list)
{
	size_t i;

	if (list == NULL || list[0] == NULL)
		return;
	put_key(stream, key);
	putc('[', stream);
	for (i = 0; list[i] != NULL; i++) {
		if (i > 0)
			fputs(", ", stream);
		put_quoted(stream, list[i]);
	}
	fputs("]\n", stream);
}

static void
put_number(FILE *stream, const char *key, uint64_t number)
{
	if (number != 0)
		fprintf(stream, "    %s: %ju\n", key, (uintmax_t)number);
}

static void
put_environment(FILE *stream, char *const *list)
{
	size_t i;

	for (i = 0; list != NULL && list[i] != NULL; i++) {
		char *name = str_dup(list[i]);
		size_t len = strcspn(name, "=");

		if (i == 0)
			fputs("    env:\n", stream);
		name[len] = '\0';
		fputs("      ", stream);
		put_quoted(stream, name);
		fputs(": ", stream);
		put_quoted(stream, list[i][len] == '=' ? list[i] + len + 1 : "");
		putc('\n', stream);
		free(name);
	}
}

void
tasks_write_yaml(FILE *stream, const struct record_export_row *rows, size_t count)
{
	static const char *const approvals[] = { "", "[start]", "[land]", "[start, land]" };
	size_t i;

	fputs(count == 0 ? "tasks: []\n" : "tasks:\n", stream);
	for (i = 0; i < count; i++) {
		const struct record_task *spec = rows[i].spec.items;

		fputs("  - id: ", stream);
		put_quoted(stream, spec->id);
		putc('\n', stream);
		put_text(stream, "project", spec->project);
		put_text(stream, "title", spec->title);
		put_text(stream, "prompt", spec->prompt);
		put_list(stream, "command", spec->command);
		put_text(stream, "agent", spec->agent);
		put_list(stream, "files", spec->files);
		put_list(stream, "depends_on", spec->depends_on);
		if (spec->priority != 1)
			fprintf(stream, "    priority: %ju\n", (uintmax_t)spec->priority);
		put_number(stream, "estimate", spec->estimate);
		put_text(stream, "verify", spec->verify);
		put_number(stream, "max_iterations", spec->max_iterations);
		put_text(stream, "completion_promise", spec->completion_promise);
		if (spec->approvals > 0 && spec->approvals < COUNT(approvals))
			fprintf(stream, "    requires_approval: %s\n", approvals[spec->approvals]);
		put_number(stream, "timeout", spec->timeout);
		if (spec->diff_optional)
			fputs("    diff: optional\n", stream);
		put_environment(stream, spec->environment);
	}
}
