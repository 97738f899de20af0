/* What an attempt has used: see usage.h. (pure) */
#include "usage.h"

#include <string.h>

#define MILLION	1e6

static const char *const modes[USAGE_MODES] = { "sum", "last", "cumulative_session" };

enum usage_mode
usage_mode_find(const char *word)
{
	int mode;

	for (mode = 0; mode < USAGE_MODES; mode++)
		if (strcmp(modes[mode], word) == 0)
			break;
	return (enum usage_mode)mode;
}

void
usage_init(struct usage *usage, enum usage_mode mode, const struct price *price)
{
	*usage = (struct usage){ .mode = mode, .price = *price };
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static struct tokens
add(const struct tokens *a, const struct tokens *b)
{
	return (struct tokens){ sum(a->input, b->input), sum(a->cached, b->cached),
	    sum(a->output, b->output), a->cost + b->cost };
}

/* What came since; a counter that has begun anew counts from nothing. */
static struct tokens
since(const struct tokens *now, const struct tokens *before)
{
	if (now->input < before->input || now->output < before->output ||
	    now->cached < before->cached || now->cost < before->cost)
		return *now;
	return (struct tokens){ now->input - before->input, now->cached - before->cached,
	    now->output - before->output, now->cost - before->cost };
}

void
usage_begin(struct usage *usage, bool same_session)
{
	usage->before = add(&usage->before, &usage->run);
	usage->run = (struct tokens){ 0 };
	usage->base = same_session ? usage->session : (struct tokens){ 0 };
	if (!same_session)
		usage->session = (struct tokens){ 0 };
}

void
usage_report(struct usage *usage, const struct tokens *tokens, bool priced)
{
	struct tokens report = *tokens;

	if (report.cached > report.input)
		report.cached = report.input;
	if (!priced)
		report.cost = ((double)(report.input - report.cached) * usage->price.input +
		    (double)report.cached * usage->price.cached +
		    (double)report.output * usage->price.output) / MILLION;
	usage->reports++;
	switch (usage->mode) {
	case USAGE_SUM:
		usage->run = add(&usage->run, &report);
		break;
	case USAGE_SESSION:
		usage->session = report;
		usage->run = since(&report, &usage->base);
		break;
	case USAGE_LAST: case USAGE_MODES:
		usage->run = report;
		break;
	}
}

struct tokens
usage_total(const struct usage *usage)
{
	return add(&usage->before, &usage->run);
}
