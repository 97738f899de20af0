/*
 * Decides what fills in for what a task does not say. Knows nothing of files, of
 * schedules or of other tasks: whether a name is taken is for others to say.
 */
#include "tasks/task_spec.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/valid.h"

/* The first line of a text that holds more than blanks, cut to a title. */
static char *
first_line(const char *text)
{
	size_t len, end;

	text += strspn(text, " \t\r\n");
	len = strcspn(text, "\r\n");
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	if (len > TASK_TITLE_MAX) {
		/* Never within a character: continuation bytes are 10xxxxxx. */
		end = TASK_TITLE_MAX;
		while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
			end--;
		len = end;
	}
	return len == 0 ? NULL : mem_copy(text, len);
}

/* The words of a command with blanks between them, as far as a title needs. */
static char *
command_line(char *const *command)
{
	char *line = str_dup(""), *longer;
	size_t i;

	for (i = 0; command[i] != NULL && strlen(line) <= TASK_TITLE_MAX; i++) {
		longer = str_format("%s%s%s", line, i == 0 ? "" : " ", command[i]);
		free(line);
		line = longer;
	}
	return line;
}

bool
task_spec_complete(struct task_spec *spec)
{
	char *line;

	if (spec->prompt == NULL)
		spec->prompt = str_dup("");
	if (spec->title == NULL)
		spec->title = first_line(spec->prompt);
	if (spec->title == NULL && spec->command != NULL) {
		line = command_line(spec->command);
		spec->title = first_line(line);
		free(line);
	}
	if (spec->title == NULL)
		spec->title = str_dup(spec->id == NULL ? "" : spec->id);
	return spec->id != NULL && name_valid(spec->id) &&
	    (spec->prompt[0] != '\0' || spec->command != NULL);
}

/* Is one of the components ".."? */
static bool
leads_up(const char *pattern)
{
	size_t len;

	for (; *pattern != '\0'; pattern += len) {
		pattern += strspn(pattern, "/");
		len = strcspn(pattern, "/");
		if (len == 2 && memcmp(pattern, "..", 2) == 0)
			return true;
	}
	return false;
}

const char *
task_pattern_wrong(const char *pattern, bool first)
{
	if (pattern[0] == '!' && first)
		return "begins with what is taken out, and there is nothing yet that it could be "
		    "taken out of (for a file called so write \\!): ";
	if (pattern[0] == '!' && *++pattern == '!')
		return "takes out twice (for a file called so write !\\!): ";
	if (pattern[0] == '\0')
		return "has an empty pattern";
	if (pattern[0] == '/')
		return "paths are relative to the repository's root: ";
	return leads_up(pattern) ? "leads out of the repository: " : NULL;
}

void
task_list_project(struct task_list *list, const char *project)
{
	size_t i;

	for (i = 0; project != NULL && i < list->count; i++)
		if (list->tasks[i].project == NULL)
			list->tasks[i].project = str_dup(project);
}

void
task_spec_release(struct task_spec *spec)
{
	free(spec->id);
	free(spec->title);
	free(spec->prompt);
	strs_free(spec->command);
	free(spec->project);
	free(spec->agent);
	strs_free(spec->files);
	strs_free(spec->depends_on);
	free(spec->depends_at);
	free(spec->verify);
	free(spec->completion_promise);
	strs_free(spec->environment);
	free(spec->discovered_by);
	free(spec->initial);
	free(spec->initial_reason);
	free(spec->extra);
	free(spec->queue);
	*spec = (struct task_spec){ 0 };
}

void
task_list_release(struct task_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		task_spec_release(&list->tasks[i]);
	free(list->tasks);
	*list = (struct task_list){ 0 };
}
