/* Words for the next attempt: see feedback.h. (pure) */
#include "feedback.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"

#define PATHS_SHORT	10u	/* named in a reason */
#define PATHS_LONG	200u	/* and in the feedback */

/* What Git says of a path, and what that leaves to decide. */
static const struct { const char *said, *decide; } kinds[] = {
	{ "Cannot merge binary files", "not text: the branch's version is there; put the right one in its place" },
	{ "CONFLICT (content)", "markers show both versions: make one of them" },
	{ "CONFLICT (add/add)", "both added it, markers show both versions: make one of them" },
	{ "CONFLICT (modify/delete)", "one side deleted it and the other one changed it: the changed version "
	    "is there; keep it or delete it" },
	{ "CONFLICT (rename/delete)", "one side renamed it and the other one deleted it: keep it or delete it" },
	{ "CONFLICT (rename/rename)", "both renamed it: both names are there; keep what is right" },
	{ "CONFLICT (file/directory)", "a file on one side, a folder on the other: the file got another "
	    "name; choose" },
	{ "CONFLICT (distinct types)", "of another kind on each side: both are there under two names; choose" },
	{ "CONFLICT (distinct modes)", "of another kind on each side: both are there under two names; choose" },
	{ "CONFLICT (submodule", "a submodule that both moved: the branch's commit is there; choose" },
	{ "CONFLICT (directory rename", "the folder was renamed meanwhile: say where the file belongs" },
};

static const char *
decide(const char *line, size_t len)
{
	size_t i;
	const char *found;

	for (i = 0; i < COUNT(kinds); i++)
		if ((found = strstr(line, kinds[i].said)) != NULL && found < line + len)
			return kinds[i].decide;
	return NULL;
}

/* Cut where a character ends. */
static char *
bounded(struct buffer *text)
{
	size_t len = text->len;
	char *copy;

	if (len > FEEDBACK_MAX)
		for (len = FEEDBACK_MAX; len > 0 && (text->bytes[len] & 0xc0) == 0x80; len--)
			;
	copy = mem_copy(len > 0 ? (const char *)text->bytes : "", len);
	buffer_release(text);
	return copy;
}

char *
feedback_reason(const struct msg_ticket_conflict *conflict)
{
	size_t count = strs_count(conflict->paths), i;
	struct buffer text;

	buffer_init(&text);
	if (count == 0)
		buffer_add_text(&text, conflict->reason ? conflict->reason : "conflict with the branch");
	else
		buffer_add_text(&text, "conflict with the branch in ");
	for (i = 0; i < count && i < PATHS_SHORT; i++)
		buffer_format(&text, "%s%s", i ? ", " : "", conflict->paths[i]);
	if (count > PATHS_SHORT)
		buffer_format(&text, " and %zu more", count - PATHS_SHORT);
	return bounded(&text);
}

static void
add_list(struct buffer *out, const char *title, char *const *items, size_t most)
{
	size_t count = strs_count(items), i;

	if (count == 0)
		return;
	buffer_format(out, "\n%s\n", title);
	for (i = 0; i < count && i < most; i++)
		buffer_format(out, "  %s\n", items[i]);
	if (count > most)
		buffer_format(out, "  and %zu more\n", count - most);
}

/* Git's sentences, with what to do about each below it. */
static void
add_messages(struct buffer *out, const char *said)
{
	const char *line, *hint;
	size_t len;

	buffer_add_text(out, "\nWhat Git says:\n");
	for (line = said; *line != '\0'; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (len == 0)
			continue;
		buffer_format(out, "  %.*s\n", (int)len, line);
		if ((hint = decide(line, len)) != NULL)
			buffer_format(out, "      %s\n", hint);
	}
}

char *
feedback_conflict(const struct msg_ticket_conflict *conflict)
{
	struct buffer text;
	char *reason = feedback_reason(conflict);

	buffer_init(&text);
	buffer_format(&text, "%s\n", reason);
	free(reason);
	if (conflict->marked != NULL) {
		buffer_add_text(&text, "\nYou have done this task before, and what you made does not merge "
		    "with what has landed since.\nThe work tree has Git's merge of both, as changes that are "
		    "not committed; HEAD is the branch. Finish the merge:\nbetween <<<<<<< and ======= is "
		    "what the branch has, between ======= and >>>>>>> what you had made.\nA file that is left "
		    "with its markers is not taken.\n");
		buffer_format(&text, "What follows is of the conflict where the branch was at %.12s.\nWhen "
		    "HEAD is another commit, the branch has gone on since and the markers are of HEAD: "
		    "git grep '^<<<<<<< ' finds them.\n", conflict->tip);
	}
	add_list(&text, "Paths:", conflict->paths, PATHS_LONG);
	add_list(&text, "Commits on the branch that touched them:", conflict->with, 64);
	if (conflict->reason != NULL && strs_count(conflict->paths) > 0)
		add_messages(&text, conflict->reason);
	return bounded(&text);
}

/* "a, b and 3 more"; what commitd counts itself comes last, as "and 3 more". */
static void
add_names(struct buffer *out, char *const *names, size_t most)
{
	size_t count = strs_count(names), i;

	for (i = 0; i < count && i < most; i++)
		buffer_format(out, "%s%s", i == 0 ? "" : strncmp(names[i], "and ", 4) == 0 ? " " : ", ",
		    names[i]);
	if (count > most)
		buffer_add_text(out, " and more");
}

char *
feedback_red(const struct msg_ticket_red *red, const char *why)
{
	struct buffer text;

	buffer_init(&text);
	buffer_format(&text, "gate %s on the tree that would land", red->verdict);
	if (strs_count(red->with) > 0) {
		buffer_add_text(&text, ", combined with ");
		add_names(&text, red->with, PATHS_SHORT);
	}
	if (why != NULL)
		buffer_format(&text, ": %s", why);
	return bounded(&text);
}

char *
feedback_gate(const struct msg_ticket_red *red, const char *command, const char *why,
    const char *output)
{
	struct buffer text;
	char *reason = feedback_red(red, why);

	buffer_init(&text);
	buffer_format(&text, "%s\n\n", reason);
	free(reason);
	if (strs_count(red->with) > 0) {
		buffer_add_text(&text, "combined with: ");
		add_names(&text, red->with, SIZE_MAX);
		buffer_add_text(&text, "\n");
	} else {
		buffer_add_text(&text, "combined with nothing: the branch had not moved\n");
	}
	if (strs_count(red->with) == 1)
		buffer_format(&text, "What %s changed and what you changed do not go together, though each "
		    "passed alone.\n", red->with[0]);
	buffer_format(&text, "command: %s\n", command);
	if (output != NULL && output[0] != '\0')
		buffer_format(&text, "\nThe end of what it printed:\n%s", output);
	return bounded(&text);
}

char *
feedback_join(const char *conflict, const char *rest)
{
	struct buffer text;

	if (conflict == NULL || rest == NULL)
		return str_dup(conflict != NULL ? conflict : rest);
	buffer_init(&text);
	buffer_format(&text, "%s\n%s", conflict, rest);
	return bounded(&text);
}

char *
feedback_answer(const char *question, const char *who, const char *answer)
{
	struct buffer text;

	buffer_init(&text);
	buffer_format(&text, "Your question: %s\nThe answer of %s: %s\n", question, who, answer);
	return bounded(&text);
}
