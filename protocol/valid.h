/* (pure) What a text from outside may be. */
#ifndef ORCH_VALID_H
#define ORCH_VALID_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Is it the name of a task, a project or a folder, one component of a path and of a
 * ref: [A-Za-z0-9._-]{1,64}, no leading . or -, no .., no . or .lock at the end?
 */
bool	name_valid(const char *text);
/* 40 or 64 hexadecimal digits, small letters. */
bool	oid_valid(const char *text);
/* Bytes of the UTF-8 character (RFC 3629) at the start of `len` bytes, at least 1; 0: it is none. */
size_t	utf8_length(const unsigned char *byte, size_t len);
/* Is it UTF-8 without NUL? */
bool	utf8_valid(const char *bytes, size_t len);
/* A copy with '?' for every byte that is not part of a character; the caller frees. */
char	*utf8_repair(const char *bytes, size_t len);

/* Is it NAME <EMAIL>, as Git has it in a commit? */
bool	identity_valid(const char *text);

#endif
