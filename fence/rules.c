/* The rules: see rules.h. Source: landlock(7), and linux/landlock.h of 6.12. */
#include "fence/rules.h"

#include <linux/landlock.h>
#include <stdbool.h>

#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER	(1ULL << 13)
#endif
/* Not in older headers. */
#define TRUNCATE	(1ULL << 14)	/* from version 3 on */
#define IOCTL_DEVICE	(1ULL << 15)	/* 5 */
#define ABSTRACT_SOCKET	(1ULL << 0)	/* 6: of those without the fence */
#define SIGNAL		(1ULL << 1)	/* 6: to those without it */

#define WRITE	(LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE)
/* All but devices, which nobody in a sandbox can make. */
#define CHANGE	(WRITE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
		    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
		    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
		    LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)
#define DEVICES	(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK)

static const struct rule rules[] = {
	{ "/workspace", CHANGE },
	{ "/home/agent", CHANGE },
	{ "/tmp", CHANGE },
	{ "/run/orch/notes", CHANGE },
	{ "/dev/shm", CHANGE },
	{ "/dev", WRITE | IOCTL_DEVICE },
	/* A process's own entries; what root may set there is covered. */
	{ "/proc", WRITE },
};

/* Without the rights that the version does not know: it would refuse all of it. */
static uint64_t
known(uint64_t rights, int abi)
{
	if (abi < 3)
		rights &= ~TRUNCATE;
	if (abi < 5)
		rights &= ~IOCTL_DEVICE;
	return rights;
}

struct rules
rules_all(int abi)
{
	return (struct rules){ .files = known(CHANGE | DEVICES | IOCTL_DEVICE, abi),
	    .scoped = abi < 6 ? 0 : ABSTRACT_SOCKET | SIGNAL };
}

struct rule
rules_at(size_t index, int abi)
{
	if (index >= sizeof(rules) / sizeof(rules[0]))
		return (struct rule){ 0 };
	return (struct rule){ rules[index].folder, known(rules[index].rights, abi) };
}
