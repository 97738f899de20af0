/* See estimate.h. */
#include "tasks/estimate.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "tasks/name_table.h"

#define SECONDS_MOST	(10.0 * 365 * 24 * 60 * 60)	/* longer counts as this */

struct kind {
	char *name;
	uint64_t lengths[ESTIMATE_RING];	/* the newest takes the place of the oldest */
	size_t count, next;
	uint64_t told;			/* 0: nothing yet */
};

struct estimates {
	struct name_table names;
	struct kind **kinds;
	size_t count;
};

struct estimates *
estimates_new(void)
{
	struct estimates *estimates = mem_zero(1, sizeof(*estimates));

	name_table_init(&estimates->names);
	return estimates;
}

void
estimates_free(struct estimates *estimates)
{
	size_t i;

	if (estimates == NULL)
		return;
	for (i = 0; i < estimates->count; i++) {
		free(estimates->kinds[i]->name);
		free(estimates->kinds[i]);
	}
	free(estimates->kinds);
	name_table_release(&estimates->names);
	free(estimates);
}

static struct kind *
kind_made(struct estimates *estimates, const char *name)
{
	struct kind *kind;
	size_t index;

	if (name_table_find(&estimates->names, name, &index))
		return estimates->kinds[index];
	if (estimates->count == ESTIMATE_KINDS)
		return NULL;
	kind = mem_zero(1, sizeof(*kind));
	kind->name = str_dup(name);
	estimates->kinds = mem_resize(estimates->kinds, estimates->count + 1, sizeof(kind));
	estimates->kinds[estimates->count] = kind;
	name_table_add(&estimates->names, kind->name, estimates->count++);
	return kind;
}

static int
compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Of an even number the lower one: it is one that was seen. */
static uint64_t
median_of(const struct kind *kind)
{
	uint64_t sorted[ESTIMATE_RING];

	memcpy(sorted, kind->lengths, sizeof(sorted));
	qsort(sorted, kind->count, sizeof(sorted[0]), compare);
	return sorted[(kind->count - 1) / 2];
}

static bool
out_by_half(uint64_t told, uint64_t median)
{
	return 2 * median > 3 * told || 3 * median < 2 * told;
}

bool
estimates_add(struct estimates *estimates, const char *name, double seconds)
{
	struct kind *kind;
	uint64_t median;

	if (!(seconds >= 0) || (kind = kind_made(estimates, name)) == NULL)
		return false;
	if (seconds > SECONDS_MOST)
		seconds = SECONDS_MOST;
	/* What has begun counts: nothing takes no time. */
	kind->lengths[kind->next] = seconds < 1 ? 1 : (uint64_t)(seconds + 0.5);
	kind->next = (kind->next + 1) % ESTIMATE_RING;
	if (kind->count < ESTIMATE_RING)
		kind->count++;
	if (kind->count < ESTIMATE_LEAST)
		return false;
	median = median_of(kind);
	if (kind->told != 0 && !out_by_half(kind->told, median))
		return false;
	kind->told = median;
	return true;
}

uint64_t
estimates_of(const struct estimates *estimates, const char *name, size_t *lengths)
{
	size_t index;

	if (!name_table_find(&estimates->names, name, &index) ||
	    estimates->kinds[index]->told == 0)
		return 0;
	if (lengths != NULL)
		*lengths = estimates->kinds[index]->count;
	return estimates->kinds[index]->told;
}
