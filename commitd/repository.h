/*
 * Objects and references of one repository: its files alone know libgit2, but for
 * index.h. References are durable when a function returns, objects are
 * not (durable.h syncs those that matter, many at once). It never
 * merges, compares work trees or checks out: git does (git.h, merge.h).
 */
#ifndef ORCH_REPOSITORY_H
#define ORCH_REPOSITORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "protocol/buffer.h"
#include "protocol/error.h"

struct git;

#define OID_TEXT	41		/* hexadecimal digits and a NUL */
#define EMPTY_TREE	"4b825dc642cb6eb9a060e54bf8d69288fbee4904"

enum object_kind { OBJECT_NONE, OBJECT_COMMIT, OBJECT_TREE, OBJECT_BLOB, OBJECT_OTHER };

struct repository;

/* Once for each process, before anything else. */
void		 repository_library_init(void);
/* A repository; `git` runs on the same one, and lives longer. NULL with words in *why. */
struct repository *repository_open(const char *path, const struct git *git, struct buffer *why);
/* Only a folder of objects, and those of its info/alternates. */
struct repository *repository_open_objects(const char *path, struct buffer *why);
void		 repository_free(struct repository *repository);
/* Where its objects are. */
const char	*repository_objects(const struct repository *repository);

/* ---- objects ---- */

/* What an object is and how long; ERROR_UNKNOWN when it is not there, else ours is the fault. */
enum error	 repository_look(struct repository *repository, const char *oid,
		    enum object_kind *kind, uint64_t *size);
enum object_kind repository_kind(struct repository *repository, const char *oid);
/* Is it there, and are its bytes what its id says? Reads all of it. */
bool		 repository_whole(struct repository *repository, const char *oid);
/* How long an object is; 0 when it is not there. */
uint64_t	 repository_size(struct repository *repository, const char *oid);
/* The bytes of an object that must be of this kind; ERROR_UNKNOWN when it is not there. */
enum error	 repository_read(struct repository *repository, const char *oid,
		    enum object_kind kind, struct buffer *out);
/*
 * Calls back for each object in the packs of a folder of objects, by its header
 * alone, as long as it returns ERROR_NONE; what is in alternates is left out.
 */
enum error	 repository_packed_each(const char *objects, enum error (*each)(void *context,
		    const char *oid, enum object_kind kind, uint64_t size), void *context);
/* Writes an object and gives its id. Not durable. */
enum error	 repository_write(struct repository *repository, enum object_kind kind,
		    const void *bytes, size_t len, char oid[OID_TEXT]);
/* The id that an object would have. */
enum error	 repository_hash(enum object_kind kind, const void *bytes, size_t len,
		    char oid[OID_TEXT]);
/* Opened anew, when packs are gone: one that is open stays on the disk. The old one when it fails. */
void		 repository_reopen(struct repository *repository);
/* Packs came by another program: look again. */
void		 repository_refresh(struct repository *repository);
/* Is `ancestor` the commit itself or one of its ancestors? ERROR_UNKNOWN: no; else ours is the fault. */
enum error	 repository_find_ancestor(struct repository *repository, const char *ancestor,
		    const char *commit);
/* The same, for whom "no" and "I cannot find out" are one. */
bool		 repository_is_ancestor(struct repository *repository, const char *ancestor,
		    const char *commit);

/* Calls back for each commit that `tip` has and `without` has not: each before its parents. */
enum error	 repository_commits(struct repository *repository, const char *without,
		    const char *tip, void (*each)(void *context, const char *oid),
		    void *context);

/* ---- references ---- */

/* ERROR_UNKNOWN when there is none. */
enum error	 repository_ref_read(struct repository *repository, const char *name,
		    char oid[OID_TEXT]);
/*
 * Compare and swap: `old` NULL means whatever it is, "" that there is none.
 * ERROR_MOVED when it was something else. Durable when it returns.
 */
enum error	 repository_ref_write(struct repository *repository, const char *name,
		    const char *oid, const char *old);
/* Not durable: it may be there again after a loss of power. */
enum error	 repository_ref_delete(struct repository *repository, const char *name);
/*
 * Removes a lock of ours on a reference, or on a file beside them, that was left by one
 * who was killed: nobody else writes here, so nobody holds it.
 */
void		 repository_unlock(const struct repository *repository, const char *name);
/* Calls back for each reference whose name begins with `prefix`. */
enum error	 repository_ref_each(struct repository *repository, const char *prefix,
		    void (*each)(void *context, const char *name, const char *oid),
		    void *context);

#endif
