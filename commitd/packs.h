/* The packs in a folder of objects, as files: listed, made durable, removed. */
#ifndef ORCH_PACKS_H
#define ORCH_PACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKS_NAME	45u	/* "pack-" and 40 digits */

struct packed { char name[PACKS_NAME + 1]; uint64_t bytes; };
struct packs { struct packed *list; size_t count; };

/* Those that have an index and no ".keep", smallest first; the caller frees the list. */
void	packs_list(const char *objects, struct packs *packs);
/* A pack with all its files is on the disk for good. False when one is not there. */
bool	packs_sync(const char *objects, const char *name);
/* Removes a pack; fine when it is not there. */
void	packs_remove(const char *objects, const char *name);
/* Calls back for each file of a folder. */
void	packs_each_file(const char *folder, void (*each)(void *context, const char *path,
	    const char *name), void *context);

#endif
