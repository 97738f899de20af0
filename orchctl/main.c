/*
 * orchctl: a person, a script or an agent talks to a supervisor. Reads the
 * global options, finds the command and ends with its status; what a command
 * does stands in its own file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/text.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/message.h"

#ifndef ORCH_VERSION
#define ORCH_VERSION	"unknown"
#endif

static const struct command commands[] = {
	{ "run", command_run, "[-C DIR] [-c FILE] [-j N] [--order completion|plan] "
	    "[--method squash|rebase|merge]\n\t[--verify CMD|none] [--branch NAME] [--agent NAME] "
	    "[--waves] [--state DIR] [--keep] [--retry] [--approve]\n\t[--answer TASK=TEXT]... [--json] TASKS...",
	    "carry out the tasks of TASKS on a repository, without a daemon", true },
	{ "plan", command_plan, "[-j N] [--order completion|plan] [--waves] [--json] TASKS...",
	    "show waves and the predicted schedule of TASKS", true },
	{ "add", command_add, "[-p PROJECT] [--again] [-f] TASKS... | TEXT | -e | [--id ID] [--title TEXT] [--prompt TEXT] "
	    "[--agent NAME]\n\t[--files GLOB]... [--depends-on ID]... [--priority 0|1|2] "
	    "[--verify CMD]\n\t[--estimate TIME] [--timeout TIME] [TEXT | -- COMMAND...]",
	    "add tasks from files, or one from a text, an editor or options", true },
	{ "import", command_import, "[-p PROJECT] FILE...",
	    "add tasks with how they stood elsewhere, from tasks files or the older JSON queue", true },
	{ "export", command_export, "[--queue | --sql]",
	    "write all tasks as a tasks file or the older JSON queue; or the whole database", false },
	{ "inbox", command_inbox, "[-p PROJECT]", "show all that waits for a person, and how it is answered", false },
	{ "list", command_list, "[--state STATE] [--agent NAME] [-p PROJECT] [--blocked] [--limit N] [--after TASK]",
	    "list the tasks", false },
	{ "show", command_show, "TASK", "show one task, its attempts and its prompt", false },
	{ "logs", command_logs, "[-f] [-a N] TASK", "show what an attempt printed", false },
	{ "status", command_status, "[-p PROJECT]", "show the supervisor, the project and the counts", false },
	{ "wait", command_wait, "[--timeout TIME] [TASK...]",
	    "wait until tasks are complete or can go no further", false },
	{ "cancel", command_cancel, "[--why TEXT] TASK...", "give tasks up; what they left is kept", false },
	{ "approve", command_approve, "[--why TEXT] TASK...", "let tasks that wait for a person go on", false },
	{ "reject", command_reject, "[--why TEXT] TASK...", "block tasks that wait for a person; what they left is kept", false },
	{ "answer", command_answer, "[--question TEXT] TASK TEXT", "answer what an agent has asked", false },
	{ "retry", command_retry, "[--why TEXT] TASK...", "try blocked or cancelled tasks again", false },
	{ "pause", command_pause, "[-p PROJECT] [--why TEXT]",
	    "start nothing new; what runs goes on, and lands", false },
	{ "drain", command_drain, "[-p PROJECT] [--why TEXT] [--wait]",
	    "start nothing new, and end when all that runs has landed", false },
	{ "halt", command_halt, "[-p PROJECT] [--why TEXT]",
	    "stop everything at once; all work is saved", false },
	{ "resume", command_resume, "[-p PROJECT] [--why TEXT] [AGENT]",
	    "go on after pause, drain, halt or a budget; or with an agent that pauses", false },
	{ "prune", command_prune, "[--keep TIME]", "forget what old attempts left", false },
	{ "notes", command_notes, "[-p PROJECT] [--since TIME] [TASK]\n\tshow TASK\n\tadd [TASK] TEXT",
	    "list session notes, show one, or add words of your own to one", false },
	{ "events", command_events, "[-f] [--after ID] [--since TIME] [--task TASK] [--type TYPE] [--limit N]\n\t[-p PROJECT]",
	    "show what has happened", false },
	{ "stats", command_stats, "[--since TIME] [-p PROJECT]",
	    "show what has come of it all, how long it took and what it cost", false },
	{ "locks", command_locks, "[-p PROJECT]", "show which task holds which files, and who waits for them", false },
	{ "tickets", command_tickets, "[-a] [-p PROJECT]", "show the line: what lands, in its order", false },
	{ "slots", command_slots, "[-p PROJECT]", "show the slots and what runs in them", false },
	{ "debug", command_debug, "[-f] [--signal NAME] [--pause | --resume] [--shell] SLOT",
	    "look into a slot: processes, limits, output; a shell in its sandbox", false },
	{ "stop", command_stop, "[--why TEXT]", "stop the supervisor; nothing is lost", false },
	{ "doctor", command_doctor, "[--state DIR]",
	    "say what of this machine is used and what is missing", true },
	{ "progress", command_progress, "TEXT", "an agent: say where you are", false },
	{ "discover", command_discover, "[--prompt TEXT] [--files GLOB]... [--depends-on ID]... [--low] TITLE",
	    "an agent: register a task that you have come upon", false },
	{ "scope", command_scope, "add [--wait TIME] GLOB...", "an agent: ask to write more than the task may", false },
	{ "ask", command_ask, "[--wait TIME] QUESTION", "an agent: ask a person", false },
	{ "blocked", command_blocked, "WHY", "an agent: say that you cannot go on", false },
	{ "mcp", command_mcp, "", "an agent: the same five as a server of MCP on stdin and stdout", false },
};

static void
help(FILE *stream)
{
	size_t i;

	fprintf(stream, "usage: orchctl [-s SOCKET | --state DIR] [--json] COMMAND ...\n\n");
	for (i = 0; i < COUNT(commands); i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].help);
	fprintf(stream, "\n'orchctl COMMAND --help' shows its options; orchctl(1) tells all.\n");
}

/* The command of that name, or the only one that begins so; NULL after words. */
static const struct command *
command_find(const char *name)
{
	const struct command *found = NULL;
	size_t len = strlen(name), i;

	for (i = 0; i < COUNT(commands); i++)
		if (str_same(commands[i].name, name))
			return &commands[i];
	for (i = 0; i < COUNT(commands); i++) {
		if (len == 0 || strncmp(commands[i].name, name, len) != 0)
			continue;
		if (found != NULL) {
			fprintf(stderr, "orchctl: '%s' can be %s or %s; write more of it\n", name,
			    found->name, commands[i].name);
			return NULL;
		}
		found = &commands[i];
	}
	if (found == NULL)
		fprintf(stderr, "orchctl: there is no command '%s'; 'orchctl --help' lists them\n",
		    name);
	return found;
}

