/*
 * Decides whether a path is within a scope and whether two scopes can meet.
 * Most pairs of scopes are told apart by a few bits of their leading
 * components; only the others are walked pattern by pattern.
 */
#include "tasks/scope.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "tasks/scope_component.h"
#include "tasks/scope_pattern.h"

struct scope {
	bool anywhere;
	struct scope_pattern *patterns;
	size_t count;
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
join_sorted(char *const *patterns)
{
	size_t count = strs_count(patterns), i, len = 0, part;
	const char **sorted = mem_zero(count, sizeof(*sorted));
	char *text;

	for (i = 0; i < count; i++) {
		sorted[i] = patterns[i];
		len += strlen(patterns[i]) + 1;
	}
	if (count > 1)
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
scope_new(char *const *patterns)
{
	struct scope *scope = mem_zero(1, sizeof(*scope));
	uint64_t prefix;
	size_t i, depth;

	scope->anywhere = patterns == NULL;
	scope->count = strs_count(patterns);
	scope->patterns = mem_zero(scope->count, sizeof(*scope->patterns));
	scope->text = join_sorted(patterns);
	for (i = 0; i < scope->count; i++) {
		scope_pattern_init(&scope->patterns[i], patterns[i]);
		for (depth = 0; depth < SCOPE_PREFIX_DEPTH; depth++) {
			prefix = scope->patterns[i].prefix[depth];
			scope->bits[depth] |= prefix == 0 ? UINT64_MAX :
			    1ull << (prefix * 0x9e3779b97f4a7c15ull >> 58);
		}
	}
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
	for (i = 0; i < scope->count; i++)
		if (scope_pattern_matches(&scope->patterns[i], path))
			return true;
	return false;
}

bool
scope_overlap(const struct scope *a, const struct scope *b)
{
	size_t i, k;

	for (i = 0; i < SCOPE_PREFIX_DEPTH; i++)
		if ((a->bits[i] & b->bits[i]) == 0)
			return false;
	if (a->anywhere || b->anywhere)
		return false;
	for (i = 0; i < a->count; i++)
		for (k = 0; k < b->count; k++)
			if (scope_pattern_overlap(&a->patterns[i], &b->patterns[k]))
				return true;
	return false;
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
