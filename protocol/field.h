/*
 * Typed fields of a message and how they travel: maps of MessagePack, keys by
 * name. The only file that knows the msgpack library. A row of messages.def
 * becomes an array of struct field; one encoder and one decoder read it.
 */
#ifndef ORCH_FIELD_H
#define ORCH_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/buffer.h"
#include "protocol/error.h"

enum field_kind {
	FIELD_u64, FIELD_flag, FIELD_real, FIELD_text, FIELD_data, FIELD_texts,
	FIELD_oid, FIELD_name, FIELD_fd, FIELD_records
};

struct data { const unsigned char *bytes; size_t len; };
struct records { void *items; size_t count; };

struct record;
struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;			/* in the struct */
	uint64_t limit;
	bool optional;
	const struct record *(*record)(void);	/* of FIELD_records */
};
struct record { const struct field *fields; size_t count, size; };

/* Memory of one decoded message; everything in it dies with it. */
struct arena { void **blocks; size_t count; };
void	 arena_init(struct arena *arena);
void	 arena_release(struct arena *arena);
void	*arena_zero(struct arena *arena, size_t count, size_t size);

/* The envelope of MessagePack-RPC. */
enum rpc { RPC_REQUEST, RPC_RESPONSE, RPC_NOTIFICATION };
struct envelope {
	enum rpc rpc;
	uint64_t id;			/* request and response */
	const char *method;		/* request and notification */
	const char *error, *reason;	/* response; error NULL: it went well */
	const void *params;		/* what fields_get() reads; may be NULL */
};

/* A frame being read: bytes -> envelope -> fields. */
struct reader;
/* NULL when the bytes are not one envelope. `bytes` must outlive the reader. */
struct reader	*reader_new(const unsigned char *bytes, size_t len, struct envelope *envelope);
void		 reader_free(struct reader *reader);
/*
 * Fills `out` (record->size bytes, zeroed here) from the map `params`. Unknown
 * keys are ignored; what is missing, of the wrong kind, repeated or past its
 * limit is ERROR_PROTOCOL and named in *why (static or from the arena). Texts
 * are copies in the arena. `take_fd` gives the next descriptor that came.
 */
enum error	 fields_get(const struct record *record, const void *params, void *out,
		    struct arena *arena, int (*take_fd)(void *), void *context,
		    const char **why);

/* Writes. A NULL text or list and a false flag of an OPTION are left out. */
void	 put_request(struct buffer *out, uint64_t id, const char *method,
	    const struct record *record, const void *in);
void	 put_notification(struct buffer *out, const char *method,
	    const struct record *record, const void *in);
void	 put_reply(struct buffer *out, uint64_t id, const struct record *record,
	    const void *in);
void	 put_failure(struct buffer *out, uint64_t id, const char *error, const char *reason);
/* One map on its own, for a file or a column; fields_get reads it through reader_map. */
void	 put_map(struct buffer *out, const struct record *record, const void *in);
struct reader	*reader_map(const unsigned char *bytes, size_t len, const void **params);

/* One line for a trace: "attempt=17 task=parser-1 prompt=(2104 bytes)". */
void	 fields_trace(struct buffer *out, const struct record *record, const void *in);
/* Is it one component of a path and of a ref: [A-Za-z0-9._-]{1,64}, no leading . or -? */
bool	 name_valid(const char *text);
bool	 oid_valid(const char *text);

#endif
