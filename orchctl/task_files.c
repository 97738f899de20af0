/*
 * Tasks files as one list: see task_files.h. Decides what several files mean
 * together; tasks_file.c reads one.
 */
#include "task_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orchctl/queue_read.h"
#include "protocol/mem.h"
#include "protocol/problem.h"
#include "tasks/graph.h"
#include "tasks/name_table.h"
#include "tasks/tasks_file.h"

struct part { const char *path; struct task_list list; };

/* An id belongs to the file that has it first. */
static void
check_names(const struct part *parts, size_t count, struct name_table *names,
    struct problems *problems)
{
	size_t i, k, first;

	for (i = 0; i < count; i++)
		for (k = 0; k < parts[i].list.count; k++) {
			const struct task_spec *spec = &parts[i].list.tasks[k];

			if (name_table_add(names, spec->id, i))
				continue;
			if (name_table_find(names, spec->id, &first) && first != i)
				problems_add(problems, "%s:%u:%u: task '%s': id: %s has a task of "
				    "that name too; rename one of them", parts[i].path, spec->line,
				    spec->column, spec->id, parts[first].path);
		}
}

/* Moves all tasks into one list. */
static void
join(struct part *parts, size_t count, struct task_list *list)
{
	size_t total = 0, i;

	for (i = 0; i < count; i++)
		total += parts[i].list.count;
	list->tasks = mem_zero(total, sizeof(*list->tasks));
	for (i = 0; i < count; i++) {
		if (parts[i].list.count > 0)
			memcpy(list->tasks + list->count, parts[i].list.tasks,
			    parts[i].list.count * sizeof(*list->tasks));
		list->count += parts[i].list.count;
		free(parts[i].list.tasks);
		parts[i].list = (struct task_list){ 0 };
	}
}

/* In the form that editors and compilers agree on, one a line. */
static void
tell(const struct problems *problems)
{
	size_t i;

	for (i = 0; i < problems->count; i++)
		fprintf(stderr, "%s\n", problems->text[i]);
	if (problems->dropped > 0)
		fprintf(stderr, "and %zu more\n", problems->dropped);
}

/* A tasks file, or a queue of the older kind. */
static int
read_part(struct part *part, struct problems *problems)
{
	const char *name = tasks_file_name(part->path);
	size_t len;
	char *bytes = tasks_file_load(part->path, &len, problems);
	int result = -1;

	if (bytes != NULL && len <= TASKS_FILE_MAX && queue_read_is(bytes, len))
		result = queue_read(name, bytes, len, &part->list, problems);
	else if (bytes != NULL)
		result = tasks_file_parse(name, bytes, len, &part->list, problems);
	free(bytes);
	return result;
}

int
task_files_read(char *const *paths, bool whole, struct task_list *list)
{
	size_t count = strs_count(paths), i;
	struct part *parts = mem_zero(count, sizeof(*parts));
	struct problems problems;
	struct name_table names;
	int status = -1;
	bool readable = true;

	*list = (struct task_list){ 0 };
	problems_init(&problems);
	name_table_init(&names);
	for (i = 0; i < count; i++) {
		parts[i].path = paths[i];
		if (read_part(&parts[i], &problems) == -1)
			readable = false;
	}
	check_names(parts, count, &names, &problems);
	name_table_release(&names);
	join(parts, count, list);
	free(parts);
	/* A file that could not be read would make its tasks look unknown. */
	if (whole && readable)
		graph_check(list, NULL, NULL, &problems);
	if (problems.count == 0)
		status = 0;
	else
		task_list_release(list);
	tell(&problems);
	problems_release(&problems);
	return status;
}
