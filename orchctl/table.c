/* A table in aligned columns: see table.h. */
#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "protocol/mem.h"

#define GAP	2	/* blanks between columns */
#define ROOM_LEAST	40u	/* columns: with less of them the last cell goes below its row */
#define BELOW	8u	/* there it begins here */
#define LINES_MOST	4u	/* of a last cell on a terminal */

void
table_init(struct table *table, const char *const *headings)
{
	*table = (struct table){ .headings = headings };
	while (headings[table->columns] != NULL)
		table->columns++;
}

void
table_release(struct table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		free(table->cells[i].text);
	free(table->cells);
	*table = (struct table){ 0 };
}

void
table_add(struct table *table, enum colour colour, const char *text)
{
	struct table_cell *cell;
	struct buffer fit;

	if ((table->count & (table->count - 1)) == 0)
		table->cells = mem_resize(table->cells, table->count ? 2 * table->count : 1,
		    sizeof(*table->cells));
	cell = &table->cells[table->count++];
	buffer_init(&fit);
	cell->width = text_add(&fit, text == NULL ? "" : text, 0);
	cell->text = str_dup(buffer_text(&fit));
	cell->colour = colour;
	buffer_release(&fit);
}

void
table_add_number(struct table *table, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%ju", (uintmax_t)number);
	table_add(table, COLOUR_NONE, number == 0 ? "-" : text);
}

void
table_add_seconds(struct table *table, double seconds)
{
	struct buffer text;

	buffer_init(&text);
	text_add_seconds(&text, seconds);
	table_add(table, COLOUR_NONE, seconds <= 0 ? "-" : buffer_text(&text));
	buffer_release(&text);
}

bool
colours_wanted(FILE *stream)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(stream)) && (none == NULL || none[0] == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
}

const char *
colour_code(enum colour colour)
{
	switch (colour) {
	case COLOUR_GOOD: return "\033[32m";
	case COLOUR_BAD: return "\033[31m";
	case COLOUR_BUSY: return "\033[33m";
	case COLOUR_DIM: return "\033[2m";
	case COLOUR_NONE: break;
	}
	return "\033[0m";
}

size_t
terminal_columns(FILE *stream)
{
	struct winsize size;

	if (!isatty(fileno(stream)))
		return 0;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

static void
blanks(struct buffer *line, size_t count)
{
	while (count-- > 0)
		buffer_add(line, " ", 1);
}

/* A text, in its colour. */
static void
add_coloured(struct buffer *line, const char *text, size_t most, enum colour colour, bool colours)
{
	colours = colours && colour != COLOUR_NONE;
	if (colours)
		buffer_add_text(line, colour_code(colour));
	text_add(line, text, most);
	if (colours)
		buffer_add_text(line, colour_code(COLOUR_NONE));
}

static void
end_line(struct buffer *line)
{
	while (line->len > 0 && line->bytes[line->len - 1] == ' ')
		line->len--;
	buffer_add_text(line, "\n");
}

/*
 * The last cell of a row on a terminal that ends at `edge`: where it begins, at `at`, or below
 * when there is little room, on several lines; what is left then is cut.
 */
static void
add_last(struct buffer *line, const struct table_cell *cell, size_t at, size_t edge, bool colours)
{
	const char *rest = cell->text;
	unsigned lines;

	if (edge <= at || (edge - at < ROOM_LEAST && cell->width > edge - at)) {
		end_line(line);
		at = BELOW;
		blanks(line, at);
	}
	for (lines = 1; lines < LINES_MOST && edge > at && text_width(rest) > edge - at; lines++) {
		size_t len = text_line(rest, edge - at, false);
		char *part = mem_copy(rest, len);

		add_coloured(line, part, 0, cell->colour, colours);
		free(part);
		end_line(line);
		blanks(line, at);
		rest += len + strspn(rest + len, " ");
	}
	add_coloured(line, rest, edge > at ? edge - at : 0, cell->colour, colours);
}

/* One row: pads every column but the last, which has what is left up to `edge` (0: any). */
static void
print_row(const struct table *table, const struct table_cell *cells, const size_t *widths,
    size_t edge, bool colours, FILE *stream)
{
	struct buffer line;
	size_t at = 0, i, pad;

	buffer_init(&line);
	for (i = 0; i < table->columns; i++) {
		bool last = i + 1 == table->columns, right = table->headings[i][0] == '>';

		pad = widths[i] - cells[i].width;
		if (right)
			blanks(&line, pad);
		if (last && edge > 0)
			add_last(&line, &cells[i], at, edge, colours);
		else
			add_coloured(&line, cells[i].text, 0, cells[i].colour, colours);
		if (!right && !last)
			blanks(&line, pad);
		if (!last)
			blanks(&line, GAP);
		at += widths[i] + GAP;
	}
	end_line(&line);
	fputs(buffer_text(&line), stream);
	buffer_release(&line);
}

void
table_print(const struct table *table, FILE *stream)
{
	struct table_cell head[TABLE_COLUMNS];
	size_t widths[TABLE_COLUMNS] = { 0 }, edge = terminal_columns(stream), i;
	bool colours = colours_wanted(stream);

	for (i = 0; i < table->columns; i++) {
		const char *heading = table->headings[i];

		head[i].text = str_dup(heading + (heading[0] == '>'));
		head[i].width = widths[i] = text_width(head[i].text);
		head[i].colour = COLOUR_DIM;
	}
	for (i = 0; i < table->count; i++)
		if (table->cells[i].width > widths[i % table->columns])
			widths[i % table->columns] = table->cells[i].width;
	print_row(table, head, widths, edge, colours, stream);
	for (i = 0; i + table->columns <= table->count; i += table->columns)
		print_row(table, table->cells + i, widths, edge, colours, stream);
	for (i = 0; i < table->columns; i++)
		free(head[i].text);
}
