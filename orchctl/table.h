/*
 * A table in aligned columns, for people. Cells are copied and made fit for a
 * terminal.
 */
#ifndef ORCH_TABLE_H
#define ORCH_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "orchctl/text.h"

#define TABLE_COLUMNS	9

enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_BAD, COLOUR_BUSY, COLOUR_DIM };

struct table_cell { char *text; size_t width; enum colour colour; };

struct table {
	const char *const *headings;	/* ends with NULL; ">" in front: right-aligned */
	size_t columns;
	struct table_cell *cells;
	size_t count;
};

void	table_init(struct table *table, const char *const *headings);
void	table_release(struct table *table);
/* The next cell, row by row; NULL is an empty one. */
void	table_add(struct table *table, enum colour colour, const char *text);
void	table_add_number(struct table *table, uint64_t number);	/* 0 shows as "-" */
void	table_add_seconds(struct table *table, double seconds);
/* On a terminal the last column is broken at its edge, and cut after some lines. */
void	table_print(const struct table *table, FILE *stream);

/* Is the stream a terminal, and are colours wanted (NO_COLOR, TERM=dumb)? */
bool	colours_wanted(FILE *stream);
/* The escape sequence that starts a colour; COLOUR_NONE ends it. */
const char	*colour_code(enum colour colour);
/* Columns of the terminal behind the stream, 0 when it is none. */
size_t	terminal_columns(FILE *stream);

#endif
