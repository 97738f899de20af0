/* When two tasks are the same: by their scope and the words of their text. Pure. */
#ifndef ORCH_FINGERPRINT_H
#define ORCH_FINGERPRINT_H

#define FINGERPRINT_TEXT	65	/* 64 hexadecimal digits of SHA-256, and the end */

/*
 * Case and white space do not count in the texts, order and repetition do not in the
 * patterns; `prompt` and `files` may be NULL.
 */
void	fingerprint_make(const char *title, const char *prompt, char *const *files,
	    char out[FINGERPRINT_TEXT]);

#endif
