/*
 * The supervisor's side of one short line, whatever happens to commitd: some
 * results, their tickets, some of them void. A commitd that ended is started again
 * and sent what had no answer; what was answered is never sent again, nor anything
 * twice to the same commitd. Knows nothing of the order in which commitd does things.
 */
#ifndef ORCH_CRASH_LINE_H
#define ORCH_CRASH_LINE_H

#include "protocol/buffer.h"
#include "tests/process/commitd_fixture.h"

#define TICKETS	4

/* What is to become of a ticket. Red, and in conflict: it is told, and then void. */
enum fate { LANDS, IS_VOID, IS_RED, CLASHES };

struct piece {
	const char *task, *pack;	/* NULL: the ticket is void, and never was more */
	const char *script;		/* what the agent does */
	enum fate fate;
	bool gate, many;		/* asks for a verdict; has many commits */
	char commit[41];
	bool sent;			/* in the life of this commitd */
	bool accepted, stuck, landed, voided;	/* as commitd said */
	char landed_as[41];
	char marked[41];		/* the merge that was kept of its conflict */
};

/* What is not as in most lines. */
struct line_kind {
	bool files;			/* results of one commit come as plain files */
	bool stuck;			/* some of them are red, or in conflict */
	bool overtaken;			/* somebody else has pushed: line_overtake */
};

struct line {
	struct world *world;
	struct line_kind kind;
	struct piece pieces[TICKETS];	/* ticket 1 is the first */
	struct piece kept[TICKETS];	/* what they go back to */
	char base[41], tree[41];	/* of all results; of the branch when all have landed */
	char theirs[41];		/* somebody else's commit; "": none */
	bool running, open;
	unsigned starts;
	unsigned stops;			/* that commitd said it cannot go on, and why */
	bool person;			/* there is one, who removes locks upstream */
	unsigned mended;		/* how often */
	char **trees, trees_tip[41];	/* of the tip, as told last */
	struct buffer wrong;		/* what must not have happened; empty: nothing */
};

/* How far to go. */
enum line_goal { LINE_OPEN, LINE_ACCEPTED, LINE_LANDED };

/* Makes the results and their packs, in a world that is prepared. */
void	line_init(struct line *line, struct world *world, const struct line_kind *kind);
void	line_release(struct line *line);
/* From now on line_forget goes back to what has been said so far. */
void	line_keep(struct line *line);
void	line_forget(struct line *line);
/*
 * Goes on until that is reached; starts commitd when none runs, each but the first
 * one without `execute` of the world. False: `wrong` says why.
 */
bool	line_go(struct line *line, enum line_goal goal);
/* The same, but ends when commitd does; `wrong` says nothing of it. */
void	line_go_until_gone(struct line *line, enum line_goal goal);
/* Somebody else pushes to the branch upstream. */
void	line_overtake(struct line *line);
/* Closes the socket and waits for the end. False: it did not end. */
bool	line_end(struct line *line);
/* Git says which lock of a killed one is in its way: the person removes it. Was there one? */
bool	line_mend(struct line *line);
/* Adds something that must not be. */
void	line_wrong(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
