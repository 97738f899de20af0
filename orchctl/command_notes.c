/* orchctl notes: session notes, which there are, what stands in one, and a person's words for one. */
#include <stdlib.h>
#include <string.h>

#include "orchctl/commands.h"
#include "orchctl/options.h"
#include "orchctl/printer.h"
#include "orchctl/request.h"
#include "orchctl/session.h"
#include "protocol/mem.h"

#define PAGE	1000

/* All pages of note.list. */
static int
list(struct context *context, struct msg_note_list *ask)
{
	struct record_note_row *rows = NULL;
	struct reply_note_list page;
	struct session session;
	struct arena arena;
	size_t count = 0;
	enum error error = ERROR_NONE;
	int status = session_open(&session, context);

	arena_init(&arena);
	if (status == EXIT_DONE) {
		do {
			page = (struct reply_note_list){ 0 };
			error = session_request(&session, MSG_note_list, ask, &page, &arena, -1);
			if (error != ERROR_NONE || page.notes.count == 0)
				break;
			rows = mem_resize(rows, count + page.notes.count, sizeof(*rows));
			memcpy(rows + count, page.notes.items, page.notes.count * sizeof(*rows));
			count += page.notes.count;
			ask->after = rows[count - 1].position;
		} while (page.more);
		if (error != ERROR_NONE)
			status = session_failed(&session, error);
		else
			context->printer->notes(rows, count);
	}
	session_close(&session);
	arena_release(&arena);
	free(rows);
	return status;
}

static int
show(struct context *context, const char *task)
{
	struct msg_note_show ask = { .task = task };
	struct reply_note_show reply;
	struct arena arena;
	int status;

	arena_init(&arena);
	status = session_once(context, MSG_note_show, &ask, &reply, &arena);
	if (status == EXIT_DONE)
		context->printer->note(&reply);
	arena_release(&arena);
	return status;
}

static int
add(struct context *context, const char *task, const char *text)
{
	struct msg_note_add ask = { .task = task, .text = text };

	if (strlen(text) > AGENT_TEXT_MAX)
		return usage_error(context, "the text has %zu bytes; write %u at most", strlen(text),
		    AGENT_TEXT_MAX);
	return request_result(context, MSG_note_add, task, &ask);
}

int
command_notes(struct context *context, int argc, char **argv)
{
	struct msg_note_list ask = { .limit = PAGE };
	const struct option_rule rules[] = {
		{ "project", 'p', .text = &ask.project }, { "since", .moment = &ask.since }, { 0 }
	};
	const char *word;
	int status, left;

	if (!options_read(context, argc, argv, rules, &status))
		return status;
	options_done(context);
	left = argc - optind;
	word = left > 0 ? argv[optind] : NULL;
	if (str_same(word, "show"))
		return left == 2 ? show(context, argv[optind + 1]) : usage_error(context, "name one task");
	if (str_same(word, "add")) {
		if (left != 2 && left != 3)
			return usage_error(context, "write the words in quotes, behind a task or for all under way");
		return add(context, left == 3 ? argv[optind + 1] : NULL, argv[argc - 1]);
	}
	if (left > 1)
		return usage_error(context, "too many arguments");
	ask.task = word;
	return list(context, &ask);
}
