/*
 * (pure) The template of session notes: a text with places, {{name}}. At the front it may
 * have front matter, between two lines of "---"; a place in there becomes a scalar or a
 * list of YAML, anywhere else Markdown. What fills a place is in note.h.
 */
#ifndef ORCH_NOTE_TEMPLATE_H
#define ORCH_NOTE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/problem.h"

#define NOTE_TEMPLATE_MAX	(256u << 10)	/* bytes of one */
#define NOTE_PLACES_MAX		200u		/* places in one */

enum note_place {
	/* Texts. */
	NOTE_SESSION, NOTE_TASK, NOTE_PROJECT, NOTE_TITLE, NOTE_TYPE, NOTE_STATUS, NOTE_STATE,
	NOTE_REASON, NOTE_AGENT, NOTE_UPSTREAM, NOTE_BRANCH, NOTE_COMMIT, NOTE_CONTEXT, NOTE_AUTONOMY,
	/* Times. */
	NOTE_INITIATED, NOTE_STARTED, NOTE_ENDED,
	/* Numbers. */
	NOTE_TICKET, NOTE_ATTEMPTS, NOTE_SECONDS, NOTE_HUMAN_INTERVENTIONS, NOTE_TOKENS, NOTE_COST,
	/* Lists. */
	NOTE_ESCALATIONS, NOTE_DEPENDS_ON, NOTE_SCOPE,
	/* Sections: not in front matter. */
	NOTE_OBJECTIVE, NOTE_PROGRESS, NOTE_ATTEMPT_TABLE, NOTE_FILES_CHANGED, NOTE_ISSUES, NOTE_REFLECTION,
	NOTE_ISSUES_LOG, NOTE_NEXT_STEPS, NOTE_RELATED, NOTE_WORDS,
	NOTE_PLACES
};

/* A piece of text, and the place behind it (NOTE_PLACES: none). */
struct note_piece { const char *text; size_t len; enum note_place place; bool matter; };

struct note_template {
	char *text;
	struct note_piece *pieces;
	size_t count;
};

/*
 * Reads a template; `file` is for messages, FILE:LINE: what is wrong. The template is empty
 * when there are problems. Copies `text`.
 */
void		 note_template_read(struct note_template *template, const char *file, const char *text,
		    size_t len, struct problems *problems);
/* The one for projects that have none. */
void		 note_template_preset(struct note_template *template);
void		 note_template_release(struct note_template *template);
/* "reflection" */
const char	*note_place_name(enum note_place place);
/* A whole section of the note, and no value? */
bool		 note_place_is_section(enum note_place place);

#endif
