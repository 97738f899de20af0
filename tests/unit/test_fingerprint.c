/* When two tasks are the same: pairs that are, pairs that are not, and one known value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/mem.h"
#include "supervisor/fingerprint.h"

struct words { const char *title, *prompt, *files[4]; };

static void
make(const struct words *words, char out[FINGERPRINT_TEXT])
{
	char *files[4] = { 0 };
	size_t i;

	for (i = 0; i < 3 && words->files[i] != NULL; i++)
		files[i] = (char *)(uintptr_t)words->files[i];
	fingerprint_make(words->title, words->prompt, files[0] != NULL ? files : NULL, out);
}

static void
test_pairs(void **state)
{
	static const struct { struct words a, b; int same; } rows[] = {
		{ { "Fix it", NULL, { 0 } }, { "fix  IT ", NULL, { 0 } }, 1 },
		{ { "Fix it", "", { 0 } }, { "Fix it", NULL, { 0 } }, 1 },
		{ { "Fix it", "do\n\tthis", { 0 } }, { "Fix it", " do this\n", { 0 } }, 1 },
		{ { "Fix it", NULL, { "a", "b" } }, { "Fix it", NULL, { "b", "a" } }, 1 },
		{ { "Fix it", NULL, { "a" } }, { "Fix it", NULL, { "b" } }, 0 },
		{ { "Fix it", NULL, { "a" } }, { "Fix it", NULL, { "A" } }, 0 },
		{ { "Fix it", NULL, { "a" } }, { "Fix it", NULL, { 0 } }, 0 },
		{ { "Fix it", NULL, { 0 } }, { "Fixit", NULL, { 0 } }, 0 },
		{ { "Fix", "it", { 0 } }, { "Fix it", NULL, { 0 } }, 0 },
		{ { "\xc3\x84rger", NULL, { 0 } }, { "\xc3\xa4rger", NULL, { 0 } }, 0 },
	};
	char a[FINGERPRINT_TEXT], b[FINGERPRINT_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		make(&rows[i].a, a);
		make(&rows[i].b, b);
		if ((strcmp(a, b) == 0) != rows[i].same)
			fail_msg("row %zu: %s and %s", i, a, b);
	}
}

/* What sha256sum(1) says of "src/a\n" + "\n" + "title\n" + "prompt\n". */
static void
test_value(void **state)
{
	static const struct words words = { "Title", "Prompt", { "src/a" } };
	char out[FINGERPRINT_TEXT];

	(void)state;
	make(&words, out);
	assert_string_equal(out, "c86cd53b25ccdc0e4cde2fae6229f8f92e41555eb0d5f3dcef752450ed29ff54");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_pairs), cmocka_unit_test(test_value) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
