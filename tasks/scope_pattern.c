/*
 * Decides whether a path matches a pattern and whether two patterns can match
 * the same path, component by component. What a component matches is decided
 * in scope_component.c.
 */
#include "tasks/scope_pattern.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "tasks/scope_component.h"

static struct scope_component *
add_component(struct scope_pattern *pattern)
{
	struct scope_component *component;

	pattern->components = mem_resize(pattern->components, pattern->count + 1,
	    sizeof(*pattern->components));
	component = &pattern->components[pattern->count++];
	*component = (struct scope_component){ 0 };
	return component;
}

/* Two gaps in a row are one. */
static void
add_gap(struct scope_pattern *pattern)
{
	if (pattern->count == 0 || !pattern->components[pattern->count - 1].gap)
		add_component(pattern)->gap = true;
}

static void
hash_prefixes(struct scope_pattern *pattern)
{
	uint64_t hash = 14695981039346656037ull;
	size_t i;
	const char *byte;

	for (i = 0; i < SCOPE_PREFIX_DEPTH && i < pattern->count; i++) {
		if (pattern->components[i].literal == NULL)
			return;
		for (byte = pattern->components[i].literal; *byte != '\0'; byte++)
			hash = (hash ^ (unsigned char)*byte) * 1099511628211ull;
		hash = (hash ^ '/') * 1099511628211ull;
		pattern->prefix[i] = hash | 1;
	}
}

void
scope_pattern_init(struct scope_pattern *pattern, const char *text, bool ignore_case)
{
	size_t len, i;
	bool gap = false;

	*pattern = (struct scope_pattern){ .negated = text[0] == '!',
	    .ignore_case = ignore_case };
	text += pattern->negated;
	for (;; text += len) {
		text += strspn(text, "/");
		len = strcspn(text, "/");
		if (len == 0)
			break;
		if (len == 1 && text[0] == '.')
			continue;
		/* More stars are two, as Git has it. */
		gap = len >= 2 && strspn(text, "*") == len;
		if (gap)
			add_gap(pattern);
		else
			scope_component_init(add_component(pattern), text, len, ignore_case);
	}
	/* At the end `**` is one component or more: what is beneath, not itself. */
	if (gap)
		scope_component_init(add_component(pattern), "*", 1, ignore_case);
	add_gap(pattern);
	for (i = 0; i < pattern->count; i++)
		pattern->impossible |= pattern->components[i].impossible;
	hash_prefixes(pattern);
}

void
scope_pattern_release(struct scope_pattern *pattern)
{
	size_t i;

	for (i = 0; i < pattern->count; i++)
		scope_component_release(&pattern->components[i]);
	free(pattern->components);
	*pattern = (struct scope_pattern){ 0 };
}

bool
scope_pattern_matches(const struct scope_pattern *pattern, const char *path)
{
	const struct scope_component *components = pattern->components;
	const char *gap_at = NULL;
	size_t at = 0, gap = 0, len;

	for (;;) {
		/* A gap at the end takes all that is left. */
		if (at + 1 == pattern->count)
			return true;
		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len == 0)
			return false;
		if (components[at].gap) {
			gap = at++;
			gap_at = path;
		} else if (scope_component_matches(&components[at], path, len)) {
			path += len;
			at++;
		} else if (gap_at != NULL) {
			/* The last gap takes one component more. */
			gap_at += strcspn(gap_at, "/");
			gap_at += strspn(gap_at, "/");
			path = gap_at;
			at = gap + 1;
		} else
			return false;
	}
}

static bool
prefixes_differ(const struct scope_pattern *a, const struct scope_pattern *b)
{
	size_t i;

	for (i = 0; i < SCOPE_PREFIX_DEPTH; i++)
		if (a->prefix[i] != b->prefix[i])
			return a->prefix[i] != 0 && b->prefix[i] != 0;
	return false;
}

/*
 * From the end: within[k] says whether b from its component k on matches all that a
 * does from the current one on. A gap of b takes components of a, gaps among them.
 */
bool
scope_pattern_within(const struct scope_pattern *a, const struct scope_pattern *b)
{
	bool *within, behind, diagonal, result;
	size_t i, k;

	if (prefixes_differ(a, b))
		return false;
	within = mem_zero(b->count, sizeof(*within));
	for (i = a->count; i-- > 0;) {
		diagonal = false;
		for (k = b->count; k-- > 0;) {
			behind = within[k];
			if (k + 1 == b->count)
				within[k] = true;
			else if (b->components[k].gap)
				within[k] = within[k + 1] || (i + 1 < a->count && behind);
			else
				within[k] = !a->components[i].gap && diagonal &&
				    scope_component_within(&a->components[i], &b->components[k]);
			diagonal = behind;
		}
	}
	result = within[0];
	free(within);
	return result;
}

/* Positions in both patterns that can be reached by the same path. */
struct meeting {
	const struct scope_pattern *a, *b;
	unsigned char *seen;	/* a->count x b->count */
	size_t *waiting;
	size_t count;
};

static void
reach(struct meeting *meeting, size_t i, size_t k)
{
	size_t at;

	if (i >= meeting->a->count || k >= meeting->b->count)
		return;
	at = i * meeting->b->count + k;
	if (meeting->seen[at])
		return;
	meeting->seen[at] = 1;
	meeting->waiting[meeting->count++] = at;
}

bool
scope_pattern_overlap(const struct scope_pattern *a, const struct scope_pattern *b)
{
	struct meeting meeting = { .a = a, .b = b };
	const struct scope_component *left, *right;
	size_t i, k, at;
	bool found = false;

	if (a->impossible || b->impossible || prefixes_differ(a, b))
		return false;
	meeting.seen = mem_zero(a->count * b->count, 1);
	meeting.waiting = mem_zero(a->count * b->count, sizeof(*meeting.waiting));
	reach(&meeting, 0, 0);
	while (meeting.count > 0 && !found) {
		at = meeting.waiting[--meeting.count];
		i = at / b->count;
		k = at % b->count;
		/* The gap at the end of one goes along with the rest of the other. */
		found = i + 1 == a->count || k + 1 == b->count;
		left = &a->components[i];
		right = &b->components[k];
		if (left->gap || right->gap) {
			reach(&meeting, i + 1, k);
			reach(&meeting, i, k + 1);
		} else if (scope_component_overlap(left, right))
			reach(&meeting, i + 1, k + 1);
	}
	free(meeting.seen);
	free(meeting.waiting);
	return found;
}
