/*
 * Reads all paths at once, character by character, the shortest first: a state is
 * the set of places in all the patterns that what was read leads to, so a path
 * that leads to one that was seen need not be read on. A path ends the search when
 * a and b match it and nothing of `out` does; it is given up when one of a and b
 * cannot match any more, or when it and all beneath it is taken out.
 */
#include "tasks/scope_remainder.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mem.h"
#include "tasks/scope_component.h"

#define WORDS_MOST	(1u << 19)	/* of 8 bytes, in all states */
#define PLACES_MOST	(1u << 16)	/* in all patterns */
#define WORD_BITS	64u

enum kind {
	PLACE_CHARACTER,	/* one of these ranges */
	PLACE_STAR,		/* any number of characters of this name */
	PLACE_DONE,		/* the name is to end */
	PLACE_GAP,		/* any number of names */
	PLACE_ALL		/* whatever is beneath */
};

struct place {
	enum kind kind;
	const struct scope_range *ranges;	/* NULL: `own` */
	size_t count;
	struct scope_range own;
};

struct walk {
	struct place *places;		/* pattern after pattern */
	size_t place_count, place_capacity;
	size_t *begins;			/* of each pattern: a, b, those of out; and the end */
	size_t patterns;
	bool ignore_case;
	size_t words;			/* of a state: places, then the bit FRESH */
	uint64_t *states, *next;
	size_t count, capacity;
	size_t *table, table_size;	/* states by hash, from 1 */
	uint32_t *characters;		/* that differ for the state at hand */
	size_t character_count, character_capacity;
	size_t *steps;
};

/* ---- places ---- */

static void
add_place(struct walk *walk, enum kind kind, const struct scope_range *ranges, size_t count, uint32_t own)
{
	if (walk->place_count == walk->place_capacity) {
		walk->place_capacity = walk->place_capacity == 0 ? 64 : walk->place_capacity * 2;
		walk->places = mem_resize(walk->places, walk->place_capacity, sizeof(*walk->places));
	}
	walk->places[walk->place_count++] = (struct place){ kind, ranges, count, { own, own } };
}

static void
add_name(struct walk *walk, const struct scope_component *component)
{
	const struct scope_token *token;
	size_t i, used;
	uint32_t character;

	for (i = 0; component->literal != NULL && i < component->literal_len; i += used) {
		character = scope_character(component->literal + i, component->literal_len - i, &used);
		add_place(walk, PLACE_CHARACTER, NULL, 1, character);
	}
	for (i = 0; i < component->token_count; i++) {
		token = &component->tokens[i];
		add_place(walk, token->star ? PLACE_STAR : PLACE_CHARACTER, token->ranges,
		    token->count, 0);
	}
	add_place(walk, PLACE_DONE, NULL, 0, 0);
}

static void
add_pattern(struct walk *walk, const struct scope_pattern *pattern)
{
	size_t i;

	walk->begins[walk->patterns++] = walk->place_count;
	for (i = 0; i < pattern->count; i++)
		if (i + 1 == pattern->count)
			add_place(walk, PLACE_ALL, NULL, 0, 0);
		else if (pattern->components[i].gap)
			add_place(walk, PLACE_GAP, NULL, 0, 0);
		else
			add_name(walk, &pattern->components[i]);
	walk->begins[walk->patterns] = walk->place_count;
}

static const struct scope_range *
ranges_of(const struct place *place)
{
	return place->ranges != NULL ? place->ranges : &place->own;
}

static bool
has_character(const struct place *place, uint32_t character)
{
	const struct scope_range *ranges = ranges_of(place);
	size_t i;

	for (i = 0; i < place->count; i++)
		if (character >= ranges[i].low && character <= ranges[i].high)
			return true;
	return false;
}

/* ---- states ---- */

static bool
has(const uint64_t *state, size_t bit)
{
	return state[bit / WORD_BITS] >> bit % WORD_BITS & 1;
}

static void
set(uint64_t *state, size_t bit)
{
	state[bit / WORD_BITS] |= 1ull << bit % WORD_BITS;
}

/* The first place of a state from that one on, `end` when there is none before it. */
static size_t
next_place(const uint64_t *state, size_t from, size_t end)
{
	uint64_t word;

	while (from < end) {
		word = state[from / WORD_BITS] >> from % WORD_BITS;
		if (word != 0) {
			from += (size_t)__builtin_ctzll(word);
			return from < end ? from : end;
		}
		from = (from / WORD_BITS + 1) * WORD_BITS;
	}
	return end;
}

