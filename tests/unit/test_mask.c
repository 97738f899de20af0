/* Secrets in a stream, in pieces of any size, against a replacement in the whole of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mem.h"
#include "worker/mask.h"

static void
collect(void *context, const unsigned char *bytes, size_t len)
{
	buffer_add(context, bytes, len);
}

static char *
masked(const struct mask_words *words, const char *text, size_t piece)
{
	size_t len = strlen(text), at;
	struct buffer out;
	struct mask mask;
	char *result;

	buffer_init(&out);
	mask_init(&mask);
	for (at = 0; at < len; at += piece)
		mask_feed(&mask, words, (const unsigned char *)text + at, piece < len - at ? piece : len - at,
		    collect, &out);
	mask_end(&mask, words, collect, &out);
	result = str_dup(buffer_text(&out));
	buffer_release(&out);
	return result;
}

static const struct { const char *words[3], *text, *masked; } cases[] = {
	{ { NULL }, "nothing to hide", "nothing to hide" },
	{ { "secret-1" }, "", "" },
	{ { "secret-1" }, "secret-1", "***" },
	{ { "secret-1" }, "a secret-1 b secret-1", "a *** b ***" },
	{ { "secret-1" }, "secret-", "secret-" },
	{ { "secret-1" }, "secretsecret-1secret", "secret***secret" },
	{ { "secret-1" }, "secret-1secret-1", "******" },
	{ { "short" }, "short", "short" },
	{ { "secret-1", "secret-12345" }, "x secret-12345 y secret-1 z", "x *** y *** z" },
	{ { "secret-1", "cret-1-more" }, "secret-1-more", "***-more" },
	{ { "aaaaaa" }, "aaaaaaaaaaaaa", "******a" },
	{ { "abcdef", "xyzxyz" }, "abcdexyzxyabcdefxyzxyz", "abcdexyzxy******" },
};

static void
test_cases(void **state)
{
	size_t i, j, piece;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct mask_words words = { 0 };

		for (j = 0; j < 3 && cases[i].words[j] != NULL; j++)
			mask_words_add(&words, cases[i].words[j]);
		for (piece = 1; piece < 30; piece++) {
			char *seen = masked(&words, cases[i].text, piece);

			if (strcmp(seen, cases[i].masked) != 0)
				fail_msg("'%s' in pieces of %zu: '%s'", cases[i].text, piece, seen);
			free(seen);
		}
		mask_words_release(&words);
	}
}

/* Random texts of few letters: never a secret in what comes out, nothing else is lost. */
static void
test_random(void **state)
{
	unsigned seed = 1, round, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		struct mask_words words = { 0 };
		char text[64], one[8], two[10], *whole, *seen;

		for (i = 0; i < sizeof(text) - 1; i++)
			text[i] = "ab"[(seed = seed * 1103515245u + 12345u) >> 16 & 1];
		text[i] = '\0';
		for (i = 0; i < 7; i++)
			one[i] = "ab"[(seed = seed * 1103515245u + 12345u) >> 16 & 1];
		one[i] = '\0';
		for (i = 0; i < 9; i++)
			two[i] = "ab"[(seed = seed * 1103515245u + 12345u) >> 16 & 1];
		two[i] = '\0';
		mask_words_add(&words, one);
		mask_words_add(&words, two);
		whole = masked(&words, text, sizeof(text));
		seen = masked(&words, text, 1 + round % 20);
		if (strstr(seen, one) != NULL || strstr(seen, two) != NULL || strcmp(seen, whole) != 0)
			fail_msg("'%s' without '%s' and '%s': '%s', as a whole '%s'", text, one, two, seen, whole);
		free(seen);
		free(whole);
		mask_words_release(&words);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases), cmocka_unit_test(test_random) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
