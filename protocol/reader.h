/*
 * A frame being read: bytes -> envelope -> fields. Refuses what is not of its
 * kind or past its limit; what it means is not known here.
 */
#ifndef ORCH_READER_H
#define ORCH_READER_H

#include "protocol/arena.h"
#include "protocol/error.h"
#include "protocol/field.h"

/* The envelope of MessagePack-RPC. */
struct envelope {
	enum rpc rpc;
	uint64_t id;			/* request and response */
	const char *method;		/* request and notification */
	const char *error, *reason;	/* response; error NULL: it went well */
	const void *params;		/* what fields_get() reads; may be NULL */
};

struct reader;
/* NULL when the bytes are not one envelope. `bytes` must outlive the reader. */
struct reader	*reader_new(const unsigned char *bytes, size_t len, struct envelope *envelope);
void		 reader_free(struct reader *reader);
/* One map on its own, as put_map() wrote it. */
struct reader	*reader_map(const unsigned char *bytes, size_t len, const void **params);
/*
 * Fills `out` (record->size bytes, zeroed here) from the map `params`. Unknown
 * keys are ignored; what is missing, of the wrong kind, repeated or past its
 * limit is ERROR_PROTOCOL and named in *why (static or from the arena). Texts
 * are copies in the arena. `take_fd` gives the next descriptor that came.
 */
enum error	 fields_get(const struct record *record, const void *params, void *out,
		    struct arena *arena, int (*take_fd)(void *), void *context,
		    const char **why);

#endif
