/*
 * What a person wants done: one task as written in a tasks file, after the
 * defaults. Shared by the client, which reads the file, the supervisor, which
 * keeps it, and the worker run by hand. Pure data; no process is known here.
 */
#ifndef ORCH_TASK_SPEC_H
#define ORCH_TASK_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/problem.h"

#define TASK_ID_MAX	64
#define TASK_TITLE_MAX	72		/* bytes of a title made up from the prompt */
#define TASK_PROMPT_MAX	(16u << 20)	/* bytes */
#define TASKS_FILE_MAX	(64u << 20)	/* bytes */
#define TASK_PATTERN_MAX	4096	/* bytes of one of files: a path is no longer */
#define TASK_LIST_MAX	4096		/* entries of files, command, depends_on, env */
#define TASK_TEXT_MAX	(64u << 10)	/* bytes of any other text */

/* Bits of requires_approval. */
#define APPROVAL_START	1u
#define APPROVAL_LAND	2u

/* From 1; a line of 0: not from a file. */
struct task_place { unsigned line, column; };

struct task_spec {
	char *id;
	char *title;		/* never NULL once read: first line of the prompt */
	char *prompt;		/* "" when only a command was given */
	char **command;		/* NULL: a configured agent */
	char *project;		/* NULL: the only one there is */
	char *agent;		/* NULL: the project's */
	char **files;		/* NULL: anywhere */
	char **depends_on;	/* NULL: nothing */
	char *verify;		/* NULL: the project's */
	char *completion_promise;
	char **environment;	/* "KEY=value"; NULL: nothing */
	unsigned priority;	/* 0 urgent, 1 normal, 2 low */
	uint64_t estimate;	/* seconds; 0: not said */
	uint64_t max_iterations;	/* 0: not said */
	uint64_t timeout;	/* seconds; 0: not said */
	unsigned approvals;	/* APPROVAL_* */
	bool diff_optional;
	bool files_loose;	/* `files` bars others from starting, and a result may change more */
	/* What one brings along that was in an older queue; NULL: it comes from a person. */
	char *discovered_by;	/* the task that had found it */
	char *initial;		/* its state there, as ours are called */
	char *initial_reason;
	char *extra;		/* all that was written of it, as JSON */
	char *queue;		/* with its first task: all of the queue but the tasks */
	/* Where it was written, for messages; not sent, not kept. The file is the reader's text. */
	const char *file;
	unsigned line, column;
	struct task_place *depends_at;	/* of each of depends_on; NULL: not from a file */
};

struct task_list {
	struct task_spec *tasks;
	size_t count;
};

/*
 * Fills in what was not said: prompt "", the title from the first line of the
 * prompt that is not blank, else from the command, else the id. Returns
 * whether it is a task at all: a valid id and a prompt or a command.
 */
bool	task_spec_complete(struct task_spec *spec);
/*
 * Why an entry of `files`, the first or not, cannot be one, the pattern to follow; NULL:
 * it can.
 */
const char *task_pattern_wrong(const char *pattern, bool first);
/* Those of a list that name no project are of this one; NULL: nothing changes. */
void	task_list_project(struct task_list *list, const char *project);
/* Frees what the task holds and clears it. */
void	task_spec_release(struct task_spec *spec);
/* The same for a whole list. */
void	task_list_release(struct task_list *list);

#endif
