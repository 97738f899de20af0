/*
 * Text from elsewhere made fit for a terminal: no control characters, known
 * width. Titles, reasons and output come from agents and are not trusted.
 */
#ifndef ORCH_TEXT_H
#define ORCH_TEXT_H

#include <stdbool.h>

#include "protocol/buffer.h"

/* Chooses UTF-8 for this process; call once. */
void	text_init(void);
/* Columns that text_add() of the same text would take. */
size_t	text_width(const char *text);
/*
 * Adds `text` on one line in at most `most` columns (0: no limit; what is cut
 * off shows as "..."): blanks for newlines, '?' for what a terminal would obey.
 * Returns the columns used.
 */
size_t	text_add(struct buffer *out, const char *text, size_t most);
/*
 * How many bytes of a text that text_add() has made go on a line of `most` columns: up to a
 * blank that does not stand in short parentheses. A word that is longer is broken or, with `whole`, goes on it as it is.
 */
size_t	text_line(const char *text, size_t most, bool whole);
/* "1:02:03", "2:03" or "3 s". */
void	text_add_seconds(struct buffer *out, double seconds);

/* Removes from a stream what a terminal would obey, but colours. */
struct text_filter { int state; unsigned char kept[32]; size_t len; };
void	text_filter(struct text_filter *filter, struct buffer *out,
	    const unsigned char *bytes, size_t len);
/*
 * Makes valid UTF-8 of a stream: U+FFFD for each bad byte. What may become a
 * character with the next bytes is kept in `carry` (4 bytes, *carried of them).
 */
void	text_repair(struct buffer *out, const unsigned char *bytes, size_t len,
	    unsigned char *carry, size_t *carried);

#endif
