/*
 * Who has paused, drained or halted what, when and why: the whole, a project, an agent. Kept
 * in the database, so that no restart forgets it. What a mode means is in mode.h; who acts
 * on it is steering.h and the engine.
 */
#ifndef ORCH_MODES_H
#define ORCH_MODES_H

#include "supervisor/mode.h"
#include "supervisor/supervisor.h"

enum hold_kind { HOLD_ALL, HOLD_PROJECT, HOLD_AGENT, HOLD_KINDS };

/* What it is of; without a name for HOLD_ALL. */
struct hold_scope { enum hold_kind kind; const char *name; };

struct hold {
	enum hold_kind kind;
	char *name;		/* NULL: of the whole */
	enum mode mode;
	char *who, *why;	/* why: NULL when nothing was said */
	double since;
	bool tripped;		/* by a budget, and a person has to say why it goes on */
	double until;		/* when it goes on by itself; 0: never */
	double fresh;		/* budgets count what came behind this moment */
};

/* Brings back what is in the database. */
void	modes_load(struct supervisor *supervisor);
void	modes_release(struct supervisor *supervisor);
/* Its entry, or NULL: nothing was ever said of it. */
const struct hold	*modes_find(const struct supervisor *supervisor, struct hold_scope scope);
/* Of this alone, whatever holds above it. */
enum mode	modes_own(const struct supervisor *supervisor, struct hold_scope scope);
/* What holds for a project: its own mode or that of the whole, the stricter one. */
enum mode	modes_of(const struct project *project);
/* May nothing new of it start, as far as people and budgets go? */
bool	modes_hold(const struct project *project);
/* Who made it so, for words; NULL: it is NORMAL. */
const struct hold	*modes_why(const struct project *project);
/*
 * It is in this mode from now on, with its event mode.WORD; `hold` says who, why, tripped and
 * until. `fresh` 0: as it was. Inside a transaction.
 */
void	modes_set(struct supervisor *supervisor, struct hold_scope scope, const struct hold *hold);
/* "paused by anna since 14:02:00: TEXT"; the caller frees. */
char	*modes_words(const struct hold *hold);
/* "all", "project" or "agent". */
const char	*modes_kind_name(enum hold_kind kind);
/* "project NAME", "agent NAME" or "all"; the caller frees. */
char	*modes_scope_words(struct hold_scope scope);
/* "orchctl resume -p NAME": how it goes on, with a reason where one must be given; the caller frees. */
char	*modes_resume_words(struct hold_scope scope, bool why);
/*
 * "project NAME, which is paused by ...", with how it goes on, or what the budget says that has
 * stopped it; the caller frees.
 */
char	*modes_hold_words(const struct hold *hold);
/* A moment as people read it: "14:28:00" or "2026-11-27 14:28:00"; the caller frees. */
char	*modes_time_text(double time);

#endif
