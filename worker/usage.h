/*
 * What an attempt has used: tokens, money, steps. Agents report it in three ways, and
 * a sum over the wrong one is twice or half the truth. Pure.
 */
#ifndef ORCH_USAGE_H
#define ORCH_USAGE_H

#include <stdbool.h>
#include <stdint.h>

enum usage_mode {
	USAGE_SUM,		/* each report is of what came since the one before */
	USAGE_LAST,		/* each is of the run so far */
	USAGE_SESSION,		/* each is of the session so far, which runs may share */
	USAGE_MODES
};

struct tokens {
	uint64_t input;		/* all of it, what came from a cache too */
	uint64_t cached;	/* of these */
	uint64_t output;
	double cost;		/* dollars; as the agent says, else by the price */
};

/* Dollars for a million; 0: not known. */
struct price { double input, cached, output; };

struct usage {
	enum usage_mode mode;
	struct price price;
	struct tokens before;		/* of runs that have ended */
	struct tokens run;		/* of the run at hand */
	struct tokens session, base;	/* USAGE_SESSION: the last report; that of the run before */
	uint64_t steps;			/* of all runs */
	uint64_t reports;
};

void		usage_init(struct usage *usage, enum usage_mode mode, const struct price *price);
/* The agent is run again; `same_session`: it goes on with the session of before. */
void		usage_begin(struct usage *usage, bool same_session);
/*
 * One report, as the mode has it; `priced`: its cost is the agent's own word. Numbers that
 * go down, as no counter does, are taken as they stand.
 */
void		usage_report(struct usage *usage, const struct tokens *tokens, bool priced);
/* Of the whole attempt, so far. */
struct tokens	usage_total(const struct usage *usage);
/* USAGE_MODES when there is no such word. */
enum usage_mode	usage_mode_find(const char *word);

#endif