/* To a place, and to those behind it that are reached without reading anything. */
static void
enter(const struct walk *walk, uint64_t *state, size_t place)
{
	for (set(state, place); walk->places[place].kind == PLACE_STAR ||
	    walk->places[place].kind == PLACE_GAP; set(state, place))
		place++;
}

/* Is nothing read of the next name? The bit behind the places says so. */
static bool
is_fresh(const struct walk *walk, const uint64_t *state)
{
	return has(state, walk->place_count);
}

static void
spend(const struct walk *walk, size_t steps)
{
	*walk->steps -= steps < *walk->steps ? steps : *walk->steps;
}

/* What the next state is after '/', 0, or after another character. */
static void
read_character(struct walk *walk, const uint64_t *state, uint32_t character)
{
	const struct place *place;
	size_t at;

	memset(walk->next, 0, walk->words * sizeof(*walk->next));
	spend(walk, 1 + walk->words / 8);
	for (at = next_place(state, 0, walk->place_count); at < walk->place_count;
	    at = next_place(state, at + 1, walk->place_count)) {
		spend(walk, 1);
		place = &walk->places[at];
		if (place->kind == PLACE_ALL)
			set(walk->next, at);
		else if (place->kind == PLACE_GAP && character != 0)
			set(walk->next, at);
		else if (place->kind == PLACE_GAP)
			enter(walk, walk->next, at);
		else if (place->kind == PLACE_DONE && character == 0)
			enter(walk, walk->next, at + 1);
		else if (place->kind == PLACE_STAR && character != 0)
			enter(walk, walk->next, at);
		else if (place->kind == PLACE_CHARACTER && character != 0 &&
		    has_character(place, character))
			enter(walk, walk->next, at + 1);
	}
	if (character == 0)
		set(walk->next, walk->place_count);
}

/* Does a pattern match the path that was read, and would it if more names came? */
static bool
matches(const struct walk *walk, const uint64_t *state, size_t pattern, bool *beneath)
{
	size_t end = walk->begins[pattern + 1], all = end - 1;

	*beneath = has(state, all);
	/* A name that is done and behind which is all. */
	return *beneath || (all > walk->begins[pattern] && walk->places[all - 1].kind == PLACE_DONE &&
	    has(state, all - 1));
}

/* Can the answer begin with what was read? Only then: is that it? */
static bool
is_hopeful(const struct walk *walk, const uint64_t *state, bool *found)
{
	size_t i, end;
	bool beneath, out;

	*found = !is_fresh(walk, state);
	for (i = 0; i < walk->patterns; i++) {
		end = walk->begins[i + 1];
		out = i >= 2;
		if (!out && next_place(state, walk->begins[i], end) == end)
			return false;
		if (matches(walk, state, i, &beneath) == out)
			*found = false;
		if (out && beneath)
			return false;
	}
	return true;
}

static size_t
hash_of(const struct walk *walk, const uint64_t *state)
{
	uint64_t hash = 14695981039346656037ull;
	size_t i;

	for (i = 0; i < walk->words; i++)
		hash = (hash ^ state[i]) * 0x9e3779b97f4a7c15ull;
	return (size_t)(hash >> 20) & (walk->table_size - 1);
}

static size_t *
place_in_table(const struct walk *walk, const uint64_t *state)
{
	size_t at = hash_of(walk, state);

	while (walk->table[at] != 0 && memcmp(walk->states + (walk->table[at] - 1) * walk->words,
	    state, walk->words * sizeof(*state)) != 0)
		at = (at + 1) & (walk->table_size - 1);
	return &walk->table[at];
}

static void
grow(struct walk *walk)
{
	size_t i;

	walk->capacity = walk->capacity == 0 ? 32 : walk->capacity * 2;
	walk->states = mem_resize(walk->states, walk->capacity * walk->words, sizeof(*walk->states));
	free(walk->table);
	walk->table_size = walk->capacity * 2;
	walk->table = mem_zero(walk->table_size, sizeof(*walk->table));
	for (i = 0; i < walk->count; i++)
		*place_in_table(walk, walk->states + i * walk->words) = i + 1;
}

