/* When two tasks are the same: see fingerprint.h. (pure) */
#include "fingerprint.h"

#include <ctype.h>
#include <sha2.h>
#include <stdint.h>
#include <string.h>

#include "protocol/buffer.h"
#include "tasks/scope.h"

/* White space of any length is one blank, none at the ends; letters of ASCII are small. */
static void
add_words(struct buffer *out, const char *text)
{
	size_t begin = out->len;
	bool gap = false;
	char letter;

	for (; text != NULL && *text != '\0'; text++) {
		if (isspace((unsigned char)*text)) {
			gap = true;
			continue;
		}
		if (gap && out->len > begin)
			buffer_add(out, " ", 1);
		gap = false;
		letter = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
		buffer_add(out, &letter, 1);
	}
	buffer_add(out, "\n", 1);
}

void
fingerprint_make(const char *title, const char *prompt, char *const *files, char out[FINGERPRINT_TEXT])
{
	struct scope *scope = scope_new(files, false);
	struct buffer text;

	buffer_init(&text);
	buffer_add_text(&text, scope_text(scope));
	buffer_add(&text, "\n", 1);
	add_words(&text, title);
	add_words(&text, prompt);
	SHA256Data(text.bytes, text.len, out);
	buffer_release(&text);
	scope_free(scope);
}
