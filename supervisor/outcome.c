/* What the end of an attempt means: see outcome.h. (pure) */
#include "outcome.h"

#include <stddef.h>
#include <string.h>

static const struct { const char *word; enum outcome outcome; } words[] = {
	{ "done", OUTCOME_DONE },
	{ "later", OUTCOME_LATER },
	{ "blocked", OUTCOME_BLOCKED },
	{ "stopped", OUTCOME_STOPPED },
	{ "lost", OUTCOME_LOST },
	{ "rate_limited", OUTCOME_LIMITED },
	{ "auth", OUTCOME_HOPELESS },
	{ "budget", OUTCOME_HOPELESS },
};

enum outcome
outcome_find(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].outcome;
	return OUTCOME_FAILED;
}

/* first * 2^(n-1), at most `most` milliseconds. */
static uint64_t
doubled(uint64_t first, uint64_t n, uint64_t most)
{
	while (n-- > 1 && first < most)
		first *= 2;
	return first < most ? first : most;
}

struct decision
decide_later(uint64_t laters, uint64_t most)
{
	return (struct decision){ laters > most, doubled(200, laters, 30000) };
}

uint64_t
backoff_ms(unsigned deaths)
{
	return doubled(100, deaths, 30000);
}

struct decision
decide_hand_over(enum error error, unsigned refusals)
{
	const uint64_t wait = doubled(5000, refusals, 60000);

	switch (error) {
	case ERROR_DISK_FULL:
		return (struct decision){ false, wait };
	case ERROR_SYSTEM: case ERROR_GIT: case ERROR_TIMEOUT:
		return (struct decision){ refusals >= HAND_OVERS_MOST, wait };
	default:
		return (struct decision){ true, 0 };
	}
}
