/* What has to be so when a line has come to its end, whatever happened on the way. */
#ifndef ORCH_CRASH_CHECK_H
#define ORCH_CRASH_CHECK_H

#include "tests/crash/line.h"

/*
 * Order, exactly once, trailers, content, locks, quarantine, fsck; says in `wrong`
 * of the line what is not so. checked_out: upstream is a work tree on main.
 */
void	check_world(struct line *line, bool checked_out);

#endif
