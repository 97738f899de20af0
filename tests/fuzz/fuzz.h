/*
 * What every fuzz target shares: a generator that is repeated by its seed,
 * mutations, and the loop. A target makes inputs that are almost right and says
 * what must hold for any; the sanitizers see the rest.
 */
#ifndef ORCH_FUZZ_H
#define ORCH_FUZZ_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/buffer.h"

/* ---- what a target has ---- */

/* Adds an input to start from; one that is accepted, mostly. */
void	fuzz_seed(struct buffer *out);
/* Takes any bytes. */
void	fuzz_run(const unsigned char *bytes, size_t len);
/* Pieces that are put into inputs, up to a NULL. */
extern const char *const fuzz_words[];

/* ---- what it is given ---- */

uint64_t	fuzz_random(void);
/* 0 to limit - 1; of 0: 0. */
size_t		fuzz_below(size_t limit);
/* Ends the process when it does not hold; the input stays in a file. */
#define fuzz_check(holds) \
	do { if (!(holds)) fuzz_fail(__FILE__, __LINE__, #holds); } while (0)
void		fuzz_fail(const char *file, int line, const char *what) __attribute__((noreturn));

#endif
