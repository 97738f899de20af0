/* Kinds of failure: see classify.h. */
#include "classify.h"

#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"

#define KINDS_MAX	32u

/* The words that may stand before a pattern, as outcomes of an attempt. */
static const char *const words[] = { "rate_limited", "auth", "network", "budget", "blocked" };

struct kind { const char *word; regex_t pattern; };

struct classify {
	struct kind kinds[KINDS_MAX];
	size_t count;
	regex_t reset;
	bool has_reset;
};

static const char *
word_of(const char *pattern)
{
	size_t len = strcspn(pattern, "="), i;

	for (i = 0; pattern[len] == '=' && i < COUNT(words); i++)
		if (strlen(words[i]) == len && strncmp(words[i], pattern, len) == 0)
			return words[i];
	return NULL;
}

struct classify *
classify_new(char *const *patterns, const char *reset)
{
	struct classify *classify = mem_zero(1, sizeof(*classify));
	size_t i;

	for (i = 0; i < strs_count(patterns) && classify->count < KINDS_MAX; i++) {
		struct kind *kind = &classify->kinds[classify->count];

		kind->word = word_of(patterns[i]);
		if (kind->word != NULL && regcomp(&kind->pattern, strchr(patterns[i], '=') + 1,
		    REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0)
			classify->count++;
	}
	classify->has_reset = reset != NULL &&
	    regcomp(&classify->reset, reset, REG_EXTENDED | REG_ICASE) == 0;
	return classify;
}

void
classify_free(struct classify *classify)
{
	size_t i;

	if (classify == NULL)
		return;
	for (i = 0; i < classify->count; i++)
		regfree(&classify->kinds[i].pattern);
	if (classify->has_reset)
		regfree(&classify->reset);
	free(classify);
}

const char *
classify_find(const struct classify *classify, const char *text)
{
	size_t i;

	for (i = 0; i < classify->count; i++)
		if (regexec(&classify->kinds[i].pattern, text, 0, NULL, 0) == 0)
			return classify->kinds[i].word;
	return NULL;
}

char *
classify_reset(const struct classify *classify, const char *text)
{
	regmatch_t match[2];
	size_t which;

	if (!classify->has_reset)
		return str_dup(text);
	if (regexec(&classify->reset, text, 2, match, 0) != 0)
		return str_dup("");
	which = match[1].rm_so != -1 ? 1 : 0;
	return mem_copy(text + match[which].rm_so, (size_t)(match[which].rm_eo - match[which].rm_so));
}
