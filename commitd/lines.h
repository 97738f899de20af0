/*
 * What a result changes on its base, path by path, with lines added and removed, for people.
 * A line that has only moved counts on neither side: lines are told apart by their content
 * alone, in time that grows with their number and with nothing else. What is large, or not
 * text, is not counted. Reads only.
 */
#ifndef ORCH_LINES_H
#define ORCH_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "commitd/repository.h"
#include "protocol/message.h"

struct lines {
	struct record_changed_row rows[CHANGED_MAX];
	char *paths[CHANGED_MAX];
	size_t count;
	uint64_t more;		/* paths that are not in rows */
	uint64_t budget;	/* bytes that may still be read */
};

/* As far as it can be read; nothing when it cannot. lines_release in every case. */
void	lines_find(struct lines *lines, struct repository *repository, const char *base,
	    const char *commit);
void	lines_release(struct lines *lines);
/* (pure) How many lines are in one text and not in the other; false: not text, or too many. */
bool	lines_count(const unsigned char *old, size_t old_len, const unsigned char *new, size_t new_len,
	    uint64_t *added, uint64_t *removed);

#endif
