/*
 * Typed fields of a message, which travel as maps of MessagePack, keys by name.
 * A row of messages.def becomes an array of struct field; one decoder
 * (reader.h), one encoder (put.h) and the trace read it.
 */
#ifndef ORCH_FIELD_H
#define ORCH_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/buffer.h"

/* The first number of an envelope. */
enum rpc { RPC_REQUEST, RPC_RESPONSE, RPC_NOTIFICATION };

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

/* Is the field of a message there to be written? `slot` is its place in the struct. */
bool	field_present(const struct field *field, const void *slot);
/* One line for a trace: "attempt=17 task=parser-1 prompt=(2104 bytes)". */
void	fields_trace(struct buffer *out, const struct record *record, const void *in);

#endif
