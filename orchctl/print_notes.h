/* Session notes as text for people. */
#ifndef ORCH_PRINT_NOTES_H
#define ORCH_PRINT_NOTES_H

#include "protocol/message.h"

/* Which there are, one a line. */
void	print_notes_list(const struct record_note_row *rows, size_t count);
/* One of them, as it is in its file, but for what a terminal would obey. */
void	print_notes_text(const struct reply_note_show *note);

#endif
