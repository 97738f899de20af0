/* orchctl add: tasks from files, or one task from the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "orchctl/commands.h"
#include "orchctl/edit.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/task_files.h"
#include "orchctl/task_send.h"
#include "protocol/mem.h"
#include "protocol/valid.h"

enum { ID = OPTION_OWN, TITLE, PROMPT, AGENT, FILES, DEPENDS_ON, PRIORITY, VERIFY, ESTIMATE,
    TIMEOUT, AGAIN };

struct add {
	const char *project;		/* of tasks that name none */
	struct task_spec spec;		/* from options */
	bool one;			/* options described a task */
	bool again;
	bool edit;
	char *written;			/* the file of -e */
	char **files;			/* of -f */
	size_t file_count;
};

static void
append(char ***list, const char *text)
{
	size_t count = strs_count(*list);

	*list = mem_resize(*list, count + 2, sizeof(char *));
	(*list)[count] = str_dup(text);
	(*list)[count + 1] = NULL;
}

/* False: an option of no use, told. */
static bool
take_option(const struct context *context, struct add *add, int option, const char *name)
{
	struct task_spec *spec = &add->spec;
	const char *why;
	uint64_t value;

	if (option == 'p' && !option_text(context, "the project", optarg))
		return false;
	if (option == AGAIN || option == 'f' || option == 'p' || option == 'e')
		name = NULL;
	add->one = add->one || name != NULL;
	if (name != NULL && !option_text(context, name, optarg))
		return false;
	switch (option) {
	case 'p': add->project = optarg; break;
	case 'f': append(&add->files, optarg); break;
	case 'e': add->edit = true; break;
	case AGAIN: add->again = true; break;
	case ID: str_set(&spec->id, optarg); break;
	case TITLE: str_set(&spec->title, optarg); break;
	case PROMPT: str_set(&spec->prompt, optarg); break;
	case AGENT: str_set(&spec->agent, optarg); break;
	case FILES:
		if ((why = task_pattern_wrong(optarg, spec->files == NULL)) != NULL) {
			usage_error(context, "--files: %s%s", why, optarg);
			return false;
		}
		append(&spec->files, optarg);
		break;
	case DEPENDS_ON: append(&spec->depends_on, optarg); break;
	case VERIFY: str_set(&spec->verify, optarg); break;
	case ESTIMATE: return option_seconds(context, "--estimate", optarg, &spec->estimate);
	case TIMEOUT: return option_seconds(context, "--timeout", optarg, &spec->timeout);
	case PRIORITY:
		if (!option_number(context, "--priority", optarg, 2, &value))
			return false;
		spec->priority = (unsigned)value;
		break;
	}
	return true;
}

/* A name nobody has: the time and our process. */
static char *
make_id(void)
{
	time_t now = time(NULL);
	struct tm utc;
	char stamp[32];

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &utc);
	return str_format("task-%s-%d", stamp, (int)getpid());
}

/* The task of the options; what is left of the arguments is its command. */
static int
one_task(const struct context *context, struct add *add, char **command, struct task_list *list)
{
	struct task_spec *spec = &add->spec;

	if (add->file_count > 0)
		return usage_error(context, "either -f or a task of its own");
	if (!option_texts(context, command))
		return EXIT_USAGE;
	if (command[0] != NULL)
		spec->command = strs_dup(command);
	if (spec->id == NULL)
		spec->id = make_id();
	if (!task_spec_complete(spec))
		return name_valid(spec->id) ?
		    usage_error(context, "a task needs --prompt TEXT or -- COMMAND") :
		    usage_error(context, "--id: '%s' cannot be a name; write 1 to 64 of "
		    "A-Z a-z 0-9 . _ -, no leading . or -, no .., no .lock", spec->id);
	list->tasks = mem_zero(1, sizeof(*list->tasks));
	list->tasks[list->count++] = *spec;
	*spec = (struct task_spec){ 0 };
	return EXIT_DONE;
}

static int
from_files(const struct context *context, struct add *add, char **paths, struct task_list *list)
{
	for (; *paths != NULL; paths++)
		append(&add->files, *paths);
	if (add->files == NULL)
		return usage_error(context, "which tasks file?");
	/* A dependency may be a task that the supervisor has. */
	return task_files_read(add->files, false, list) == -1 ? EXIT_USAGE : EXIT_DONE;
}

