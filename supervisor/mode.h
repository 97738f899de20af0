/*
 * What may start: everything, nothing new, nothing any more. Of the whole supervisor, of a
 * project, of an agent. Pure.
 */
#ifndef ORCH_MODE_H
#define ORCH_MODE_H

#include <stdbool.h>

/* From the least strict to the strictest. */
enum mode {
	MODE_NORMAL,
	MODE_PAUSED,		/* nothing new starts; what runs goes on, and lands */
	MODE_DRAINING,		/* the same, and when all of that has ended the service ends */
	MODE_HALTED,		/* what ran was stopped, and nothing lands */
	MODES
};

/* "NORMAL"; for events "normal". */
const char	*mode_name(enum mode mode);
const char	*mode_word(enum mode mode);
/* MODES: there is none of that name. */
enum mode	 mode_find(const char *name);
/* What holds for something that is under both. */
enum mode	 mode_stricter(enum mode one, enum mode other);
/*
 * May a person go from one to the other? NULL: yes; else why not, static. A halt is lifted by
 * MODE_NORMAL alone, so that nobody weakens it by the way.
 */
const char	*mode_refuses(enum mode from, enum mode to);

#endif
