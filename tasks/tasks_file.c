/*
 * Decides what holds for a tasks file as a whole: its size, its encoding, the
 * list of tasks, ids that clash or are missing. What one task may say is
 * decided in task_field.c; what is YAML in yaml_value.c.
 */
#include "tasks/tasks_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/name_table.h"
#include "tasks/task_field.h"
#include "tasks/yaml_value.h"

#define READ_FIRST 65536

/* Reads to the end, or to one byte more than is allowed. */
static char *
read_all(int fd, size_t *len)
{
	size_t capacity = READ_FIRST;
	char *bytes = mem_resize(NULL, capacity, 1);
	ssize_t got;

	*len = 0;
	while (*len <= TASKS_FILE_MAX) {
		if (*len == capacity) {
			capacity *= 2;
			bytes = mem_resize(bytes, capacity, 1);
		}
		got = read(fd, bytes + *len, capacity - *len);
		if (got == 0)
			return bytes;
		if (got > 0)
			*len += (size_t)got;
		else if (errno != EINTR) {
			free(bytes);
			return NULL;
		}
	}
	return bytes;
}

const char *
tasks_file_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "(standard input)" : path;
}

char *
tasks_file_load(const char *path, size_t *len, struct problems *problems)
{
	bool standard = strcmp(path, "-") == 0;
	const char *name = tasks_file_name(path);
	struct stat status;
	char *bytes = NULL;
	int fd;

	fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1 || fstat(fd, &status) == -1) {
		problems_add(problems, "%s: %s", name, strerror(errno));
		goto done;
	}
	if (!standard && !S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
		problems_add(problems, "%s: neither a file nor a pipe", name);
		goto done;
	}
	if (S_ISREG(status.st_mode) && status.st_size > (off_t)TASKS_FILE_MAX) {
		problems_add(problems, "%s: larger than %u bytes", name, TASKS_FILE_MAX);
		goto done;
	}
	bytes = read_all(fd, len);
	if (bytes == NULL)
		problems_add(problems, "%s: %s", name, strerror(errno));
done:
	if (!standard && fd != -1)
		close(fd);
	return bytes;
}

int
tasks_file_read(const char *path, struct task_list *list, struct problems *problems)
{
	size_t len;
	char *bytes = tasks_file_load(path, &len, problems);
	int result = -1;

	*list = (struct task_list){ 0 };
	if (bytes != NULL)
		result = tasks_file_parse(tasks_file_name(path), bytes, len, list, problems);
	free(bytes);
	return result;
}

static bool
is_utf8(const char *name, const char *bytes, size_t len, struct problems *problems)
{
	const unsigned char *byte = (const unsigned char *)bytes;
	size_t at = 0, line = 1, column = 1, used;

	while (at < len) {
		used = utf8_length(byte + at, len - at);
		if (used == 0) {
			problems_add(problems, "%s:%zu:%zu: not UTF-8: byte 0x%02x at "
			    "offset %zu", name, line, column, byte[at], at);
			return false;
		}
		column++;
		if (byte[at] == '\n') {
			line++;
			column = 1;
		}
		at += used;
	}
	return true;
}

/* What a document says beside its tasks. */
struct head { const struct yaml_value *tasks, *project; };

/* One key of the document; says what is wrong with it. */
static void
read_key(const char *name, const struct yaml_value *key, struct head *head, struct problems *problems)
{
	static const char *const names[] = { "tasks", "project" };
	const char *text = key->kind == YAML_VALUE_TEXT ? key->text : NULL, *near;
	const struct yaml_value **at = text == NULL ? NULL : strcmp(text, "tasks") == 0 ? &head->tasks :
	    strcmp(text, "project") == 0 ? &head->project : NULL;

	if (at == NULL) {
		near = text != NULL ? task_field_nearest(text, names, COUNT(names)) : NULL;
		problems_add(problems, "%s:%u:%u: %.64s: no such key%s%s%s", name, key->line, key->column,
		    text != NULL ? text : "key", near != NULL ? "; is " : "", near != NULL ? near : "",
		    near != NULL ? " meant?" : "");
	} else if (*at != NULL) {
		problems_add(problems, "%s:%u:%u: %s: is said twice", name, key->line, key->column, text);
	} else {
		*at = key + 1;
	}
}

