/* Lengths of time in order: see lengths.h. */
#include "lengths.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define PART_MOST	256u

struct lengths_part { size_t count; double values[PART_MOST]; };

void
lengths_release(struct lengths *lengths)
{
	size_t i;

	for (i = 0; i < lengths->part_count; i++)
		free(lengths->parts[i]);
	free(lengths->parts);
	*lengths = (struct lengths){ 0 };
}

/* A new part, with nothing in it, in this place. */
static struct lengths_part *
insert_part(struct lengths *lengths, size_t at)
{
	if (lengths->part_count == lengths->room) {
		lengths->room = lengths->room ? 2 * lengths->room : 4;
		lengths->parts = mem_resize(lengths->parts, lengths->room, sizeof(*lengths->parts));
	}
	memmove(&lengths->parts[at + 1], &lengths->parts[at],
	    (lengths->part_count - at) * sizeof(*lengths->parts));
	lengths->part_count++;
	return lengths->parts[at] = mem_zero(1, sizeof(struct lengths_part));
}

/* The last part that begins with no more than this; the first when all begin with more. */
static size_t
find_part(const struct lengths *lengths, double seconds)
{
	size_t low = 0, high = lengths->part_count, middle;

	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (lengths->parts[middle]->values[0] <= seconds)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* How many of the part are no longer than this. */
static size_t
count_within(const struct lengths_part *part, double seconds)
{
	size_t low = 0, high = part->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (part->values[middle] <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The second half of a full part becomes one of its own. */
static void
split(struct lengths *lengths, size_t at)
{
	struct lengths_part *next = insert_part(lengths, at + 1), *part = lengths->parts[at];

	next->count = part->count / 2;
	part->count -= next->count;
	memcpy(next->values, &part->values[part->count], next->count * sizeof(double));
}

void
lengths_add(struct lengths *lengths, double seconds)
{
	struct lengths_part *part;
	size_t at, place;

	if (lengths->part_count == 0)
		insert_part(lengths, 0);
	at = find_part(lengths, seconds);
	if (lengths->parts[at]->count == PART_MOST) {
		split(lengths, at);
		at = find_part(lengths, seconds);
	}
	part = lengths->parts[at];
	place = count_within(part, seconds);
	memmove(&part->values[place + 1], &part->values[place], (part->count - place) * sizeof(double));
	part->values[place] = seconds;
	part->count++;
	lengths->count++;
}

bool
lengths_take(struct lengths *lengths, double seconds)
{
	struct lengths_part *part;
	size_t at, place;

	if (lengths->count == 0)
		return false;
	at = find_part(lengths, seconds);
	part = lengths->parts[at];
	place = count_within(part, seconds);
	if (place == 0 || part->values[place - 1] < seconds)
		return false;
	memmove(&part->values[place - 1], &part->values[place], (part->count - place) * sizeof(double));
	lengths->count--;
	if (--part->count > 0)
		return true;
	free(part);
	lengths->part_count--;
	memmove(&lengths->parts[at], &lengths->parts[at + 1],
	    (lengths->part_count - at) * sizeof(*lengths->parts));
	return true;
}

double
lengths_quantile(const struct lengths *lengths, size_t part)
{
	size_t at = (lengths->count * part + 99) / 100, i;

	if (lengths->count == 0)
		return 0;
	at = at == 0 ? 0 : at - 1;
	for (i = 0; at >= lengths->parts[i]->count; i++)
		at -= lengths->parts[i]->count;
	return lengths->parts[i]->values[at];
}
