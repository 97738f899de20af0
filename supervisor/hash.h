/* A number for a text: tells the states of several repositories apart. */
#ifndef ORCH_HASH_H
#define ORCH_HASH_H

#include <stdint.h>

/* 64 bits of FNV-1a. */
uint64_t	hash_text(const char *text);

#endif
