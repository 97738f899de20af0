/* Numbers as people write them in a configuration: 90s, 45m, 2h, 100M, 2.50. Pure. */
#ifndef ORCH_QUANTITY_H
#define ORCH_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* Each is false, and *out is not set, when the text is not such a number. */
bool	quantity_number(const char *text, uint64_t *out);
/* Seconds, or with s, m, h, d behind them. */
bool	quantity_seconds(const char *text, uint64_t *out);
/* Milliseconds: of seconds, or with ms, s, m, h, d behind them; 0.5s is fine. */
bool	quantity_milliseconds(const char *text, uint64_t *out);
/* Bytes, or with K, M, G: of 1,024. */
bool	quantity_bytes(const char *text, uint64_t *out);
/* A count, or with K, M, G: of 1,000. */
bool	quantity_count(const char *text, uint64_t *out);
/* Not negative, with a point or not. */
bool	quantity_real(const char *text, double *out);

#endif