/* The list of tasks within a document; NULL when there is none, which is said. */
static struct head
find_tasks(const char *name, const struct yaml_value *document, struct problems *problems)
{
	struct head head = { NULL, NULL };
	size_t i;

	if (document->kind == YAML_VALUE_LIST)
		return (struct head){ document, NULL };
	if (document->kind == YAML_VALUE_TEXT) {
		problems_add(problems, "%s:%u:%u: no list of tasks; write 'tasks:' and "
		    "the tasks below it", name, document->line, document->column);
		return head;
	}
	for (i = 0; i < document->count; i += 2)
		read_key(name, &document->items[i], &head, problems);
	if (head.tasks == NULL) {
		problems_add(problems, "%s:%u:%u: tasks: missing", name,
		    document->line, document->column);
	} else if (head.tasks->kind != YAML_VALUE_LIST) {
		problems_add(problems, "%s:%u:%u: tasks: is not a list", name,
		    head.tasks->line, head.tasks->column);
		head.tasks = NULL;
	}
	if (head.project != NULL && (head.project->kind != YAML_VALUE_TEXT || !name_valid(head.project->text))) {
		problems_add(problems, "%s:%u:%u: project: is not the name of one", name,
		    head.project->line, head.project->column);
		head.project = NULL;
	}
	return head;
}

/* Refuses ids that are there twice and makes up those that are missing. */
static void
settle_ids(const char *name, struct task_list *list, struct problems *problems)
{
	struct name_table names;
	struct task_spec *spec;
	size_t i, first, number;

	name_table_init(&names);
	for (i = 0; i < list->count; i++) {
		spec = &list->tasks[i];
		if (spec->id != NULL && !name_table_add(&names, spec->id, i)) {
			name_table_find(&names, spec->id, &first);
			problems_add(problems, "%s:%u:%u: task '%s': id: is taken; "
			    "the first one is in line %u", name, spec->line,
			    spec->column, spec->id, list->tasks[first].line);
		}
	}
	for (number = 1, i = 0; i < list->count; i++) {
		spec = &list->tasks[i];
		if (i + 1 > number)
			number = i + 1;
		while (spec->id == NULL) {
			spec->id = str_format("task-%zu", number++);
			if (!name_table_add(&names, spec->id, i)) {
				free(spec->id);
				spec->id = NULL;
			}
		}
	}
	name_table_release(&names);
}

int
tasks_file_parse(const char *name, const char *bytes, size_t len,
    struct task_list *list, struct problems *problems)
{
	size_t before = problems->count + problems->dropped, i;
	struct yaml_value document = { 0 };
	const struct yaml_value *tasks;
	struct head head;

	*list = (struct task_list){ 0 };
	if (len > TASKS_FILE_MAX) {
		problems_add(problems, "%s: larger than %u bytes", name, TASKS_FILE_MAX);
		return -1;
	}
	if (!is_utf8(name, bytes, len, problems) ||
	    yaml_value_read(name, bytes, len, &document, problems) == -1)
		return -1;
	head = find_tasks(name, &document, problems);
	if ((tasks = head.tasks) != NULL) {
		list->tasks = mem_zero(tasks->count, sizeof(*list->tasks));
		for (i = 0; i < tasks->count; i++)
			task_field_read(name, i + 1, &tasks->items[i],
			    &list->tasks[list->count++], problems);
		settle_ids(name, list, problems);
		for (i = 0; i < list->count; i++) {
			task_spec_complete(&list->tasks[i]);
			if (list->tasks[i].project == NULL && head.project != NULL)
				list->tasks[i].project = str_dup(head.project->text);
		}
	}
	yaml_value_release(&document);
	if (problems->count + problems->dropped == before)
		return 0;
	task_list_release(list);
	return -1;
}
