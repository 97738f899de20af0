/*
 * One task written in an editor: a file with what can be said of it between two lines of
 * "---", in YAML, and the prompt below.
 */
#ifndef ORCH_EDIT_H
#define ORCH_EDIT_H

#include "tasks/task_spec.h"

/* What became of it: a task, no wish for one, or nothing that could be read. */
enum edited { EDITED_TASK, EDITED_NOTHING, EDITED_WRONG };

/*
 * Lets a person write a task with $VISUAL, $EDITOR or vi, again when there is a mistake and a
 * terminal to ask at. With EDITED_WRONG the file stays, and where it is was said. With
 * EDITED_TASK the list has one task, and *path the file, for the caller to free, and to
 * remove when the task was taken.
 */
enum edited	edit_task(struct task_list *list, char **path);
/*
 * What was written, front matter and prompt, as a list with one task, whose id may be NULL;
 * problems say what is wrong.
 */
int	edit_read(const char *name, const char *bytes, size_t len, struct task_list *list,
	    struct problems *problems);

#endif
