/*
 * (pure) Whose fault it is that Git does not take a pack: by what it says, always in
 * English. It quotes what is in the pack, too, and whoever made that may have written
 * there what a machine says that cannot.
 */
#ifndef ORCH_COMMITD_FAULT_H
#define ORCH_COMMITD_FAULT_H

#include "protocol/error.h"

/* ERROR_INVALID: the pack's. ERROR_DISK_FULL, ERROR_SYSTEM: the machine's. */
enum error	fault_of(const char *said);

#endif