/*
 * Words in quotes that are no file: the prompt of a task. Not behind '--', where a command
 * stands, nor beside a prompt.
 */
static bool
is_text(const struct add *add, char *const *words)
{
	return add->spec.prompt == NULL && add->files == NULL && !str_same(words[-1], "--") &&
	    words[0] != NULL && words[1] == NULL && strpbrk(words[0], " \n") != NULL &&
	    access(words[0], F_OK) == -1;
}

static int
text_task(const struct context *context, struct add *add, char **words, struct task_list *list)
{
	char *none[] = { NULL };

	if (!option_texts(context, words))
		return EXIT_USAGE;
	add->spec.prompt = str_dup(words[0]);
	return one_task(context, add, none, list);
}

/* From an editor; nothing written is nothing added, and no mistake. */
static int
edit(const struct context *context, struct add *add, char **words, struct task_list *list)
{
	if (add->one || add->files != NULL || words[0] != NULL)
		return usage_error(context, "-e takes no other task beside it");
	switch (edit_task(list, &add->written)) {
	case EDITED_TASK:
		if (list->tasks[0].id == NULL)
			list->tasks[0].id = make_id();
		return EXIT_DONE;
	case EDITED_NOTHING:
		fprintf(stderr, "nothing was written, so nothing is added\n");
		return EXIT_DONE;
	case EDITED_WRONG:
		break;
	}
	return EXIT_USAGE;
}

static int
send_tasks(const struct context *context, const struct task_list *list, bool again, bool one)
{
	struct reply_task_add total;
	struct session session;
	enum error error;
	int status = session_open(&session, context);

	if (status == EXIT_DONE) {
		error = task_send(&session, list, again, &total);
		if (error == ERROR_NONE)
			context->printer->result(MSG_task_add, one ? list->tasks[0].id : NULL, &total);
		else
			status = session_failed(&session, error);
	}
	session_close(&session);
	return status;
}

/* Of a long option. */
static const char *
name_of(const struct option *longs, int option)
{
	for (; longs->name != NULL; longs++)
		if (longs->val == option)
			return longs->name;
	return "";
}

int
command_add(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "file", required_argument, NULL, 'f' }, { "project", required_argument, NULL, 'p' },
		{ "again", no_argument, NULL, AGAIN }, { "edit", no_argument, NULL, 'e' },
		{ "id", required_argument, NULL, ID }, { "title", required_argument, NULL, TITLE },
		{ "prompt", required_argument, NULL, PROMPT }, { "agent", required_argument, NULL, AGENT },
		{ "files", required_argument, NULL, FILES },
		{ "depends-on", required_argument, NULL, DEPENDS_ON },
		{ "priority", required_argument, NULL, PRIORITY },
		{ "verify", required_argument, NULL, VERIFY },
		{ "estimate", required_argument, NULL, ESTIMATE },
		{ "timeout", required_argument, NULL, TIMEOUT }, { 0 }
	};
	struct add add = { .spec = { .priority = 1 } };
	struct task_list list = { 0 };
	int option, status = EXIT_USAGE;

	optind = 0;
	while ((option = option_next(context, argc, argv, "ef:p:", longs)) != OPTION_NONE) {
		if (option == OPTION_HELP)
			status = EXIT_DONE;
		if (option < 0 || !take_option(context, &add, option, name_of(longs, option)))
			goto out;
	}
	options_done(context);
	add.file_count = strs_count(add.files);
	status = add.edit ? edit(context, &add, argv + optind, &list) :
	    is_text(&add, argv + optind) ? text_task(context, &add, argv + optind, &list) :
	    add.one ? one_task(context, &add, argv + optind, &list) :
	    from_files(context, &add, argv + optind, &list);
	task_list_project(&list, add.project);
	if (status == EXIT_DONE && (list.count > 0 || !add.edit))
		status = send_tasks(context, &list, add.again, list.count == 1 &&
		    (add.edit || list.tasks[0].file == NULL));
	if (add.written != NULL && status == EXIT_DONE)
		unlink(add.written);
	else if (add.written != NULL && list.count > 0)
		fprintf(stderr, "orchctl: what was written is in %s\n", add.written);
out:
	free(add.written);
	task_list_release(&list);
	task_spec_release(&add.spec);
	strs_free(add.files);
	return status;
}
