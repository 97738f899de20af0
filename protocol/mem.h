/*
 * Memory that cannot fail. Running out of memory ends the process with a
 * message: no caller of ours could go on without it. Sizes that come from a
 * peer are limited by their reader before they get here.
 */
#ifndef ORCH_MEM_H
#define ORCH_MEM_H

#include <stddef.h>

/* Number of elements of an array (never of a pointer). */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* All zero bytes; the caller frees with free(3). */
void	*mem_zero(size_t count, size_t size);
/* realloc(3) for arrays with an overflow check; new bytes are not cleared. */
void	*mem_resize(void *old, size_t count, size_t size);
/* Copy of `len` bytes with a NUL behind them. */
char	*mem_copy(const void *bytes, size_t len);
/* Copy of a string; NULL gives NULL. */
char	*str_dup(const char *text);
/* Frees the text and puts a copy of `with`, which may be part of it, in its place. */
void	 str_set(char **text, const char *with);
/* printf(3) into a new string; the caller frees. */
char	*str_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Are both NULL or both the same text? */
int	 str_same(const char *a, const char *b);
/* Copy of a NULL-terminated list of strings; NULL gives NULL. */
char   **strs_dup(char *const *list);
/* Frees a NULL-terminated list and its strings; NULL is fine. */
void	 strs_free(char **list);
/* Number of strings in a NULL-terminated list; NULL counts as empty. */
size_t	 strs_count(char *const *list);

#endif
