/*
 * orchctl run: reads the options and all tasks files before anything starts,
 * and turns the options into those of orchd.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/run.h"
#include "orchctl/task_files.h"
#include "protocol/mem.h"

#define SLOTS_MOST	256

enum { ORDER = OPTION_OWN, METHOD, VERIFY, BRANCH, AGENT, WAVES, KEEP, RETRY, APPROVE, ANSWER };

/* Arguments of orchd, NULL-terminated. */
struct arguments { char **list; size_t count; };

static void
add(struct arguments *arguments, const char *text)
{
	arguments->list = mem_resize(arguments->list, arguments->count + 2, sizeof(char *));
	arguments->list[arguments->count++] = str_dup(text);
	arguments->list[arguments->count] = NULL;
}

/* -o key=value */
static void
set(struct arguments *arguments, const char *key, const char *value)
{
	char *text = str_format("%s=%s", key, value);

	add(arguments, "-o");
	add(arguments, text);
	free(text);
}

/* An option of run as one of orchd; false: told what is wrong. */
static bool
take_option(const struct context *context, struct arguments *arguments, int option)
{
	uint64_t slots;

	switch (option) {
	case 'C': add(arguments, "-C"); add(arguments, optarg); break;
	case 'c': add(arguments, "-c"); add(arguments, optarg); break;
	case 'j':
		if (!option_number(context, "-j", optarg, SLOTS_MOST, &slots))
			return false;
		set(arguments, "slots", optarg);
		break;
	case ORDER: set(arguments, "order", optarg); break;
	case METHOD: set(arguments, "method", optarg); break;
	case VERIFY: set(arguments, "verify", optarg); break;
	case BRANCH: set(arguments, "branch", optarg); break;
	case AGENT: set(arguments, "agent", optarg); break;
	case WAVES: set(arguments, "waves", "yes"); break;
	case KEEP: set(arguments, "keep", "yes"); break;
	}
	return true;
}

/* The state folder, from the root: the supervisor stands elsewhere. */
static void
set_state(struct arguments *arguments, const char *state)
{
	char *here = state[0] == '/' ? NULL : getcwd(NULL, 0), *path;

	path = here == NULL ? str_dup(state) : str_format("%s/%s", here, state);
	set(arguments, "state", path);
	free(path);
	free(here);
}

/* False: not TASK=TEXT, told. */
static bool
add_answer(const struct context *context, struct run_wishes *wishes)
{
	size_t count = strs_count(wishes->answers), len = strcspn(optarg, "=");

	if (len == 0 || optarg[len] == '\0' || optarg[len + 1] == '\0') {
		usage_error(context, "--answer: '%s': write TASK=TEXT", optarg);
		return false;
	}
	if (!option_text(context, "--answer", optarg))
		return false;
	wishes->answers = mem_resize(wishes->answers, count + 2, sizeof(char *));
	wishes->answers[count] = str_dup(optarg);
	wishes->answers[count + 1] = NULL;
	return true;
}

static int
run(struct context *context, char *const *arguments, char **paths, const struct run_wishes *wishes)
{
	struct task_list list;
	int status;

	if (task_files_read(paths, true, &list) == -1)
		return EXIT_USAGE;
	status = list.count == 0 ? usage_error(context, "there is no task in %s", paths[0]) :
	    run_tasks(context, arguments, &list, wishes);
	task_list_release(&list);
	return status;
}

int
command_run(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "directory", required_argument, NULL, 'C' }, { "config", required_argument, NULL, 'c' },
		{ "jobs", required_argument, NULL, 'j' }, { "order", required_argument, NULL, ORDER },
		{ "method", required_argument, NULL, METHOD },
		{ "verify", required_argument, NULL, VERIFY },
		{ "branch", required_argument, NULL, BRANCH },
		{ "agent", required_argument, NULL, AGENT }, { "waves", no_argument, NULL, WAVES },
		{ "keep", no_argument, NULL, KEEP }, { "retry", no_argument, NULL, RETRY },
		{ "approve", no_argument, NULL, APPROVE },
		{ "answer", required_argument, NULL, ANSWER }, { 0 }
	};
	struct arguments arguments = { 0 };
	int option, status = EXIT_USAGE;
	struct run_wishes wishes = { 0 };

	add(&arguments, "orchd");
	add(&arguments, "-1");
	optind = 0;
	while ((option = option_next(context, argc, argv, "C:c:j:", longs)) != OPTION_NONE) {
		if (option == OPTION_HELP)
			status = EXIT_DONE;
		if (option < 0 || !take_option(context, &arguments, option))
			goto out;
		wishes.retry = wishes.retry || option == RETRY;
		wishes.approve = wishes.approve || option == APPROVE;
		if (option == ANSWER && !add_answer(context, &wishes))
			goto out;
	}
	if (context->debug)
		add(&arguments, "-d");
	if (context->state != NULL)
		set_state(&arguments, context->state);
	options_done(context);
	status = optind == argc ? usage_error(context, "which tasks file?") :
	    run(context, arguments.list, argv + optind, &wishes);
out:
	strs_free(wishes.answers);
	strs_free(arguments.list);
	return status;
}
