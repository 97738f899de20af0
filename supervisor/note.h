/*
 * (pure) A session note: what is known of a task, put into the places of a template. What
 * agents and people have said is quoted (note_text.h); all of it is bounded.
 */
#ifndef ORCH_NOTE_H
#define ORCH_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/arena.h"
#include "protocol/buffer.h"
#include "supervisor/note_template.h"

#define NOTE_ROWS_MAX	200u	/* of each list in a note */

struct note_attempt {
	uint64_t number, iterations;
	char *outcome, *reason, *agent;
	double started, ended;
	uint64_t tokens;
	double cost;
};
struct note_event { double time; char *event, *reason; uint64_t attempt; };
struct note_file { char *path, *kind; uint64_t added, removed; bool uncounted; };
struct note_part { char *part, *text; uint64_t attempt; };
struct note_words { double time; char *who, *text; };
struct note_link { char *how, *project, *task, *state, *path; };

/* Texts may be NULL; lists are in the order in which they are shown. */
struct note {
	struct arena arena;		/* has the texts */
	char *session, *task, *project, *title, *type, *state, *reason, *agent, *upstream, *branch, *commit,
	    *context, *prompt;
	const char *autonomy;
	double initiated, started, ended;
	uint64_t ticket, attempt_count, human_interventions;
	char **depends_on, **scope;	/* lists of others, which end with NULL */
	struct note_attempt *attempts;
	struct note_event *events;
	struct note_file *files;
	struct note_part *parts;
	struct note_words *words;
	struct note_link *links;
	size_t attempts_len, events_len, files_len, parts_len, words_len, links_len;
	uint64_t events_more, files_more;	/* that are not in the lists */
	uint64_t files_attempt;			/* whose files these are; 0: of none */
};

/* Parts that an agent may write: "objective", "progress", "issues", "reflection", ... */
bool	note_part_known(const char *part);
/* The state as the session's status: complete, blocked, cancelled, or in_progress. */
const char	*note_status(const char *state);
void	note_render(const struct note_template *template, const struct note *note, struct buffer *out);
/* Empty; and frees its texts and the lists that are its own. */
void	note_init(struct note *note);
void	note_release(struct note *note);

#endif
