/* Session notes as text: see print_notes.h. */
#include "print_notes.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "table.h"
#include "text.h"

/* When the file was written, or why it is not there. */
static void
add_written(struct table *table, const struct record_note_row *row)
{
	time_t seconds = (time_t)row->written;
	char text[40] = "not yet";
	struct tm parts;

	if (row->written != 0 && localtime_r(&seconds, &parts) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &parts);
	table_add(table, row->problem != NULL ? COLOUR_BAD : row->due ? COLOUR_DIM : COLOUR_NONE, text);
}

void
print_notes_list(const struct record_note_row *rows, size_t count)
{
	static const char *const headings[] = { "TASK", "STATE", "WRITTEN", "FILE", NULL };
	struct table table;
	size_t i;

	table_init(&table, headings);
	for (i = 0; i < count; i++) {
		table_add(&table, COLOUR_NONE, rows[i].task);
		table_add(&table, COLOUR_NONE, rows[i].state);
		add_written(&table, &rows[i]);
		table_add(&table, rows[i].problem != NULL ? COLOUR_BAD : COLOUR_NONE,
		    rows[i].problem != NULL ? rows[i].problem : rows[i].path);
	}
	table_print(&table, stdout);
	table_release(&table);
}

void
print_notes_text(const struct reply_note_show *note)
{
	struct text_filter filter = { 0 };
	struct buffer out;

	buffer_init(&out);
	text_filter(&filter, &out, (const unsigned char *)note->text, strlen(note->text));
	fwrite(out.bytes, 1, out.len, stdout);
	buffer_release(&out);
}
