/* (pure) Writes one flat object of JSON, on one line. Texts are UTF-8. */
#ifndef ORCH_JSON_TEXT_H
#define ORCH_JSON_TEXT_H

#include <stdint.h>

#include "protocol/buffer.h"

void	json_text_begin(struct buffer *out);
/* A member; nothing when the value is NULL. */
void	json_text_add(struct buffer *out, const char *key, const char *value);
void	json_text_number(struct buffer *out, const char *key, uint64_t value);
void	json_text_real(struct buffer *out, const char *key, double value);
/* The end of it, and a newline. */
void	json_text_end(struct buffer *out);

#endif
