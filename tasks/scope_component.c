/*
 * Decides whether a name matches one component of a pattern and whether two
 * components can match the same name. Each token but the star is a set of
 * characters, so a literal, `?` and a class are compared in one way.
 */
#include "tasks/scope_component.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "protocol/valid.h"

uint32_t
scope_character(const char *text, size_t len, size_t *used)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t need = utf8_length(byte, len), i;
	uint32_t character;

	*used = need == 0 ? 1 : need;
	if (need == 0)
		return SCOPE_BAD_BYTE + byte[0];
	if (need == 1)
		return byte[0];
	character = byte[0] & (0xffu >> (need + 1));
	for (i = 1; i < need; i++)
		character = character << 6 | (byte[i] & 0x3fu);
	return character;
}

/* A letter of ASCII, whatever the locale. */
static char
small(char letter)
{
	return (char)(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

/* A name has no '/', so no set has it. */
static void
add_range(struct scope_token *token, uint32_t low, uint32_t high)
{
	if (low < '/' && high >= '/')
		add_range(token, low, '/' - 1);
	if (low <= '/' && high >= '/')
		low = '/' + 1;
	if (low > high)
		return;
	token->ranges = mem_resize(token->ranges, token->count + 1,
	    sizeof(*token->ranges));
	token->ranges[token->count++] = (struct scope_range){ low, high };
}

/* As add_range; where case is ignored, the same letters of the other case as well. */
static void
add_letters(struct scope_token *token, uint32_t low, uint32_t high, bool ignore_case)
{
	const uint32_t other = 'a' - 'A';

	add_range(token, low, high);
	if (ignore_case && low <= 'Z' && high >= 'A')
		add_range(token, (low > 'A' ? low : 'A') + other, (high < 'Z' ? high : 'Z') + other);
	if (ignore_case && low <= 'z' && high >= 'a')
		add_range(token, (low > 'a' ? low : 'a') - other, (high < 'z' ? high : 'z') - other);
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct scope_range *left = a, *right = b;

	return left->low < right->low ? -1 : left->low > right->low;
}

/* Sorts and joins the ranges of a class and, if asked, turns it inside out. */
static void
finish_class(struct scope_token *token, bool negated)
{
	struct scope_token result = { 0 };
	struct scope_range *range = token->ranges;
	uint32_t next = 1;
	size_t i;

	if (token->count > 1)
		qsort(range, token->count, sizeof(*range), compare_ranges);
	for (i = 0; i < token->count; i++) {
		if (negated && range[i].low > next)
			add_range(&result, next, range[i].low - 1);
		if (!negated && range[i].high >= next)
			add_range(&result, range[i].low > next ? range[i].low : next,
			    range[i].high);
		if (range[i].high >= next)
			next = range[i].high + 1;
	}
	if (negated)
		add_range(&result, next, SCOPE_CHARACTER_MAX);
	free(token->ranges);
	*token = result;
}

/* One character of a pattern, the backslash before it taken off. */
static uint32_t
pattern_character(const char *text, size_t len, size_t *at)
{
	size_t used;
	uint32_t character;

	if (text[*at] == '\\' && *at + 1 < len)
		(*at)++;
	character = scope_character(text + *at, len - *at, &used);
	*at += used;
	return character;
}

/*
 * A named set from its "[:" on, if it has an end; a name that there is not leaves *known
 * false. Each is pairs of what a range begins and ends with, as Git has them.
 */
static bool
read_named(struct scope_token *token, const char *text, size_t len, size_t *at, bool ignore_case,
    bool *known)
{
	static const struct { const char *name, *ranges; } sets[] = {
		{ "alnum", "09AZaz" }, { "alpha", "AZaz" }, { "blank", "\t\t  " }, { "cntrl", "\1\37\177\177" },
		{ "digit", "09" }, { "graph", "!~" }, { "lower", "az" }, { "print", " ~" },
		{ "punct", "!/:@[`{~" }, { "space", "\t\n\r\r  " }, { "upper", "AZ" }, { "xdigit", "09AFaf" },
	};
	const char *name = text + *at + 2, *end, *range;
	size_t i, size;

	if (*at + 2 >= len || text[*at] != '[' || text[*at + 1] != ':' ||
	    (end = memchr(name, ']', len - *at - 2)) == NULL || end == name || end[-1] != ':')
		return false;
	size = (size_t)(end - 1 - name);
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (strlen(sets[i].name) == size && memcmp(sets[i].name, name, size) == 0)
			break;
	*known = *known && i < sizeof(sets) / sizeof(sets[0]);
	for (range = *known ? sets[i].ranges : ""; *range != '\0'; range += 2)
		add_letters(token, (unsigned char)range[0], (unsigned char)range[1], ignore_case);
	*at = (size_t)(end + 1 - text);
	return true;
}

/* A class from its '[' on; false, and nothing is used, when it has no end. */
static bool
read_class(struct scope_token *token, const char *text, size_t len, size_t *at, bool ignore_case)
{
	size_t i = *at + 1, start;
	bool negated = i < len && (text[i] == '!' || text[i] == '^'), known = true;
	uint32_t low, high;

	if (negated)
		i++;
	for (start = i; i < len && (text[i] != ']' || i == start);) {
		if (read_named(token, text, len, &i, ignore_case, &known))
			continue;
		low = high = pattern_character(text, len, &i);
		if (i + 1 < len && text[i] == '-' && text[i + 1] != ']') {
			i++;
			high = pattern_character(text, len, &i);
		}
		add_letters(token, low, high, ignore_case);
	}
	if (i >= len) {
		free(token->ranges);
		*token = (struct scope_token){ 0 };
		return false;
	}
	*at = i + 1;
	/* With a name that there is not nothing matches, as with Git. */
	if (!known)
		token->count = 0;
	finish_class(token, known && negated);
	return true;
}

/* Is it a name without wildcards? */
static bool
init_literal(struct scope_component *component, const char *text, size_t len)
{
	char *literal = mem_zero(len + 1, 1);
	size_t i, count = 0;

	for (i = 0; i < len && strchr("*?[", text[i]) == NULL; i++) {
		if (text[i] == '\\' && i + 1 < len)
			i++;
		literal[count++] = component->ignore_case ? small(text[i]) : text[i];
	}
	if (i < len) {
		free(literal);
		return false;
	}
	component->literal = literal;
	component->literal_len = count;
	return true;
}

void
scope_component_init(struct scope_component *component, const char *text, size_t len,
    bool ignore_case)
{
	struct scope_token *token;
	uint32_t character;
	size_t i;

	*component = (struct scope_component){ .ignore_case = ignore_case };
	if (init_literal(component, text, len))
		return;
	component->tokens = mem_zero(len, sizeof(*component->tokens));
	for (i = 0; i < len;) {
		token = &component->tokens[component->token_count];
		if (text[i] == '*') {
			token->star = true;
			while (i < len && text[i] == '*')
				i++;
		} else if (text[i] == '?') {
			add_range(token, 1, SCOPE_CHARACTER_MAX);
			i++;
		} else if (text[i] != '[' || !read_class(token, text, len, &i, ignore_case)) {
			character = pattern_character(text, len, &i);
			add_letters(token, character, character, ignore_case);
			finish_class(token, false);
		}
		component->impossible |= !token->star && token->count == 0;
		component->token_count++;
	}
}

void
scope_component_release(struct scope_component *component)
{
	size_t i;

	for (i = 0; i < component->token_count; i++)
		free(component->tokens[i].ranges);
	free(component->tokens);
	free(component->literal);
	*component = (struct scope_component){ 0 };
}

static bool
token_has(const struct scope_token *token, uint32_t character)
{
	size_t i;

	for (i = 0; i < token->count; i++)
		if (character >= token->ranges[i].low &&
		    character <= token->ranges[i].high)
			return true;
	return false;
}

/* Of as many bytes as the literal has. */
static bool
is_literal(const struct scope_component *component, const char *name)
{
	size_t i;

	if (!component->ignore_case)
		return memcmp(component->literal, name, component->literal_len) == 0;
	for (i = 0; i < component->literal_len; i++)
		if (component->literal[i] != small(name[i]))
			return false;
	return true;
}

bool
scope_component_matches(const struct scope_component *component, const char *name,
    size_t len)
{
	const struct scope_token *tokens = component->tokens;
	size_t token = 0, at = 0, used, star = SIZE_MAX, star_at = 0;

	if (component->literal != NULL)
		return component->literal_len == len && is_literal(component, name);
	while (at < len) {
		if (token < component->token_count && tokens[token].star) {
			star = token++;
			star_at = at;
		} else if (token < component->token_count &&
		    token_has(&tokens[token], scope_character(name + at, len - at, &used))) {
			scope_character(name + at, len - at, &used);
			at += used;
			token++;
		} else if (star != SIZE_MAX) {
			/* The last star takes one character more. */
			scope_character(name + star_at, len - star_at, &used);
			star_at += used;
			at = star_at;
			token = star + 1;
		} else
			return false;
	}
	while (token < component->token_count && tokens[token].star)
		token++;
	return token == component->token_count;
}

static bool
tokens_meet(const struct scope_token *a, const struct scope_token *b)
{
	size_t i = 0, k = 0;

	while (i < a->count && k < b->count) {
		if (a->ranges[i].high < b->ranges[k].low)
			i++;
		else if (b->ranges[k].high < a->ranges[i].low)
			k++;
		else
			return true;
	}
	return false;
}

/*
 * Walks both at once from the end: can[k] says whether the tokens of a from
 * the current one on and those of b from k on can match the same text.
 */
static bool
tokens_overlap(const struct scope_component *a, const struct scope_component *b)
{
	const struct scope_token *left, *right;
	bool *can = mem_zero(b->token_count + 1, sizeof(*can)), diagonal, below, result;
	size_t i, k;

	for (i = a->token_count + 1; i-- > 0;) {
		left = i < a->token_count ? &a->tokens[i] : NULL;
		diagonal = false;
		for (k = b->token_count + 1; k-- > 0;) {
			right = k < b->token_count ? &b->tokens[k] : NULL;
			below = can[k];
			if (left == NULL && right == NULL)
				can[k] = true;
			else if (left != NULL && left->star)
				can[k] = below || (right != NULL && can[k + 1]);
			else if (right != NULL && right->star)
				can[k] = can[k + 1] || (left != NULL && below);
			else
				can[k] = left != NULL && right != NULL && diagonal &&
				    tokens_meet(left, right);
			diagonal = below;
		}
	}
	result = can[0];
	free(can);
	return result;
}

static bool
same_token(const struct scope_token *a, const struct scope_token *b)
{
	return a->star == b->star && a->count == b->count &&
	    (a->count == 0 || memcmp(a->ranges, b->ranges, a->count * sizeof(*a->ranges)) == 0);
}

bool
scope_component_within(const struct scope_component *a, const struct scope_component *b)
{
	size_t i;

	if (b->token_count == 1 && b->tokens[0].star)
		return true;
	if (a->literal != NULL)
		return scope_component_matches(b, a->literal, a->literal_len);
	if (b->literal != NULL || a->token_count != b->token_count)
		return false;
	for (i = 0; i < a->token_count; i++)
		if (!same_token(&a->tokens[i], &b->tokens[i]))
			return false;
	return true;
}

bool
scope_component_overlap(const struct scope_component *a,
    const struct scope_component *b)
{
	if (a->literal != NULL)
		return scope_component_matches(b, a->literal, a->literal_len);
	if (b->literal != NULL)
		return scope_component_matches(a, b->literal, b->literal_len);
	return tokens_overlap(a, b);
}