/* Keeps the next state, unless it was seen or leads to nothing; true: it is the answer. */
static bool
keep_next(struct walk *walk)
{
	size_t *entry;
	bool found;

	if (!is_hopeful(walk, walk->next, &found))
		return false;
	if (found)
		return true;
	if (walk->count == walk->capacity)
		grow(walk);
	entry = place_in_table(walk, walk->next);
	if (*entry == 0) {
		memcpy(walk->states + walk->count * walk->words, walk->next,
		    walk->words * sizeof(*walk->next));
		*entry = ++walk->count;
	}
	return false;
}

/* ---- characters ---- */

static void
add_character(struct walk *walk, uint32_t character)
{
	if (character == '/')
		character++;
	/* Large letters are what small ones are, and literals have these. */
	if (walk->ignore_case && character >= 'A' && character <= 'Z')
		character += 'a' - 'A';
	if (character > SCOPE_CHARACTER_MAX)
		return;
	if (walk->character_count == walk->character_capacity) {
		walk->character_capacity = walk->character_capacity == 0 ? 32 : walk->character_capacity * 2;
		walk->characters = mem_resize(walk->characters, walk->character_capacity,
		    sizeof(*walk->characters));
	}
	walk->characters[walk->character_count++] = character;
}

static int
compare_characters(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

/* One of each kind that the places of a state tell apart: where a range begins or has ended. */
static void
find_characters(struct walk *walk, const uint64_t *state)
{
	const struct scope_range *ranges;
	size_t at, i, kept = 0;

	walk->character_count = 0;
	add_character(walk, 1);
	for (at = next_place(state, 0, walk->place_count); at < walk->place_count;
	    at = next_place(state, at + 1, walk->place_count)) {
		ranges = ranges_of(&walk->places[at]);
		for (i = 0; i < walk->places[at].count; i++) {
			add_character(walk, ranges[i].low);
			add_character(walk, ranges[i].high + 1);
		}
	}
	qsort(walk->characters, walk->character_count, sizeof(*walk->characters), compare_characters);
	for (i = 0; i < walk->character_count; i++)
		if (kept == 0 || walk->characters[i] != walk->characters[kept - 1])
			walk->characters[kept++] = walk->characters[i];
	walk->character_count = kept;
}

/* ---- the walk ---- */

/* All that one more character leads to; true: the answer is there. */
static bool
go_on(struct walk *walk, size_t index)
{
	uint64_t *state = mem_zero(walk->words, sizeof(*state));
	size_t i;
	bool found = false;

	/* A copy: the states may move. */
	memcpy(state, walk->states + index * walk->words, walk->words * sizeof(*state));
	find_characters(walk, state);
	for (i = 0; i < walk->character_count && !found; i++) {
		read_character(walk, state, walk->characters[i]);
		found = keep_next(walk);
	}
	if (!found && !is_fresh(walk, state)) {
		read_character(walk, state, 0);
		found = keep_next(walk);
	}
	free(state);
	return found;
}

static void
begin(struct walk *walk)
{
	size_t i;

	walk->words = walk->place_count / WORD_BITS + 1;
	walk->next = mem_zero(walk->words, sizeof(*walk->next));
	for (i = 0; i < walk->patterns; i++)
		enter(walk, walk->next, walk->begins[i]);
	set(walk->next, walk->place_count);
	keep_next(walk);
}

bool
scope_remainder(const struct scope_pattern *a, const struct scope_pattern *b,
    const struct scope_pattern *const *out, size_t count, size_t *steps)
{
	struct walk walk = { .steps = steps, .ignore_case = a->ignore_case };
	size_t i;
	bool found;

	walk.begins = mem_zero(count + 3, sizeof(*walk.begins));
	add_pattern(&walk, a);
	add_pattern(&walk, b);
	for (i = 0; i < count && walk.place_count <= PLACES_MOST; i++)
		add_pattern(&walk, out[i]);
	found = walk.place_count > PLACES_MOST;
	if (!found)
		begin(&walk);
	for (i = 0; i < walk.count && !found; i++)
		found = *steps == 0 || walk.count * walk.words > WORDS_MOST || go_on(&walk, i);
	free(walk.places);
	free(walk.begins);
	free(walk.next);
	free(walk.states);
	free(walk.table);
	free(walk.characters);
	return found;
}
