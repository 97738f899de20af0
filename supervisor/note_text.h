/*
 * (pure) Texts of others in a session note, so that none of them can be taken for a part of
 * the note itself: no line of theirs begins a section, ends the front matter or hides what
 * stands behind it. Control characters, and those that turn the direction of writing, never
 * come through.
 */
#ifndef ORCH_NOTE_TEXT_H
#define ORCH_NOTE_TEXT_H

#include "protocol/buffer.h"

/* A scalar of YAML in double quotes, of at most `most` bytes of the text; NULL is "". */
void	note_text_yaml(struct buffer *out, const char *text, size_t most);
/* One line of Markdown in which nothing has a meaning; cut behind `most` bytes. */
void	note_text_line(struct buffer *out, const char *text, size_t most);
/*
 * A quotation, each line behind "> ", with an end of line behind the last; cut behind `most`
 * bytes, which is said. Nothing for an empty text.
 */
void	note_text_block(struct buffer *out, const char *text, size_t most);
/* 2026-01-16T18:30:00Z; nothing for 0. */
void	note_text_time(struct buffer *out, double time);

#endif
