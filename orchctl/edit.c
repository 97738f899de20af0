/* A task written in an editor: see edit.h. */
#include "edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/task_field.h"
#include "tasks/tasks_file.h"
#include "tasks/yaml_value.h"

static const char template[] =
    "---\n"
    "# One task for orchctl add; lines that begin with # are dropped up here. What is left out\n"
    "# has its default, as orch-tasks(5) tells. Save an unchanged or an empty file to add nothing.\n"
    "#id: fix-1\n"
    "#title: the first line of the prompt\n"
    "#agent: claude\n"
    "#files: [\"src/**\", README.md]\n"
    "#depends_on: [other-task]\n"
    "#priority: 1\n"
    "#estimate: 5m\n"
    "#verify: make check\n"
    "#requires_approval: [start, land]\n"
    "---\n"
    "\n";

/* The line that ends the front matter: its offset, SIZE_MAX: there is none. */
static size_t
end_of_front(const char *bytes, size_t len)
{
	size_t at;

	for (at = 4; at + 3 <= len; at++)
		if (bytes[at - 1] == '\n' && memcmp(bytes + at, "---", 3) == 0 &&
		    (at + 3 == len || bytes[at + 3] == '\n' || bytes[at + 3] == '\r'))
			return at;
	return SIZE_MAX;
}

/* The task of a front matter, each line of it where it was, so that a mistake has its place. */
static bool
read_front(const char *name, const char *bytes, size_t len, struct task_spec *spec,
    struct problems *problems)
{
	struct yaml_value value = { 0 };
	struct buffer text;
	bool read;

	buffer_init(&text);
	buffer_add_text(&text, "\n");
	buffer_add(&text, bytes, len);
	/* It stands for the one below: the reader wants one. */
	buffer_add_text(&text, "prompt: below\n");
	read = yaml_value_read(name, buffer_text(&text), text.len, &value, problems) == 0;
	if (read)
		task_field_read(name, 1, &value, spec, problems);
	yaml_value_release(&value);
	buffer_release(&text);
	return read && problems->count == 0;
}

int
edit_read(const char *name, const char *bytes, size_t len, struct task_list *list,
    struct problems *problems)
{
	bool front = len > 4 && memcmp(bytes, "---\n", 4) == 0;
	size_t end = front ? end_of_front(bytes, len) : 0, begin = 0;
	struct task_spec *spec;

	*list = (struct task_list){ mem_zero(1, sizeof(*list->tasks)), 1 };
	spec = &list->tasks[0];
	*spec = (struct task_spec){ .priority = 1 };
	if (end == SIZE_MAX) {
		problems_add(problems, "%s:1:1: the line --- that ends the front matter is missing", name);
		goto wrong;
	}
	if (front) {
		if (!read_front(name, bytes + 4, end - 4, spec, problems))
			goto wrong;
		begin = end + strcspn(bytes + end, "\n");
	}
	begin += strspn(bytes + begin, "\r\n \t");
	str_set(&spec->prompt, bytes + begin);
	if (spec->prompt[0] == '\0' && spec->command == NULL) {
		problems_add(problems, "%s: the prompt is missing; write it below the second ---", name);
		goto wrong;
	}
	task_spec_complete(spec);
	return 0;
wrong:
	task_list_release(list);
	return -1;
}

/* Through a shell, as git(1) does: the variable may have options. Never the text of a task. */
static bool
run_editor(const char *path)
{
	const char *editor = getenv("VISUAL");
	char *command;
	int status;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0')
		editor = "vi";
	command = str_format("%s \"$ORCH_EDIT_FILE\"", editor);
	setenv("ORCH_EDIT_FILE", path, 1);
	status = system(command);
	unsetenv("ORCH_EDIT_FILE");
	if (status != 0)
		fprintf(stderr, "orchctl: the editor '%s' ended with status %d\n", editor,
		    WIFEXITED(status) ? WEXITSTATUS(status) : status);
	free(command);
	return status == 0;
}

/* A file of its own with the template; the caller frees its path. */
static char *
make_file(void)
{
	const char *folder = getenv("TMPDIR");
	char *path = str_format("%s/orch-task-XXXXXX.md", folder != NULL && *folder != '\0' ? folder : "/tmp");
	int fd = mkstemps(path, 3);

	if (fd == -1 || write(fd, template, sizeof(template) - 1) != (ssize_t)sizeof(template) - 1) {
		fprintf(stderr, "orchctl: %s: %s\n", path, strerror(errno));
		free(path);
		path = NULL;
	}
	if (fd != -1)
		close(fd);
	return path;
}

static bool
is_wanted(const char *bytes, size_t len)
{
	return strspn(bytes, " \t\r\n") < len &&
	    (len != sizeof(template) - 1 || memcmp(bytes, template, len) != 0);
}

/* Is the file to be opened again? Only a person at a terminal can say. */
static bool
once_more(void)
{
	char answer[16] = "";

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	fprintf(stderr, "Edit it again? [Y/n] ");
	return fgets(answer, sizeof(answer), stdin) != NULL && answer[0] != 'n' && answer[0] != 'N';
}

enum edited
edit_task(struct task_list *list, char **path)
{
	struct problems problems;
	enum edited edited = EDITED_WRONG;
	char *bytes;
	size_t len, i;

	*list = (struct task_list){ 0 };
	if ((*path = make_file()) == NULL)
		return EDITED_WRONG;
	do {
		if (!run_editor(*path))
			break;
		problems_init(&problems);
		bytes = tasks_file_load(*path, &len, &problems);
		if (bytes != NULL) {
			bytes = mem_resize(bytes, len + 1, 1);
			bytes[len] = '\0';
		}
		if (bytes != NULL && !is_wanted(bytes, len))
			edited = EDITED_NOTHING;
		else if (bytes != NULL && !utf8_valid(bytes, len))
			problems_add(&problems, "%s: is not UTF-8, or has a NUL", *path);
		else if (bytes != NULL && edit_read(*path, bytes, len, list, &problems) == 0)
			edited = EDITED_TASK;
		for (i = 0; i < problems.count; i++)
			fprintf(stderr, "%s\n", problems.text[i]);
		problems_release(&problems);
		free(bytes);
	} while (edited == EDITED_WRONG && once_more());
	if (edited == EDITED_WRONG)
		fprintf(stderr, "orchctl: nothing was added; what was written is in %s\n", *path);
	if (edited == EDITED_NOTHING)
		unlink(*path);
	return edited;
}
