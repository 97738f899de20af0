/*
 * The values that stand at given places of one JSON text, read as a stream: no tree of
 * it is ever made, so a line of many megabytes costs no more than its largest text.
 * The only file of the worker that knows the JSON library (yajl).
 *
 * A place is the keys that lead to it, "message.usage.input"; a list is entered by
 * "[]", "message.content[].text", and of several values there the last one counts.
 */
#ifndef ORCH_JSON_VALUES_H
#define ORCH_JSON_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/buffer.h"

#define JSON_PLACE_MAX	256u		/* bytes of a place's name */
#define JSON_TEXT_MAX	(64u << 10)	/* bytes kept of one text */

struct json_value {
	bool there;		/* a text, a number, true or false; not null, not a list or a map */
	struct buffer text;	/* as it stands, without quotes; JSON_TEXT_MAX bytes at most */
};

struct json_values;

/* `places` are copied. */
struct json_values	*json_values_new(char *const *places, size_t count);
void			 json_values_free(struct json_values *values);
/* Another text begins; nothing is there. */
void			 json_values_begin(struct json_values *values);
/* More bytes of it; false once it cannot be JSON, and then nothing is there. */
bool			 json_values_feed(struct json_values *values, const void *bytes, size_t len);
/* It is at its end: was it one whole JSON map? */
bool			 json_values_end(struct json_values *values);
/* The value at the place of that index, until the next begin. */
const struct json_value	*json_values_at(const struct json_values *values, size_t index);

#endif
