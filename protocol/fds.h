/* Descriptors that a child finds open at its start; all others are closed. */
#ifndef ORCH_FDS_H
#define ORCH_FDS_H

#define FD_SUPERVISOR	3	/* the stream to the supervisor */
#define FD_SLOT_LOCK	4	/* a worker's: holds flock(2) on slots/NAME/lock */

#endif
