/* What may start: see mode.h. (pure) */
#include "mode.h"

#include <string.h>

static const char *const names[MODES] = { "NORMAL", "PAUSED", "DRAINING", "HALTED" };
static const char *const words[MODES] = { "normal", "paused", "draining", "halted" };

const char *mode_name(enum mode mode) { return names[mode]; }
const char *mode_word(enum mode mode) { return words[mode]; }

enum mode
mode_find(const char *name)
{
	int i;

	for (i = 0; i < MODES; i++)
		if (strcmp(names[i], name) == 0)
			return (enum mode)i;
	return MODES;
}

enum mode
mode_stricter(enum mode one, enum mode other)
{
	return one > other ? one : other;
}

const char *
mode_refuses(enum mode from, enum mode to)
{
	if (to == MODE_NORMAL && from == MODE_NORMAL)
		return "nothing is paused there; see orchctl status";
	if (from == MODE_HALTED && (to == MODE_PAUSED || to == MODE_DRAINING))
		return "it is halted, and orchctl resume alone lifts that";
	return NULL;
}
