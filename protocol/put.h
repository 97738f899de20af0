/*
 * Writes messages of MessagePack-RPC. A NULL text or list, a 0 and a false flag
 * of an OPTION are left out.
 */
#ifndef ORCH_PUT_H
#define ORCH_PUT_H

#include "protocol/buffer.h"
#include "protocol/field.h"

void	put_request(struct buffer *out, uint64_t id, const char *method,
	    const struct record *record, const void *in);
void	put_notification(struct buffer *out, const char *method,
	    const struct record *record, const void *in);
void	put_reply(struct buffer *out, uint64_t id, const struct record *record,
	    const void *in);
void	put_failure(struct buffer *out, uint64_t id, const char *error, const char *reason);
/* One map on its own, for a file or a column; reader_map() takes it. */
void	put_map(struct buffer *out, const struct record *record, const void *in);

#endif