/* Reads the options in front of the command: -1, or the status to end with. */
static int
global_options(struct context *context, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "socket", required_argument, NULL, 's' }, { "state", required_argument, NULL, 'S' },
		{ "json", no_argument, NULL, 'J' }, { "debug", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "+s:h", longs, NULL)) != -1)
		switch (option) {
		case 's': context->socket = optarg; break;
		case 'S': context->state = optarg; break;
		case 'J': context->json = true; break;
		case 'd': context->debug = true; break;
		case 'h': help(stdout); return EXIT_DONE;
		case 'V':
			printf("orchctl %s, protocol %u\n", ORCH_VERSION, PROTOCOL_VERSION);
			return EXIT_DONE;
		default: help(stderr); return EXIT_USAGE;
		}
	if (optind == argc) {
		help(stderr);
		return EXIT_USAGE;
	}
	return -1;
}

int
main(int argc, char **argv)
{
	struct context context = { .printer = &print_text, .arguments = argv };
	int status;

	log_init("orchctl", LOG_LEVEL_WARN);
	text_init();
	/* Which repository is meant is said by -C and by where we stand. */
	unsetenv("GIT_DIR");
	unsetenv("GIT_WORK_TREE");
	unsetenv("GIT_INDEX_FILE");
	if ((status = global_options(&context, argc, argv)) != -1)
		return status;
	if ((context.command = command_find(argv[optind])) == NULL)
		return EXIT_USAGE;
	if (!context.command->paths && !option_texts(&context, argv + optind + 1))
		return EXIT_USAGE;
	status = context.command->run(&context, argc - optind, argv + optind);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		log_warn("standard output");
		return status == EXIT_DONE ? EXIT_UNFINISHED : status;
	}
	return status;
}
