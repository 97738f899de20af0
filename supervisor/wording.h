/*
 * The message of a commit whose agent wrote none: title and the prompt's first
 * paragraph, or the form that the project has for it. Pure.
 */
#ifndef ORCH_WORDING_H
#define ORCH_WORDING_H

#include <stdint.h>

struct wording { const char *task, *agent, *title, *prompt; };

/* `form` NULL: there is none. The caller frees. */
char	*wording_message(const char *form, const struct wording *wording);

/* "90s", "45m", "2h", "3d": the largest unit that says it whole; the caller frees. */
char	*wording_seconds(uint64_t seconds);

#endif
