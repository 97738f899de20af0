/* Secrets in a stream: see mask.h. (pure) */
#include "mask.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

static const unsigned char stars[] = "***";

void
mask_words_add(struct mask_words *words, const char *secret)
{
	size_t count = strs_count(words->words), len = strlen(secret);

	if (len < MASK_LEAST)
		return;
	words->words = mem_resize(words->words, count + 2, sizeof(char *));
	words->words[count] = str_dup(secret);
	words->words[count + 1] = NULL;
	if (len > words->longest)
		words->longest = len;
}

void
mask_words_release(struct mask_words *words)
{
	size_t i;

	for (i = 0; i < strs_count(words->words); i++)
		explicit_bzero(words->words[i], strlen(words->words[i]));
	strs_free(words->words);
	*words = (struct mask_words){ 0 };
}

void
mask_init(struct mask *mask)
{
	buffer_init(&mask->held);
}

void
mask_release(struct mask *mask)
{
	if (mask->held.bytes != NULL)
		explicit_bzero(mask->held.bytes, mask->held.len);
	buffer_release(&mask->held);
	buffer_init(&mask->held);
}

/* Where the first secret begins, and how long it is; `len` when there is none. */
static size_t
find(const struct mask_words *words, const unsigned char *bytes, size_t len, size_t *found)
{
	size_t first = len, i;

	*found = 0;
	for (i = 0; i < strs_count(words->words); i++) {
		size_t size = strlen(words->words[i]);
		const unsigned char *at = memmem(bytes, len, words->words[i], size);

		/* Of two that begin there, the longer one. */
		if (at != NULL && ((size_t)(at - bytes) < first ||
		    ((size_t)(at - bytes) == first && size > *found))) {
			first = (size_t)(at - bytes);
			*found = size;
		}
	}
	return first;
}

/* What is held goes out, up to the last `keep` bytes, in which a secret may begin. */
static void
pass(struct mask *mask, const struct mask_words *words, size_t keep, mask_out *out, void *context)
{
	const unsigned char *bytes = mask->held.bytes;
	size_t len = mask->held.len, at, size, done = 0;

	for (;;) {
		at = find(words, bytes + done, len - done, &size);
		/* One that begins where a longer one may end up is waited for. */
		if (size == 0 || (keep > 0 && done + at + words->longest > len))
			break;
		if (at > 0)
			out(context, bytes + done, at);
		out(context, stars, sizeof(stars) - 1);
		done += at + size;
	}
	if (size != 0 && done + at < len - keep) {
		if (at > 0)
			out(context, bytes + done, at);
		done += at;
	} else if (len > done + keep) {
		out(context, bytes + done, len - keep - done);
		done = len - keep;
	}
	buffer_drop(&mask->held, done);
}

void
mask_feed(struct mask *mask, const struct mask_words *words, const unsigned char *bytes, size_t len,
    mask_out *out, void *context)
{
	if (words->longest == 0) {
		out(context, bytes, len);
		return;
	}
	buffer_add(&mask->held, bytes, len);
	pass(mask, words, words->longest - 1, out, context);
}

void
mask_end(struct mask *mask, const struct mask_words *words, mask_out *out, void *context)
{
	if (mask->held.len > 0)
		pass(mask, words, 0, out, context);
	mask_release(mask);
}
