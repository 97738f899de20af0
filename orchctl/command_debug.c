/*
 * orchctl debug: looks into a slot: what runs in it, what it takes, what it printed last;
 * signals, stops and continues it, follows its messages, and opens a shell in the sandbox.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "orchctl/commands.h"
#include "orchctl/enter.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/session.h"
#include "protocol/mem.h"

struct wanted {
	struct msg_slot_debug ask;
	bool shell;
};

static void
on_message(void *context, const struct message *message)
{
	const struct context *own = context;

	if (message->id == MSG_trace_line)
		own->printer->trace(&message->trace_line);
}

/* "TERM", "SIGTERM" or "15"; 0: no signal. */
static uint64_t
signal_of(const char *text)
{
	const char *name;
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	int i;

	if (*end == '\0')
		return number < NSIG ? number : 0;
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	for (i = 1; i < NSIG; i++)
		if ((name = sigabbrev_np(i)) != NULL && strcasecmp(name, text) == 0)
			return (uint64_t)i;
	return 0;
}

/* A shell in the sandbox of the command that runs there, until it ends. */
static int
run_shell(const struct reply_slot_debug *reply)
{
	const struct record_debug_row *row = reply->debug.items;
	const char *what;
	int status;

	if (reply->debug.count == 0 || row->command == 0) {
		fprintf(stderr, "orchctl: nothing runs in this slot\n");
		return EXIT_UNFINISHED;
	}
	status = enter_shell((pid_t)row->command, &what);
	if (status == -1)
		fprintf(stderr, "orchctl: %s: %s; a shell needs the rights of root, or of the user who runs orchd\n",
		    what, strerror(errno));
	return status == -1 ? EXIT_NOT_PERMITTED : status;
}

static int
debug(struct context *context, const struct wanted *wanted)
{
	struct reply_slot_debug reply;
	struct session session;
	struct arena arena;
	enum error error;
	int status = session_open(&session, context);

	arena_init(&arena);
	if (status == EXIT_DONE) {
		session.on_message = on_message;
		session.context = context;
		error = session_request(&session, MSG_slot_debug, &wanted->ask, &reply, &arena, 10000);
		if (error == ERROR_NONE && wanted->shell)
			status = run_shell(&reply);
		else if (error == ERROR_NONE && !wanted->ask.trace)
			context->printer->debug(&reply);
		while (error == ERROR_NONE && wanted->ask.trace)
			error = session_listen(&session, -1);
		if (error != ERROR_NONE)
			status = session_failed(&session, error);
	}
	arena_release(&arena);
	session_close(&session);
	return status;
}

int
command_debug(struct context *context, int argc, char **argv)
{
	struct wanted wanted = { 0 };
	const char *name = NULL;
	const struct option_rule rules[] = {
		{ "signal", .text = &name }, { "pause", .flag = &wanted.ask.pause },
		{ "resume", .flag = &wanted.ask.resume }, { "shell", .flag = &wanted.shell },
		{ "follow", 'f', .flag = &wanted.ask.trace }, { 0 }
	};
	int status;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	if (name != NULL && (wanted.ask.signal = signal_of(name)) == 0)
		return usage_error(context, "--signal: there is no such signal");
	if (argc - optind != 1)
		return usage_error(context, "name one slot; 'orchctl slots' lists them");
	wanted.ask.slot = argv[optind];
	options_done(context);
	return debug(context, &wanted);
}
