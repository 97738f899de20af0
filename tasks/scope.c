/*
 * Decides whether a path is within a scope and whether two scopes can meet.
 * Most pairs of scopes are told apart by a few bits of their leading
 * components; only the others are walked pattern by pattern. A path is in both scopes
 * when a pattern of each lets it in and none behind that in its list takes it out.
 */
#include "tasks/scope.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/buffer.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "tasks/scope_component.h"
#include "tasks/scope_pattern.h"
#include "tasks/scope_remainder.h"

struct scope {
	bool anywhere;
	struct scope_pattern *patterns;
	size_t count;
	size_t taken_out;	/* how many of the patterns do so */
	char *text;
	/* For each depth a bit for each prefix; all of them with a wildcard. */
	uint64_t bits[SCOPE_PREFIX_DEPTH];
};

static int
compare_texts(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

static char *
join(char *const *patterns, bool sort)
{
	size_t count = strs_count(patterns), i, len = 0, part;
	const char **sorted = mem_zero(count, sizeof(*sorted));
	char *text;

	for (i = 0; i < count; i++) {
		sorted[i] = patterns[i];
		len += strlen(patterns[i]) + 1;
	}
	if (sort && count > 1)
		qsort(sorted, count, sizeof(*sorted), compare_texts);
	text = mem_zero(len + 1, 1);
	for (len = 0, i = 0; i < count; i++) {
		part = strlen(sorted[i]);
		memcpy(text + len, sorted[i], part);
		text[len + part] = '\n';
		len += part + 1;
	}
	free(sorted);
	return text;
}

struct scope *
scope_new(char *const *patterns, bool ignore_case)
{
	struct scope *scope = mem_zero(1, sizeof(*scope));
	uint64_t prefix;
	size_t i, depth;

	scope->anywhere = patterns == NULL;
	scope->count = strs_count(patterns);
	scope->patterns = mem_zero(scope->count, sizeof(*scope->patterns));
	for (i = 0; i < scope->count; i++) {
		scope_pattern_init(&scope->patterns[i], patterns[i], ignore_case);
		if (scope->patterns[i].negated) {
			scope->taken_out++;
			continue;
		}
		for (depth = 0; depth < SCOPE_PREFIX_DEPTH; depth++) {
			prefix = scope->patterns[i].prefix[depth];
			scope->bits[depth] |= prefix == 0 ? UINT64_MAX :
			    1ull << (prefix * 0x9e3779b97f4a7c15ull >> 58);
		}
	}
	scope->text = join(patterns, scope->taken_out == 0);
	return scope;
}

void
scope_free(struct scope *scope)
{
	size_t i;

	if (scope == NULL)
		return;
	for (i = 0; i < scope->count; i++)
		scope_pattern_release(&scope->patterns[i]);
	free(scope->patterns);
	free(scope->text);
	free(scope);
}

bool
scope_covers(const struct scope *scope, const char *path)
{
	size_t i;

	if (scope->anywhere)
		return true;
	for (i = scope->count; i-- > 0;)
		if (scope_pattern_matches(&scope->patterns[i], path))
			return !scope->patterns[i].negated;
	return false;
}

/* Two scopes that are compared, and what is taken out of the two patterns at hand. */
struct comparison {
	const struct scope *scopes[2];
	const struct scope_pattern **out;
	size_t count, steps;
};

/*
 * What comes behind a pattern in its list and takes out of what both have in common; false
 * when one alone takes all of it.
 */
static bool
collect_out(struct comparison *comparison, size_t which, const size_t at[2])
{
	const struct scope *scope = comparison->scopes[which];
	const struct scope_pattern *a = &comparison->scopes[0]->patterns[at[0]];
	const struct scope_pattern *b = &comparison->scopes[1]->patterns[at[1]], *other;
	size_t i;

	for (i = at[which] + 1; i < scope->count && comparison->steps > 0; i++) {
		other = &scope->patterns[i];
		if (!other->negated)
			continue;
		comparison->steps--;
		if (scope_pattern_within(a, other) || scope_pattern_within(b, other))
			return false;
		if (scope_pattern_overlap(other, a) && scope_pattern_overlap(other, b))
			comparison->out[comparison->count++] = other;
	}
	return true;
}

/* Is anything left of what two patterns have in common? */
static bool
is_left(struct comparison *comparison, size_t i, size_t k)
{
	const size_t at[2] = { i, k };

	comparison->count = 0;
	if (!collect_out(comparison, 0, at) || !collect_out(comparison, 1, at))
		return false;
	return comparison->count == 0 || scope_remainder(&comparison->scopes[0]->patterns[i],
	    &comparison->scopes[1]->patterns[k], comparison->out, comparison->count,
	    &comparison->steps);
}

/* Does a pattern of b overlap anything of a? */
static bool
meets(struct comparison *comparison, size_t k)
{
	const struct scope *a = comparison->scopes[0], *b = comparison->scopes[1];
	size_t i;

	for (i = 0; !b->patterns[k].negated && i < a->count; i++)
		if (!a->patterns[i].negated &&
		    scope_pattern_overlap(&a->patterns[i], &b->patterns[k]) &&
		    (comparison->out == NULL || is_left(comparison, i, k)))
			return true;
	return false;
}

size_t
scope_meets(const struct scope *a, const struct scope *b)
{
	struct comparison comparison = { .scopes = { a, b }, .steps = SCOPE_STEPS_MOST };
	size_t i;

	for (i = 0; i < SCOPE_PREFIX_DEPTH; i++)
		if ((a->bits[i] & b->bits[i]) == 0)
			return SCOPE_NONE;
	if (a->anywhere || b->anywhere)
		return SCOPE_NONE;
	if (a->taken_out + b->taken_out > 0)
		comparison.out = mem_zero(a->taken_out + b->taken_out, sizeof(*comparison.out));
	for (i = 0; i < b->count && !meets(&comparison, i); i++)
		;
	free(comparison.out);
	return i < b->count ? i : SCOPE_NONE;
}

bool
scope_overlap(const struct scope *a, const struct scope *b)
{
	return scope_meets(a, b) != SCOPE_NONE;
}

bool
scope_anywhere(const struct scope *scope)
{
	return scope->anywhere;
}

const char *
scope_text(const struct scope *scope)
{
	return scope->text;
}

size_t
scope_patterns(const struct scope *scope)
{
	return scope->count;
}

bool
scope_takes_out(const struct scope *scope, size_t pattern)
{
	return scope->patterns[pattern].negated;
}

const char *
scope_literal(const struct scope *scope, size_t index, size_t depth)
{
	const struct scope_pattern *pattern = &scope->patterns[index];
	size_t i;

	if (depth >= pattern->count)
		return NULL;
	for (i = 0; i < depth; i++)
		if (pattern->components[i].literal == NULL)
			return NULL;
	return pattern->components[depth].literal;
}

char *
scope_pattern(const char *path)
{
	struct buffer text;
	char *pattern;

	buffer_init(&text);
	for (; *path != '\0'; path++) {
		if (strchr("*?[]!\\", *path) != NULL)
			buffer_add(&text, "\\", 1);
		buffer_add(&text, path, 1);
	}
	/* What is not UTF-8 becomes '?', which covers any one character. */
	pattern = utf8_repair(buffer_text(&text), text.len);
	buffer_release(&text);
	return pattern;
}
